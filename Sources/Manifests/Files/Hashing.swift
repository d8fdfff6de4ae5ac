import Crypto
package import SystemPackage

/// SHA-256 as lower-case hexadecimal text.
package enum Hashing {
  /// The 64 digits of the hash of `bytes`.
  package static func sha256(_ bytes: some Sequence<UInt8>) -> String {
    bytes.withContiguousStorageIfAvailable { sha256(UnsafeRawBufferPointer($0)) }
      ?? Array(bytes).withUnsafeBytes { sha256($0) }
  }

  /// The 64 digits of the hash of a buffer, which is only read during the call.
  package static func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
    var function = SHA256()
    function.update(bufferPointer: bytes)
    return String(decoding: Hexadecimal.digits(of: function.finalize()), as: UTF8.self)
  }

  /// The 64 digits of the hash of a file, read in bounded memory.
  ///
  /// - Parameter part: the bytes that count, as far as the file has them; nil for all.
  package static func sha256(ofFile path: FilePath, part: Range<Int>? = nil) throws(FileError) -> String {
    let file = try FileReader(path, part: part)
    var function = SHA256()
    try file.forEachChunk { function.update(bufferPointer: $0) }
    return String(decoding: Hexadecimal.digits(of: function.finalize()), as: UTF8.self)
  }

  /// The first eight bytes of the hash as a number, for tables of millions.
  package static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
    func first(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
      var function = SHA256()
      function.update(bufferPointer: bytes)
      return function.finalize().withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
    return bytes.withContiguousStorageIfAvailable { first(UnsafeRawBufferPointer($0)) }
      ?? Array(bytes).withUnsafeBytes(first)
  }

  /// The length of an open file and the 64 digits of its hash. Where the descriptor reads next stays as it was.
  static func sha256(of file: FileDescriptor, _ path: FilePath) throws(FileError) -> (
    bytes: Int, sha256: String
  ) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    var function = SHA256()
    var length = 0
    while true {
      let count = try attempt(.read, path) { try file.read(fromAbsoluteOffset: Int64(length), into: buffer) }
      if count == 0 {
        return (length, String(decoding: Hexadecimal.digits(of: function.finalize()), as: UTF8.self))
      }
      length += count
      function.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The first 8 digits of the hash: tells apart files whose names would collide.
  package static func hash8(_ bytes: some Sequence<UInt8>) -> String { String(sha256(bytes).prefix(8)) }
}

/// Lower-case hexadecimal digits.
enum Hexadecimal {
  /// Two ASCII digits for each byte.
  static func digits(of bytes: some Sequence<UInt8>) -> [UInt8] {
    let alphabet = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] }
  }
}
