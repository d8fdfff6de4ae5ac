import Foundation
import Manifests
import Networks
import Tensors
import Training

/// The network alone, as `classify` runs it: from 8-bit canvases to labels and rectangle, each permit with its own workspace.
struct NetworkBench {
  private let start: BenchModel
  private let model: Model
  private let jobs: Int
  private let canvas: [UInt8]
  private let saysLogits: Bool

  /// - Parameter pixels: a file with the canvas to look at; without one it is a pattern.
  init(_ start: BenchModel, jobs: Int, pixels: String?) throws {
    self.start = start
    self.jobs = jobs
    model = try Model(card: start.card, parameters: start.parameters)
    saysLogits = pixels != nil
    guard let pixels else {
      canvas = (0..<model.network.input.count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 16) }
      return
    }
    guard let data = FileManager.default.contents(atPath: pixels) else {
      throw Exit(ExitStatus.noInput, "cannot read \(pixels)")
    }
    canvas = Array(data)
  }

  func measure(rounds: Int, seconds: Double) throws -> JSONValue {
    let rates = Rounds(values: try (0..<rounds).map { _ throws(ModelError) in try round(seconds) })
    let prediction = try model.predict(canvas.span, in: Workspace())
    let flops = 2 * Double(model.network.multiplyAdds) * rates.median
    var members: [JSONValue.Member] = [
      .init("canvas", .array([.integer(start.card.canvas.width), .integer(start.card.canvas.height)])),
      .init("jobs", .integer(jobs)),
      .init("multiply_adds", .integer(model.network.multiplyAdds)),
    ]
    members += rates.members("images_per_second", decimals: 2)
    members.append(.init("gflops", .number(flops * 1e-9, decimals: 1)))
    if start.card.attention != nil { members.append(.init("attention", try attention())) }
    if saysLogits {
      members.append(.init("logits", .array(prediction.logits.map { .number(Double($0), decimals: 6) })))
    }
    return .object(members)
  }

  /// Images a second, of all permits together. Each warms up before its clock starts.
  private func round(_ length: Double) throws(ModelError) -> Double {
    let (model, canvas) = (model, canvas)
    let rates = try Lanes.run(jobs) { (_) throws(ModelError) in
      let workspace = Workspace()
      for _ in 0..<Self.warmUp { _ = try model.predict(canvas.span, in: workspace) }
      let start = ContinuousClock.now
      var images = 0.0
      var elapsed = 0.0
      repeat {
        _ = try model.predict(canvas.span, in: workspace)
        images += 1
        elapsed = start.secondsAgo
      } while elapsed < length
      return images / elapsed
    }
    return rates.reduce(0, +)
  }

  private static let warmUp = 2

  /// What the attention costs beside the whole network, on one core.
  private func attention() throws -> JSONValue {
    let architecture = try Model.architecture(start.card, origin: start.parameters.origin)
    let cost = try AttentionCost(start.card, architecture, Weights(start.parameters))
    return JSONValue(members: [
      "multiply_adds": .integer(cost.multiplyAdds),
      "milliseconds": .number(cost.milliseconds, decimals: 3),
      "network_milliseconds": .number(cost.networkMilliseconds, decimals: 3),
    ])
  }
}
