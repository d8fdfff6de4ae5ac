package import Networks

/// Why a training cannot be what its settings say. `description` is one line for the user, which says what to do.
package struct SettingsProblem: Error, Hashable, CustomStringConvertible {
  package enum Reason: Sendable {
    /// A number that makes no sense.
    case value
    /// The network has not what a loss needs, or learns nothing.
    case network
    /// A loss needs the teacher's boxes, which were not given.
    case boxes
  }

  package let reason: Reason
  package let description: String

  init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}

extension TrainingSettings {
  /// What is wrong with the settings for the training of a network, `hasTeacher` with the boxes of a teacher; nil where nothing is.
  package func problem(for architecture: Architecture, hasTeacher: Bool) -> SettingsProblem? {
    if let valueProblem { return SettingsProblem(.value, valueProblem) }
    if let problem = problemOfLayers(architecture) ?? problemOfLosses(architecture) {
      return SettingsProblem(.network, problem)
    }
    if losses.teacher > 0, !hasTeacher {
      return SettingsProblem(
        .boxes, "losses.teacher needs boxes: name a table of them with --teacher, or set the loss to 0")
    }
    return nil
  }

  /// The layer at which the frozen trunk ends at the latest, as losses run what stands behind it once more; nil where none does.
  func latestCut(in architecture: Architecture) -> String? {
    if losses.needsMasks { return maskedLayer }
    guard losses.agreement > 0 else { return nil }
    return architecture.entries.prefix { $0.name != "attention" }.last?.name
  }

  /// The number that makes no sense whatever the network, with those that do.
  var valueProblem: String? {
    let counts: [(String, Int, ClosedRange<Int>)] = [
      ("epochs", epochs, 1...1_000_000), ("batch", batch, 1...65_536), ("keptViews", keptViews, 0...1000),
    ]
    for (name, value, range) in counts where !range.contains(value) {
      return "\(name) is \(value); give a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
    let most = 1e6
    var numbers: [(String, Double, ClosedRange<Double>)] = [
      ("schedule.rate", schedule.rate, 1e-12...1000), ("schedule.warmup", schedule.warmup, 0...1),
      ("optimiser.weightDecay", optimiser.weightDecay, 0...1000),
      ("optimiser.momentum", optimiser.momentum, 0...0.999999),
      ("optimiser.beta1", optimiser.beta1, 0...0.999999), ("optimiser.beta2", optimiser.beta2, 0...0.999999),
      ("optimiser.clip", optimiser.clip, 0...most), ("rates.others", rates.others, 0...1000),
      ("normalisationMomentum", normalisationMomentum ?? 0, 0...1),
      ("maskSharpness", maskSharpness, 0.01...1000), ("losses.smoothing", losses.smoothing, 0...1),
    ]
    numbers += rates.layers.sorted { $0.key < $1.key }.map { ("rates.layers.\($0.key)", $0.value, 0...1000) }
    numbers += losses.weights.map { ("losses.\($0.name)", $0.weight, 0...most) }
    for (name, value, range) in numbers where !range.contains(value) {
      return "\(name) is \(value); give a number from \(range.lowerBound) to \(range.upperBound)"
    }
    return nil
  }

  /// What is wrong with the layers that are to learn.
  private func problemOfLayers(_ architecture: Architecture) -> String? {
    let names = architecture.entries.map(\.name)
    if let unknown = rates.layers.keys.sorted().first(where: { !names.contains($0) }) {
      return "rates.layers has no layer '\(unknown)'; the network's are \(names.joined(separator: ", "))"
    }
    let learns = architecture.entries.contains { entry in
      rates.rate(of: entry.name) > 0 && entry.configuration.hasParameters
    }
    if !learns { return "no layer learns: choose others with --learn, or give one a rate above 0 in rates" }
    if losses.weights.allSatisfy({ $0.weight == 0 }) {
      return "nothing is learned: give one of the losses a weight above 0"
    }
    return nil
  }

  /// Which loss the network has not the layers for.
  private func problemOfLosses(_ architecture: Architecture) -> String? {
    let attention = architecture.entries.firstIndex { $0.name == "attention" }
    let hasRectangle = architecture.entries.contains { $0.configuration is RectangularAttention.Configuration }
    let active = losses.weights.filter { $0.weight > 0 }
    if !hasRectangle, let loss = active.first(where: \.needsRectangle) {
      return "losses.\(loss.name) needs a rectangle, which the network does not find: take one with "
        + "--attention rectangle, or set the loss to 0"
    }
    guard let attention else {
      return losses.agreement > 0
        ? "losses.agreement needs an attention, which the network has not: give it one with --attention, or set the loss to 0"
        : nil
    }
    if losses.equivariance > 0, !augmentation.movesWhatKeepsItsShape {
      return
        "losses.equivariance needs views that keep shapes and differ: take --augment similar, or set the loss to 0"
    }
    let names = architecture.entries.map(\.name)
    if let loss = active.first(where: \.movesRectangle),
      !names[...attention].contains(where: { rates.rate(of: $0) > 0 })
    {
      return
        "losses.\(loss.name) moves the rectangle, but no layer up to the attention learns: add it with --learn attention or "
        + "both, or set the loss to 0"
    }
    let before = names[..<attention]
    if losses.needsMasks, !before.contains(maskedLayer) {
      return "maskedLayer '\(maskedLayer)' is no layer in front of the attention; these are "
        + before.joined(separator: ", ")
    }
    return nil
  }
}

extension TrainingSettings.LossWeights {
  /// All weights, by the names they have in settings.
  fileprivate var weights: [(name: String, weight: Double, needsRectangle: Bool, movesRectangle: Bool)] {
    [
      ("classification", classification, false, false), ("agreement", agreement, false, false),
      ("inside", inside, true, false), ("outside", outside, true, false), ("area", area, true, true),
      ("equivariance", equivariance, true, true), ("teacher", teacher, true, true),
    ]
  }
}

extension LayerConfiguration {
  /// Whether there is anything in it to learn.
  fileprivate var hasParameters: Bool {
    !(self is GlobalPooling.Configuration || self is Dropout.Configuration)
  }
}
