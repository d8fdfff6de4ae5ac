import Foundation
import Geometry
import Imaging
import Manifests
import Networks
import Training

/// A step of training: forward, backward and the optimiser, all layers learning, with batches that are ready in memory.
struct TrainingBench {
  private let start: BenchModel
  private let batch: Int

  init(_ start: BenchModel, batch: Int) {
    self.start = start
    self.batch = batch
  }

  func measure(rounds: Int, seconds: Double) throws -> JSONValue {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "viewfinder-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let trainer = try Trainer(
      settings,
      start: Trainer.Start(
        architecture: Model.architecture(start.card, origin: start.parameters.origin),
        canvas: start.card.canvas,
        parameters: start.parameters),
      photographs: try makePhotographs(in: folder), jobs: GrantedCores.count)
    try trainer.begin()
    _ = try trainer.step()
    let rates = Rounds(values: try (0..<rounds).map { _ in try round(trainer, seconds) })
    return .object(
      [
        .init("canvas", .array([.integer(start.card.canvas.width), .integer(start.card.canvas.height)])),
        .init("batch", .integer(batch)), .init("cores", .integer(GrantedCores.count)),
      ] + rates.members("images_per_second", decimals: 2))
  }

  /// Views are drawn once and kept, so that no step waits for a decoder. The rate hardly leaves 0 in so few of so many steps.
  private var settings: TrainingSettings {
    var settings = TrainingSettings()
    settings.batch = batch
    settings.epochs = 1_000_000
    settings.keptViews = 1
    settings.augmentation = .none
    settings.normalisationMomentum = 0.1
    return settings
  }

  private func round(_ trainer: Trainer, _ length: Double) throws -> Double {
    let start = ContinuousClock.now
    var images = 0
    var elapsed = 0.0
    repeat {
      images += try trainer.step()?.views ?? 0
      elapsed = start.secondsAgo
    } while elapsed < length
    return Double(images) / elapsed
  }

  /// A batch of small pictures, each of another colour.
  private func makePhotographs(in folder: URL) throws -> [LabelledPhotograph] {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try (0..<batch).map { index in
      let rgb = (0..<3 * 32 * 32).map { UInt8(truncatingIfNeeded: $0 &* (index + 3)) }
      let pixels = try PixelBuffer(size: PixelSize(width: 32, height: 32), rgb: rgb)
      let file = folder.appendingPathComponent("\(index).jpg")
      try Data(Encoder.encode(pixels, EncodeOptions(format: .jpeg))).write(to: file)
      return LabelledPhotograph(
        path: file.path, name: file.lastPathComponent, label: index % start.card.labels.count)
    }
  }
}
