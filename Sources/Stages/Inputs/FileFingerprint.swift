import Glibc
package import SystemPackage

/// What tells whether a file is still the one that was opened.
package struct FileFingerprint: Hashable, Sendable {
  /// Bytes.
  package let size: Int
  /// Seconds since 1970 of the last change.
  package let modified: Int
  /// Nanoseconds of that time, 0..<1e9.
  package let nanoseconds: Int
  private let inode: UInt
  /// Of the archive, for a member of one: its size and the time of its last change.
  private var archive: [Int] = []

  /// Nil where there is no file.
  package init?(_ path: FilePath) {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0 else { return nil }
    size = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
    inode = UInt(status.st_ino)
  }

  /// Nil where there is no file, or the archive is not the one any more whose member was listed, or cannot be read.
  package init?(_ place: PhotographPlace) {
    do throws(Errno) {
      guard let now = try Self.now(place) else { return nil }
      self = now
    } catch {
      return nil
    }
  }

  /// The same.
  ///
  /// - Throws: why it cannot be told what an archive holds.
  static func now(_ place: PhotographPlace) throws(Errno) -> FileFingerprint? {
    guard let whole = FileFingerprint(place.file) else { return nil }
    guard let member = place.member else { return whole }
    return try member.stands(in: place.file) ? FileFingerprint(member, in: whole) : nil
  }

  private init(_ member: TarMember, in whole: FileFingerprint) {
    size = member.contents.count
    modified = member.modified
    nanoseconds = 0
    inode = whole.inode
    archive = [whole.size, whole.modified, whole.nanoseconds]
  }
}
