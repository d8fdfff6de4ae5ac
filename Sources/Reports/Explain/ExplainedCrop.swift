package import Geometry
package import Imaging

/// How one crop came about.
package struct ExplainedCrop: Sendable {
  /// A window on the way to the crop, and what made it.
  struct Step: Sendable {
    let name: String
    let region: CropRegion
  }

  /// The id of the stage.
  let stage: String
  let options: CropOptions
  let region: CropRegion
  /// The cut pixels.
  let pixels: PixelBuffer
  /// Why the rectangle was of use, or was not.
  let verdict: String
  /// From the bare subject to the crop; steps that change nothing are left out.
  let steps: [Step]
  /// What would have been cut around the other sources.
  let alternatives: [CropRegion]

  /// - Parameters:
  ///   - region: what the stage decided.
  ///   - attention: the point that draws the eye, in pixels of the upright photograph, if it is known.
  package init(
    stage: String, options: CropOptions, region: CropRegion, pixels: PixelBuffer, frame: PixelSize,
    rectangle: LocatedRectangle?, score: Double?, attention: Point?
  ) {
    self.stage = stage
    self.options = options
    self.region = region
    self.pixels = pixels
    verdict = Self.verdict(on: rectangle, score: score, options)
    func compose(_ options: CropOptions, _ source: CropSource) -> CropRegion {
      var options = options
      options.order = [source]
      return CropComposer(options: options, frame: frame).compose(rectangle, score: score) { attention }
    }
    steps = Self.steps(options, to: region) { compose($0, region.source) }
    alternatives = CropSource.fallbacks.filter { $0 != region.source }.map { compose(options, $0) }
      .filter { $0.source != region.source }.reduce(into: []) { found, next in
        if !found.contains(where: { $0.source == next.source }) { found.append(next) }
      }
  }

  /// The options of the crop, taken in one after another.
  private static func steps(
    _ options: CropOptions, to region: CropRegion, compose: (CropOptions) -> CropRegion
  ) -> [Step] {
    var partial = CropOptions(
      longest: options.longest, oriented: options.oriented, minimumScore: options.minimumScore,
      maximumCoverage: options.maximumCoverage)
    var steps = [Step(name: start(of: region), region: compose(partial))]
    func take(_ name: String, _ change: (inout CropOptions) -> Void) {
      change(&partial)
      let next = compose(partial)
      if next.rectangle != steps[steps.count - 1].region.rectangle {
        steps.append(Step(name: name, region: next))
      }
    }
    take("with a margin of \(percent(options.margin))") { $0.margin = options.margin }
    take("with head room of \(percent(options.headroom))") { $0.headroom = options.headroom }
    take("grown to at least \(options.minimum) pixels a side") { $0.minimum = options.minimum }
    take("grown to the ratio \(options.aspect?.description ?? "free")") { $0.aspect = options.aspect }
    take("grown to \(percent(options.minimumShare)) of the photograph") {
      $0.minimumShare = options.minimumShare
    }
    take("placed by \(options.placement.rawValue)") { $0.placement = options.placement }
    return steps
  }

  private static func start(of region: CropRegion) -> String {
    switch region.source {
    case .rectangle:
      region.rectangle.angle == 0 ? "the upright box around the rectangle" : "the rectangle at its angle"
    case .attention: "around the point that draws the eye"
    case .centre: "around the centre"
    case .whole: "the whole photograph"
    case .drawn: "as a person drew it"
    }
  }

  private static func verdict(
    on rectangle: LocatedRectangle?, score: Double?, _ options: CropOptions
  ) -> String {
    guard options.order.contains(.rectangle) else { return "not asked for by 'source'" }
    guard let rectangle else { return "no: there is none" }
    guard let score else { return "no: there is no score" }
    if rectangle.isDegenerate { return "no: it lies outside of the photograph" }
    let sure = "score \(percent(score)) of at least \(percent(options.minimumScore))"
    let narrow = "coverage \(percent(rectangle.coverage)) of at most \(percent(options.maximumCoverage))"
    if score < options.minimumScore {
      return "no: score \(percent(score)), and 'min_score' is \(percent(options.minimumScore))"
    }
    if rectangle.coverage > options.maximumCoverage {
      return
        "no: it covers \(percent(rectangle.coverage)), and 'max_coverage' is \(percent(options.maximumCoverage))"
    }
    return "yes: \(sure), \(narrow)"
  }
}

/// `31.2 %`
func percent(_ share: Double) -> String {
  let tenths = (share * 1000).rounded() / 10
  return tenths == tenths.rounded() ? "\(Int(tenths)) %" : "\(tenths) %"
}
