package import SystemPackage

/// What files are called until they get their names: 20 characters, short enough beside any name that is itself allowed.
///
/// Shards that share a directory mark theirs, so that each can clear away what an earlier attempt of its own has left, and nothing
/// that another is writing.
package struct TemporaryNames: Hashable, Sendable {
  /// Those of a program that has the directory for itself.
  package static let plain = TemporaryNames()

  private static let prefix = ".vf-"
  private static let length = 20
  private let mark: String

  private init() { mark = "" }

  /// Those of one shard.
  package init(of shard: Shard) { mark = Shard.digits(shard.index) + "-" }

  /// A name that no other file has.
  func next() -> String {
    let number = UInt64.random(in: .min ... .max)
    let digits = Hexadecimal.digits(of: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    return String((Self.prefix + mark + String(decoding: digits, as: UTF8.self)).prefix(Self.length))
  }

  /// A name beside a file that no other file has.
  package func path(beside path: FilePath) -> FilePath { parent(of: path).appending(next()) }

  /// Whether a file of this name is one of these.
  package func has(_ name: String) -> Bool {
    Self.isOne(name) && (mark.isEmpty ? !Self.isMarked(name) : name.hasPrefix(Self.prefix + mark))
  }

  /// Whether it is a temporary name at all.
  static func isOne(_ name: String) -> Bool {
    let rest = name.utf8.dropFirst(prefix.utf8.count)
    guard name.hasPrefix(prefix), name.utf8.count == length else { return false }
    return rest.dropFirst(isMarked(name) ? 6 : 0).allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }

  /// Whether five digits of a shard and a dash come first.
  private static func isMarked(_ name: String) -> Bool {
    let mark = name.utf8.dropFirst(prefix.utf8.count).prefix(6)
    return mark.last == UInt8(ascii: "-") && mark.dropLast().allSatisfy { "0123456789".utf8.contains($0) }
  }
}
