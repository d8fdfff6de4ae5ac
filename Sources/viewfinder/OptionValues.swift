import ArgumentParser
import Manifests

/// Why photographs failed, as words on the command line.
struct Reasons: ExpressibleByArgument, Sendable {
  let codes: Set<ReasonCode>

  static let all = Reasons(codes: Set(ReasonCode.allCases))

  /// `truncated,io`
  init?(argument: String) {
    let codes = argument.split(separator: ",").map { ReasonCode(rawValue: String($0)) }
    guard !codes.isEmpty, !codes.contains(nil) else { return nil }
    self.init(codes: Set(codes.compactMap(\.self)))
  }

  private init(codes: Set<ReasonCode>) { self.codes = codes }
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
