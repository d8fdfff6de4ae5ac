import Foundation
import Networks
import PipelineFiles
import SystemPackage
import Training

/// Reads experiment files. Everything that is wrong with one is found at once, each with its place.
struct ExperimentReader {
  private let reader: DocumentReader

  /// The experiment in a file; it is called like the file.
  static func read(file: String) throws(Exit) -> Experiment {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Exit(ExitStatus.noInput, "cannot read the experiment \(file)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Exit(ExitStatus.invalidData, "\(file) is not UTF-8 text: not an experiment")
    }
    do throws(Diagnostics) {
      let reader = ExperimentReader(reader: DocumentReader(text, name: file, kind: "an experiment"))
      let name = FilePath(file).stem ?? "experiment"
      return try reader.reader.finish(reader.experiment(reader.reader.root(), name: name))
    } catch {
      throw Exit(ExitStatus.invalidData, error.rendered)
    }
  }

  private func experiment(_ root: DocumentValue, name: String) -> Experiment? {
    let keys = [
      "version", "title", "data", "canvas", "backbones", "attentions", "seeds", "pairs", "settings", "views",
    ]
    let required = ["version", "title", "data", "canvas", "backbones", "attentions", "seeds"]
    guard let entries = reader.mapping(root, what: "an experiment", keys: keys, required: required) else {
      return nil
    }
    if let version = entries["version"], version.text != "1" {
      reader.report("this program reads version 1", at: version)
    }
    let title = reader.text(entries["title"], what: "'title'")
    let data = entries["data"].flatMap(data)
    let canvas = reader.integer(entries["canvas"], what: "'canvas'", in: 16...1024)
    let backbones = entries["backbones"].flatMap(backbones)
    let attentions = entries["attentions"].flatMap(attentions)
    let seeds = entries["seeds"].flatMap(seeds)
    let settings = settings(entries["settings"])
    let pairs = pairs(entries["pairs"], among: attentions?.map(\.name) ?? [])
    let views = views(entries["views"])
    guard !reader.hasProblems, let title, let data, let canvas, let backbones, let attentions, let seeds else {
      return nil
    }
    return Experiment(
      name: name, title: title, data: data, canvas: canvas, backbones: backbones, attentions: attentions,
      seeds: seeds, settings: settings, pairs: pairs, views: views)
  }

  // MARK: Photographs

  private func data(_ value: DocumentValue) -> Experiment.Data? {
    let keys = ["photographs", "root", "subset", "label", "where", "hold_out", "boxes", "box_columns"]
    guard
      let entries = reader.mapping(value, what: "'data'", keys: keys, required: ["photographs", "hold_out"]),
      let path = reader.text(entries["photographs"], what: "'photographs'"),
      let holdOut = entries["hold_out"].flatMap(holdOut)
    else { return nil }
    var data = Experiment.Data(
      path: path, label: reader.text(entries["label"], what: "'label'") ?? "label", holdOut: holdOut)
    data.root = reader.text(entries["root"], what: "'root'")
    data.subset = reader.text(entries["subset"], what: "'subset'")
    data.boxes = reader.text(entries["boxes"], what: "'boxes'")
    data.boxColumns = reader.text(entries["box_columns"], what: "'box_columns'")
    if let conditions = entries["where"] {
      for entry in reader.named(conditions, what: "'where'") ?? [] {
        data.conditions[entry.name] = reader.texts(entry.value, what: "'\(entry.name)'")
      }
    }
    return data
  }

  /// A number, or the one column and value of the rows that are held out.
  private func holdOut(_ value: DocumentValue) -> Experiment.Data.HoldOut? {
    guard let entries = value.entries else {
      return reader.integer(value, what: "'hold_out'", in: 1...1_000_000).map { .count($0) }
    }
    guard entries.count == 1, let value = reader.text(entries[0].value, what: "'\(entries[0].name)'") else {
      reader.report("'hold_out' is a number, or one column with its value, like {split: test}", at: value)
      return nil
    }
    return .column(entries[0].name, value: value)
  }

  // MARK: The grid

  private func backbones(_ value: DocumentValue) -> [Experiment.Backbone]? {
    guard let entries = names(value, what: "'backbones'") else { return nil }
    return entries.compactMap { entry in
      let what = "backbone '\(entry.name)'"
      let keys = ["model", "architecture", "places", "learn"]
      guard let values = reader.mapping(entry.value, what: what, keys: keys, required: ["places", "learn"]),
        let places = reader.texts(values["places"], what: "'places'"),
        let learn = reader.text(values["learn"], what: "'learn'")
      else { return nil }
      if Learn(argument: learn) == nil, let place = values["learn"] {
        reader.report("'learn' is classifier, attention, both, everything or behind:LAYER", at: place)
      }
      if Set(places).count < places.count, let place = values["places"] {
        reader.report("a place stands twice", at: place)
      }
      let architecture = reader.choice(
        values["architecture"], what: "'architecture'", among: ArchitectureCatalog.all.keys.sorted())
      let model = reader.text(values["model"], what: "'model'")
      switch (model, architecture) {
      case (let model?, nil):
        return Experiment.Backbone(name: entry.name, start: .model(model), places: places, learn: learn)
      case (nil, let architecture?):
        return Experiment.Backbone(
          name: entry.name, start: .architecture(architecture), places: places, learn: learn)
      default:
        reader.report("\(what) wants either a model or an architecture to start from", at: entry.value)
        return nil
      }
    }
  }

