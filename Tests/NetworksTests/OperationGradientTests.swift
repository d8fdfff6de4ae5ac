import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// Operations of the tape that no layer shows by itself: their results against plain formulas in double precision, their
/// gradients against those formulas' finite differences.
@Suite struct OperationGradientTests {
  /// An operation on batches and parameters, and what it should make of the same numbers.
  struct Operation: CustomTestStringConvertible, Sendable {
    struct Numbers: Sendable {
      var shape: MapShape
      var range: ClosedRange<Double> = -1...1
      /// Given numbers instead of random ones.
      var values: [Double]?
      var isParameter = false

      init(_ height: Int, _ width: Int, _ channels: Int, in range: ClosedRange<Double> = -1...1) {
        shape = MapShape(height: height, width: width, channels: channels)
        self.range = range
      }

      /// A parameter of so many numbers.
      init(parameter count: Int, in range: ClosedRange<Double>) {
        self.init(1, 1, count, in: range)
        isParameter = true
      }

      /// A batch of given maps.
      init(_ shape: MapShape, _ values: [Double]) {
        self.shape = shape
        self.values = values
      }
    }

    let testDescription: String
    var photographs = 3
    let numbers: [Numbers]
    let run: @Sendable (Tape, [Variable], [Parameter]) -> Variable
    /// The same of the numbers of each batch, then those of each parameter.
    let formula: @Sendable ([[Double]]) -> [Double]
  }

