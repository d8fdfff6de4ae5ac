import Geometry
import Manifests
import TestSupport

/// Records and summaries for the tests.
enum Samples {
  static let hash = String(repeating: "0123456789abcdef", count: 4)

  /// Every member filled.
  static let full = record("a/b.jpg")

  static func record(_ path: String) -> Record {
    let frame = CanvasFrame(
      photograph: PixelSize(width: 2725, height: 2225), canvas: PixelSize(width: 224, height: 224), fit: .squash
    )
    let located = LocatedRectangle(
      CanvasRectangle(mu1: 0.1, mu2: -0.2, sigma1: 0.41, sigma2: 0.23, alpha: 0.3), in: frame)
    let options = CropOptions(aspect: AspectRatio(width: 1, height: 1), margin: 0.1)
    let region = CropComposer(options: options, frame: frame.photograph).compose(located, score: 0.93) { nil }
    return Record(
      file: RecordPath(path),
      input: InputRecord(
        bytes: 829_183, sha256: hash, format: "jpeg", width: 2725, height: 2225, orientation: 1),
      predictions: [
        PredictionRecord(label: "golden retriever", index: 207, score: 0.931_25),
        PredictionRecord(label: "otterhound", index: 175, score: 1e-9),
      ],
      rectangle: located,
      outputs: [
        OutputRecord(
          stage: "crops", file: RecordPath("crops/golden retriever/b.jpg"), width: 1024, height: 1024,
          bytes: 88_000,
          sha256: hash, crop: region),
        OutputRecord(
          stage: "sorted", file: RecordPath("golden retriever/b.jpg"), width: 2725, height: 2225,
          bytes: 829_183,
          sha256: hash),
      ],
      decodes: 2,
      times: [
        StageTime(stage: "classify", milliseconds: 9.84), StageTime(stage: "decode", milliseconds: 18.9),
      ])
  }

  /// An original under each placement, with sidecars whose names are text and are not.
  static let placed = Record(
    file: RecordPath(bytes: [0x64, 0x2f, 0xff]),
    input: InputRecord(bytes: 7, sha256: hash, format: "png", width: 1, height: 1, orientation: 1),
    outputs: Placement.allCases.map { placement in
      OutputRecord(
        stage: "sort", file: RecordPath("sorted/\(placement)"), width: 1, height: 1, bytes: 7, sha256: hash,
        placed: placement,
        sidecars: placement == .copy
          ? []
          : [
            SidecarRecord(from: RecordPath("d/a.xmp"), file: RecordPath("sorted/a.xmp")),
            SidecarRecord(
              from: RecordPath(bytes: [0x64, 0x2f, 0xff, 0x2e]), file: RecordPath(bytes: [0xfe, 0x2e, 0x78])),
          ])
    })

  static let summary = RunSummary(
    version: "0.1.0", complete: false,
    pipeline: PipelineSummary(
      resolved: "version: 1\nstages: []\n", directory: RecordPath(bytes: [0x2f, 0xfe])),
    inputs: [RecordPath("/photos"), RecordPath(bytes: [0x2f, 0xff])],
    model: ModelSummary(name: "lite0-rectangle", sha256: hash),
    libraries: LibrarySummary(libvips: "8.14.1", openblas: "0.3.21", core: "Cooperlake"), host: "node7",
    counts: RunCounts(ok: 7, failed: [.corrupt: 2, .truncated: 1], skipped: [.filtered: 4], ignored: 3),
    earlierRecords: 7, wallSeconds: 3.5, peakRSSBytes: 1 << 28,
    stages: [StageSummary(id: "decode", busySeconds: 1.25, queueHighWater: 8)])

  static let done = ShardDone(
    shard: Shard(3, of: 10)!,
    counts: RunCounts(ok: 7, failed: [.corrupt: 2], skipped: [.filtered: 4], ignored: 3),
    manifest: ShardDone.ManifestFile(records: 13, bytes: 4711, sha256: hash), pipeline: hash,
    models: ["default": hash], program: ShardDone.Program(version: "0.1.0", sha256: hash), host: "node7",
    attempt: 2, started: 1_764_000_000.5, ended: 1_764_000_100.25)

  /// One record of each outcome and of awkward contents, all to be accepted by the schema.
  static let good: [Record] =
    [
      full,
      Record(file: RecordPath("x"), outcome: .failed(.unreadable, detail: "open: permission denied")),
      Record(
        file: RecordPath("y"), outcome: .failed(.corrupt, detail: nil),
        input: InputRecord(bytes: 12, format: "png")),
      placed,
      Record(file: RecordPath("z"), outcome: .skipped(.filtered, detail: nil), predictions: [], decodes: 1),
    ]
    + awkwardPaths.map { Record(file: RecordPath(bytes: $0), outcome: .failed(.notImage, detail: "no image")) }

  static let awkwardPaths: [[UInt8]] = [
    Array("tab\tnew\nline\u{1}\u{7f}.jpg".utf8), Array(#"quote" back\slash.jpg"#.utf8),
    Array("👩‍👩‍👧‍👦 été\u{2028}.jpg".utf8), Array("e\u{301}.jpg".utf8), [0xff, 0xfe, 0x2e, 0x6a], [0x61, 0xe9, 0x62],
    [0xed, 0xa0, 0x80], Array("\u{fffd}".utf8),
  ]
}