  private func attentions(_ value: DocumentValue) -> [Experiment.Choice]? {
    guard let entries = names(value, what: "'attentions'") else { return nil }
    return entries.compactMap { entry in
      if entry.value.isNone { return Experiment.Choice(name: entry.name, attention: nil) }
      let what = "attention '\(entry.name)'"
      let keys = ["kind", "width", "use", "head", "uprightness", "least_size", "sharpness"]
      guard let values = reader.mapping(entry.value, what: what, keys: keys, required: ["kind"]),
        let kind = choice(values["kind"], "'kind'", ModelCard.Attention.Kind.self)
      else { return nil }
      var attention = Experiment.Attention(kind: kind)
      attention.width = reader.integer(values["width"], what: "'width'", in: 1...4096) ?? attention.width
      attention.use = choice(values["use"], "'use'", AttentionUse.self) ?? attention.use
      attention.head = choice(values["head"], "'head'", RectangularAttention.Head.self) ?? attention.head
      attention.uprightness =
        reader.number(values["uprightness"], what: "'uprightness'", in: 0...1000) ?? attention.uprightness
      attention.leastSize =
        reader.number(values["least_size"], what: "'least_size'", in: 0.001...1) ?? attention.leastSize
      attention.sharpness = reader.number(values["sharpness"], what: "'sharpness'", in: 0.001...1000)
      return Experiment.Choice(name: entry.name, attention: attention)
    }
  }

  private func choice<Name: RawRepresentable<String> & CaseIterable>(
    _ value: DocumentValue?, _ what: String, _ type: Name.Type
  ) -> Name? {
    reader.choice(value, what: what, among: Name.allCases.map(\.rawValue)).flatMap(Name.init)
  }

  /// A mapping whose names become part of the names of trainings.
  private func names(
    _ value: DocumentValue, what: String
  ) -> [(key: DocumentValue, name: String, value: DocumentValue)]? {
    guard let entries = reader.named(value, what: what) else { return nil }
    if entries.isEmpty { reader.report("\(what) is empty", at: value) }
    for entry in entries
    where !entry.name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }) {
      reader.report("a name is made of letters, digits, '-' and '_'", at: entry.key)
    }
    return entries
  }

  private func seeds(_ value: DocumentValue) -> [UInt64]? {
    guard let list = value.list, !list.isEmpty else {
      reader.report("'seeds' must be a list of numbers", at: value)
      return nil
    }
    let seeds = list.compactMap { reader.integer($0, what: "a seed", in: 0...1_000_000_000) }.map(UInt64.init)
    if Set(seeds).count < seeds.count { reader.report("a seed stands twice", at: value) }
    return seeds
  }

  private func pairs(_ value: DocumentValue?, among attentions: [String]) -> [Experiment.Pair] {
    guard let value else { return [] }
    guard let list = value.list else {
      reader.report("'pairs' must be a list of two names each", at: value)
      return []
    }
    return list.compactMap { entry in
      guard let two = entry.list, two.count == 2 else {
        reader.report("a pair is a list of two names of attentions", at: entry)
        return nil
      }
      let words = two.compactMap { reader.choice($0, what: "a pair", among: attentions) }
      return words.count == 2 ? Experiment.Pair(words[0], words[1]) : nil
    }
  }

  private func views(_ value: DocumentValue?) -> [String] {
    guard let value else { return Experiment.usualViews }
    guard let list = value.list else {
      reader.report("'views' must be a list of names", at: value)
      return []
    }
    return list.compactMap { reader.choice($0, what: "a view", among: CanvasView.standard.map(\.name)) }
  }

  // MARK: Settings

  /// As in `train --settings`; each wrong one is reported at its place.
  private func settings(_ value: DocumentValue?) -> TrainingSettings {
    var settings = Experiment.usualSettings
    guard let value else { return settings }
    let entries = reader.named(value, what: "'settings'") ?? []
    for entry in entries {
      if ["rates", "seed"].contains(entry.name) {
        let instead = entry.name == "seed" ? "'seeds'" : "'learn' of the backbones"
        reader.report("'\(entry.name)' is not set here, but by \(instead)", at: entry.key)
        continue
      }
      do throws(DataError) {
        settings = try TrainingSettings(
          json: Data("{\"\(entry.name)\":\(entry.value.json)}".utf8), over: settings)
      } catch {
        reader.report(error.description, at: entry.key)
      }
    }
    if let problem = problem(of: settings) { reader.report(problem, at: value) }
    return settings
  }

  private func problem(of settings: TrainingSettings) -> String? {
    if settings.epochs < 1 || settings.batch < 1 { return "'epochs' and 'batch' are at least 1" }
    if settings.keptViews < 0 { return "'keptViews' is at least 0" }
    if !(settings.schedule.rate > 0) { return "'schedule.rate' is above 0" }
    if settings.losses.needsMasks || settings.losses.teacher > 0 || settings.losses.agreement > 0 {
      return "comparisons have the losses classification, area and equivariance only"
    }
    return nil
  }
}
