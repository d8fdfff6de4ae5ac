import Foundation
import Geometry
import Imaging
import Networks
import StageGraph
import Tensors
import TestSupport
import Testing
import Training

@Suite struct TrainerTests {
  /// Two kinds of pictures, striped this way or that, in colours that say nothing.
  private static func photographs(_ count: Int, in folder: TemporaryDirectory) throws -> [LabelledPhotograph] {
    try (0..<count).map { index in
      var random = SeededGenerator(seed: UInt64(index))
      let colours = (0..<6).map { _ in UInt8.random(in: 0...255, using: &random) }
      let phase = Int.random(in: 0...7, using: &random)
      var rgb: [UInt8] = []
      for y in 0..<48 {
        for x in 0..<48 {
          let stripe = ((index % 2 == 0 ? x : y) + phase) / 4 % 2
          rgb += colours[(3 * stripe)..<(3 * stripe + 3)]
        }
      }
      let name = "\(index).jpg"
      let bytes = try Encoder.encode(
        PixelBuffer(size: PixelSize(width: 48, height: 48), rgb: rgb), EncodeOptions(format: .jpeg, quality: 90)
      )
      try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
      return LabelledPhotograph(path: folder.file(name), name: name, label: index % 2)
    }
  }

  /// A network of three layers that learn something, on 24 x 24 pixels.
  private static func start(attention: Bool = false) -> Trainer.Start {
    func norm(_ name: String) -> Offset { .batchNorm(name, epsilon: 1e-3) }
    var network = Architecture()
    network.append(
      "stem",
      Convolution.Configuration(
        weight: "stem.weight", offset: norm("stem_norm"), outputs: 8, walk: KernelWalk(kernel: 3, stride: 2),
        activation: .relu6))
    network.append(
      "block",
      DepthwiseConvolution.Configuration(
        weight: "block.weight", offset: norm("block_norm"), walk: KernelWalk(kernel: 3), activation: .relu6))
    network.append(
      "head",
      Convolution.Configuration(
        weight: "head.weight", offset: norm("head_norm"), outputs: 16, walk: KernelWalk(kernel: 3, stride: 2),
        activation: .relu6))
    if attention {
      network.append(
        "attention", RectangularAttention.Configuration(detail: "block", semantic: "head", width: 4))
    }
    network.append("pool", GlobalPooling.Configuration())
    network.append("classifier", Linear.Configuration(prefix: "classifier", outputs: 2))
    return Trainer.Start(
      architecture: network,
      canvas: .init(
        width: 24, height: 24, fit: .squash, mean: [127, 127, 127], scale: [128, 128, 128]),
      parameters: .initial(seed: 5))
  }

  private static func settings(_ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.batch = 8
    settings.epochs = 4
    settings.schedule.rate = 1e-2
    settings.normalisationMomentum = 0.1
    change(&settings)
    return settings
  }

  private static func train(_ trainer: Trainer, steps: Int = .max) throws -> [Trainer.Step] {
    try trainer.begin()
    var taken: [Trainer.Step] = []
    while taken.count < steps, let step = try trainer.step() { taken.append(step) }
    return taken
  }

  private static func numbers(_ trainer: Trainer) -> [String: [UInt32]] {
    Dictionary(
      uniqueKeysWithValues: trainer.weights.entries.map {
        ($0.parameter.name, $0.stored.values.map(\.bitPattern))
      })
  }