  @Test(arguments: losses + maps + normalisations + rectangles) func agreesWithItsFormula(_ test: Operation)
    throws
  {
    var generator = SeededGenerator(seed: 31)
    let tape = Tape()
    var batches: [Variable] = []
    var parameters: [Parameter] = []
    for numbers in test.numbers {
      let count = numbers.shape.count * (numbers.isParameter ? 1 : test.photographs)
      let values = numbers.values ?? (0..<count).map { _ in .random(in: numbers.range, using: &generator) }
      if numbers.isParameter {
        parameters.append(Parameter("p\(parameters.count)", Tensor(shape: [count], values.map(Float.init))))
      } else {
        batches.append(
          tape.input(count: test.photographs, shape: numbers.shape, isDifferentiable: true) {
            _ = $0.update(fromContentsOf: values.map(Float.init))
          })
      }
    }
    let given = batches.map { $0.values.map(Double.init) } + parameters.map { $0.values.map(Double.init) }
    let output = test.run(tape, batches, parameters)
    #expect(deviation(output.values.map(Double.init), test.formula(given)) < 1e-5)

    let pull = (0..<output.values.count).map { _ in Double.random(in: -1...1, using: &generator) }
    tape.goBack(from: [(tape.weightedSum(output, pull.map(Float.init)), 1)])
    let gradients =
      try batches.map { try #require($0.gradient).map(Double.init) }
      + parameters.map { $0.gradient.map(Double.init) }
    for index in given.indices {
      for _ in 0..<3 {
        let direction = given[index].map { _ in Double.random(in: -1...1, using: &generator) }
        func loss(_ step: Double) -> Double {
          var moved = given
          moved[index] = zip(given[index], direction).map { $0 + step * $1 }
          return Self.dot(test.formula(moved), pull)
        }
        let expected = (loss(1e-6) - loss(-1e-6)) / 2e-6
        let products = zip(gradients[index], direction).map { $0 * $1 }
        let size = products.reduce(0) { $0 + abs($1) }
        #expect(abs(products.reduce(0, +) - expected) <= 1e-4 * max(size, 0.1), "numbers \(index)")
      }
    }
  }

  // MARK: Losses

  private static let losses = [
    Operation(
      testDescription: "cross-entropy with smoothing", numbers: [.init(1, 1, 7, in: -3...3)],
      run: { tape, batches, _ in tape.crossEntropy(batches[0], .classes([2, 0, 6], smoothing: 0.1)) },
      formula: { numbers in
        rows(numbers[0], 7).enumerated().map { index, scores in
          let shares = (0..<7).map { 0.1 / 7 + ($0 == [2, 0, 6][index] ? 0.9 : 0.0) }
          return -dot(shares, softmax(scores).map { log($0) })
        }
      }),
    Operation(
      testDescription: "cross-entropy with shares that need not sum to one", photographs: 2,
      numbers: [.init(1, 1, 3, in: -3...3)],
      run: { tape, batches, _ in tape.crossEntropy(batches[0], .shares(shares.map(Float.init))) },
      formula: { numbers in
        zip(rows(numbers[0], 3), rows(shares, 3)).map { scores, shares in
          -dot(shares, softmax(scores).map { log($0) })
        }
      }),
    Operation(
      testDescription: "agreement", photographs: 2, numbers: [.init(1, 1, 3, in: -3...3)],
      run: { tape, batches, _ in tape.agreement(batches[0], with: shares.map(Float.init)) },
      formula: { numbers in
        zip(rows(numbers[0], 3), rows(shares, 3)).map { scores, shares in
          dot(shares, softmax(scores))
        }
      }),
  ]

  private static let shares = [0.5, 0.25, 0.125, 0, 1, 0]

  // MARK: Maps

  private static let maps = [
    Operation(
      testDescription: "sigmoid", numbers: [.init(3, 2, 4, in: -8...8)],
      run: { tape, batches, _ in tape.sigmoid(batches[0]) },
      formula: { $0[0].map { 1 / (1 + exp(-$0)) } }),
    Operation(
      testDescription: "dropout", numbers: [.init(2, 3, 5)],
      run: { tape, batches, _ in
        var generator = SplitMix64(seed: 9)
        return tape.dropout(batches[0], share: 0.4, using: &generator)
      },
      formula: { numbers in
        var generator = SplitMix64(seed: 9)
        return numbers[0].map { Double.random(in: 0..<1, using: &generator) < 0.4 ? 0 : $0 / 0.6 }
      }),
    Operation(
      testDescription: "channel summary", numbers: [.init(4, 3, 6)],
      run: { tape, batches, _ in tape.channelSummary(batches[0]) },
      formula: { rows($0[0], 6).flatMap { [$0.max()!, $0.reduce(0, +) / 6] } }),
    Operation(
      testDescription: "mean", numbers: [.init(3, 5, 19)],
      run: { tape, batches, _ in tape.mean(batches[0]) },
      formula: { weightedMeans($0[0], [Double](repeating: 1, count: 3 * 15), positions: 15, channels: 19) }),
    Operation(
      testDescription: "weighted mean", numbers: [.init(3, 4, 5), .init(3, 4, 1, in: 0.1...1)],
      run: { tape, batches, _ in tape.mean(batches[0], weightedBy: batches[1]) },
      formula: { weightedMeans($0[0], $0[1], positions: 12, channels: 5) }),
    Operation(
      testDescription: "scale by position", numbers: [.init(3, 4, 17), .init(3, 4, 1)],
      run: { tape, batches, _ in tape.scale(batches[0], byPosition: batches[1]) },
      formula: { numbers in numbers[0].indices.map { numbers[0][$0] * numbers[1][$0 / 17] } }),
    Operation(
      testDescription: "scale by position, keeping a third", numbers: [.init(2, 3, 4), .init(2, 3, 1)],
      run: { tape, batches, _ in tape.scale(batches[0], byPosition: batches[1], keeping: 1 / 3) },
      formula: { numbers in numbers[0].indices.map { numbers[0][$0] * (1 + 2 * numbers[1][$0 / 4]) / 3 } }),
    resample(from: (3, 4), to: (7, 9)), resample(from: (14, 14), to: (7, 7)),
    resample(from: (5, 1), to: (2, 6)),
    resample(from: (4, 6), to: (4, 6)),
  ]

  private static func resample(from: (Int, Int), to: (Int, Int)) -> Operation {
    let shape = MapShape(height: from.0, width: from.1, channels: 3)
    return Operation(
      testDescription: "resample \(from) to \(to)", numbers: [.init(from.0, from.1, 3)],
      run: { tape, batches, _ in tape.resample(batches[0], height: to.0, width: to.1) },
      formula: { numbers in
        rows(numbers[0], shape.count).flatMap {
          NaiveLayers(seed: 0, sources: [:]).enlarge(
            .init(shape: shape, values: $0), MapShape(height: to.0, width: to.1, channels: 3)
          ).values
        }
      })
  }

  // MARK: Batch normalisation

  private static let normalisations = [
    normalisation(.linear, usesBatch: true), normalisation(.relu6, usesBatch: true),
    normalisation(.relu, usesBatch: false), normalisation(.linear, usesBatch: true, photographs: 9),
  ]

  private static func normalisation(_ activation: Activation, usesBatch: Bool, photographs: Int = 3)
    -> Operation
  {
    let channels = 5
    return Operation(
      testDescription:
        "batch normalisation, \(activation), \(usesBatch ? "learning" : "frozen"), of \(photographs)",
      photographs: photographs,
      numbers: [
        .init(2, 3, channels, in: -2...5), .init(parameter: channels, in: 0.5...4),
        .init(parameter: channels, in: -1...1),
      ],
      run: { tape, batches, parameters in
        func row(_ values: [Float]) -> Parameter {
          Parameter("statistic", Tensor(shape: [channels], values), isLearned: false)
        }
        return tape.batchNormalisation(
          batches[0],
          NormalisationParameters(
            factor: parameters[0], shift: parameters[1], mean: row([0, 1, 2, 3, 0.5]),
            variance: row([1, 2, 0.5, 3, 0.25]), epsilon: 1e-3),
          activation: activation, momentum: usesBatch ? 0.1 : nil)
      },
      formula: { numbers in
        let statistics = (0..<channels).map { channel -> (mean: Double, variance: Double) in
          guard usesBatch else { return ([0, 1, 2, 3, 0.5][channel], [1, 2, 0.5, 3, 0.25][channel]) }
          return spread(of: rows(numbers[0], channels).map { $0[channel] })
        }
        return numbers[0].enumerated().map { index, x in
          let (mean, variance) = statistics[index % channels]
          let normalised = (x - mean) / (variance + 1e-3).squareRoot()
          let y = numbers[1][index % channels] * normalised + numbers[2][index % channels]
          return switch activation {
          case .linear: y
          case .relu: max(0, y)
          case .relu6: min(6, max(0, y))
          }
        }
      })
  }

  private static func spread(of values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
  }

  @Test func runningStatisticsMoveTowardsTheBatch() {
    let tape = Tape()
    func row(_ value: Float) -> Parameter { Parameter("row", Tensor(shape: [1], [value])) }
    let parameters = NormalisationParameters(
      factor: row(1), shift: row(0), mean: row(10), variance: row(4), epsilon: 1e-3)
    let batch = tape.input(count: 2, shape: MapShape(height: 1, width: 2, channels: 1)) {
      _ = $0.update(fromContentsOf: [1, 2, 3, 6])
    }
    _ = tape.batchNormalisation(batch, parameters, momentum: 0.25)
    // The batch's mean is 3; its variance with Bessel's correction is 14 / 3.
    let (mean, variance): (Float, Float) = (8.25, 4.1666665)
    #expect(abs(parameters.mean.values[0] - mean) < 1e-5)
    #expect(abs(parameters.variance.values[0] - variance) < 1e-5)
    _ = tape.batchNormalisation(batch, parameters)
    #expect(abs(parameters.mean.values[0] - mean) < 1e-5)
  }

  // MARK: Rectangles

  /// The first cases are tiny, full and turned ones.
  private static let rectangles = [
    Operation(
      testDescription: "window of tiny, full and turned rectangles", photographs: rectangleCases.count,
      numbers: [.init(Tape.rectangleShape, rectangleCases.flatMap(\.list))],
      run: { tape, batches, _ in tape.window(batches[0], height: 7, width: 10, sharpness: 8) },
      formula: { rows($0[0], 5).flatMap { window(Rectangle($0), rows: 7, columns: 10, sharpness: 8) } }),
    raw(5), raw(4), moments(), moments(upright: true), moments(uprightness: 0.05),
  ]

  private static func raw(_ count: Int) -> Operation {
    Operation(
      testDescription: "rectangles of \(count) raw numbers", photographs: 6,
      numbers: [.init(1, 1, count, in: -4...4)],
      run: { tape, batches, _ in tape.rectangles(ofRaw: batches[0], RectangleRanges(leastSize: 0.2)) },
      formula: { rows($0[0], count).flatMap(rectangle) })
  }

  private static func rectangle(_ raw: [Double]) -> [Double] {
    func size(_ x: Double) -> Double { 0.2 + 0.9 * 4 * exp(x) / (1 + 4 * exp(x)) }
    let angle: Double = raw.count == 5 ? .pi / 4 * tanh(raw[4]) : 0
    return [tanh(raw[0]), tanh(raw[1]), size(raw[2]), size(raw[3]), angle]
  }

  private static func moments(upright: Bool = false, uprightness: Double = 0) -> Operation {
    Operation(
      testDescription: "rectangles of evidence, upright \(upright), uprightness \(uprightness)", photographs: 6,
      numbers: [.init(5, 7, 1, in: -2...2), .init(parameter: 2, in: -0.3...0.3)],
      run: { tape, batches, parameters in
        tape.rectangles(
          of: batches[0], logGain: parameters[0], leastSize: 0.12, upright: upright,
          uprightness: Float(uprightness))
      },
      formula: { numbers in
        rows(numbers[0], 35).flatMap { logits in
          MomentsHead<Double>(
            grid: CellGrid(rows: 5, columns: 7), leastSize: 0.12, gain1: exp(numbers[1][0]),
            gain2: exp(numbers[1][1]), upright: upright, uprightness: uprightness
          ).rectangle(of: logits.span).list
        }
      })
  }

  // MARK: Formulas

  private static func window(_ rectangle: Rectangle, rows: Int, columns: Int, sharpness: Double) -> [Double] {
    var map = [Double](repeating: 0, count: rows * columns)
    map.withUnsafeMutableBufferPointer {
      RectangleWindow<Double>(grid: CellGrid(rows: rows, columns: columns), sharpness: sharpness)
        .evaluate(rectangle, into: $0)
    }
    return map
  }

  private static func rows(_ numbers: [Double], _ length: Int) -> [[Double]] {
    stride(from: 0, to: numbers.count, by: length).map { Array(numbers[$0..<($0 + length)]) }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  private static func softmax(_ scores: [Double]) -> [Double] {
    let mass = scores.reduce(0) { $0 + exp($1) }
    return scores.map { exp($0) / mass }
  }

  /// For each photograph and channel the sum of factor x value over the sum of factors.
  private static func weightedMeans(
    _ values: [Double], _ factors: [Double], positions: Int, channels: Int
  ) -> [Double] {
    zip(rows(values, positions * channels), rows(factors, positions)).flatMap { map, factors -> [Double] in
      let mass = factors.reduce(0, +)
      return (0..<channels).map { channel -> Double in
        var sum = 0.0
        for position in 0..<positions { sum += factors[position] * map[position * channels + channel] }
        return sum / mass
      }
    }
  }
}
