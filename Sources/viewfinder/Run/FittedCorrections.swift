import Geometry
import Manifests
import StageGraph
import Stages
import SystemPackage

/// Corrections held against the run that they are for: which of them can be heeded, and what speaks against the others.
struct FittedCorrections {
  /// Those that fit, in the order of the manifest; at the end those that were begun once and interrupted.
  let corrections: Corrections
  /// Those that do not, each with what is wrong with it.
  let unfit: [(path: String, reason: String)]

  /// - Parameters:
  ///   - manifest: of the run that ran `spec`.
  ///   - kept: what the run was corrected by before. Their photographs have no records where that was interrupted.
  init(
    _ given: Corrections, to manifest: FilePath, of spec: PipelineSpec, kept: Corrections
  ) throws(ManifestError) {
    let check = Check(spec)
    var waiting = Dictionary(uniqueKeysWithValues: given.list.map { ($0.file, $0) })
    var fit: [Correction] = []
    var unfit: [(path: String, reason: String)] = []
    try Manifest.scan(manifest) { entry in
      guard let correction = waiting.removeValue(forKey: entry.record.file) else { return }
      if let problem = check.problem(with: correction, of: entry.record) {
        unfit.append((correction.file.text, problem))
      } else {
        fit.append(correction)
      }
    }
    for correction in kept.list {
      guard let begun = waiting[correction.file], correction.includes(begun) else { continue }
      waiting[begun.file] = nil
      fit.append(begun)
    }
    unfit += waiting.keys.sorted().map {
      (
        $0.text,
        "the manifest has no record of it (a run that was interrupted has to be finished first, with --resume)"
      )
    }
    self.unfit = unfit
    guard let corrections = Corrections(manifest: given.manifest, fit) else {
      preconditionFailure("a part of a list without doubles has none")
    }
    self.corrections = corrections
  }

  private struct Check {
    private let crops: [String: StageSpec]
    private let namesPhotographs: Bool

    init(_ spec: PipelineSpec) {
      crops = CropsOfRun.stages(of: spec)
      namesPhotographs = spec.stages.contains { stage in
        StageCatalog.schemas.first { $0.name == stage.use }?.with(stage.options).adds.contains("label") ?? false
      }
    }

    func problem(with correction: Correction, of record: Record) -> String? {
      guard correction.sha256 == nil || correction.sha256 == record.input?.sha256 else {
        return "the record is of another photograph than the one that was looked at"
      }
      if correction.label != nil, !namesPhotographs {
        return "nothing in this run says what is in a photograph"
      }
      var wanted: [String: CropCorrection] = [:]
      for (stage, crop) in correction.crops.sorted(by: { $0.key < $1.key }) {
        guard let id = crops[stage]?.id else { return "'\(stage)' is no output of this run that shows a crop" }
        guard wanted[id] == nil || wanted[id] == crop else {
          return "'\(stage)' and another output show one crop, and the corrections of them differ"
        }
        wanted[id] = crop
        if case .drawn(let box) = crop, let width = record.input?.width, let height = record.input?.height,
          box.x >= width || box.y >= height
        {
          return "the box for '\(stage)' lies outside of the photograph, which has \(width) x \(height) pixels"
        }
      }
      return nil
    }
  }
}

extension Corrections {
  /// The corrections in the words of a pipeline, by photograph. What a pipeline has no place for is left out.
  func samples(for spec: PipelineSpec) -> [RecordPath: SampleCorrection] {
    let crops = CropsOfRun.stages(of: spec)
    return Dictionary(
      uniqueKeysWithValues: list.map { correction in
        var wanted: [String: CropCorrection] = [:]
        for (stage, crop) in correction.crops { if let id = crops[stage]?.id { wanted[id] = crop } }
        let outputs = crops.filter { wanted[$0.value.id] != nil }.keys.sorted()
        return (
          correction.file,
          SampleCorrection(
            sha256: correction.sha256, label: correction.label?.to, crops: wanted, outputs: outputs)
        )
      })
  }
}