  @Test func aSmallNetworkLearnsFromNothing() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try Self.photographs(64, in: folder)
      let settings = Self.settings {
        $0.epochs = 12
        $0.augmentation = .none
      }
      let trainer = try Trainer(settings, start: Self.start(), photographs: photographs, jobs: 2)
      let steps = try Self.train(trainer)
      #expect(steps.count == 96 && steps.map(\.number) == Array(1...96))
      let early = steps.prefix(8)
      let late = steps.suffix(8)
      func mean(_ steps: ArraySlice<Trainer.Step>, _ value: (Trainer.Step) -> Double) -> Double {
        steps.reduce(0.0) { $0 + value($1) } / Double(steps.count)
      }
      #expect(mean(early) { $0.accuracy } < 0.85)
      #expect(mean(late) { $0.accuracy } > 0.95)
      #expect(mean(late) { $0.total } < mean(early) { $0.total } / 1.5)
    }
  }

  /// A training with every loss on.
  private static let everything = settings {
    $0.augmentation = .similar
    $0.losses.agreement = 0.5
    $0.losses.inside = 1
    $0.losses.outside = 1
    $0.losses.area = 0.5
    $0.losses.equivariance = 1
    $0.losses.teacher = 1
    $0.maskedLayer = "block"
  }

  private static func teacher(_ count: Int) -> [RectangleParameters<Float>?] {
    (0..<count).map {
      $0 % 3 == 0 ? nil : RectangleParameters(mu1: 0.1, mu2: -0.1, sigma1: 0.4, sigma2: 0.6, alpha: 0)
    }
  }

  @Test(arguments: [0, 2]) func stoppedAnywhereItGoesOnBitByBit(keptViews: Int) throws {
    try TemporaryDirectory.use { folder in
      let photographs = try Self.photographs(24, in: folder)
      var settings = Self.everything
      settings.keptViews = keptViews
      func trainer() throws -> Trainer {
        try Trainer(
          settings, start: Self.start(attention: true), photographs: photographs, teacher: Self.teacher(24),
          jobs: 2)
      }
      let whole = try trainer()
      let steps = try Self.train(whole)
      #expect(steps.count == 12)
      #expect(
        steps[0].losses.map(\.name) == [
          "classification", "agreement", "inside", "outside", "area", "equivariance", "teacher",
        ])
      let reference = Self.numbers(whole)
      for stop in [1, 5, 9] {
        let first = try trainer()
        _ = try Self.train(first, steps: stop)
        let file = try Safetensors(bytes: first.checkpoint.encoded(identity: "one"), origin: "checkpoint")
        #expect(try TrainingCheckpoint(file, identity: "another") == nil)
        let second = try trainer()
        try second.resume(from: #require(try TrainingCheckpoint(file, identity: "one")))
        #expect(try Self.train(second).map(\.number) == Array((stop + 1)...12))
        #expect(Self.numbers(second) == reference)
      }
    }
  }

  /// A checkpoint may be damaged, or of another version.
  @Test func whatNoTrainingLeftIsNotGoneOnFrom() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try Self.photographs(24, in: folder)
      func trainer() throws -> Trainer {
        try Trainer(
          Self.everything, start: Self.start(attention: true), photographs: photographs,
          teacher: Self.teacher(24), jobs: 1)
      }
      let first = try trainer()
      _ = try Self.train(first, steps: 1)
      let good = first.checkpoint
      func spoiled(
        step: Int? = nil, position: StreamPosition? = nil, memory: [[Float]]? = nil, steps: Int? = nil
      ) -> TrainingCheckpoint {
        TrainingCheckpoint(
          step: step ?? good.step, position: position ?? good.position, weights: good.weights,
          memory: memory ?? good.memory, optimiserSteps: steps ?? good.optimiserSteps)
      }
      for checkpoint in [
        spoiled(step: -1), spoiled(step: 13), spoiled(steps: .max), spoiled(steps: -1),
        spoiled(position: StreamPosition(epoch: 0, batch: .max)),
        spoiled(position: StreamPosition(epoch: -1, batch: 0)),
      ] {
        #expect(throws: ModelError.self) { try trainer().resume(from: checkpoint) }
      }
      for memory in [[[]], Array(good.memory.dropLast()), good.memory.map { Array($0.dropLast()) }] {
        let second = try trainer()
        try second.resume(from: spoiled(memory: memory))
        try second.begin()
        #expect(throws: ModelError.self) { try second.step() }
      }
    }
  }

  @Test func theSameSeedGivesTheSameWeightsAndAnotherDoesNot() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try Self.photographs(16, in: folder)
      func result(seed: UInt64, jobs: Int) throws -> [String: [UInt32]] {
        let trainer = try Trainer(
          Self.settings { $0.seed = seed }, start: Self.start(), photographs: photographs, jobs: jobs)
        _ = try Self.train(trainer)
        return Self.numbers(trainer)
      }
      let reference = try result(seed: 1, jobs: 1)
      #expect(try result(seed: 1, jobs: 2) == reference)
      #expect(try result(seed: 2, jobs: 1) != reference)
    }
  }

  @Test func whatIsFrozenStaysAndIsComputedAsInferenceDoes() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try Self.photographs(16, in: folder)
      func run(_ rates: LearningRates, kept: Int) throws -> (first: Double, numbers: [String: [UInt32]]) {
        let settings = Self.settings {
          $0.rates = rates
          $0.augmentation = .none
          $0.keptViews = kept
          $0.normalisationMomentum = nil
        }
        let trainer = try Trainer(settings, start: Self.start(), photographs: photographs, jobs: 2)
        let steps = try Self.train(trainer)
        return (steps[0].total, Self.numbers(trainer))
      }
      let all = try run(LearningRates(), kept: 0)
      let late = try run(LearningRates(others: 0, layers: ["classifier": 1]), kept: 0)
      #expect(Set(late.numbers.keys) == ["classifier.weight", "classifier.bias"])
      #expect(all.numbers["stem.weight"] != nil)
      #expect(abs(all.first - late.first) < 1e-4)
      // What is kept is shuffled in another order, so only the sum over an epoch can be compared: here, that it learns.
      let kept = try run(LearningRates(others: 0, layers: ["classifier": 1]), kept: 1)
      #expect(kept.numbers.keys == late.numbers.keys)
    }
  }

  @Test(arguments: ["classifier", "everything"]) func sharedExamplesGiveTheSameBits(learns: String) throws {
    try TemporaryDirectory.use { folder in
      let photographs = try Self.photographs(16, in: folder)
      var settings = Self.settings { $0.keptViews = 2 }
      if learns == "classifier" { settings.rates = LearningRates(others: 0, layers: ["classifier": 1]) }
      let kept = try KeptExamples(photographs, settings: settings, start: Self.start(), jobs: 2)
      func result(_ settings: TrainingSettings, _ kept: KeptExamples?) throws -> [String: [UInt32]] {
        let trainer = try Trainer(
          settings, start: Self.start(), photographs: photographs, kept: kept, jobs: 2)
        _ = try Self.train(trainer)
        return Self.numbers(trainer)
      }
      let alone = try result(settings, nil)
      #expect(try result(settings, kept) == alone)
      // Nothing of a training stays in what is shared; another seed shuffles it otherwise.
      #expect(try result(settings, kept) == alone)
      settings.seed += 1
      #expect(try result(settings, kept) != alone)
    }
  }

  @Test func badPhotographsAreSkippedAndTold() throws {
    try TemporaryDirectory.use { folder in
      var photographs = try Self.photographs(12, in: folder)
      photographs.append(LabelledPhotograph(path: folder.file("missing.jpg"), name: "missing.jpg", label: 0))
      for kept in [0, 1] {
        let trainer = try Trainer(
          Self.settings { $0.keptViews = kept }, start: Self.start(), photographs: photographs, jobs: 2)
        _ = try Self.train(trainer)
        #expect(trainer.skipped.map(\.path) == [folder.file("missing.jpg")])
      }
    }
  }
}
