package import Foundation
import Synchronization
import Tensors

/// Makes a model file of a published checkpoint.
package struct ModelImport: Sendable {
  /// What the checkpoint does not say of itself, for the model's card.
  package struct Description: Sendable {
    package var name: String
    /// The class names, in the order of the logits: `classes` many.
    package var labels: [String]
    package var origin: String

    package init(name: String, labels: [String], origin: String) {
      self.name = name
      self.labels = labels
      self.origin = origin
    }
  }

  /// Counters of the training that batch normalisation keeps and no inference needs.
  private static let dropped = ".num_batches_tracked"

  package let architecture: ImportableArchitecture
  /// How many classes its classifier tells apart.
  package let classes: Int
  private let checkpoint: PyTorchCheckpoint

  /// Recognises the architecture by the names of the tensors, or takes the one that is named.
  package init(_ checkpoint: PyTorchCheckpoint, architecture name: String? = nil) throws(ModelError) {
    architecture = try ImportableArchitecture.recognise(checkpoint, named: name)
    let classifier = architecture.landmarks.classifier
    guard let weight = checkpoint.entries[classifier] else {
      throw ModelError(
        .missingTensor, in: checkpoint.origin, at: classifier, "is missing; \(architecture.name) needs it")
    }
    guard weight.shape.count == 2, (1...100_000).contains(weight.shape[0]) else {
      throw ModelError(
        .wrongShape, in: checkpoint.origin, at: classifier,
        "has the shape \(weight.shape), which is no classifier's")
    }
    classes = weight.shape[0]
    self.checkpoint = checkpoint
  }

  /// The bytes of the model file. All weights are checked as when a model is loaded, and none may be left over.
  ///
  /// - Parameters:
  ///   - half: stores weights in half precision. Biases and normalisations stay as they are: they take next to no room.
  ///   - sha256: gives the digits of the checksum of some bytes.
  package func modelFile(
    _ description: Description, half: Bool, sha256: (Data) -> String
  ) throws(ModelError) -> Data {
    precondition(description.labels.count == classes, "one label for each class")
    var writer = SafetensorsWriter()
    for (name, entry) in checkpoint.entries where !name.hasSuffix(ModelImport.dropped) {
      let stored = half && entry.shape.count > 1 ? try halved(name, entry) : entry
      writer.add(name, type: stored.type, shape: stored.shape, bytes: stored.bytes)
    }
    let weights = try Safetensors(bytes: encoded(writer), origin: checkpoint.origin)
    try check(weights)
    let card = ModelCard(
      describing: description, architecture: architecture, sha256: sha256(weights.data))
    do {
      writer.metadata[ModelCard.key] = try card.encoded()
    } catch {
      throw ModelError(.unsupported, in: checkpoint.origin, "needs a card that cannot be written")
    }
    return try encoded(writer)
  }

  private func encoded(_ writer: SafetensorsWriter) throws(ModelError) -> Data {
    do {
      return try writer.encoded()
    } catch {
      throw ModelError(.unsupported, in: checkpoint.origin, "has names of tensors that cannot be written")
    }
  }

  /// Builds the network once, which checks all it needs, and compares that with what is there.
  private func check(_ weights: Safetensors) throws(ModelError) {
    let needed = Mutex<Set<String>>([])
    let name = architecture.name
    let parameters = Parameters(origin: weights.origin) { (tensor, _) throws(ModelError) in
      needed.withLock { _ = $0.insert(tensor) }
      guard weights.entries[tensor] != nil else {
        throw ModelError(.missingTensor, in: weights.origin, at: tensor, "is missing; \(name) needs it")
      }
      return try weights.tensor(tensor)
    }
    guard let build = ArchitectureCatalog.all[name] else { preconditionFailure("\(name) is in the catalogue") }
    let canvas = architecture.canvas
    _ = try Network(
      build(classes), input: MapShape(height: canvas.height, width: canvas.width, channels: 3),
      parameters: parameters)
    if let extra = Set(weights.entries.keys).subtracting(needed.withLock { $0 }).min() {
      throw ModelError(
        .unsupported, in: weights.origin, at: extra.shortened,
        "has no place in \(name); the checkpoint is of another architecture")
    }
  }

  /// The entry rounded to half precision, the nearest number of it each.
  private func halved(
    _ name: String, _ entry: PyTorchCheckpoint.Entry
  ) throws(ModelError) -> PyTorchCheckpoint.Entry {
    var writer = SafetensorsWriter()
    writer.add(name, type: entry.type, shape: entry.shape, bytes: entry.bytes)
    let tensor = try Safetensors(bytes: encoded(writer), origin: checkpoint.origin).tensor(name)
    var bytes = Data(capacity: tensor.count * 2)
    for value in tensor.values {
      let number = Float16(value)
      guard number.isFinite else {
        throw ModelError(
          .notFinite, in: checkpoint.origin, at: name.shortened, "does not fit in half precision")
      }
      withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return PyTorchCheckpoint.Entry(type: .float16, shape: entry.shape, bytes: bytes)
  }
}

extension ModelCard {
  /// The card of an imported model, which has no attention.
  fileprivate init(
    describing description: ModelImport.Description, architecture: ImportableArchitecture, sha256: String
  ) {
    name = description.name
    self.architecture = architecture.name
    labels = description.labels
    canvas = architecture.canvas
    attention = nil
    origin = description.origin
    licence = "not stated in the checkpoint; that of its publisher"
    photographs = "not stated in the checkpoint"
    self.sha256 = sha256
  }
}
