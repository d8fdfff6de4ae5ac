package import StageGraph

/// Every stage there is.
package enum StageCatalog {
  /// In the order in which photographs usually meet them.
  package static let all: [any PhotographStage.Type] = [
    ReadStage.self,
    DecodeStage.self,
    ClassifyStage.self,
    RecallStage.self,
    FilterStage.self,
    ExecStage.self,
    CropStage.self,
    AnnotateStage.self,
    ResizeStage.self,
    WriteStage.self,
    SortStage.self,
  ]

  /// The schemas of ``all`` and of the manifest, which is not a step but the end of every run.
  package static var schemas: [StageSchema] { all.map { $0.schema } + [ManifestOptions.schema] }
}
