import Foundation
import Geometry
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

/// What an `exec` stage asks, and what it does with the answers.
@Suite struct ExecStageTests {
  @Test func anAnswerLetsPassOrEnds() throws {
    for (members, verdict) in [
      ("", Verdict.pass), (#","pass":true"#, .pass), (#","pass":false"#, .drop(reason: "filtered")),
    ] {
      try withExec(Programs.answering(members)) { stage in
        var sample = try decodedSample()
        for _ in 0..<3 { #expect(try stage.work(on: &sample) == verdict) }
        #expect(sample.exchange == nil && sample.notes == [] && sample.picture != nil)
      }
    }
  }

  @Test func aRequestSaysWhatIsKnown() throws {
    try TemporaryDirectory.use { directory in
      let log = directory.file("log")
      let command = Programs.answering(
        first: "printf '%s\\n' \"$line\" >> '\(log)'; ls \"$folder\" >> '\(log)'")
      try withExec(command, ["pixels": .text("ppm")]) { stage in
        var sample = try decodedSample()
        sample.predictions = [PredictionRecord(label: "owl \"x\"", index: 3, score: 0.5)]
        sample.attended = LocatedRectangle(
          OrientedRectangle(Box(x: 5, y: 6, width: 10, height: 8)), in: sample.header!.upright)
        sample.region = CropRegion(
          box: PixelBox(x: 1, y: 2, width: 30, height: 20), source: .rectangle, adjusted: [.clamped])
        _ = try stage.work(on: &sample)
        _ = try stage.work(on: &sample)
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 4 && lines[1] == "pixels.ppm" && lines[3] == "pixels.ppm")
        func request(_ line: Int) throws -> [String: Any] {
          try #require(try JSONSerialization.jsonObject(with: Data(lines[line].utf8)) as? [String: Any])
        }
        let first = try request(0)
        #expect(first["protocol"] as? Int == 1 && first["id"] as? Int == 1 && first["stage"] as? String == "it")
        #expect(try request(2)["id"] as? Int == 2)
        #expect(first["path"] as? String == "p.png" && first["path_bytes"] == nil && first["file_bytes"] == nil)
        #expect(first["file"] as? String == FileManager.default.currentDirectoryPath + "/p.png")
        let input = first["input"] as? [String: Any]
        // As in records: what is not known is not there.
        #expect(input == nil, "the sample of this test has no fingerprint")
        #expect((first["predictions"] as? [[String: Any]])?.first?["label"] as? String == "owl \"x\"")
        #expect((first["rectangle"] as? [String: Any])?["size"] as? [Double] == [10, 8])
        #expect((first["region"] as? [String: Any])?["center"] as? [Double] == [16, 12])
        #expect(first["source"] as? String == "rectangle" && first["adjusted"] as? [String] == ["clamped"])
        let pixels = try #require(first["pixels"] as? [String: Any])
        let folder = try #require(first["folder"] as? String)
        #expect(pixels["path"] as? String == folder + "/pixels.ppm")
        #expect(pixels["width"] as? Int == 40 && pixels["height"] as? Int == 30)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      }
    }
  }

  @Test func namesThatAreNoTextComeAsBytesToo() throws {
    try TemporaryDirectory.use { directory in
      let log = directory.file("log")
      try withExec(Programs.answering(first: "printf '%s\\n' \"$line\" > '\(log)'")) { stage in
        let name = filePath([0x64, 0x2F, 0xFF])
        var sample = Sample(file: InputFile(location: FilePath("/x").pushing(name), path: name, isNamed: true))
        sample.header = try HeaderReader.read(ImageBytes(file(waves(8, 8))))
        _ = try stage.work(on: &sample)
      }
      let request = try JSONSerialization.jsonObject(with: Data(directory.contents("log"))) as? [String: Any]
      #expect(request?["path_bytes"] as? String == Data([0x64, 0x2F, 0xFF]).base64EncodedString())
      #expect(request?["file_bytes"] as? String == Data(Array("/x/d/".utf8) + [0xFF]).base64EncodedString())
    }
  }

  @Test func whatAnswersAddIsThereBehindIt() throws {
    let members =
      #","predictions":[{"label":"cat","score":0.25},{"label":"dog","score":0.75}],"notes":{"b":2,"a":1},"rectangle":{"center":[36,10],"size":[20,10],"angle":0}"#
    try withExec(Programs.answering(members), ["adds": .list(["predictions", "rectangle"])]) { stage in
      var sample = try decodedSample()
      #expect(try stage.work(on: &sample) == .pass)
      #expect(sample.predictions?.map(\.label) == ["dog", "cat"])
      #expect(sample.attended?.hull == Box(x: 26, y: 5, width: 14, height: 10))
      #expect(sample.attended.map { abs($0.coverage - 140.0 / 1200) < 1e-4 } == true)
      #expect(sample.notes.map(\.stage) == ["it"])
      #expect(sample.notes.first?.object.bytes == Array(#"{"a":1,"b":2}"#.utf8))
      #expect(sample.fact("label") == .text("dog"))
    }
  }

  @Test(arguments: ["ppm", "png"])
  func pixelsGoThereAndBack(format: String) throws {
    // What comes back is another file than what was handed out, and is gone with the answer.
    let command = Programs.answering(
      #","pixels":"back""#,
      first: "cp \"$folder/pixels.\(format)\" \"$folder/back\" && rm \"$folder/pixels.\(format)\"")
    try withExec(command, ["pixels": .text(format), "adds": .list(["pixels"])]) { stage in
      for seed in 0..<2 {
        var sample = try decodedSample()
        let picture = try waves(40, 30, seed: seed)
        sample.picture = Picture(
          picture, showing: OrientedRectangle(Box(x: 1, y: 2, width: 20, height: 15)), background: .black)
        #expect(try stage.work(on: &sample) == .pass)
        #expect(sample.picture?.pixels.rgb == picture.rgb && sample.picture?.pixels !== picture)
        #expect(sample.picture?.part?.center == Point(x: 11, y: 9.5) && sample.picture?.background == .black)
      }
    }
  }

  /// A file elsewhere is the program's own, and stays.
  @Test func aPictureMayStandAnywhere() throws {
    try TemporaryDirectory.use { directory in
      let jpeg = try directory.put(file(waves(20, 16)), at: "mine.jpg")
      try withExec(Programs.answering(#","pixels":"\#(jpeg)""#), ["adds": .list(["pixels"])]) { stage in
        var sample = try decodedSample()
        sample.picture = nil
        #expect(try stage.work(on: &sample) == .pass)
        #expect(
          sample.picture?.size == PixelSize(width: 20, height: 16) && sample.picture?.isWhole == true
            && sample.picture?.isAltered == true)
      }
      #expect(FileManager.default.fileExists(atPath: jpeg))
    }
  }

  @Test(arguments: [
    ("printf 'P6 20000 20000 255 ' > \"$folder/out\"", "pixmap"),
    ("printf 'P6 2 1 255\\nabcdefg' > \"$folder/out\"", "pixmap"),
    ("printf 'P6 2 1 65535\\nabcdef' > \"$folder/out\"", "pixmap"), ("printf 'P6' > \"$folder/out\"", "pixmap"),
    ("printf 'P6 99999999999999999999 1 255\\n' > \"$folder/out\"", "pixmap"),
    ("printf 'P6 0 0 255\\n' > \"$folder/out\"", "pixmap"),
    ("{ printf 'P6 50 50 255\\n'; head -c 7500 /dev/zero; } > \"$folder/out\"", "limit"),
    ("head -c 2000000 /dev/zero > \"$folder/out\"", "limit"),
    ("echo text > \"$folder/out\"", "not that of a picture"), ("mkfifo \"$folder/out\"", "open"),
    ("mkdir \"$folder/out\"", "directory"), (":", "No such file"),
  ])
  func aPictureThatCannotBeUsedFailsThePhotograph(make: String, words: String) throws {
    try withExec(Programs.answering(#","pixels":"out""#, first: make), ["adds": .list(["pixels"])]) { stage in
      for _ in 0..<2 {
        var sample = try decodedSample()
        let failure = #expect(throws: StageFailure.self) { try stage.work(on: &sample) }
        #expect(failure?.code == "program" && failure?.scope == .item)
        #expect(failure?.detail.hasPrefix("the picture that 'it' gave back: ") == true)
        #expect(failure?.detail.contains(words) == true, "\(failure?.detail ?? "")")
      }
    }
  }

  @Test func anErrorFailsThePhotographAndKeepsItsNotes() throws {
    try withExec(Programs.answering(#","error":"too dark","notes":{"mean":3}"#)) { stage in
      var sample = try decodedSample()
      #expect(throws: StageFailure(.program, "the program of 'it' says: too dark")) {
        try stage.work(on: &sample)
      }
      #expect(sample.notes.count == 1)
    }
  }

  @Test func aProgramWorksInTheDirectoryOfThePipeline() throws {
    try TemporaryDirectory.use { directory in
      let path = try directory.put(
        "#!/bin/sh\npwd > \"$1\"\n\(Programs.loop())".utf8, at: "judge with space.sh")
      let here = FilePath(directory.path)
      let message =
        "'it': \(path) is not a program that can be started; `chmod +x` makes it one, or name what runs it first"
      #expect(throws: SetupError.configuration(message)) {
        try withExec(["./judge with space.sh", "pwd"], from: here) { _ in }
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      try withExec(["./judge with space.sh", "pwd"], from: here) { stage in
        var sample = try decodedSample()
        #expect(try stage.work(on: &sample) == .pass)
      }
      let real = try #require(realpath(directory.path, nil))
      defer { free(real) }
      #expect(try String(decoding: directory.contents("pwd"), as: UTF8.self) == String(cString: real) + "\n")
    }
  }

  @Test(arguments: [
    ("no-such-program", "in any directory of PATH; one beside the pipeline file is './no-such-program'"),
    ("./no-such-program", "there is no file "), ("python3 judge.py", "no shell takes a word apart"),
    ("/tmp", "is not a program"),
  ])
  func aProgramThatIsNotThereIsNamedBeforeTheRun(program: String, words: String) {
    let error = #expect(throws: SetupError.self) { try withExec([program]) { _ in } }
    guard case .configuration(let sentence)? = error else {
      Issue.record("another error")
      return
    }
    #expect(sentence.contains(words), "\(sentence)")
  }

  @Test func aRunHasNotesAndSkips() throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg", "c.jpg")
      let only = Programs.script(
        #"""
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%,*}
          case $line in
            *'"path":"a.jpg"'*) rest='"pass":false,"notes":{"why":"a"}' ;;
            *'"path":"b.jpg"'*) rest='"error":"b is bad"' ;;
            *) rest='"notes":{"why":"c"}' ;;
          esac
          printf '{"id":%s,%s}\n' "$id" "$rest"
        done
        """#)
      let records = try album.run([
        stage("read", after: []), stage("exec", id: "judge", after: [0], ["command": .list(only)]),
        stage("sort", after: [1], ["path": .text("{name}")]),
        // A branch that knows nothing of the notes.
        stage("exec", id: "other", after: [0], ["command": .list(Programs.answering(#","notes":{}"#))]),
        stage("manifest", after: [2, 3]),
      ])
      #expect(records["a.jpg"]?.outcome == .ok, "the other branch lets it pass")
      #expect(records["b.jpg"]?.outcome == .failed(.program, detail: "the program of 'judge' says: b is bad"))
      #expect(records["c.jpg"]?.notes.map(\.stage) == ["judge", "other"])
      #expect(records["a.jpg"]?.notes.first?.object.bytes == Array(#"{"why":"a"}"#.utf8))
      #expect(try album.outputs() == ["c.jpg"])
      // A record with notes is believed.
      #expect(try album.plan().done.count == 3)
    }
  }
}
