import Foundation
import Glibc
import Manifests
import Stages
import SystemPackage

/// The folder of a report: the page, its parts, the data and the thumbnails.
///
/// `report.json` says that the folder is a report. It comes first and `index.html` last, so that a report that was cut short is
/// known as one and shows nothing.
struct SheetDirectory: Sendable {
  private static let marker = "report.json"
  private static let page = "index.html"

  let path: FilePath

  /// - Throws: `occupied` where anything but an earlier report or an empty directory stands there.
  init(_ path: FilePath, overwrite: Bool) throws(ContactSheetError) {
    self.path = path
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path.string, isDirectory: &isDirectory) else { return }
    guard isDirectory.boolValue else { throw .occupied("\(path) is a file; name a directory") }
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: path.string)) ?? []
    guard overwrite || entries.isEmpty || SheetMarker.stands(at: path.appending(Self.marker)) else {
      throw .occupied("\(path) exists and holds no report: name another --output, or use --overwrite")
    }
  }

  /// Makes the folders, takes an earlier report away, and marks the folder.
  func begin(_ marker: JSONValue) throws(FileError) {
    for folder in ["data", "page", "thumbnails"] { try makeDirectories(path.appending(folder)) }
    try remove(Self.page)
    for folder in ["data", "thumbnails"] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: path.appending(folder).string)) ?? []
      where Self.isOurs(name) || AtomicFile.isTemporary(name) {
        try remove("\(folder)/\(name)")
      }
    }
    try write(marker.indentedBytes, to: Self.marker)
  }

  /// Writes a file below the folder, durably.
  func write(_ bytes: [UInt8], to name: String) throws(FileError) {
    try AtomicFile.write(bytes, to: path.appending(name))
  }

  /// Writes a thumbnail. Thousands of these are not synced one by one: they are made again as easily.
  func writeThumbnail(_ bytes: [UInt8], number: Int) throws(FileError) {
    var file = try AtomicFile(destination: path.appending("thumbnails/\(Self.thumbnailName(number))"))
    try file.write(bytes)
    try file.commit()
  }

  /// The page's parts, and at last the page.
  func writePage() throws(FileError) {
    for part in PagePart.all { try write(part.bytes, to: "page/\(part.name)") }
    try write(PagePart.index, to: Self.page)
  }

  /// `000001.jpg` for the first record.
  static func thumbnailName(_ number: Int) -> String { String(format: "%06d.jpg", number) }

  /// `records-00001.js` for the first chunk.
  static func chunkName(_ number: Int) -> String { String(format: "records-%05d.js", number) }

  /// Where another directory is as seen from this one, as the beginning of a URL. Nil where the two have nothing in common but the
  /// root: such a path says more about this machine than it would help on the next.
  func relativeAddress(of other: FilePath) -> String? {
    guard let from = Self.real(path), let to = Self.real(other) else { return nil }
    let (ours, theirs) = (Array(from.components), Array(to.components))
    let common = zip(ours, theirs).prefix { $0 == $1 }.count
    guard common > 0 else { return nil }
    let down = theirs[common...].map { component in
      component.withPlatformString { Self.percentEncoded(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }
    return (Array(repeating: "..", count: ours.count - common) + down).map { $0 + "/" }.joined()
  }

  private static func real(_ path: FilePath) -> FilePath? {
    let path = path.isEmpty ? FilePath(".") : path
    guard let real = path.withPlatformString({ realpath($0, nil) }) else { return nil }
    defer { free(real) }
    return FilePath(platformString: real)
  }

  private static func percentEncoded(_ bytes: UnsafeRawBufferPointer) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    return bytes.map { plain.contains($0) ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0) }.joined()
  }

  private static func isOurs(_ name: String) -> Bool {
    name == "report.js" || name.wholeMatch(of: /records-\d{5,}\.js|\d{6,}\.jpg/) != nil
  }

  private func remove(_ name: String) throws(FileError) {
    let file = path.appending(name)
    guard file.withPlatformString({ unlink($0) }) != 0, errno != ENOENT else { return }
    throw FileError(.remove, file, Errno(rawValue: errno))
  }
}
