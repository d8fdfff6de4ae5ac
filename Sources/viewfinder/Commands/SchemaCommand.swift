import ArgumentParser
import Manifests

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract:
      "Print the JSON Schema (draft-07) of pipeline files, records, run summaries, finished shards or corrections."
  )

  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case pipeline, record, run, shard, corrections
  }

  @Argument(help: "Of what: pipeline, record, run, shard or corrections.")
  var subject = Subject.pipeline

  func run() throws {
    switch subject {
    case .pipeline:
      print(
        String(decoding: PipelineSchema(vocabulary: .viewfinder).json.indentedBytes, as: UTF8.self),
        terminator: "")
    case .record: print(Schemas.record, terminator: "")
    case .run: print(Schemas.run, terminator: "")
    case .shard: print(Schemas.shard, terminator: "")
    case .corrections: print(Schemas.corrections, terminator: "")
    }
  }
}
