import Imaging
package import Manifests
package import SystemPackage

/// A photograph that a run will look at: a file, or a member of an archive.
package struct InputFile: Hashable, Sendable {
  /// Where it is; of a member the archive.
  package let location: FilePath
  /// What of that file it is; nil for all of it.
  package let member: TarMember?
  /// The path its record carries: below its input directory, or its name. May not be UTF-8.
  package let path: FilePath
  /// True for a file that was named, not found by walking: it always gets a record.
  package let isNamed: Bool
  /// Why it cannot be opened, where the walk already knows.
  package let trouble: Trouble?

  /// What a walk has found instead of a photograph: a directory that cannot be read, an archive that is damaged. It always gets a record.
  package struct Trouble: Hashable, Sendable {
    package let reason: ReasonCode
    /// One sentence, in one line.
    package let detail: String

    package init(_ reason: ReasonCode, _ detail: String) {
      self.reason = reason
      self.detail = detail
    }
  }

  package init(
    location: FilePath, member: TarMember? = nil, path: FilePath, isNamed: Bool, trouble: Trouble? = nil
  ) {
    self.location = location
    self.member = member
    self.path = path
    self.isNamed = isNamed
    self.trouble = trouble
  }

  /// Whether it will surely have a record: it was named, or its name says that it is a picture.
  package var isLikelyPicture: Bool { isNamed || hasImageExtension }

  /// Where its bytes are.
  package var place: PhotographPlace { PhotographPlace(file: location, member: member) }

  package var pathBytes: [UInt8] { Self.bytes(path) }
  var locationBytes: [UInt8] { Self.bytes(location) }

  /// Whether its name says that it is a picture.
  var hasImageExtension: Bool { Self.isPicture(named: pathBytes[...]) }

  /// Whether the last component of a path has an extension that pictures have.
  static func isPicture(named path: ArraySlice<UInt8>) -> Bool {
    let dot = endOfStem(of: path)
    guard dot < path.endIndex else { return false }
    return ImageFormat.extensions.contains(String(decoding: path[(dot + 1)...], as: UTF8.self).lowercased())
  }

  /// Where the extension of a path's last component begins, at its dot; the path's end where it has none.
  static func endOfStem(of path: ArraySlice<UInt8>) -> Int {
    let name = (path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex - 1) + 1
    // A dot in front hides a file.
    guard let dot = path.lastIndex(of: UInt8(ascii: ".")), dot > name else { return path.endIndex }
    return dot
  }

  static func bytes(_ path: FilePath) -> [UInt8] {
    path.withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: path.length)) }
  }
}

extension RecordPath {
  /// The path from the root of the file system, byte for byte.
  package init(absolute path: FilePath) { self.init(bytes: InputFile.bytes(path.absolute)) }
}
