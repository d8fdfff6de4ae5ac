import Geometry
import Manifests
import PipelineFiles
import StageGraph
import Stages

private let vocabulary = Vocabulary(
  stages: StageCatalog.schemas, limits: RunLimits.schema, facts: Sample.factKinds, first: ReadStage.schema.name,
  last: ManifestOptions.schema.name)

/// A file that reads is written out and read again: to the same.
@Sendable func fuzzPipeline(_ bytes: [UInt8]) {
  guard let text = String(validating: bytes, as: UTF8.self) else { return }
  do throws(Diagnostics) {
    let spec = try PipelineFile.read(text, name: "fuzz", vocabulary: vocabulary)
    let written = try? PipelineFile.write(spec, vocabulary: vocabulary)
    let again = written.flatMap { try? PipelineFile.read($0, name: "again", vocabulary: vocabulary) }
    precondition(
      again?.stages.map(\.options.values) == spec.stages.map(\.options.values),
      "a round trip changes the options")
  } catch {
    precondition(!error.rendered.isEmpty)
  }
}

@Sendable func fuzzCondition(_ bytes: [UInt8]) {
  guard let text = String(validating: bytes, as: UTF8.self) else { return }
  guard let condition = try? Condition(text, known: Sample.factKinds) else { return }
  precondition(condition.facts.isSubset(of: Sample.factKinds.keys))
  _ = condition.holds { $0 == "label" || $0 == "format" ? .text("beagle") : .number(0.5) }
  _ = condition.holds { _ in nil }
}

/// What a program answers in an `exec` stage.
@Sendable func fuzzAnswer(_ bytes: [UInt8]) {
  guard let answer = try? ExecAnswer(bytes, to: 1, adds: Set(ExecAnswer.Addition.allCases)) else { return }
  precondition(answer.notes.map { $0.bytes.count <= 1 << 16 } ?? true)
  precondition(answer.predictions.map { !$0.isEmpty } ?? true)
  precondition(answer.rectangle.map(\.isFinite) ?? true)
}

@Sendable func fuzzTemplate(_ bytes: [UInt8]) {
  guard let text = String(validating: bytes, as: UTF8.self) else { return }
  guard let template = try? PathTemplate(text) else { return }
  precondition(!template.text.hasPrefix("/"))
  _ = template.fields
}
