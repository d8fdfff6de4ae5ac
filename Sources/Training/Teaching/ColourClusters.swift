/// Groups colours around means: k-means from spread-out starts.
///
/// Lloyd's algorithm; the starts are those of Arthur and Vassilvitskii, "k-means++" (2007), the greedy variant.
package enum ColourClusters {
  private static let rounds = 10
  private static let candidates = 3

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

  /// The first start is any colour, each next one likely far from all before: of some candidates the one that leaves the least.
  private static func starts(
    _ colours: [SIMD3<Double>], count: Int, _ random: inout KeyedGenerator
  ) -> [SIMD3<Double>] {
    var means = [colours[min(Int(random.unit() * Double(colours.count)), colours.count - 1)]]
    var distances = colours.map { squaredLength($0 - means[0]) }
    while means.count < count {
      let total = distances.reduce(0, +)
      var best: (mean: SIMD3<Double>, distances: [Double], left: Double)?
      for _ in 0..<candidates {
        var rest = random.unit() * total
        let place = distances.firstIndex { distance in
          rest -= distance
          return rest < 0
        }
        let mean = colours[place ?? 0]
        let left = zip(colours, distances).map { min($1, squaredLength($0 - mean)) }
        let sum = left.reduce(0, +)
        if sum < best?.left ?? .infinity { best = (mean, left, sum) }
      }
      means.append(best!.mean)
      distances = best!.distances
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
