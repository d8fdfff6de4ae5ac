import Foundation

/// A tar archive made byte by byte, so that every byte of it can be wrong.
struct TarMaking {
  /// What goes into one header.
  struct Header {
    var name: [UInt8]
    var size: [UInt8]
    var flag = UInt8(ascii: "0")
    var modified: [UInt8] = TarMaking.octal(1_700_000_000, digits: 11)
    var magic = Array("ustar\u{0}00".utf8)
    var prefix: [UInt8] = []
    /// Added to the true sum.
    var error = 0
    /// Changes the finished block, before the sum is taken.
    var change: (inout [UInt8]) -> Void = { _ in }

    init(_ name: String, size: Int) {
      self.name = Array(name.utf8)
      self.size = TarMaking.octal(size, digits: 11)
    }
  }

  private(set) var bytes: [UInt8] = []

  static func octal(_ value: Int, digits: Int) -> [UInt8] {
    Array(String(repeating: "0", count: max(0, digits - String(value, radix: 8).count)).utf8)
      + Array(String(value, radix: 8).utf8)
  }

  /// Adds a member, or a piece of one.
  mutating func add(_ name: String, _ contents: [UInt8], _ change: (inout Header) -> Void = { _ in }) {
    var header = Header(name, size: contents.count)
    change(&header)
    bytes += Self.block(header)
    addPadded(contents)
  }

  mutating func addPadded(_ contents: [UInt8]) {
    bytes += contents + [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512)
  }

  /// Adds a pax header with these lines.
  mutating func addPax(_ pairs: [(String, String)], flag: Unicode.Scalar = "x") {
    let lines = pairs.flatMap { pair -> [UInt8] in
      let rest = " \(pair.0)=\(pair.1)\n"
      var length = rest.utf8.count
      while String(length).utf8.count + rest.utf8.count != length {
        length = String(length).utf8.count + rest.utf8.count
      }
      return Array("\(length)\(rest)".utf8)
    }
    add("PaxHeaders/x", lines) { $0.flag = UInt8(ascii: flag) }
  }

  /// The mark that ends an archive.
  mutating func end() { bytes += [UInt8](repeating: 0, count: 1024) }

  private static func block(_ header: Header) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], at place: Int) {
      block.replaceSubrange(place..<place + bytes.count, with: bytes)
    }
    put(Array(header.name.prefix(100)), at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(header.size, at: 124)
    put(header.modified, at: 136)
    block[156] = header.flag
    put(header.magic, at: 257)
    put(header.prefix, at: 345)
    header.change(&block)
    put(Array("        ".utf8), at: 148)
    let sum = block.reduce(0) { $0 + Int($1) } + header.error
    put(octal(sum, digits: 6) + [0, UInt8(ascii: " ")], at: 148)
    return block
  }
}
