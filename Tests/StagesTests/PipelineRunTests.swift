import Foundation
import Geometry
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

/// The whole way, from a directory of files to records and outputs.
@Suite struct PipelineRunTests {
  /// Thirty-odd files of every sort, and how each must end.
  private static func fill(_ directory: TemporaryDirectory) throws -> [String: String] {
    var expected: [String: String] = [:]
    func put(_ bytes: [UInt8], _ name: String, _ outcome: String) throws {
      try directory.put(bytes, at: "in/" + name)
      expected[name] = outcome
    }
    for index in 0..<12 {
      let picture = try waves(200 + 17 * index, 180 + 11 * (index % 5), seed: index)
      try put(file(picture), "holiday/IMG_\(index).jpg", "ok")
    }
    let upright = try waves(160, 120, seed: 3)
    for exif in 1...8 {
      try put(
        withOrientation(exif, file(upright.stored(for: Orientation(exif: exif)))), "turned/\(exif).jpg", "ok")
    }
    for (index, format) in Encoder.formats.enumerated() {
      try put(file(waves(150, 150, seed: 20 + index), format), "formats/\(index).\(format.fileExtension)", "ok")
    }
    // The same name in two directories, and once more in capitals.
    try put(file(waves(90, 90, seed: 30)), "a/same.jpg", "ok")
    try put(file(waves(90, 91, seed: 31)), "b/same.jpg", "ok")
    try put(file(waves(90, 92, seed: 32)), "c/SAME.JPG", "ok")
    try put(file(waves(40, 30, seed: 33)), "no extension", "ok")
    let whole = try file(waves(300, 300, seed: 34))
    try put(Array(whole.prefix(whole.count / 2)), "broken/half.jpg", "failed truncated")
    try put(Array(whole.prefix(30)), "broken/header.jpg", "failed truncated")
    try put([], "broken/empty.jpg", "failed not_image")
    try put(Array("hello".utf8), "broken/text.jpg", "failed not_image")
    try directory.put([], at: "in/empty")
    try directory.put(Array("notes".utf8), at: "in/notes.txt")
    try directory.put(whole, at: "in/.hidden.jpg")
    return expected
  }

  /// Label-free paths, so that what is expected does not hang on what the network sees.
  private static let stages = [
    stage("read", after: []), stage("decode", after: [0]), stage("classify", after: [1]),
    stage("crop", after: [2], ["longest": .integer(64), "minimum": .integer(16)]),
    stage("write", id: "crops", after: [3], ["path": .text("crops/{stem}.jpg")]),
    stage("write", id: "whole", after: [1], ["path": .text("whole/{reldir}/{stem}.png")]),
    stage("sort", after: [0], ["path": .text("sorted/{name}")]),
    stage("manifest", after: [4, 5, 6]),
  ]

  private func run(_ directory: TemporaryDirectory, jobs: Int) throws -> (
    records: [Record], run: PipelineRun, status: RunStatus
  ) {
    var request = InputRequest()
    request.inputs = [FilePath(directory.file("in"))]
    let list = try InputList(request)
    let setup = setup(list.files, output: FilePath(directory.file("out\(jobs)")))
    let records = RecordList()
    let run = try PipelineRun(
      graph(Self.stages, setup, jobs: jobs), on: list, limits: setup.limits, jobs: jobs, records: records,
      replacesOutputs: false)
    let status = try run.run()
    return (records.all, run, status)
  }

  @Test func recordsAndOutputsAreTrueAndTheSameWhateverTheJobs() throws {
    try TemporaryDirectory.use { directory in
      let expected = try Self.fill(directory)
      let (records, run, status) = try self.run(directory, jobs: 1)
      let ends = records.map {
        ($0.path, [$0.status.rawValue, $0.reason?.rawValue].compactMap(\.self).joined(separator: " "))
      }
      #expect(Dictionary(uniqueKeysWithValues: ends) == expected)
      #expect(run.ignored == 2 && run.counts.ok == 28 && run.counts.records == expected.count)
      #expect(status.stop == nil && status.finished == expected.count)

      let outputs = try directory.files(below: "out1")
      try checkOutputs(records, outputs)
      try checkInputs(records, directory)

      for jobs in [2, 4] {
        let (others, _, _) = try self.run(directory, jobs: jobs)
        #expect(comparable(others) == comparable(records), "jobs \(jobs)")
        #expect(try directory.files(below: "out\(jobs)") == outputs, "jobs \(jobs)")
      }
    }
  }

