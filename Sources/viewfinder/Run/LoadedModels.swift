import Manifests
import Networks
import Stages
import Synchronization

/// The models of a run: each is loaded once, however many stages use it.
final class LoadedModels: Sendable {
  private let library: ModelLibrary
  private let models = Mutex<[ModelRequest: Model]>([:])

  init(library: ModelLibrary) { self.library = library }

  func model(_ request: ModelRequest) throws(SetupError) -> Model {
    if let model = models.withLock({ $0[request] }) { return model }
    let model = try library.load(request)
    models.withLock { $0[request] = model }
    return model
  }

  /// Checksums by the names under which the pipeline asks for the models.
  var hashes: [String: String] {
    let loaded = models.withLock { $0 }
    return Dictionary(loaded.map { ($0.key.name, $0.value.card.sha256) }) { one, _ in one }
  }

  /// What `run.json` says of the model; of several the first by name.
  var summaries: [ModelSummary] {
    let loaded = models.withLock { $0 }.sorted { $0.key.name < $1.key.name }
    return loaded.map { ModelSummary(name: $0.value.card.name, sha256: $0.value.card.sha256) }
  }
}
