import ArgumentParser
import Foundation
import Manifests
import StageGraph

/// Why photographs failed, as words on the command line.
struct Reasons: ExpressibleByArgument, Sendable, CustomStringConvertible {
  let codes: Set<ReasonCode>
  /// Words that are no reasons. Kept, because a value that does not read would count as no value at all.
  let unknown: [String]
  let description: String

  static let all = Reasons(codes: Set(ReasonCode.allCases), unknown: [], description: "all")

  /// `truncated,io`
  init(argument: String) {
    let words = argument.split(separator: ",").map(String.init)
    self.init(
      codes: Set(words.compactMap(ReasonCode.init(rawValue:))),
      unknown: words.filter { ReasonCode(rawValue: $0) == nil }, description: argument)
  }

  private init(codes: Set<ReasonCode>, unknown: [String], description: String) {
    self.codes = codes
    self.unknown = unknown
    self.description = description
  }

  var defaultValueDescription: String { description }
}

/// How many failures a run may have.
enum ErrorBudget: ExpressibleByArgument, Sendable, Hashable {
  case count(Int)
  /// In [0, 1].
  case share(Double)

  /// A share says little about a handful of photographs.
  private static let leastForShare = 100

  init?(argument: String) {
    if argument.hasSuffix("%"), let percent = Double(argument.dropLast()), (0...100).contains(percent) {
      self = .share(percent / 100)
    } else if let count = Int(argument), count >= 0 {
      self = .count(count)
    } else {
      return nil
    }
  }

  /// - Parameter hasEnded: true when there are no more photographs to come.
  func isExceeded(failures: Int, of total: Int, hasEnded: Bool) -> Bool {
    switch self {
    case .count(let most): failures > most
    case .share(let most):
      (hasEnded || total >= Self.leastForShare) && Double(failures) > most * Double(total)
    }
  }
}

/// How long a run may take photographs in.
struct TimeLimit: ExpressibleByArgument, Sendable {
  let seconds: Double

  /// `90s`, `25m`, `2h`, `1d`, or seconds alone.
  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument : String(argument.dropLast())), number >= 0, number < 1e9
    else {
      return nil
    }
    seconds = number * (unit ?? 1)
  }
}

/// An amount of memory.
struct ByteCount: ExpressibleByArgument, Sendable, Hashable {
  let bytes: Int

  /// `800M`, `4G`, `4GiB`, or bytes alone. A K is 1024 bytes.
  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let units = ["": 0, "K": 10, "M": 20, "G": 30, "T": 40]
    var unit = argument.dropFirst(digits.count).uppercased()
    for ending in ["IB", "B"] where unit.count > ending.count && unit.hasSuffix(ending) {
      unit.removeLast(ending.count)
      break
    }
    guard let number = Int(digits), number > 0, let shift = units[unit], number <= Int.max >> shift else {
      return nil
    }
    bytes = number << shift
  }

  init(bytes: Int) { self.bytes = bytes }

  /// `1.5 GiB`
  var text: String {
    let units: [(Int, String)] = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
    guard let (shift, unit) = units.first(where: { bytes >= 1 << $0.0 }) else { return "\(bytes) bytes" }
    return String(format: "%.1f %@", Double(bytes) / Double(1 << shift), unit)
  }
}

/// A share of a whole.
struct Share: ExpressibleByArgument, Sendable {
  let value: Double

  /// `0.5` or `50%`, from 0 to 1.
  init?(argument: String) {
    guard case .number(let value)? = try? OptionKind.fraction(0...1).value(of: argument) else { return nil }
    self.value = value
  }

  init(_ value: Double) { self.value = value }

  var defaultValueDescription: String { String(value) }
}
