package import Geometry
package import Imaging
import Manifests
package import StageGraph

/// Cuts the photograph to its subject, and says why it cut there.
package struct CropStage: PhotographStage {
  package static let schema = StageSchema(
    name: "crop", summary: "cuts to the subject",
    discussion: """
      Starts from the rectangle where the network looked, adds margin and head room, and grows to the aspect ratio and the least size. The \
      subject is cut only where no window of that ratio holds it; at the border the window moves inside rather than fail. Where the rectangle says \
      nothing (a low score, or nearly the whole photograph) the next source is used; the record says which. A crop is always cut from the \
      photograph itself, never from another crop, and never enlarged. What was drawn on the whole photograph stays in the crop, which then has \
      the pixels at hand and no more. With `aspects` the stage, and every stage that follows it alone, stands \
      once for each ratio.
      """,
    options: [
      OptionSchema(
        "aspect", .parsed(AspectRatio.format), default: .text("free"), "width to height of the crop"),
      OptionSchema(
        "aspects", .list(AspectRatio.format), default: OptionValue.none, spreads: "aspect",
        "several ratios, each for a crop of its own; {aspect} in a later path is 4x5 for 4:5"),
      OptionSchema(
        "margin", .fraction(0...5), default: .number(0.1), "added on every side, of the rectangle's sides"),
      OptionSchema(
        "headroom", .fraction(0...5), default: .number(0),
        "added above the subject besides the margin, of the rectangle's height"),
      OptionSchema(
        "placement", .choice(CropPlacement.allCases.map(\.rawValue)),
        default: .text(CropPlacement.centre.rawValue),
        "where the subject stands in a window that is larger than subject, margin and head room"),
      OptionSchema(
        "min_share", .fraction(0...1), default: .number(0),
        "the least share of the photograph's area that is kept; 100% takes the largest window of the ratio"),
      OptionSchema(
        "minimum", .integer(1...100_000), default: .integer(64), "the least side of the crop, in pixels"),
      OptionSchema(
        "longest", .integer(1...100_000), default: OptionValue.none,
        "the longest side of the result, in pixels (default: not resized)"),
      OptionSchema(
        "oriented", .boolean, default: .boolean(false), "cut the rectangle at its angle and turn it upright"),
      OptionSchema(
        "source", .choices(CropSource.fallbacks.map(\.rawValue)),
        default: .list(CropSource.fallbacks.map(\.rawValue)),
        "what to cut around, the first that is of use; attention is libvips' point that draws the eye, not the network's"
      ),
      OptionSchema(
        "min_score", .fraction(0...1), default: .number(0.2),
        "below this score of the best label the rectangle is not used"),
      OptionSchema(
        "max_coverage", .fraction(0...1), default: .number(0.95),
        "above this share of the photograph the rectangle is not used"),
    ],
    needs: ["pixels"], adds: ["region", "pixels"], branchLocal: ["region", "pixels"])

  private let id: String
  private let options: CropOptions
  private let codecs: Codecs
  private let timeout: Double

  package init(_ spec: StageSpec, _ setup: StageSetup) {
    id = spec.id
    codecs = setup.codecs
    timeout = setup.limits.timeout
    options = CropOptions(spec.options)
  }

  /// Where there is no rectangle the next source serves; with no other source there is nothing to cut around.
  package static func needs(_ options: Options) -> Set<String> {
    options.list("source") == [CropSource.rectangle.rawValue] ? schema.needs.union(["rectangle"]) : schema.needs
  }

  package var replacesPixels: Bool { true }

  /// A crop of 40 % of the longer side should still come out at full size; a smaller one is decoded again.
  package func coarsestShrink(for upright: PixelSize) -> Int? {
    guard let longest = options.longest else { return 1 }
    return Decoder.shrinks.last { Double(upright.longest) * 0.4 / Double($0) >= Double(longest) } ?? 1
  }

  package func memoryCost(for sample: Sample) -> MemoryCost {
    guard let header = sample.header else { return .none }
    let output = options.longest.map { min($0, header.upright.longest) } ?? header.upright.longest
    return MemoryCost(
      kept: 3 * min(header.upright.area, output * output),
      working: Cutter.mostBytes(of: header, fileBytes: sample.byteCost, outputLongest: output, codecs))
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let picture = sample.picture, let header = sample.header else {
      preconditionFailure("crop runs behind decode")
    }
    do throws(ImagingError) {
      let region = try region(for: sample, picture, frame: header.upright)
      let (pixels, decoded) = try cut(region, from: picture, sample: sample, header: header)
      sample.picture = Picture(
        pixels, showing: region.rectangle, background: picture.background,
        isAltered: picture.isAltered && !decoded)
      sample.region = region
      sample.decodes += decoded ? 1 : 0
    } catch {
      throw StageFailure(error)
    }
    return .pass
  }

  private func region(
    for sample: Sample, _ picture: Picture, frame: PixelSize
  ) throws(ImagingError) -> CropRegion {
    var options = options
    switch sample.correction?.crops[id] {
    case nil: break
    case .drawn(let box): return .drawn(box, within: frame)
    case .composed(let aspect, let margin):
      options.aspect = aspect
      options.margin = margin
    }
    let composer = CropComposer(options: options, frame: frame)
    return try composer.compose(sample.attended, score: sample.networkScore) {
      () throws(ImagingError) in try Self.attention(picture, upright: frame)
    }
  }

  /// libvips' attention point, in pixels of the upright photograph; nil behind a stage that has already cut.
  package static func attention(_ picture: Picture, upright: PixelSize) throws(ImagingError) -> Point? {
    guard picture.isWhole else { return nil }
    let point = try picture.pixels.attentionPoint()
    return Point(
      x: point.x * Double(upright.width) / Double(picture.pixels.size.width),
      y: point.y * Double(upright.height) / Double(picture.pixels.size.height))
  }

  /// The pixels of a region, from those at hand where they suffice, otherwise from the file once more.
  private func cut(
    _ region: CropRegion, from picture: Picture, sample: Sample, header: ImageHeader
  ) throws(ImagingError) -> (PixelBuffer, decodedAgain: Bool) {
    let cutter = Cutter(
      picture: picture, bytes: sample.bytes, header: header, codecs: codecs, timeout: timeout)
    return try cutter.cut(region, to: region.outputSize(longest: options.longest))
  }
}

extension CropOptions {
  /// The options of a `crop` stage as values of the geometry.
  package init(_ given: Options) {
    self.init(
      aspect: try? AspectRatio.parse(given.text("aspect")), margin: given.number("margin"),
      headroom: given.number("headroom"),
      placement: CropPlacement(rawValue: given.text("placement")) ?? .centre,
      minimumShare: given.number("min_share"), minimum: given.integer("minimum"),
      longest: given.optionalInteger("longest"),
      oriented: given.boolean("oriented"),
      order: given.list("source").compactMap { CropSource(rawValue: $0) },
      minimumScore: given.number("min_score"),
      maximumCoverage: given.number("max_coverage"))
  }
}

extension AspectRatio {
  static let format = TextFormat(name: "ratio", example: "4:5") { text in
    do throws(InvalidAspectRatio) {
      _ = try AspectRatio.parse(text)
      return nil
    } catch {
      return "write width:height, or free"
    }
  }
}
