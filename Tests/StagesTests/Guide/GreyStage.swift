package import Geometry
import Imaging
package import StageGraph
package import Stages

/// Takes colour away.
package struct GreyStage: PhotographStage {
  package static let schema = StageSchema(
    name: "grey", summary: "takes colour away",
    discussion: """
      Moves every pixel towards the grey that is as bright (ITU-R BT.601). With an amount of 100% no colour is left.
      """,
    options: [
      OptionSchema("amount", .fraction(0...1), default: .number(1), "how far: 50% leaves half of the colour")
    ],
    needs: ["pixels"], adds: ["pixels"], branchLocal: ["pixels"])

  private let amount: Double

  package init(_ spec: StageSpec, _ setup: StageSetup) { amount = spec.options.number("amount") }

  package func coarsestShrink(for upright: PixelSize) -> Int? { 1 }

  package func memoryCost(for sample: Sample) -> MemoryCost {
    MemoryCost(kept: 3 * (sample.header?.upright.area ?? 0))
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let picture = sample.picture else { preconditionFailure("grey runs behind decode") }
    do throws(ImagingError) {
      sample.picture = Picture(
        try grey(picture.pixels), size: picture.size, showing: picture.part, background: picture.background,
        isAltered: true)
    } catch {
      throw StageFailure(error)
    }
    return .pass
  }

  private func grey(_ pixels: PixelBuffer) throws(ImagingError) -> PixelBuffer {
    try PixelBuffer(size: pixels.size) { (result) throws(ImagingError) in
      pixels.withBytes { bytes in
        for pixel in stride(from: 0, to: bytes.count, by: 3) {
          let colours = (0..<3).map { Double(bytes[pixel + $0]) }
          let grey = 0.299 * colours[0] + 0.587 * colours[1] + 0.114 * colours[2]
          for channel in 0..<3 {
            let value = colours[channel] + amount * (grey - colours[channel])
            result[pixel + channel] = UInt8(value.rounded())
          }
        }
      }
    }
  }
}
