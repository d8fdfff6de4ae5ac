import Foundation
package import SystemPackage

/// What a shard writes last of all: that it is finished, with what, and which manifest is its own.
package struct ShardDone: Hashable, Sendable {
  /// The `schema` member.
  package static let schema = "viewfinder/shard/1"

  /// A manifest, as it was when the shard had finished.
  package struct ManifestFile: Hashable, Sendable, Decodable {
    /// Lines.
    package var records: Int
    /// Length of the file.
    package var bytes: Int
    /// Of the file, 64 lower-case hexadecimal digits.
    package var sha256: String

    /// Takes the values as they are.
    package init(records: Int, bytes: Int, sha256: String) {
      self.records = records
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// The program that ran.
  package struct Program: Hashable, Sendable, Decodable {
    package var version: String
    /// Of the executable file, 64 lower-case hexadecimal digits.
    package var sha256: String

    /// Takes the values as they are.
    package init(version: String, sha256: String) {
      self.version = version
      self.sha256 = sha256
    }
  }

  package var shard: Shard
  /// How its photographs ended.
  package var counts: RunCounts
  package var manifest: ManifestFile
  /// SHA-256 of the resolved pipeline.
  package var pipeline: String
  /// SHA-256 of the models, by the names under which the pipeline asks for them.
  package var models: [String: String]
  package var program: Program
  /// Name of the machine.
  package var host: String
  /// How often the shard had been begun before, from 0.
  package var attempt: Int
  /// When the last attempt began, in seconds since 1970.
  package var started: Double
  /// When it had finished, in seconds since 1970.
  package var ended: Double

  /// Takes the values as they are.
  package init(
    shard: Shard, counts: RunCounts, manifest: ManifestFile, pipeline: String, models: [String: String],
    program: Program, host: String, attempt: Int, started: Double, ended: Double
  ) {
    self.shard = shard
    self.counts = counts
    self.manifest = manifest
    self.pipeline = pipeline
    self.models = models
    self.program = program
    self.host = host
    self.attempt = attempt
    self.started = started
    self.ended = ended
  }
}

extension ShardDone.ManifestFile {
  /// Measures a manifest that nobody writes any more.
  package init(_ path: FilePath) throws(ManifestError) {
    let (bytes, sha256) = try LineReader(path).fingerprint()
    self.init(records: try Manifest.lineCount(path), bytes: bytes, sha256: sha256)
  }
}

extension ShardDone {
  /// As a JSON object, members in the documented order.
  package var json: JSONValue {
    JSONValue(members: [
      "schema": .string(Self.schema),
      "shard": .integer(shard.index),
      "shards": .integer(shard.count),
      "counts": counts.json,
      "manifest": JSONValue(members: [
        "records": .integer(manifest.records), "bytes": .integer(manifest.bytes),
        "sha256": .string(manifest.sha256),
      ]),
      "pipeline": JSONValue(members: ["sha256": .string(pipeline)]),
      "models": .object(models.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
      "program": JSONValue(members: [
        "version": .string(program.version), "sha256": .string(program.sha256),
      ]),
      "host": .string(host),
      "attempt": .integer(attempt),
      "started": .number(started, decimals: 3),
      "ended": .number(ended, decimals: 3),
    ])
  }

  /// Writes it, in one atomic step: from then on the shard is finished.
  package func write(to path: FilePath) throws(FileError) {
    try AtomicFile.write(json.indentedBytes, to: path)
  }

  /// Reads what `write` wrote.
  package static func read(_ path: FilePath) throws(ManifestError) -> ShardDone {
    try decodeDocument(path)
  }
}

extension ShardDone: Decodable {
  private enum CodingKeys: String, CodingKey {
    case schema, shard, shards, counts, manifest, pipeline, models, program, host, attempt, started, ended
  }

  private struct PipelineFields: Decodable {
    let sha256: String
  }

  /// Members it does not know are passed over.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    guard try members.decode(String.self, forKey: .schema) == Self.schema else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: members, debugDescription: "this is not a \(Self.schema)")
    }
    let count = try members.decode(Int.self, forKey: .shards)
    guard let shard = Shard(try members.decode(Int.self, forKey: .shard), of: count) else {
      throw DecodingError.dataCorruptedError(
        forKey: .shard, in: members, debugDescription: "there is no such part of \(count)")
    }
    self.init(
      shard: shard,
      counts: try members.decode(RunCounts.self, forKey: .counts),
      manifest: try members.decode(ManifestFile.self, forKey: .manifest),
      pipeline: try members.decode(PipelineFields.self, forKey: .pipeline).sha256,
      models: try members.decode([String: String].self, forKey: .models),
      program: try members.decode(Program.self, forKey: .program),
      host: try members.decode(String.self, forKey: .host),
      attempt: try members.decode(Int.self, forKey: .attempt),
      started: try members.decode(Double.self, forKey: .started),
      ended: try members.decode(Double.self, forKey: .ended))
  }
}
