import Foundation
import TestSupport
import Testing
import Training

@Suite struct PairedDifferenceTests {
  /// Rows of -1, 0 and 1 by seed and photograph.
  private static func table(_ seeds: Int, _ photographs: Int, seed: UInt64) -> [[Double]] {
    var random = SeededGenerator(seed: seed)
    return (0..<seeds).map { _ in
      (0..<photographs).map { _ in Double(Int.random(in: -1...1, using: &random)) }
    }
  }

  /// The same draws, taken one by one: every drawn seed meets every drawn photograph.
  private static func slow(_ tables: [[[Double]]], _ bootstrap: Bootstrap) -> (Estimate, error: Double) {
    let (seeds, photographs) = (tables[0].count, tables[0][0].count)
    var generator = SeededGenerator(seed: bootstrap.seed)
    func draw(_ count: Int) -> [Int] {
      (0..<count).map { _ in Int(generator.next().multipliedFullWidth(by: UInt64(count)).high) }
    }
    var results: [Double] = []
    for _ in 0..<bootstrap.rounds {
      let (drawnSeeds, drawnPhotographs) = (draw(seeds), draw(photographs))
      var sum = 0.0
      for table in tables {
        for seed in drawnSeeds { for photograph in drawnPhotographs { sum += table[seed][photograph] } }
      }
      results.append(sum / Double(tables.count * seeds * photographs))
    }
    let mean = results.reduce(0, +) / Double(results.count)
    let squares: [Double] = results.map { ($0 - mean) * ($0 - mean) }
    let variance = squares.reduce(0, +) / Double(results.count - 1)
    let sorted = results.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let (low, high) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
      return low + (high - low) * (place - place.rounded(.down))
    }
    let all = tables.flatMap { $0.flatMap(\.self) }
    return (
      Estimate(value: all.reduce(0, +) / Double(all.count), low: quantile(0.025), high: quantile(0.975)),
      variance.squareRoot()
    )
  }

  @Test(arguments: [(1, 1, 40), (1, 5, 60), (4, 3, 25), (2, 1, 9)])
  func asPlainLoopsHaveIt(places: Int, seeds: Int, photographs: Int) throws {
    let tables = (0..<places).map { Self.table(seeds, photographs, seed: UInt64(7 + $0)) }
    let bootstrap = Bootstrap(rounds: 300, seed: 11)
    let paired = try #require(PairedDifference(tables, bootstrap))
    let (estimate, error) = Self.slow(tables, bootstrap)
    #expect(approximately(paired.estimate.value, estimate.value, tolerance: 1e-12))
    #expect(approximately(paired.estimate.low, estimate.low, tolerance: 1e-12))
    #expect(approximately(paired.estimate.high, estimate.high, tolerance: 1e-12))
    #expect(approximately(paired.standardError, error, tolerance: 1e-12))
    #expect(approximately(paired.smallestDetectable, 2.8 * error, tolerance: 1e-12))
  }

  /// Of two seeds and three photographs all 4 x 27 samples can be listed.
  @Test func itsErrorIsThatOfAllSamples() throws {
    let table = [[1.0, 0, -1], [1, 1, 0]]
    var means: [Double] = []
    for a in 0..<2 {
      for b in 0..<2 {
        for first in 0..<3 {
          for second in 0..<3 {
            for third in 0..<3 {
              let drawn: [Double] = [a, b].flatMap { seed in [first, second, third].map { table[seed][$0] } }
              means.append(drawn.reduce(0, +) / 6)
            }
          }
        }
      }
    }
    let mean = means.reduce(0, +) / Double(means.count)
    let squares: [Double] = means.map { ($0 - mean) * ($0 - mean) }
    let exact = (squares.reduce(0, +) / Double(means.count)).squareRoot()
    let paired = try #require(PairedDifference([table], Bootstrap(rounds: 20000)))
    #expect(abs(paired.standardError / exact - 1) < 0.03)
  }

  @Test func signsAreCounted() throws {
    let paired = try #require(PairedDifference([[[1, 0], [0, 0], [1, 1]], [[-1, 0], [1, 0], [1, 0]]]))
    #expect((paired.better, paired.worse) == (4, 1))
    // Of 5 fair coins, at most one head or at most one tail: 2 x (1 + 5) / 32.
    #expect(approximately(paired.signTest, 12.0 / 32))
    let even = try #require(PairedDifference([[[1, -1]]]))
    #expect(even.signTest == 1 && even.better == 0)
    #expect(PairedDifference([]) == nil && PairedDifference([[[]]]) == nil)
  }

  /// The example of Student's "sleep" data: 10 differences, mean 1.58, interval 0.70 to 2.46.
  @Test func studentsInterval() throws {
    let differences = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4]
    let estimate = try #require(SeedDifference.estimate(differences))
    #expect(approximately(estimate.value, 1.58, tolerance: 1e-9))
    #expect(abs(estimate.low - 0.7001142) < 1e-3 && abs(estimate.high - 2.4598858) < 1e-3)
    #expect(SeedDifference.estimate([1]) == nil)
  }
}
