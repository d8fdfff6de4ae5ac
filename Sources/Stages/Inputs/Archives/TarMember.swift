import Glibc
import Manifests
import SystemPackage

/// A file inside of a tar archive.
package struct TarMember: Hashable, Sendable {
  /// Where its bytes are in the archive: behind a header of 512 bytes.
  package let contents: Range<Int>
  /// Seconds since 1970 of its last change, by its header.
  package let modified: Int
  /// The first eight bytes of the hash of its header. An archive that was written anew has another header here, or none.
  package let mark: UInt64

  /// - Parameter header: the block in front of the contents.
  init(contents: Range<Int>, modified: Int, header: ArraySlice<UInt8>) {
    self.contents = contents
    self.modified = modified
    mark = Self.mark(of: header)
  }

  /// Takes the values as they are, from a list that was frozen.
  init(contents: Range<Int>, modified: Int, mark: UInt64) {
    self.contents = contents
    self.modified = modified
    self.mark = mark
  }

  /// Whether it still is where it was listed.
  ///
  /// - Throws: why that cannot be told.
  func stands(in archive: FilePath) throws(Errno) -> Bool {
    var bytes = try ArchiveBytes(opening: archive)
    guard contents.upperBound <= bytes.count else { return false }
    let header = bytes.bytes(at: contents.lowerBound - TarHeader.blockSize, count: TarHeader.blockSize)
    if let failure = bytes.failure { throw failure }
    return header.count == TarHeader.blockSize && Self.mark(of: header) == mark
  }

  private static func mark(of header: ArraySlice<UInt8>) -> UInt64 { Hashing.number(header) }
}