  /// What must not depend on the number of cores: everything but the order and the times.
  private func comparable(_ records: [Record]) -> [Record] {
    records.sorted { $0.file < $1.file }.map { record in
      var record = record
      record.times = record.times.map { StageTime(stage: $0.stage, milliseconds: 0) }.sorted {
        $0.stage < $1.stage
      }
      return record
    }
  }

  private func checkOutputs(_ records: [Record], _ files: [String: [UInt8]]) throws {
    let outputs = records.flatMap { record in record.outputs.map { (record, $0) } }
    #expect(
      outputs.map(\.1.path).sorted() == files.keys.sorted(), "each file has one record, and none is left over")
    for (record, output) in outputs {
      let bytes = try #require(files[output.path])
      #expect(output.bytes == bytes.count && output.sha256 == Hashing.sha256(bytes))
      let size = try HeaderReader.read(ImageBytes(bytes)).upright
      #expect(output.width == size.width && output.height == size.height, "\(output.path)")
      switch output.stage {
      case "crops": #expect(output.crop != nil && max(output.width, output.height) <= 64)
      case "whole":
        #expect(output.crop == nil && output.width == record.input?.width && output.path.hasSuffix(".png"))
      case "sort": #expect(output.sha256 == record.input?.sha256, "the original, byte for byte")
      default: Issue.record("an output of no stage: \(output.stage)")
      }
    }
    #expect(
      records.filter { $0.status == .ok }.allSatisfy { $0.outputs.map(\.stage) == ["crops", "whole", "sort"] })
    let same = outputs.filter { $0.1.stage == "crops" && $0.0.path.lowercased().hasSuffix("same.jpg") }.map(
      \.1.path)
    #expect(
      same.count == 3 && same.allSatisfy { $0.wholeMatch(of: /crops\/(same|SAME)-[0-9a-f]{8}\.jpg/) != nil })
  }

  private func checkInputs(_ records: [Record], _ directory: TemporaryDirectory) throws {
    for record in records where record.status == .ok {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: directory.file("in/" + record.path)))
      #expect(record.input?.bytes == bytes.count && record.input?.sha256 == Hashing.sha256(bytes))
      #expect(record.predictions?.count == 5 && record.rectangle != nil)
      #expect(record.decodes == 1 || record.decodes == 2)
      if record.path.hasPrefix("turned/") {
        #expect(record.input?.width == 160 && record.input?.height == 120)
        #expect(record.input?.orientation == Int(record.path.dropFirst(7).prefix(1)))
      }
    }
  }

  @Test func aStageThatAbortsEndsTheRun() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(Array(file(waves(300, 300)).prefix(2000)), at: "in/0.jpg")
      for index in 1...60 { try directory.put(file(waves(60, 60, seed: index)), at: "in/\(index).jpg") }
      var request = InputRequest()
      request.inputs = [FilePath(directory.file("in"))]
      let list = try InputList(request)
      let stages = [stage("read", after: []), stage("decode", after: [0], onError: .abort)]
      let setup = setup(list.files)
      let records = RecordList()
      let run = try PipelineRun(
        graph(stages, setup), on: list, limits: setup.limits, jobs: 1, records: records, replacesOutputs: false)
      let status = try run.run()
      #expect(status.failed == 1 && records.all.count < 20 && records.all.count == status.finished)
      guard case .failure(let failure)? = status.stop else {
        Issue.record("the run went on")
        return
      }
      #expect(failure.code == "truncated")
    }
  }

  @Test func aConditionLetsThePhotographPass() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(file(waves(100, 50)), at: "in/wide.jpg")
      try directory.put(file(waves(50, 100)), at: "in/tall.jpg")
      var request = InputRequest()
      request.inputs = [FilePath(directory.file("in"))]
      let list = try InputList(request)
      let condition = try Condition("aspect > 1", known: Sample.factKinds)
      let stages = [
        stage("read", after: []), stage("sort", after: [0], ["path": .text("wide/{name}")], when: condition),
      ]
      let setup = setup(list.files, output: FilePath(directory.file("out")))
      let records = RecordList()
      let run = try PipelineRun(
        graph(stages, setup), on: list, limits: setup.limits, jobs: 2, records: records, replacesOutputs: false)
      _ = try run.run()
      #expect(try directory.files(below: "out").keys.sorted() == ["wide/wide.jpg"])
      #expect(records.all.count == 2 && records.all.allSatisfy { $0.status == .ok })
    }
  }
}
