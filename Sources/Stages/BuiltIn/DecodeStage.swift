import Geometry
import Imaging
package import StageGraph

/// Turns the file into upright 8-bit sRGB pixels, at the smallest scale that serves the stages behind it.
package struct DecodeStage: PhotographStage {
  package static let schema = StageSchema(
    name: "decode", summary: "decodes to upright sRGB pixels, once where possible",
    discussion: """
      Applies the EXIF orientation before anything else, converts to 8-bit sRGB with the embedded colour profile, and lays \
      transparent pixels on the background. Of files with several pages the first is used, of HEIF and AVIF files the primary picture. A file that ends early is refused, not shown half grey.
      """,
    options: [
      OptionSchema(
        "background", .parsed(RGB.format), default: .text("white"), "what shows behind transparent pixels")
    ],
    needs: ["file"], adds: ["pixels"], branchLocal: ["pixels"])

  private let background: RGB
  private let codecs: Codecs
  private let timeout: Double
  private let shrink: @Sendable (PixelSize) -> Int

  package init(_ spec: StageSpec, _ setup: StageSetup) {
    background = RGB(named: spec.options.text("background")) ?? .white
    codecs = setup.codecs
    timeout = setup.limits.timeout
    shrink = setup.servingShrink
  }

  package func memoryCost(for sample: Sample) -> MemoryCost {
    guard let header = sample.header else { return .none }
    let shrink = shrink(header.upright)
    let pixels = header.pixelBytes(shrink: shrink)
    let extra = codecs.extraBytes(fileBytes: sample.byteCost, pixelBytes: pixels)
    return MemoryCost(kept: pixels, working: header.codecBytes(shrink: shrink) + extra)
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let bytes = sample.bytes, let header = sample.header else {
      preconditionFailure("decode runs behind read")
    }
    do throws(ImagingError) {
      let pixels = try codecs.decode(
        bytes, header: header, shrink: shrink(header.upright), background: background, seconds: timeout)
      sample.picture = Picture(pixels, size: header.upright, background: background)
      sample.decodes += 1
    } catch {
      throw StageFailure(error)
    }
    return .pass
  }
}
