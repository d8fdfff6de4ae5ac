package import Manifests
package import StageGraph

/// The last stage of every pipeline: not a step, but what becomes of all of them. Sets how records are written.
package enum ManifestOptions {
  package static let schema = StageSchema(
    name: "manifest", summary: "writes one record for every photograph",
    discussion: """
      Comes last, after all branches; a pipeline that does not name it has it all the same. A record is written when the outputs it \
      names are safe on the disk.
      """,
    options: [
      OptionSchema(
        "format", .choice(["jsonl", "json"]), default: .text("jsonl"),
        "one record a line, or one JSON array when the run has ended")
    ])

  /// How the manifest of a pipeline is written.
  package static func format(_ spec: PipelineSpec) -> ManifestFormat {
    let options = spec.stages.last { $0.use == schema.name }?.options
    return options?.text("format") == "json" ? .array : .lines
  }
}
