package import Imaging
package import Manifests
package import SystemPackage

/// Where the bytes of a photograph are: a file, or a member of an archive.
package struct PhotographPlace: Hashable, Sendable {
  /// The file, or the archive.
  package let file: FilePath
  /// Nil where the file is the photograph.
  package let member: TarMember?

  package init(file: FilePath, member: TarMember? = nil) {
    self.file = file
    self.member = member
  }

  /// Whether there is something: a file, or the member that was listed.
  package var exists: Bool { FileFingerprint(self) != nil }

  /// What is there now; nil where there is nothing, or something else than was listed.
  func fingerprint() throws(ImagingError) -> FileFingerprint? {
    do throws(Errno) {
      return try FileFingerprint.now(self)
    } catch {
      throw .unreadable(call: "open", errno: error.rawValue)
    }
  }

  /// The path of the file, or the archive, as the file system has it.
  package var fileBytes: [UInt8] { InputFile.bytes(file) }

  /// Opens it as a file of its own.
  package func open() throws(ImagingError) -> ImageFile {
    try ImageFile(path: InputFile.bytes(file), part: member?.contents)
  }

  /// The SHA-256 of its bytes, in hexadecimal.
  package func sha256() throws(FileError) -> String {
    try Hashing.sha256(ofFile: file, part: member?.contents)
  }

  /// All of its bytes.
  package func contents() throws(FileError) -> [UInt8] {
    do throws(ImagingError) {
      return try ImageBytes(contentsOf: open(), limit: .max).withBytes { Array($0) }
    } catch {
      if case .unreadable(_, let errno) = error { throw FileError(.read, file, Errno(rawValue: errno)) }
      throw FileError(.read, file, .ioError)
    }
  }

  /// Copies it near its destination, with the time of its last change.
  package func copied(
    for destination: FilePath, names: TemporaryNames = .plain
  ) throws(FileError) -> StagedFile {
    guard let member else { return try StagedFile(placing: file, by: .copy, for: destination, names: names) }
    let copy = try StagedFile(copying: member.contents, of: file, for: destination, names: names)
    do throws(FileError) {
      try copy.setModified(member.modified, nanoseconds: 0)
    } catch {
      copy.discard()
      throw error
    }
    return copy
  }
}
