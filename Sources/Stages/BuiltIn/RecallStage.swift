import Manifests
package import StageGraph
import SystemPackage

/// Says again what an earlier run's network said, so that nothing has to be classified twice.
package struct RecallStage: PhotographStage {
  package static let schema = StageSchema(
    name: "recall", summary: "says what an earlier run found, without running the network",
    discussion: """
      Takes the place of `classify`: labels and rectangle come from the records of that run, by the photographs' paths. A photograph that has \
      changed since fails with the reason `changed`, and so does one that has no labels there.
      """,
    options: [
      OptionSchema("manifest", .text, default: nil, "the run's manifest, like OUT/manifest.jsonl")
    ],
    needs: ["file"], adds: ["predictions", "label", "score", "rectangle", "coverage"])

  private let earlier: EarlierRun

  package init(_ spec: StageSpec, _ setup: StageSetup) throws(SetupError) {
    earlier = try setup.earlier(FilePath(spec.options.text("manifest")))
  }

  package var withheld: Set<String> { earlier.findsRectangle ? [] : ["rectangle", "coverage"] }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let photograph = earlier[RecordPath(bytes: sample.file.pathBytes)] else {
      throw StageFailure(.changed, "the earlier run's manifest has no record of it")
    }
    guard let predictions = photograph.predictions, !predictions.isEmpty else {
      throw StageFailure(.changed, "the earlier run's manifest has no labels for it")
    }
    guard photograph.sha256 == sample.sha256 else {
      throw StageFailure(.changed, "the file is not the one that the earlier run saw")
    }
    if sample.correction?.label == nil {
      sample.predictions = predictions
      sample.correctedLabel = photograph.correctedLabel
    } else {
      let own = photograph.correctedLabel == nil ? predictions : Array(predictions.dropFirst())
      sample.see(own) { label in own.first { $0.label == label }?.index }
    }
    sample.attended = photograph.rectangle
    return .pass
  }
}
