import Foundation
import PipelineFiles
import StageGraph
import Stages

extension Vocabulary {
  /// What pipeline files may say to this program.
  static let viewfinder = Vocabulary(
    stages: StageCatalog.schemas, limits: RunLimits.schema, facts: Sample.factKinds, first: ReadStage.schema.name,
    last: ManifestOptions.schema.name)
}

/// Pipelines from files and from the program itself.
enum PipelineLoading {
  static func read(file: String, settings: [Setting]) throws(Exit) -> PipelineSpec {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Exit(ExitStatus.noInput, "cannot read the pipeline \(file)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Exit(ExitStatus.invalidData, "\(file) is not UTF-8 text: not a pipeline file")
    }
    return try read(text, name: file, settings: settings)
  }

  static func read(_ text: String, name: String, settings: [Setting]) throws(Exit) -> PipelineSpec {
    do throws(Diagnostics) {
      return try PipelineFile.read(text, name: name, vocabulary: .viewfinder, settings: settings)
    } catch {
      throw Exit(ExitStatus.invalidData, error.rendered)
    }
  }

  /// `--set` and `--model` as settings.
  static func settings(_ texts: [String], model: String?, classifiers: [String]) throws(Exit) -> [Setting] {
    var settings: [Setting] = []
    for text in texts {
      guard let setting = Setting(text) else {
        throw Exit(ExitStatus.usage, "--set wants STAGE.OPTION=VALUE, like crop.margin=5%, not '\(text)'")
      }
      settings.append(setting)
    }
    if let model { settings += classifiers.compactMap { Setting("\($0).model=\(model)") } }
    return settings
  }
}
