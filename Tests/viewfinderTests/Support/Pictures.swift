import Foundation
import Geometry
import Imaging
import TestSupport

extension TemporaryDirectory {
  /// Writes a file, and the directories above it.
  @discardableResult
  func put(_ bytes: some Sequence<UInt8>, at name: String) throws -> String {
    let url = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(Array(bytes)).write(to: url)
    return url.path
  }

  @discardableResult
  func put(_ text: String, at name: String) throws -> String { try put(text.utf8, at: name) }

  func contents(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// All entries below a directory that are no directories.
  func files(below name: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: file(name)).filter { path in
      let type =
        try FileManager.default.attributesOfItem(atPath: file(name) + "/" + path)[.type] as? FileAttributeType
      return type != .typeDirectory
    }.sorted()
  }

  /// A few small photographs, a broken one and a text, in `in`.
  func makePhotographs(_ count: Int = 4) throws {
    for index in 0..<count { try put(picture(120 + 30 * index, 100, seed: index), at: "in/p\(index).jpg") }
    try put(picture(200, 200, seed: 9).prefix(900), at: "in/sub/broken.jpg")
    try put("no picture", at: "in/notes.txt")
  }
}

/// A JPEG of smooth colours, different for every seed.
func picture(_ width: Int, _ height: Int, seed: Int = 0) throws -> [UInt8] {
  var rgb: [UInt8] = []
  rgb.reserveCapacity(3 * width * height)
  for y in 0..<height {
    for x in 0..<width {
      rgb.append(UInt8(40 + 170 * x / width))
      rgb.append(UInt8(40 + 170 * y / height))
      rgb.append(UInt8((x ^ y + 41 * seed) % 256))
    }
  }
  let pixels = try PixelBuffer(size: PixelSize(width: width, height: height), rgb: rgb)
  return try Encoder.encode(pixels, EncodeOptions(format: .jpeg, quality: 90))
}
