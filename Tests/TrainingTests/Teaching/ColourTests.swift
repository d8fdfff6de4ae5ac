import Foundation
import TestSupport
import Testing
import Training

@Suite struct ColourTests {
  private static func colour(_ random: inout SeededGenerator, around mean: SIMD3<Double>, _ width: Double)
    -> SIMD3<Double>
  {
    mean
      + SIMD3(
        Double.random(in: -width...width, using: &random), Double.random(in: -width...width, using: &random),
        Double.random(in: -width...width, using: &random))
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func coloursFarApartAreGrouped(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let means: [SIMD3<Double>] = [[20, 30, 40], [200, 40, 60], [90, 220, 110]]
    let colours = (0..<300).map { Self.colour(&random, around: means[$0 % 3], 12) }
    var generator = KeyedGenerator(seed)
    let groups = ColourClusters.groups(colours, count: 3, &generator)
    #expect(Set(groups[0..<3]).count == 3)
    for index in groups.indices { #expect(groups[index] == groups[index % 3]) }
  }

  @Test func fewerColoursThanGroupsAreNoProblem() {
    var generator = KeyedGenerator(1)
    let colours = [SIMD3<Double>](repeating: [7, 7, 7], count: 9)
    let groups = ColourClusters.groups(colours, count: 5, &generator)
    #expect(Set(groups).count == 1)
    let mixture = ColourMixture(colours, groups: groups, count: 5)
    #expect(mixture.logDensity([7, 7, 7]) > mixture.logDensity([8, 7, 7]))
    #expect(mixture.logDensity([255, 0, 255]).isFinite)
  }

  /// The density written out: shares, determinants, and inverses by Cramer's rule.
  private func density(_ colour: SIMD3<Double>, _ groups: [[SIMD3<Double>]]) -> Double {
    let total = Double(groups.reduce(0) { $0 + $1.count })
    return groups.reduce(0) { sum, group in
      let count = Double(group.count)
      let mean = group.reduce(SIMD3<Double>.zero, +) / count
      var c = [[Double]](repeating: [0, 0, 0], count: 3)
      for value in group {
        for i in 0..<3 { for j in 0..<3 { c[i][j] += (value[i] - mean[i]) * (value[j] - mean[j]) / count } }
      }
      func determinant(_ m: [[Double]]) -> Double {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
          + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
      }
      let d = colour - mean
      let size = determinant(c)
      // d^T c^-1 d, each x_i of c x = d a quotient of determinants.
      let distance = (0..<3).reduce(0.0) { sum, i in
        var replaced = c
        for row in 0..<3 { replaced[row][i] = d[row] }
        return sum + d[i] * determinant(replaced) / size
      }
      return sum + count / total * exp(-distance / 2) / (8 * .pi * .pi * .pi * size).squareRoot()
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func densitiesAreThoseOfTheFormula(seed: UInt64) {
    var random = SeededGenerator(seed: 50 + seed)
    let parts = (1...3).map { part in
      (0..<(20 * part)).map { _ in
        // Stretched and sheared, so that covariances are full.
        let c = Self.colour(&random, around: .zero, 20)
        return SIMD3(60 * Double(part) + c.x, 100 + c.y + 0.6 * c.x, 90 + 0.4 * c.z - 0.3 * c.y)
      }
    }
    let groups = parts.enumerated().flatMap { part, colours in colours.map { _ in part } }
    let mixture = ColourMixture(parts.flatMap(\.self), groups: groups, count: 5)
    for _ in 0..<20 {
      let colour = Self.colour(&random, around: [120, 100, 90], 60)
      #expect(abs(mixture.logDensity(colour) - log(density(colour, parts))) < 1e-6)
    }
  }
}
