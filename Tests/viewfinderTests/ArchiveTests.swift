import Foundation
import Manifests
import TestSupport
import Testing

/// Photographs in tar archives, from the command line.
@Suite struct ArchiveTests {
  private static let pipeline =
    "version: 1\nstages: [{use: read}, {use: decode}, {use: classify}, {use: crop}, {use: write, id: crops, with: {path: 'crops/{stem}.jpg'}}]\n"

  /// The photographs of `in`, packed by GNU tar.
  private func pack(_ directory: TemporaryDirectory) throws -> String {
    try directory.makePhotographs()
    let archive = directory.file("set.tar")
    let packed = try run(["/usr/bin/env", "tar", "-cf", archive, "-C", directory.file("in"), "."])
    try #require(packed.status == 0)
    return archive
  }

  private func start(
    _ directory: TemporaryDirectory, _ inputs: [String], _ more: [String] = [], to output: String = "out"
  )
    throws -> Program.Result
  {
    let pipeline = try directory.put(Self.pipeline, at: "p.yaml")
    return try Program.run(["run", pipeline, "--output", directory.file(output)] + inputs + more)
  }

  /// What the network said of each photograph, by the hash of its bytes.
  private func findings(_ records: [Record]) -> [String: [String]] {
    let pairs = records.filter { $0.status == .ok }.map { record in
      (record.input?.sha256 ?? "", ["\(record.predictions ?? [])", "\(String(describing: record.rectangle))"])
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  @Test func aRunOverAnArchiveFindsWhatOneOverItsFilesFinds() throws {
    try TemporaryDirectory.use { directory in
      let archive = try pack(directory)
      #expect(try start(directory, [directory.file("in")]).status == 0)
      for options in [[], ["--isolate"]] {
        let result = try start(directory, [archive], options + ["--overwrite"], to: "tar")
        #expect(result.status == 0, "\(result.stderr)")
        let records = try directory.records("tar")
        let loose = try directory.records()
        #expect(records.map(\.path).sorted() == loose.map { "set.tar/" + $0.path }.sorted())
        #expect(findings(records) == findings(loose) && findings(loose).count == 4)
        #expect(records.first { $0.status == .failed }?.reason == .truncated)
        #expect(try directory.results("tar") == directory.results())
      }
    }
  }

  @Test func whatIsExportedAsShardsIsReadAgain() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      _ = try start(directory, [directory.file("in")])
      let exported = try Program.run([
        "export", directory.file("out/manifest.jsonl"), "--format", "webdataset", "--output",
        directory.file("shards"), "--shard-photographs", "3",
      ])
      #expect(exported.status == 0, "\(exported.stderr)")
      #expect(try directory.files(below: "shards") == ["shard-000000.tar", "shard-000001.tar"])
      let result = try start(directory, [directory.file("shards")], ["--include", "*.tar"], to: "again")
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try findings(directory.records("again")) == findings(directory.records()))
      #expect(try directory.records("again").count == 4)
      #expect(try directory.results("again").keys.sorted() == (0..<4).map { "crops/00000000\($0).jpg" })
      // And once more, out of the archives.
      let twice = try Program.run([
        "export", directory.file("again/manifest.jsonl"), "--format", "webdataset", "--output",
        directory.file("twice"), "--shard-size", "1K",
      ])
      #expect(try twice.status == 0 && directory.files(below: "twice").count == 4, "\(twice.stderr)")
      _ = try start(directory, [directory.file("twice")], ["--include", "*.tar"], to: "thrice")
      #expect(try findings(directory.records("thrice")) == findings(directory.records()))
    }
  }

  @Test func cropsAreExportedAsShards() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      _ = try start(directory, [directory.file("in")])
      func export(_ stage: String, _ format: String = "webdataset") throws -> Program.Result {
        try Program.run([
          "export", directory.file("out/manifest.jsonl"), "--format", format, "--output",
          directory.file("shards-\(stage)-\(format)"), "--outputs-of", stage,
        ])
      }
      #expect(try export("crops").status == 0)
      let listed = try run([
        "/usr/bin/env", "tar", "-xvf", directory.file("shards-crops-webdataset/shard-000000.tar"), "-C",
        directory.path,
      ])
      #expect(listed.output.split(separator: "\n").count == 12)
      #expect(
        try directory.contents("000000002.jpg")
          == directory.contents(
            "out/"
              + directory.records().filter {
                $0.status == .ok
              }[2].outputs[0].path))
      #expect(try export("crops", "folders").status == 0)
      let wrong = try export("crop")
      #expect(wrong.status == 65 && wrong.stderr.contains("those of crops are"))
      #expect(try export("crops", "coco").status == 64)
      try directory.put("changed", at: "out/crops/p1.jpg")
      try FileManager.default.removeItem(atPath: directory.file("shards-crops-webdataset"))
      let changed = try export("crops")
      #expect(changed.status == 65 && changed.stderr.contains("was changed after the run"))
    }
  }

  @Test func whatWouldMoveMembersIsRefusedBeforeAnythingIsWritten() throws {
    try TemporaryDirectory.use { directory in
      let archive = try pack(directory)
      let pipeline = try directory.put(Pipelines.moving, at: "p.yaml")
      let result = try Program.run(["run", pipeline, archive, "--output", directory.file("out")])
      #expect(result.status == 64 && result.stderr.contains("cannot move photographs that are in an archive"))
      #expect(!directory.exists("out") && directory.exists("set.tar"))
    }
  }

  @Test func laterCommandsFindThePhotographsInTheirArchive() throws {
    try TemporaryDirectory.use { directory in
      _ = try pack(directory)
      let list = try directory.put("set.tar\n", at: "list")
      let first = try start(directory, ["--files-from", list, "--root", directory.path])
      #expect(first.status == 0, "\(first.stderr)")
      let manifest = directory.file("out/manifest.jsonl")

      let sheet = try Program.run(["report", manifest, "--output", directory.file("sheet")])
      #expect(
        sheet.status == 0 && sheet.stderr.contains("5 photographs, 1 without a picture"), "\(sheet.stderr)")

      let again = try Program.run([
        "crop", "--from", manifest, "--output", directory.file("more"), "--aspect", "1:1",
      ])
      #expect(again.status == 0, "\(again.stderr)")
      #expect(try directory.records("more").count { $0.status == .ok } == 4)

      let folders = try Program.run([
        "export", manifest, "--format", "folders", "--output", directory.file("folders"),
      ])
      #expect(folders.status == 0, "\(folders.stderr)")
      let copies = try directory.files(below: "folders")
      #expect(copies.count == 4)
      for copy in copies {
        let name = String(copy.split(separator: "-").last ?? "")
        #expect(try directory.contents("folders/" + copy) == directory.contents("in/" + name))
      }

      let resumed = try start(directory, ["--files-from", list, "--root", directory.path], ["--resume"])
      #expect(
        resumed.status == 0 && resumed.stderr.contains("5 of 5 photographs are done"), "\(resumed.stderr)")

      // Another archive under the same name has other things in the same places.
      try directory.put(directory.contents("set.tar").dropFirst(512), at: "set.tar")
      let other = try Program.run([
        "export", manifest, "--format", "webdataset", "--output", directory.file("w"),
      ])
      #expect(other.status == 65 && other.stderr.contains("is not where the run found it"), "\(other.stderr)")
      #expect(
        try Program.run(["undo", manifest]).output == "this run moved nothing; everything stays as it is\n")
    }
  }
}
