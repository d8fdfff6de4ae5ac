package import Geometry
import Imaging
package import StageGraph

/// Makes the picture smaller, or larger where asked to, without changing its shape.
package struct ResizeStage: PhotographStage {
  package static let schema = StageSchema(
    name: "resize", summary: "fits the picture into a size",
    discussion: """
      Keeps the shape: the picture becomes as large as it can be without passing any of the sides that are given, of which there must be one. A \
      picture that is small enough is left as it is unless `enlarge` is true.
      """,
    options: [
      OptionSchema("longest", side, default: OptionValue.none, "the longer side, in pixels"),
      OptionSchema("width", side, default: OptionValue.none, "the width, in pixels"),
      OptionSchema("height", side, default: OptionValue.none, "the height, in pixels"),
      OptionSchema("enlarge", .boolean, default: .boolean(false), "make small pictures larger too"),
    ],
    needs: ["pixels"], adds: ["pixels"], branchLocal: ["pixels"],
    conflict: { options in
      ["longest", "width", "height"].allSatisfy { options.optionalInteger($0) == nil }
        ? "needs a size: give 'longest', 'width' or 'height'" : nil
    })

  private static let side = OptionKind.integer(1...100_000)

  private let longest: Int?
  private let width: Int?
  private let height: Int?
  private let enlarges: Bool
  private let mostPixels: Int

  package init(_ spec: StageSpec, _ setup: StageSetup) {
    longest = spec.options.optionalInteger("longest")
    width = spec.options.optionalInteger("width")
    height = spec.options.optionalInteger("height")
    enlarges = spec.options.boolean("enlarge")
    mostPixels = setup.limits.image.pixels
  }

  package var replacesPixels: Bool { true }

  package func coarsestShrink(for upright: PixelSize) -> Int? {
    let wanted = fitted(upright)
    return Decoder.shrinks.last { upright.width >= wanted.width * $0 && upright.height >= wanted.height * $0 }
      ?? 1
  }

  package func memoryCost(for sample: Sample) -> MemoryCost {
    MemoryCost(kept: sample.header.map { 3 * min(fitted($0.upright).area, mostPixels) } ?? 0)
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let picture = sample.picture else { preconditionFailure("resize runs behind decode") }
    let size = fitted(picture.size)
    do throws(ImagingError) {
      guard size.area <= mostPixels else { throw .tooLarge(.pixels, value: size.area, limit: mostPixels) }
      sample.picture = Picture(
        try picture.pixels.resized(to: size), showing: picture.part, background: picture.background,
        isAltered: picture.isAltered)
    } catch {
      throw StageFailure(error)
    }
    return .pass
  }

  /// The largest size of the same shape within the sides that are given.
  private func fitted(_ size: PixelSize) -> PixelSize {
    let factors = [(longest, size.longest), (width, size.width), (height, size.height)].compactMap {
      most, side in
      most.map { Double($0) / Double(side) }
    }
    let factor = factors.min() ?? 1
    return factor < 1 || enlarges ? size.scaled(by: factor) : size
  }
}
