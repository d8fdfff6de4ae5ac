import Foundation
package import Geometry

/// Cuts a subject out of a picture: colours say what belongs together, neighbours want to stay together, and a hint says where to
/// begin.
///
/// Rother, Kolmogorov and Blake, "GrabCut: interactive foreground extraction using iterated graph cuts" (2004): mixtures of
/// Gaussians for subject and background, smoothness over eight neighbours, and a minimum cut, in turns.
package struct GrabCut {
  /// What is known of a pixel beforehand.
  package enum Hint: UInt8 {
    case background, probablyBackground, probablySubject, subject

    var isSubject: Bool { self == .subject || self == .probablySubject }
  }

  /// Gaussians for each side.
  package static let components = 5
  /// How much neighbours weigh against colours, as the paper has it.
  private static let smoothness = 50.0
  /// A pixel that is sure costs more than all its neighbours to cut off.
  private static let certainty = 9 * smoothness
  /// Costs are counted in these.
  private static let unit = 1.0 / 4096
  /// No colour is more of a surprise; in whole units it fits many times into 32 bits.
  private static let greatestCost = 20_000.0

  private let size: PixelSize
  private let colours: [SIMD3<Double>]
  private let hints: [Hint]
  /// Pairs of neighbours with what cutting between them costs.
  private let links: [(a: Int, b: Int, cost: Int32)]

  /// - Parameters:
  ///   - rgb: a picture of this size, three bytes a pixel.
  ///   - hints: one for each pixel.
  package init(rgb: [UInt8], size: PixelSize, hints: [Hint]) {
    precondition(rgb.count == 3 * size.area && hints.count == size.area, "a colour and a hint for each pixel")
    let colours = (0..<size.area).map {
      SIMD3(Double(rgb[3 * $0]), Double(rgb[3 * $0 + 1]), Double(rgb[3 * $0 + 2]))
    }
    self.size = size
    self.colours = colours
    self.hints = hints
    links = GrabCut.links(colours, size)
  }

  /// For each pixel whether it belongs to the subject, after so many turns. Nil where hints leave one of the two sides without
  /// any pixel.
  package func mask(turns: Int, _ random: inout KeyedGenerator) -> [Bool]? {
    var mask = hints.map(\.isSubject)
    guard mask.contains(true), mask.contains(false) else { return nil }
    func part(_ isSubject: Bool) -> [SIMD3<Double>] {
      zip(colours, mask).filter { $1 == isSubject }.map(\.0)
    }
    func start(_ colours: [SIMD3<Double>]) -> ColourMixture {
      let groups = ColourClusters.groups(colours, count: GrabCut.components, &random)
      return ColourMixture(colours, groups: groups, count: GrabCut.components)
    }
    func next(_ mixture: ColourMixture, _ colours: [SIMD3<Double>]) -> ColourMixture {
      ColourMixture(colours, groups: colours.map(mixture.mostLikely), count: GrabCut.components)
    }
    var background = start(part(false))
    var subject = start(part(true))
    for _ in 0..<turns {
      background = next(background, part(false))
      subject = next(subject, part(true))
      mask = cut(subject: subject, background: background)
      guard mask.contains(true), mask.contains(false) else { break }
    }
    return mask
  }

  /// The cheapest division for these distributions.
  private func cut(subject: ColourMixture, background: ColourMixture) -> [Bool] {
    var graph = MaximumFlow(nodes: colours.count, pipes: links.count)
    for link in links { graph.connect(link.a, link.b, capacity: link.cost, back: link.cost) }
    for (pixel, hint) in hints.enumerated() {
      let sure = GrabCut.whole(GrabCut.certainty)
      switch hint {
      case .subject: graph.connect(pixel, source: sure, sink: 0)
      case .background: graph.connect(pixel, source: 0, sink: sure)
      case .probablySubject, .probablyBackground:
        // Only the difference matters to the cut, so that it may be as small as it will.
        let surplus = subject.logDensity(colours[pixel]) - background.logDensity(colours[pixel])
        graph.connect(pixel, source: GrabCut.whole(surplus), sink: GrabCut.whole(-surplus))
      }
    }
    graph.maximise()
    return colours.indices.map(graph.isWithSource)
  }

  /// What it costs to cut between neighbours: the less, the more their colours differ, measured by the picture's mean contrast;
  /// across a corner less by the distance.
  private static func links(_ colours: [SIMD3<Double>], _ size: PixelSize) -> [(a: Int, b: Int, cost: Int32)] {
    var pairs: [(a: Int, b: Int, contrast: Double, distance: Double)] = []
    pairs.reserveCapacity(4 * size.area)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let pixel = y * size.width + x
        func add(_ other: Int, _ distance: Double) {
          pairs.append((pixel, other, squaredLength(colours[pixel] - colours[other]), distance))
        }
        if x + 1 < size.width { add(pixel + 1, 1) }
        guard y + 1 < size.height else { continue }
        add(pixel + size.width, 1)
        if x + 1 < size.width { add(pixel + size.width + 1, 2.0.squareRoot()) }
        if x > 0 { add(pixel + size.width - 1, 2.0.squareRoot()) }
      }
    }
    let total = pairs.reduce(0) { $0 + $1.contrast }
    let beta = total > 0 ? Double(pairs.count) / (2 * total) : 0
    return pairs.map { ($0.a, $0.b, whole(smoothness / $0.distance * exp(-beta * $0.contrast))) }
  }

  /// A cost in whole units; nothing below zero.
  private static func whole(_ cost: Double) -> Int32 {
    Int32((min(max(cost, 0), greatestCost) / unit).rounded())
  }
}
