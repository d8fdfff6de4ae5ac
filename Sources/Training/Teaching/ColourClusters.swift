/// Groups colours around means: k-means from spread-out starts.
///
/// Lloyd's algorithm; the starts are those of Arthur and Vassilvitskii, "k-means++" (2007).
package enum ColourClusters {
  private static let rounds = 10

  /// For each colour the number of its group, below `count`. Groups can be empty. The same generator gives the same groups.
  package static func groups(
    _ colours: [SIMD3<Double>], count: Int, _ random: inout KeyedGenerator
  ) -> [Int] {
    guard !colours.isEmpty else { return [] }
    var means = starts(colours, count: count, &random)
    var groups = [Int](repeating: 0, count: colours.count)
    for _ in 0..<rounds {
      var hasChanged = false
      for (index, colour) in colours.enumerated() {
        let group = nearest(to: colour, of: means)
        hasChanged = hasChanged || group != groups[index]
        groups[index] = group
      }
      var sums = [SIMD3<Double>](repeating: .zero, count: means.count)
      var sizes = [Double](repeating: 0, count: means.count)
      for (colour, group) in zip(colours, groups) {
        sums[group] += colour
        sizes[group] += 1
      }
      for group in means.indices where sizes[group] > 0 { means[group] = sums[group] / sizes[group] }
      if !hasChanged { break }
    }
    return groups
  }

  /// The first start is any colour, each next one likely far from all before.
  private static func starts(
    _ colours: [SIMD3<Double>], count: Int, _ random: inout KeyedGenerator
  ) -> [SIMD3<Double>] {
    var means = [colours[min(Int(random.unit() * Double(colours.count)), colours.count - 1)]]
    var distances = [Double](repeating: .infinity, count: colours.count)
    while means.count < count {
      var total = 0.0
      for (index, colour) in colours.enumerated() {
        distances[index] = min(distances[index], squaredLength(colour - means[means.count - 1]))
        total += distances[index]
      }
      var left = random.unit() * total
      let chosen = distances.firstIndex { distance in
        left -= distance
        return left < 0
      }
      means.append(colours[chosen ?? 0])
    }
    return means
  }

  private static func nearest(to colour: SIMD3<Double>, of means: [SIMD3<Double>]) -> Int {
    var best = 0
    var least = Double.infinity
    for (index, mean) in means.enumerated() {
      let distance = squaredLength(colour - mean)
      if distance < least { (best, least) = (index, distance) }
    }
    return best
  }
}

/// The square of a vector's length.
func squaredLength(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum() }
