import Foundation
import Networks
import Training

extension TrainingSettings {
  /// What the command line asks for: its own defaults, then the file of settings, then the options.
  ///
  /// - Parameter layers: the names of the network's.
  init(_ command: TrainCommand, layers: [String]) throws {
    self.init()
    guard let rates = command.learn.rates(of: layers) else {
      throw Exit(ExitStatus.usage, "no layer is called so; the network's are \(layers.joined(separator: ", "))")
    }
    self.rates = rates
    if case .classifier = command.learn {
      // The network in front of it does the same in every epoch: a few views are enough, and are looked at often.
      keptViews = 4
      epochs = 40
      schedule.rate = 3e-3
    }
    if command.teacher != nil { losses.teacher = 1 }
    if let file = command.settings {
      guard let bytes = FileManager.default.contents(atPath: file) else {
        throw Exit(ExitStatus.noInput, "\(file) cannot be read")
      }
      self = try TrainingSettings(json: bytes, over: self)
    }
    epochs = command.epochs ?? epochs
    batch = command.batch ?? batch
    schedule.rate = command.rate ?? schedule.rate
    seed = command.seed ?? seed
    if let name = command.augment {
      guard let preset = Augmentation.presets[name] else {
        throw Exit(
          ExitStatus.usage, "--augment is one of \(Augmentation.presets.keys.sorted().joined(separator: ", "))")
      }
      augmentation = preset
    }
  }
}
