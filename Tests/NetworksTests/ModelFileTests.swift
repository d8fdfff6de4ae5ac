import Foundation
import Networks
import Tensors
import Testing

/// Model files that are sound as files but not as models.
@Suite struct ModelFileTests {
  private typealias Change = (inout SafetensorsWriter, inout [String: Any]) throws -> Void

  /// The shipped file with something changed: the error it is refused with, or nil.
  private func refusal(without absent: String? = nil, _ change: Change) throws -> ModelError? {
    let file = try changed(without: absent, change)
    do {
      _ = try Model(file)
      return nil
    } catch {
      return error
    }
  }

  private func changed(without absent: String? = nil, _ change: Change) throws -> Safetensors {
    let shipped = try Safetensors(path: Fixtures.modelPath)
    let text = try #require(shipped.metadata[ModelCard.key])
    var card = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    var writer = SafetensorsWriter()
    let data = shipped.data
    for (name, entry) in shipped.entries where name != absent {
      let start = data.startIndex + entry.range.lowerBound
      writer.add(
        name, type: entry.type, shape: entry.shape, bytes: data[start..<start + entry.range.count])
    }
    try change(&writer, &card)
    if !card.isEmpty {
      writer.metadata[ModelCard.key] = String(
        decoding: try JSONSerialization.data(withJSONObject: card), as: UTF8.self)
    }
    return try Safetensors(bytes: writer.encoded(), origin: "changed.safetensors")
  }

  @Test func theUnchangedFileIsAccepted() throws { #expect(try refusal { _, _ in } == nil) }

  @Test(arguments: ["_fc.bias", "_blocks.7._bn1.running_var", "attention.log_gain"])
  func anAbsentTensorIsNamed(name: String) throws {
    let error = try #require(try refusal(without: name) { _, _ in })
    #expect(error.reason == .missingTensor && error.subject == name)
    #expect(error.description.hasPrefix("changed.safetensors: '\(name)' is missing"))
  }

  @Test func aTensorOfAnotherShapeIsNamed() throws {
    let error = try #require(
      try refusal { writer, _ in
        writer.add("_conv_head.weight", Tensor(shape: [320, 1280], [Float](repeating: 0, count: 320 * 1280)))
      })
    #expect(error.reason == .wrongShape && error.subject == "_conv_head.weight")
    #expect(error.detail.contains("[320, 1280]") && error.detail.contains("[1280, 320, 1, 1]"))
  }

