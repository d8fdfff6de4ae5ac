import Foundation
import PipelineFiles
import StageGraph
import Stages
import SystemPackage

extension Vocabulary {
  /// What pipeline files may say to this program.
  static let viewfinder = Vocabulary(
    stages: StageCatalog.schemas, limits: RunLimits.schema, facts: Sample.factKinds,
    first: ReadStage.schema.name,
    last: ManifestOptions.schema.name)
}

/// Pipelines from files and from the program itself.
enum PipelineLoading {
  /// - Parameters:
  ///   - changes: options as `--set` gives them.
  ///   - model: the model for every stage that classifies; nil leaves it to the pipeline.
  ///   - findsPrograms: whether a program that the file names must be there.
  static func read(
    file: String, changes: [String], model: String?, findsPrograms: Bool = false
  ) throws(Exit) -> PipelineSpec {
    guard let data = FileManager.default.contents(atPath: file) else {
      let names = PipelineLibrary.names
      let advice =
        file.contains("/") || names.isEmpty ? "" : "; by name there are \(names.joined(separator: ", "))"
      throw Exit(ExitStatus.noInput, "cannot read the pipeline \(file)\(advice)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Exit(ExitStatus.invalidData, "\(file) is not UTF-8 text: not a pipeline file")
    }
    var vocabulary = Vocabulary.viewfinder
    if findsPrograms {
      let search = ProgramSearch(from: FilePath(file).removingLastComponent())
      vocabulary.commandProblem = { search.problem($0) }
    }
    return try read(text, name: file, changes: changes, model: model, vocabulary: vocabulary)
  }

  static func read(
    _ text: String, name: String, changes: [String], model: String?, vocabulary: Vocabulary = .viewfinder
  ) throws(Exit) -> PipelineSpec {
    var settings: [Setting] = []
    for change in changes {
      guard let setting = Setting(change) else {
        throw Exit(ExitStatus.usage, "--set wants STAGE.OPTION=VALUE, like crop.margin=5%, not '\(change)'")
      }
      settings.append(setting)
    }
    let spec = try read(text, name: name, settings: settings, vocabulary)
    guard let model else { return spec }
    settings += spec.stages.filter { $0.use == ClassifyStage.schema.name }.compactMap {
      Setting("\($0.id).model=\(model)")
    }
    return try read(text, name: name, settings: settings, vocabulary)
  }

  private static func read(
    _ text: String, name: String, settings: [Setting], _ vocabulary: Vocabulary
  ) throws(Exit) -> PipelineSpec {
    do throws(Diagnostics) {
      return try PipelineFile.read(text, name: name, vocabulary: vocabulary, settings: settings)
    } catch {
      throw Exit(ExitStatus.invalidData, error.rendered)
    }
  }
}
