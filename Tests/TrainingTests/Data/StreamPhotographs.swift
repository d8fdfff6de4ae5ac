import Foundation
import Geometry
import Imaging
import TestSupport
import Training

/// Files to stream, in a folder of the test's own.
struct StreamPhotographs {
  let folder: TemporaryDirectory
  let list: [LabelledPhotograph]

  /// Writes `count` different photographs; those in `bad` are damaged, each in one of four ways.
  init(_ count: Int, bad: Set<Int> = [], in folder: TemporaryDirectory) throws {
    self.folder = folder
    var list: [LabelledPhotograph] = []
    for index in 0..<count {
      let name = "\(index).jpg"
      list.append(LabelledPhotograph(path: folder.file(name), name: name, label: index % 7))
      let good = try StreamPhotographs.photograph(seed: UInt64(index))
      guard bad.contains(index) else {
        try Data(good).write(to: URL(fileURLWithPath: folder.file(name)))
        continue
      }
      switch index % 4 {
      case 0: break  // There is no file.
      case 1: try Data("no picture at all".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
      case 2: try Data(good.prefix(good.count / 2)).write(to: URL(fileURLWithPath: folder.file(name)))
      default: try Data().write(to: URL(fileURLWithPath: folder.file(name)))
      }
    }
    self.list = list
  }

  /// A JPEG of coarse noise, of a size of its own.
  static func photograph(seed: UInt64) throws -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    let size = PixelSize(
      width: .random(in: 40...160, using: &random), height: .random(in: 40...160, using: &random))
    let blocks = (0..<400).map { _ in UInt8.random(in: 0...255, using: &random) }
    var rgb: [UInt8] = []
    for y in 0..<size.height {
      for x in 0..<size.width {
        for band in 0..<3 { rgb.append(blocks[(y / 20 * 8 + x / 20 + 133 * band) % 400]) }
      }
    }
    return try Encoder.encode(
      PixelBuffer(size: size, rgb: rgb), EncodeOptions(format: .jpeg, quality: 90))
  }
}

extension ViewStream {
  /// Everything that is left.
  func rest() throws -> [Batch] {
    var batches: [Batch] = []
    while let batch = try next() { batches.append(batch) }
    return batches
  }
}

extension Batch {
  /// The photographs' indices.
  var photographs: [Int] { views.map { $0[0].photograph } }

  /// All that a network would see of it.
  var content: [[BatchView]] {
    views.map {
      $0.map { BatchView(pixels: $0.pixels, map: $0.map, label: $0.label, photograph: $0.photograph) }
    }
  }
}

/// A view that can be compared.
struct BatchView: Hashable {
  let pixels: CanvasPixels
  let map: CanvasMap
  let label: Int
  let photograph: Int
}
