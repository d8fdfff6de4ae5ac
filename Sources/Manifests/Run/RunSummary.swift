/// What one run did: the contents of `run.json`.
package struct RunSummary: Hashable, Sendable {
  /// The `schema` member.
  package static let schema = "viewfinder/run/1"

  /// Version of this program.
  package var version: String
  /// Whether every photograph of the listing has a record.
  package var complete: Bool
  /// The pipeline that ran.
  package var pipeline: PipelineSummary
  /// Absolute paths of the inputs, in the order of the command line.
  package var inputs: [RecordPath]
  /// `nil` when the pipeline has no model.
  package var model: ModelSummary?
  /// What it ran on.
  package var libraries: LibrarySummary
  /// Name of the machine.
  package var host: String
  /// How many photographs ended how.
  package var counts: RunCounts
  /// Those of `counts.records` that are an earlier run's, which this one continued or corrected.
  package var earlierRecords: Int
  /// From the first listing to the last record.
  package var wallSeconds: Double
  /// The most memory the process held.
  package var peakRSSBytes: Int
  /// In the order of the pipeline file.
  package var stages: [StageSummary]

  /// Takes the values as they are.
  package init(
    version: String, complete: Bool, pipeline: PipelineSummary, inputs: [RecordPath], model: ModelSummary?,
    libraries: LibrarySummary, host: String, counts: RunCounts, earlierRecords: Int = 0, wallSeconds: Double,
    peakRSSBytes: Int, stages: [StageSummary]
  ) {
    self.version = version
    self.complete = complete
    self.pipeline = pipeline
    self.inputs = inputs
    self.model = model
    self.libraries = libraries
    self.host = host
    self.counts = counts
    self.earlierRecords = earlierRecords
    self.wallSeconds = wallSeconds
    self.peakRSSBytes = peakRSSBytes
    self.stages = stages
  }

  /// Photographs that this run gave a record, by second of wall time.
  package var imagesPerSecond: Double {
    wallSeconds > 0 ? Double(max(0, counts.records - earlierRecords)) / wallSeconds : 0
  }
}

/// The pipeline that ran.
package struct PipelineSummary: Hashable, Sendable {
  /// The pipeline file with every option filled in.
  package var resolved: String
  /// Absolute path of the directory of the pipeline file, from which programs are looked up; `nil` for a pipeline of this program's own.
  package var directory: RecordPath?

  /// Takes the values as they are.
  package init(resolved: String, directory: RecordPath? = nil) {
    self.resolved = resolved
    self.directory = directory
  }

  /// SHA-256 of the UTF-8 of `resolved`; written to `run.json` and, as it follows, not read from it.
  package var sha256: String { Hashing.sha256(resolved.utf8) }
}

/// The model that ran.
package struct ModelSummary: Hashable, Sendable, Decodable {
  /// As given or as the model card says.
  package var name: String
  /// SHA-256 of the model file, 64 lower-case hexadecimal digits.
  package var sha256: String

  /// Takes the values as they are.
  package init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }
}

/// The libraries the numbers and pixels came from.
package struct LibrarySummary: Hashable, Sendable, Decodable {
  /// Version of libvips.
  package var libvips: String
  /// Version of OpenBLAS.
  package var openblas: String
  /// OpenBLAS' name of the processor core, which chooses its kernels.
  package var core: String

  /// Takes the values as they are.
  package init(libvips: String, openblas: String, core: String) {
    self.libvips = libvips
    self.openblas = openblas
    self.core = core
  }
}

/// How many photographs ended how.
package struct RunCounts: Hashable, Sendable {
  /// Done.
  package var ok: Int
  /// Failed, by reason.
  package var failed: [ReasonCode: Int]
  /// Skipped, by reason.
  package var skipped: [ReasonCode: Int]
  /// Files that are no photographs and have no record.
  package var ignored: Int

  /// Takes the values as they are.
  package init(ok: Int = 0, failed: [ReasonCode: Int] = [:], skipped: [ReasonCode: Int] = [:], ignored: Int = 0)
  {
    self.ok = ok
    self.failed = failed
    self.skipped = skipped
    self.ignored = ignored
  }

  /// Counts one record.
  package mutating func add(_ outcome: Record.Outcome) {
    switch outcome {
    case .ok: ok += 1
    case .failed(let reason, _): failed[reason, default: 0] += 1
    case .skipped(let reason, _): skipped[reason, default: 0] += 1
    }
  }

  /// Photographs with a record.
  package var records: Int { ok + failed.values.reduce(0, +) + skipped.values.reduce(0, +) }
}

/// What one stage did in the run.
package struct StageSummary: Hashable, Sendable, Decodable {
  /// The stage's id in the pipeline file.
  package var id: String
  /// Working time, summed over workers.
  package var busySeconds: Double
  /// The most photographs that waited for the stage at once.
  package var queueHighWater: Int

  /// Takes the values as they are.
  package init(id: String, busySeconds: Double, queueHighWater: Int) {
    self.id = id
    self.busySeconds = busySeconds
    self.queueHighWater = queueHighWater
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case busySeconds = "busy_seconds"
    case queueHighWater = "queue_high_water"
  }
}
