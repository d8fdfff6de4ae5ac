import Foundation
package import Geometry

/// What a model is, for the program and for people: stored as JSON in its file, under `viewfinder.card`.
package struct ModelCard: Codable, Hashable, Sendable {
  /// What the network looks at, and how pixels become numbers.
  package struct Canvas: Codable, Hashable, Sendable {
    /// Pixels.
    package let width: Int
    package let height: Int
    /// How a photograph is brought to this size.
    package let fit: CanvasFit
    /// Each channel's value v, 0 to 255, becomes (v - mean) / scale. Red, green, blue.
    package let mean: [Float]
    package let scale: [Float]

    package init(width: Int, height: Int, fit: CanvasFit, mean: [Float], scale: [Float]) {
      self.width = width
      self.height = height
      self.fit = fit
      self.mean = mean
      self.scale = scale
    }

    package var size: PixelSize { PixelSize(width: width, height: height) }
  }

  /// The key in the file's metadata.
  package static let key = "viewfinder.card"

  package var name: String
  /// One of `ArchitectureCatalog`.
  package var architecture: String
  /// The class names, in the order of the logits.
  package var labels: [String]
  package var canvas: Canvas
  package var attention: Attention?
  /// Where the weights come from and how they were trained.
  package var origin: String
  /// The licence of the weights.
  package var licence: String
  /// The terms of the photographs the weights were trained on.
  package var photographs: String
  /// SHA-256, hexadecimal, of all bytes after the file's header.
  package var sha256: String

  package init(
    name: String, architecture: String, labels: [String], canvas: Canvas, attention: Attention?, origin: String,
    licence: String, photographs: String, sha256: String
  ) {
    self.name = name
    self.architecture = architecture
    self.labels = labels
    self.canvas = canvas
    self.attention = attention
    self.origin = origin
    self.licence = licence
    self.photographs = photographs
    self.sha256 = sha256
  }

  /// The card in a file, checked.
  package init(in file: Safetensors) throws(ModelError) {
    guard let text = file.metadata[ModelCard.key] else {
      throw ModelError(
        .unsupported, in: file.origin,
        "has no model card (metadata '\(ModelCard.key)'); it holds weights, but no model of this program")
    }
    do {
      self = try JSONDecoder().decode(ModelCard.self, from: Data(text.utf8))
    } catch let error as UnknownName {
      throw ModelError(.unsupported, in: file.origin, at: ModelCard.key, error.description)
    } catch {
      throw ModelError(
        .malformed, in: file.origin, at: ModelCard.key, "cannot be read: \(ModelCard.describe(error))")
    }
    if let problem { throw ModelError(.malformed, in: file.origin, at: ModelCard.key, problem) }
  }

  /// The card as JSON for a file's metadata. The same card gives the same text.
  package func encoded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Whether the network says where it looked as one rectangle.
  package var findsRectangle: Bool { attention?.kind == .rectangle }

  /// Has the network look at another canvas. `origin` names the model in messages.
  package mutating func setCanvas(_ size: PixelSize, fit: CanvasFit, origin: String) throws(ModelError) {
    canvas = Canvas(
      width: size.width, height: size.height, fit: fit, mean: canvas.mean, scale: canvas.scale)
    if let problem { throw ModelError(.unsupported, in: origin, problem) }
  }

  /// Pixels that a side of a canvas may have.
  package static let canvasSides = 16...1024

  /// Reads a canvas's size: `288` for a square one, or `352x240`. Nil for anything else, and for sides out of range.
  package static func canvasSize(_ text: String) -> PixelSize? {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let width = sides[0], let height = sides[sides.count - 1],
      canvasSides.contains(width), canvasSides.contains(height)
    else { return nil }
    return PixelSize(width: width, height: height)
  }

  /// What is wrong with the card's values, in words that follow the card's name.
  private var problem: String? {
    let sides = ModelCard.canvasSides
    if labels.isEmpty || labels.count > 100_000 {
      return "names \(labels.count) labels; 1 to 100000 are possible"
    }
    if !sides.contains(canvas.width) || !sides.contains(canvas.height) {
      return "has a canvas of \(canvas.width) x \(canvas.height); sides of \(sides.lowerBound) to "
        + "\(sides.upperBound) are possible"
    }
    if canvas.mean.count != 3 || canvas.scale.count != 3 || canvas.scale.contains(0) {
      return "needs three means and three scales other than 0, for red, green and blue"
    }
    return attention?.problem
  }

  private static func describe(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "it is no JSON object" }
    switch error {
    case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? "it is no JSON object" : "'\(path)' has a value of the wrong kind"
    @unknown default: return "it is no JSON object"
    }
  }
}
