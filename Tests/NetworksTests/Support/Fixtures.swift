import Foundation
import Geometry
import Networks
import Testing

/// Files the tests compare with, and the model the program ships.
enum Fixtures {
  static let photographs = Result { try fixture("photographs") }
  static let window = Result { try fixture("window") }
  static let model = Result { try Model.load(modelPath) }

  /// The shipped model on a canvas as large as those of the photographs.
  static let modelOfPhotographs = Result {
    try Model.load(modelPath, canvas: PixelSize(width: 224, height: 224))
  }

  static let modelPath = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("Sources/viewfinder/Resources/models/lite0-rectangle.safetensors").path

  /// The canvas of one of the eight photographs.
  static func canvas(_ index: Int) throws -> [UInt8] {
    let all = try photographs.get().uint8s("canvas_u8")
    let size = all.count / photographCount
    return Array(all[(index * size)..<((index + 1) * size)])
  }

  static let photographCount = 8

  private static func fixture(_ name: String) throws -> Safetensors {
    let path = try #require(Bundle.module.path(forResource: "Fixtures/\(name)", ofType: "safetensors"))
    return try Safetensors(path: path)
  }
}

/// The largest difference, relative to the largest magnitude expected. Infinite if shapes differ or a NaN is there.
func deviation<Number: BinaryFloatingPoint>(_ found: [Number], _ expected: [Number]) -> Number {
  guard found.count == expected.count, !found.isEmpty else { return .infinity }
  var worst: Number = 0
  var largest: Number = 0
  for (one, other) in zip(found, expected) {
    let difference = abs(one - other)
    guard difference.isFinite else { return .infinity }
    worst = max(worst, difference)
    largest = max(largest, abs(other))
  }
  return largest == 0 ? worst : worst / largest
}
