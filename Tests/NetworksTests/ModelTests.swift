import Dispatch
import Foundation
import Geometry
import Networks
import Synchronization
import Tensors
import Testing

@Suite struct ModelTests {
  @Test func theCardOfTheShippedModelIsComplete() throws {
    let card = try Fixtures.model.get().card
    #expect(card.name == "lite0-rectangle")
    #expect(card.architecture == EfficientNetLite0.name)
    #expect(card.labels.count == 1000 && Set(card.labels).count == 1000)
    #expect(card.labels[207] == "golden retriever")
    #expect(card.canvas.size == PixelSize(width: 288, height: 288) && card.canvas.fit == .squash)
    #expect(card.licence == "Apache-2.0")
    #expect(card.sha256.count == 64)
    #expect(!card.origin.isEmpty && !card.photographs.isEmpty)
  }

  @Test func manyThreadsShareOneModelAndGetEqualBits() throws {
    let model = try Fixtures.modelOfPhotographs.get()
    let canvases = try (0..<Fixtures.photographCount).map { try Fixtures.canvas($0) }
    let alone = Workspace()
    let expected = try canvases.map { canvas in
      try model.predict(canvas.span, in: alone).logits.map(\.bitPattern)
    }
    let differing = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      let workspace = Workspace()
      for round in 0..<12 {
        let index = (thread * 3 + round) % canvases.count
        let canvas = canvases[index]
        let logits = (try? model.predict(canvas.span, in: workspace))?.logits.map(\.bitPattern)
        if logits != expected[index] { differing.withLock { $0 += 1 } }
      }
    }
    #expect(differing.withLock { $0 } == 0)
  }

  @Test func aWarmWorkspaceIsNotDamagedAndDoesNotGrow() throws {
    let model = try Fixtures.modelOfPhotographs.get()
    let canvas = try Fixtures.canvas(0)
    let workspace = Workspace(guarding: true)
    let first = try model.predict(canvas.span, in: workspace)
    let second = try model.predict(canvas.span, in: workspace)
    let capacity = workspace.capacity
    let third = try model.predict(canvas.span, in: workspace)
    #expect(first.logits == second.logits && second.logits == third.logits)
    #expect(workspace.capacity == capacity)
    #expect(capacity < 20_000_000)
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test(arguments: [0, 1, 224 * 224 * 3 - 1, 224 * 224 * 4]) func aCanvasOfAnotherSizeIsRefused(bytes: Int)
    throws
  {
    let model = try Fixtures.modelOfPhotographs.get()
    let canvas = [UInt8](repeating: 0, count: bytes)
    let error = #expect(throws: ModelError.self) { try model.predict(canvas.span, in: Workspace()) }
    #expect(error?.reason == .wrongCanvas)
  }

  @Test(arguments: [UInt8.min, .max]) func flatCanvasesGiveFiniteNumbers(level: UInt8) throws {
    let canvas = [UInt8](repeating: level, count: 224 * 224 * 3)
    let prediction = try Fixtures.modelOfPhotographs.get().predict(canvas.span, in: Workspace())
    #expect(prediction.logits.allSatisfy { $0.isFinite })
    let rectangle = try #require(prediction.rectangle)
    #expect([rectangle.mu1, rectangle.mu2, rectangle.alpha].allSatisfy { abs($0) <= 1.6 })
    #expect(rectangle.sigma1 >= 0.1199 && rectangle.sigma2 >= 0.1199)
  }

  @Test func probabilitiesAndRanksFitTheLogits() throws {
    let canvas = try Fixtures.canvas(4)
    let prediction = try Fixtures.modelOfPhotographs.get().predict(canvas.span, in: Workspace())
    let sum = prediction.probabilities.reduce(0) { $0 + Double($1) }
    #expect(abs(sum - 1) < 1e-5)
    let expected = prediction.probabilities.indices.sorted {
      (prediction.probabilities[$1], $0) < (prediction.probabilities[$0], $1)
    }
    #expect(prediction.top(5).map(\.index) == Array(expected.prefix(5)))
    #expect(prediction.top(1000).map(\.index) == expected)
    #expect(prediction.top(2000).count == 1000)
    #expect(prediction.top(0).isEmpty)
    #expect(prediction.top(-1).isEmpty)
  }

  @Test func attentionCanStandAfterAnyOtherLayer() throws {
    for (name, detail, semantic) in [
      ("block10", "block10", nil), ("block15", "block4", "block13"), ("stem", "input", nil),
      ("pool", "head", nil),
      ("classifier", "block10", "classifier"),
    ] as [(String, String, String?)] {
      let layer = RectangularAttention.Configuration(detail: detail, semantic: semantic, width: 8)
      let architecture = try #require(
        EfficientNetLite0.architecture(classes: 3).inserting("attention", layer, after: name))
      let network = try Network(
        architecture, input: MapShape(height: 64, width: 96, channels: 3),
        parameters: SyntheticParameters.make(seed: 1))
      let workspace = Workspace(guarding: true)
      let pass = network.run(in: workspace) { Noise.fill($0, seed: 1) }
      let attention = try #require(pass.attention)
      let source = try #require(network.source(name))
      #expect(attention.map.shape.positions == source.shape.positions)
      #expect(attention.map.values.allSatisfy { (0...1).contains($0) })
      workspace.reset()
      #expect(!workspace.isDamaged)
    }
  }
}