  @Test(arguments: [Float.nan, .infinity]) func numbersThatAreNoneAreRefused(value: Float) throws {
    let error = try #require(
      try refusal { writer, _ in writer.add("attention.log_gain", Tensor(shape: [2], [0, value])) })
    #expect(error.reason == .notFinite && error.subject == "attention.log_gain")
  }

  @Test func finiteWeightsWithInfiniteResultsAreNoted() throws {
    let huge = [Float](repeating: 3e38, count: 1000 * 1280)
    let model = try Model(changed { writer, _ in writer.add("_fc.weight", Tensor(shape: [1000, 1280], huge)) })
    let canvas = [UInt8](repeating: 100, count: model.network.input.count)
    let error = #expect(throws: ModelError.self) { try model.predict(canvas.span, in: Workspace()) }
    #expect(error?.reason == .notFinite)
  }

  @Test func aVarianceBelowZeroIsRefused() throws {
    let error = try #require(
      try refusal { writer, _ in
        writer.add("_bn0.running_var", Tensor(shape: [32], [Float](repeating: -1, count: 32)))
      })
    #expect(error.reason == .notFinite && error.subject == "_conv_stem.weight")
  }

  @Test func aFileWithoutCardIsRefused() throws {
    let error = try #require(try refusal { _, card in card = [:] })
    #expect(error.reason == .unsupported && error.detail.contains("no model card"))
  }

  struct CardChange: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let message: String
    let apply: @Sendable (inout [String: Any]) -> Void
  }

  static let cardChanges = [
    CardChange(testDescription: "no name", message: "'name' is missing") { $0["name"] = nil },
    CardChange(testDescription: "labels of the wrong kind", message: "'labels' has a value of the wrong kind") {
      $0["labels"] = 3
    },
    CardChange(testDescription: "no labels", message: "names 0 labels") { $0["labels"] = [String]() },
    CardChange(testDescription: "too few labels", message: "[1000, 1280]") { $0["labels"] = ["one"] },
    CardChange(testDescription: "unknown architecture", message: "known are efficientnet-lite0") {
      $0["architecture"] = "mobilenet"
    },
    CardChange(testDescription: "huge canvas", message: "canvas of 100000") {
      change(&$0, "canvas", "width", 100_000)
    },
    CardChange(testDescription: "negative canvas", message: "canvas of -1") {
      change(&$0, "canvas", "width", -1)
    },
    CardChange(testDescription: "unknown fit", message: "wrong kind") {
      change(&$0, "canvas", "fit", "stretch")
    },
    CardChange(testDescription: "scale of zero", message: "scales other than 0") {
      change(&$0, "canvas", "scale", [1, 0, 1])
    },
    CardChange(testDescription: "one mean", message: "three means") { change(&$0, "canvas", "mean", [1]) },
    CardChange(testDescription: "attention nowhere", message: "after 'nowhere'") {
      change(&$0, "attention", "after", "nowhere")
    },
    CardChange(testDescription: "attention reads a later layer", message: "reads 'pool'") {
      change(&$0, "attention", "detail", "pool")
    },
    CardChange(testDescription: "attention of another width", message: "attention.detail.weight") {
      change(&$0, "attention", "width", 32)
    },
    CardChange(testDescription: "huge width", message: "width") { change(&$0, "attention", "width", Int.max) },
    CardChange(testDescription: "negative sharpness", message: "sharpness") {
      change(&$0, "attention", "sharpness", -3)
    },
    CardChange(
      testDescription: "attention of an unknown kind",
      message: "names 'circle' as 'attention.kind'; known are rectangle, positionwise, spatial-gate"
    ) { change(&$0, "attention", "kind", "circle") },
    CardChange(
      testDescription: "kind of the wrong kind", message: "'attention.kind' has a value of the wrong kind"
    ) {
      change(&$0, "attention", "kind", 3)
    },
    CardChange(testDescription: "unknown head", message: "known are moments, flatten") {
      change(&$0, "attention", "head", String(repeating: "\n", count: 10_000))
    },
    CardChange(testDescription: "unknown use", message: "known are multiply, residual, pooling") {
      change(&$0, "attention", "use", "divide")
    },
    CardChange(testDescription: "negative uprightness", message: "uprightness") {
      change(&$0, "attention", "uprightness", -0.1)
    },
    CardChange(testDescription: "a head the file has no weights of", message: "attention.rectangle.weight") {
      change(&$0, "attention", "head", "flatten")
    },
    CardChange(testDescription: "a kind the file has no weights of", message: "attention.gate.weight") {
      change(&$0, "attention", "kind", "spatial-gate")
    },
  ]

  private static func change(_ card: inout [String: Any], _ part: String, _ key: String, _ value: Any) {
    var inner = card[part] as? [String: Any] ?? [:]
    inner[key] = value
    card[part] = inner
  }

  @Test(arguments: cardChanges) func aCardThatMakesNoSenseIsRefused(change: CardChange) throws {
    let error = try #require(try refusal { _, card in change.apply(&card) })
    #expect(error.description.contains(change.message), "\(error)")
    #expect(error.description.hasPrefix("changed.safetensors: "))
    #expect(!error.description.contains("\n"))
  }

  @Test func cardsAreWrittenAndReadBack() throws {
    let card = try Fixtures.model.get().card
    let writer = SafetensorsWriter(metadata: [ModelCard.key: try card.encoded()])
    #expect(try ModelCard(in: Safetensors(bytes: writer.encoded(), origin: "memory")) == card)
  }
}
