import Imaging
package import SystemPackage

/// A file that a run will look at.
package struct InputFile: Hashable, Sendable {
  /// Where it is.
  package let location: FilePath
  /// The path its record carries: below its input directory, or its name. May not be UTF-8.
  package let path: FilePath
  /// True for a file that was named, not found by walking: it always gets a record.
  package let isNamed: Bool
  /// Why it cannot be opened, where the walk already knows: an unreadable directory.
  package let trouble: String?

  package init(location: FilePath, path: FilePath, isNamed: Bool, trouble: String? = nil) {
    self.location = location
    self.path = path
    self.isNamed = isNamed
    self.trouble = trouble
  }

  /// Whether it will surely have a record: it was named, or its name says that it is a picture.
  package var isLikelyPicture: Bool { isNamed || hasImageExtension }

  package var pathBytes: [UInt8] { Self.bytes(path) }
  var locationBytes: [UInt8] { Self.bytes(location) }

  /// Whether its name says that it is a picture.
  var hasImageExtension: Bool {
    path.extension.map { ImageFormat.extensions.contains($0.lowercased()) } ?? false
  }

  static func bytes(_ path: FilePath) -> [UInt8] {
    path.withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: path.length)) }
  }
}
