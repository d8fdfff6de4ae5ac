package import Geometry
package import Imaging
import Tensors

/// A changed copy of the canvas, on which the network should find the same subject.
package struct CanvasView: Sendable {
  package let name: String
  /// What the change does to places.
  package let similarity: CanvasSimilarity
  private let change: Change

  /// From RGB pixels, the canvas's size and a seed to RGB pixels.
  private typealias Change = @Sendable ([UInt8], PixelSize, UInt64) throws(ImagingError) -> [UInt8]

  /// The views every evaluation uses.
  package static let standard = [
    CanvasView("flip", CanvasSimilarity(flips: true)),
    CanvasView("shift 10 %", CanvasSimilarity(tau: Point(x: 0.2, y: 0.2))),
    CanvasView("scale 0.8", CanvasSimilarity(rho: 0.8)),
    CanvasView("scale 1.25", CanvasSimilarity(rho: 1.25)),
    CanvasView("rotation 15", CanvasSimilarity(phi: .pi / 12)),
    CanvasView("rotation -15", CanvasSimilarity(phi: -.pi / 12)),
    CanvasView("JPEG 30", jpeg(quality: 30)),
    CanvasView("noise 10", noise(deviation: 10)),
  ]

  private init(_ name: String, _ similarity: CanvasSimilarity) {
    self.name = name
    self.similarity = similarity
    change = { (pixels, size, _) throws(ImagingError) in
      try Canvas.render(CanvasPixels(size: size, rgb: pixels), through: CanvasMap(similarity)).rgb
    }
  }

  private init(
    _ name: String, _ change: @escaping Change
  ) {
    self.name = name
    similarity = CanvasSimilarity()
    self.change = change
  }

  /// The view of a canvas, given by its RGB pixels. `seed` is the photograph's own.
  package func apply(to pixels: [UInt8], _ size: PixelSize, seed: UInt64) throws(ImagingError) -> [UInt8] {
    try change(pixels, size, seed)
  }

  private static func jpeg(quality: Int) -> Change {
    { (pixels, size, _) throws(ImagingError) in
      let picture = try PixelBuffer(size: size, rgb: pixels)
      let file = try ImageBytes(Encoder.encode(picture, EncodeOptions(format: .jpeg, quality: quality)))
      return try Decoder.decode(file, header: HeaderReader.read(file)).withBytes { Array($0) }
    }
  }

  /// Uniform noise of this standard deviation, in levels, on every value.
  private static func noise(deviation: Double) -> Change {
    { (pixels, _, seed) throws(ImagingError) in
      var generator = SplitMix64(seed: seed)
      let width = deviation * 12.0.squareRoot()
      return pixels.map { value in
        UInt8(min(max((Double(value) + width * (generator.unit() - 0.5)).rounded(), 0), 255))
      }
    }
  }
}
