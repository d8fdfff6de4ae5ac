/// One of the parts that a listing is processed in, each by a program of its own, on whatever machine.
///
/// A photograph's path alone says which part it belongs to: files that come later do not move those that are there, and no machine
/// has to ask another.
package struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// The most parts a listing is cut into: names of files have five digits for them.
  package static let most = 99_999

  /// From 1.
  package let index: Int
  /// How many there are, 1...``most``.
  package let count: Int

  /// Nil where `index` is not in 1...`count`, or `count` not in 1...``most``.
  package init?(_ index: Int, of count: Int) {
    guard (1...Self.most).contains(count), (1...count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// `3/10`; nil for other words.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(Self.number)
    guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
    self.init(index, of: count)
  }

  /// `00003-of-00010`; nil for other words.
  init?(label: some StringProtocol) {
    let parts = label.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1] == "of", parts[0].utf8.count == 5, parts[2].utf8.count == 5,
      let index = Self.number(parts[0]), let count = Self.number(parts[2])
    else { return nil }
    self.init(index, of: count)
  }

  /// All parts of a listing, in order.
  ///
  /// - Parameter count: 1...``most``.
  package static func all(of count: Int) -> [Shard] { (1...count).compactMap { Shard($0, of: count) } }

  /// The number, from 1, of the part that a path belongs to: the first eight bytes of its SHA-256, the most significant first,
  /// modulo `count`, and 1.
  ///
  /// - Parameter path: its bytes, as in the record.
  package static func index(of path: some Sequence<UInt8>, among count: Int) -> Int {
    1 + Int(Hashing.number(path) % UInt64(count))
  }

  /// Whether a photograph of this path is in this part.
  package func contains(_ path: some Sequence<UInt8>) -> Bool { Self.index(of: path, among: count) == index }

  /// As names of files have it: `00003-of-00010`.
  package var label: String { "\(Self.digits(index))-of-\(Self.digits(count))" }

  /// As the command line has it: `3/10`.
  package var description: String { "\(index)/\(count)" }

  /// A number with five digits.
  static func digits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// Digits alone: no sign, no space.
  private static func number(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
  }
}
