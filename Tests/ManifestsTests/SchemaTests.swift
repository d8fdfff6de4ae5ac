import Foundation
import Manifests
import TestSupport
import Testing

/// Python's `jsonschema`, which knows nothing of this program, judges the schemas and what is written.
@Suite struct SchemaTests {
  @Test func goodRecordsAreAccepted() throws {
    let verdicts = try judge(Samples.good.map(\.line), by: Schemas.record)
    for (record, verdict) in zip(Samples.good, verdicts) {
      #expect(verdict == "ok", "\(record.path)")
    }
  }

  @Test func spoiledRecordsAreRefused() throws {
    try expectRefused(
      of: String(decoding: Samples.full.line, as: UTF8.self), by: Schemas.record,
      [
        (#""schema":"viewfinder/record/1","#, ""),
        (#""viewfinder/record/1""#, #""viewfinder/record/2""#),
        (#""status":"ok""#, #""status":"fine""#),
        (#""status":"ok""#, #""status":"failed""#),
        (#""reason":null"#, #""reason":"corrupt""#),
        (#""reason":null"#, #""reason":"broken""#),
        (#""detail":null"#, #""detail":"text""#),
        (#""detail":null,"#, ""),
        (#""decodes":2"#, #""decodes":-1"#),
        (#""decodes":2"#, #""decodes":2,"extra":1"#),
        (#""orientation":1"#, #""orientation":9"#),
        (#""format":"jpeg""#, #""format":"JPEG""#),
        (#""width":2725"#, #""width":0"#),
        (#""score":0.9313"#, #""score":1.5"#),
        (#""index":207,"#, ""),
        (#""source":"rectangle","#, ""),
        (#""source":"rectangle""#, #""source":"face""#),
        (#""adjusted":["#, #""adjusted":["moved","#),
        (#""size":["#, #""size":[-1,"#),
        (#""quad":["#, #""quad":[[1,2],"#),
        (#""angle":0,"#, #""angle":-45,"#),
        (#""hull":{"x""#, #""hull":{"left""#),
        (#""classify":9.8"#, #""classify":"fast""#),
        (Samples.hash, "0123"),
      ])
  }

  @Test func spoiledPlacementsAreRefused() throws {
    try expectRefused(
      of: String(decoding: Samples.placed.line, as: UTF8.self), by: Schemas.record,
      [
        (#""placed":"move""#, #""placed":"teleport""#), (#""placed":"move""#, #""placed":null"#),
        (#""from":"d/a.xmp","#, ""), (#""from":"d/a.xmp""#, #""from":"""#),
        (#""path":"sorted/a.xmp""#, #""path":"sorted/a.xmp","size":3"#),
        (#""path_bytes":"/i54""#, #""path_bytes":"/i5""#),
        (#""placed":"copy""#, #""placed":"copy","sidecars":[]"#),
        (#""from_bytes":"ZC//Lg==""#, #""from_bytes":7"#),
      ])
  }

  @Test func summariesAreAcceptedAndSpoiledOnesRefused() throws {
    var least = Samples.summary
    least.model = nil
    least.pipeline.directory = nil
    least.counts = RunCounts()
    least.earlierRecords = 0
    least.stages = []
    #expect(try judge([Samples.summary, least].map(\.json.indentedBytes), by: Schemas.run) == ["ok", "ok"])
    try expectRefused(
      of: String(decoding: Samples.summary.json.bytes, as: UTF8.self), by: Schemas.run,
      [
        (#""complete":false"#, #""complete":"no""#), (#""host":"node7","#, ""), (#""corrupt":2"#, #""odd":2"#),
        (#""ignored":3"#, #""ignored":-3"#),
        (#""earlier_records":7"#, #""earlier_records":"some""#),
        (#""wall_seconds":3.5"#, #""wall_seconds":null"#),
        (#""version""#, #""versions""#), (#""core""#, #""cpu""#),
        (#""busy_seconds":1.25"#, #""busy_seconds":-1"#),
      ])
  }

  @Test func finishedShardsAreAcceptedAndSpoiledOnesRefused() throws {
    var least = Samples.done
    least.counts = RunCounts()
    least.models = [:]
    #expect(try judge([Samples.done, least].map(\.json.indentedBytes), by: Schemas.shard) == ["ok", "ok"])
    try expectRefused(
      of: String(decoding: Samples.done.json.bytes, as: UTF8.self), by: Schemas.shard,
      [
        (#""shard":3"#, #""shard":0"#), (#""shards":10,"#, ""), (#""corrupt":2"#, #""odd":2"#),
        (#""records":13"#, #""records":-1"#), (Samples.hash, "0123"), (#""attempt":2"#, #""attempt":"first""#),
        (#""host":"node7","#, ""), (#""host":"node7""#, #""host":"node7","node":7"#),
        (#""version":"0.1.0","#, ""), (#""started":1764000000.5"#, #""started":"today""#),
        ("viewfinder/shard/1", "viewfinder/shard/2"),
      ])
  }

  private func expectRefused(of good: String, by schema: String, _ changes: [(String, String)]) throws {
    let spoiled = changes.map { good.replacingOccurrences(of: $0.0, with: $0.1) }
    let verdicts = try judge(spoiled.map { Array($0.utf8) }, by: schema)
    for (change, verdict) in zip(changes, verdicts) {
      #expect(good.contains(change.0), "nothing to spoil: \(change.0)")
      #expect(verdict == "refused", "\(change)")
    }
  }
}

/// One verdict a document, `ok` or `refused`, after the schema itself was checked against draft-07.
private func judge(_ documents: [[UInt8]], by schema: String) throws -> [String] {
  try TemporaryDirectory.use { directory in
    try put(schema.utf8, at: directory.filePath("schema.json"))
    for (index, document) in documents.enumerated() {
      try put(document, at: directory.filePath("\(index).json"))
    }
    let script = """
      import json, sys
      from jsonschema import Draft7Validator
      directory, count = sys.argv[1], int(sys.argv[2])
      def load(name):
          with open(directory + "/" + name, encoding="utf-8") as file:
              return json.load(file)
      schema = load("schema.json")
      Draft7Validator.check_schema(schema)
      validator = Draft7Validator(schema)
      for index in range(count):
          print("ok" if validator.is_valid(load(str(index) + ".json")) else "refused")
      """
    let python = try #require(
      try pythonWithJSONSchema(), "install the judge: apt-get install python3-jsonschema")
    let run = try run(python, ["-c", script, directory.path, String(documents.count)])
    try #require(run.status == 0, "the judge failed")
    return run.output.split(separator: "\n").map(String.init)
  }
}

/// The first Python that has the validator.
private func pythonWithJSONSchema() throws -> [String]? {
  try [["/usr/bin/env", "python3"], ["/usr/bin/python3"]].first { command in
    guard FileManager.default.isExecutableFile(atPath: command[0]) else { return false }
    return try run(command, ["-c", "import jsonschema"]).status == 0
  }
}

private func run(_ command: [String], _ arguments: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: command[0])
  process.arguments = command.dropFirst() + arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardInput = FileHandle.nullDevice
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}
