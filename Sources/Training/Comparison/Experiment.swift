package import Networks

/// A comparison of attentions: what is trained on what, again and again, with everything else the same. The product of backbones,
/// their places, attentions and seeds is the grid.
package struct Experiment: Hashable, Sendable {
  /// Which photographs, and which of them are held out to judge by.
  package struct Data: Hashable, Sendable, Codable {
    /// How photographs are held out.
    package enum HoldOut: Hashable, Sendable, Codable {
      /// So many, of each class as is its share, by the hash of their names: whoever joins does not move the others.
      case count(Int)
      /// The rows of a list in which a column has this value.
      case column(String, value: String)
    }

    /// A folder of class folders or a CSV list, relative to the directory of all data.
    package var path: String
    /// What names in the list are relative to, itself relative to the directory of all data.
    package var root: String?
    package var subset: String?
    /// The list's column of the class's name.
    package var label: String
    /// Values that columns of the list may have.
    package var conditions: [String: [String]]
    package var holdOut: HoldOut
    /// A list of boxes in which subjects are, relative to the directory of all data, and the prefix of its columns.
    package var boxes: String?
    package var boxColumns: String?

    package init(path: String, label: String = "label", holdOut: HoldOut) {
      self.path = path
      self.label = label
      conditions = [:]
      self.holdOut = holdOut
    }
  }

  /// The network that carries the attention.
  package struct Backbone: Hashable, Sendable {
    package enum Start: Hashable, Sendable {
      /// A model, by name or file, whose weights are those to start from; its attention and its classifier are not taken.
      case model(String)
      /// An architecture with fresh weights.
      case architecture(String)
    }

    package var name: String
    package var start: Start
    /// The layers attention is put behind, one for each training.
    package var places: [String]
    /// What learns, in the words of `train --learn`.
    package var learn: String

    package init(name: String, start: Start, places: [String], learn: String) {
      self.name = name
      self.start = start
      self.places = places
      self.learn = learn
    }
  }

  /// An attention under its name in the experiment.
  package struct Choice: Hashable, Sendable {
    package var name: String
    /// Nil for the backbone as it is.
    package var attention: Attention?

    package init(name: String, attention: Attention?) {
      self.name = name
      self.attention = attention
    }
  }

  /// An attention, but for its place.
  package struct Attention: Hashable, Sendable, Codable {
    package var kind: ModelCard.Attention.Kind
    package var width = 32
    package var use = AttentionUse.multiply
    package var head = RectangularAttention.Head.moments
    package var uprightness = 0.0
    package var leastSize = 0.12
    /// Nil: as sharp as the place's grid can resolve.
    package var sharpness: Double?

    package init(kind: ModelCard.Attention.Kind) { self.kind = kind }

    /// The greatest sharpness without aliasing, in reciprocal canvas units: 1.4 for each cell of a side. Beyond it an edge between two
    /// cells gets no gradient.
    package static func sharpness(cells: Int) -> Double { 1.4 * Double(cells) }

    /// The attention behind a layer whose map has so many cells a side.
    package func placed(after layer: String, cells: Int) -> ModelCard.Attention {
      ModelCard.Attention(
        kind, after: layer, width: width, use: use, head: head, uprightness: uprightness,
        sharpness: sharpness ?? Attention.sharpness(cells: cells), leastSize: leastSize)
    }
  }

  /// Two attentions whose difference is asked for: the first minus the second.
  package struct Pair: Hashable, Sendable {
    package let first: String
    package let second: String

    package init(_ first: String, _ second: String) {
      self.first = first
      self.second = second
    }

    package var name: String { "\(first) - \(second)" }
  }

  /// Names the files of results and drawings, and the markers in the page.
  package var name: String
  package var title: String
  package var data: Data
  /// Pixels of a side; squashed, as the starting models see photographs.
  package var canvas: Int
  package var backbones: [Backbone]
  package var attentions: [Choice]
  package var seeds: [UInt64]
  package var settings: TrainingSettings
  package var pairs: [Pair]
  /// Changed copies that stability is judged by: names of ``CanvasView/standard``.
  package var views: [String]

  /// All of it; ``pairs`` may be empty, for the last attention against each of the others.
  package init(
    name: String, title: String, data: Data, canvas: Int, backbones: [Backbone], attentions: [Choice],
    seeds: [UInt64], settings: TrainingSettings, pairs: [Pair] = [], views: [String] = Experiment.usualViews
  ) {
    self.name = name
    self.title = title
    self.data = data
    self.canvas = canvas
    self.backbones = backbones
    self.attentions = attentions
    self.seeds = seeds
    self.settings = settings
    self.pairs =
      pairs.isEmpty ? attentions.dropLast().map { Pair(attentions.last!.name, $0.name) } : pairs
    self.views = views
  }

  package static let usualViews = ["flip", "shift 10 %", "scale 0.8", "rotation 15"]

  /// The settings of trainings when an experiment does not give them: six looks at each photograph over three kept views.
  package static let usualSettings: TrainingSettings = {
    var settings = TrainingSettings()
    settings.epochs = 6
    settings.keptViews = 3
    settings.normalisationMomentum = 0.1
    settings.schedule = LearningSchedule(rate: 2e-3, warmup: 0.1)
    return settings
  }()
}
