import Manifests
import Networks
import Stages
import Synchronization

/// The models of a run: each is loaded once, however many stages use it.
final class LoadedModels: Sendable {
  private let library: ModelLibrary
  private let models = Mutex<[String: Model]>([:])

  init(library: ModelLibrary) { self.library = library }

  func model(_ name: String) throws(SetupError) -> Model {
    if let model = models.withLock({ $0[name] }) { return model }
    let model = try library.load(name)
    models.withLock { $0[name] = model }
    return model
  }

  /// Checksums by the names under which the pipeline asks for the models.
  var hashes: [String: String] { models.withLock { $0 }.mapValues(\.card.sha256) }

  /// What `run.json` says of the model; of several the first by name.
  var summaries: [ModelSummary] {
    models.withLock { $0 }.sorted { $0.key < $1.key }.map { _, model in
      ModelSummary(name: model.card.name, sha256: model.card.sha256)
    }
  }
}
