import Foundation
import Geometry
import Imaging
package import Networks
import Tensors

/// A model whose rectangle already knows something, prepared to be asked for it and for what it is read off. Immutable; one serves
/// all threads.
package struct StudentNetwork: Sendable {
  package let card: ModelCard
  let parameters: Parameters
  let architecture: Architecture
  /// The layer the attention stands behind.
  let cut: String
  /// The maps that the attention reads, by the name of their layer; the cut's own among them.
  let sources: [String: MapSource]
  let trunk: Network

  package init(_ file: Safetensors) throws(ModelError) {
    card = try ModelCard(in: file)
    parameters = Parameters(file)
    architecture = try Model.architecture(card, origin: file.origin)
    guard let attention = card.attention, attention.kind == .rectangle else {
      throw ModelError(.unsupported, in: file.origin, "has no rectangle")
    }
    cut = attention.after
    trunk = try Network(
      architecture.prefix(through: cut),
      input: MapShape(height: card.canvas.height, width: card.canvas.width, channels: 3), parameters: parameters
    )
    var sources: [String: MapSource] = [:]
    for name in Set(attention.layer.reads + [cut]) {
      guard let source = trunk.source(name) else {
        throw ModelError(
          .wrongShape, in: file.origin, at: name, "is read by the attention, and is no layer before it")
      }
      sources[name] = source
    }
    self.sources = sources
  }
}

/// Asks a student where the subject is. Belongs to one thread.
final class Student {
  private let network: StudentNetwork
  private let weights: Weights
  private let tape = Tape()
  private let workspace = Workspace()

  /// What the student says of a photograph, the mean over the photograph and its mirror image.
  struct Answer {
    /// The upright box around its rectangle, in canvas units; it may reach beyond the canvas.
    let hull: Box
    /// What its rectangle is read off, in [0, 1].
    let evidence: ScalarMap
  }

  init(_ network: StudentNetwork) {
    self.network = network
    weights = Weights(network.parameters, rates: LearningRates(others: 0))
  }

  /// Looks at a photograph; `side` is that of the map.
  func answer(_ canvas: CanvasPixels, side: Int) throws(ModelError) -> Answer {
    let seen = try look(canvas.rgb, side: side)
    let mirrored = try look(canvas.mirroredRGB, side: side)
    let (a, b) = (seen.hull, mirrored.hull)
    return Answer(
      hull: Box(
        x: (a.x - b.maxX) / 2, y: (a.y + b.y) / 2, width: (a.width + b.width) / 2,
        height: (a.height + b.height) / 2),
      evidence: seen.evidence.times(1, plus: mirrored.evidence.mirrored, times: 1).normalised)
  }

  private func look(_ rgb: [UInt8], side: Int) throws(ModelError) -> Answer {
    defer { tape.clear() }
    let card = network.card.canvas
    let pass = network.trunk.run(in: workspace) {
      $0.normalise(rgb: rgb.span, mean: card.mean, scale: card.scale)
    }
    let recording = Recording(weights, on: tape)
    var maps: [String: Variable] = [:]
    for (name, source) in network.sources {
      let map = pass.map(source)
      maps[name] = tape.input(count: 1, shape: map.shape) { _ = $0.update(fromContentsOf: map.values) }
      recording.provide(maps[name]!, as: name)
    }
    _ = try recording.run(
      network.architecture, behind: network.cut, through: "attention", maps[network.cut]!)
    guard let numbers = recording.rectangles?.map(0).values, numbers.allSatisfy(\.isFinite) else {
      throw ModelError(.notFinite, in: network.card.name, "finds no rectangle that is finite")
    }
    let rectangle = RectangleParameters(numbers).canvasRectangle
    let (a, b) = rectangle.halfAxes
    let half = Point(x: abs(a.x) + abs(b.x), y: abs(a.y) + abs(b.y))
    return Answer(
      hull: Box(
        x: rectangle.mu1 - half.x, y: rectangle.mu2 - half.y, width: 2 * half.x, height: 2 * half.y),
      evidence: evidence(recording, side: side))
  }

  /// The roots of the shares that each position has in the rectangle's moments. A rectangle that is not read off such shares is
  /// taken itself.
  private func evidence(_ recording: Recording, side: Int) -> ScalarMap {
    let map = (recording.evidence ?? recording.attention!).map(0)
    var values = Array(map.values)
    if recording.evidence != nil {
      let greatest = values.max() ?? 0
      values = values.map { exp(($0 - greatest) / 2) }
    }
    let shape = map.shape
    return ScalarMap(rows: shape.height, columns: shape.width, values: values)
      .resampled(toSide: side).normalised
  }
}
