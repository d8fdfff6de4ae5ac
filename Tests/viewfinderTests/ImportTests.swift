import Foundation
import Geometry
import Manifests
import TestSupport
import Testing

/// Checkpoints of made-up weights, written by Python's own pickle.
@Suite struct ImportTests {
  private static let fixtures = Program.repository + "/Tests/NetworksTests/Fixtures"

  /// The path of a checkpoint made in the directory.
  private func checkpoint(
    in directory: TemporaryDirectory, _ architecture: String = "mobilenet-v2", classes: Int = 3,
    layout: String = "zip", changes: [String] = []
  ) throws -> String {
    let path = directory.file("\(architecture)-\(layout).pth")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["python3", Self.fixtures + "/write_checkpoint.py", architecture, String(classes), layout, path] + changes
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "install python3")
    return path
  }

  @Test(arguments: ["mobilenet-v2", "efficientnet-lite0"], ["zip", "legacy"])
  func anImportedModelIsAtOnceOfUse(architecture: String, layout: String) throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      let file = try checkpoint(in: directory, architecture, layout: layout)
      let labels = try directory.put("cat\ndog\r\nfish\n", at: "labels.txt")
      let output = directory.file("models/mine.safetensors")
      let result = try Program.run(["import", file, "--output", output, "--labels", labels])
      #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
      #expect(result.output.contains("\(output): \(architecture), 3 labels, "))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: directory.file("models")) == ["mine.safetensors"])
      let card = try Program.run(["models", output])
      #expect(card.output.contains("mine\n") && card.output.contains("attention     none"))
      #expect(card.output.contains("\(architecture)-\(layout).pth, SHA-256 "))
      let crop = try Program.run([
        "crop", directory.file("in"), "--model", output, "--output", directory.file("out"), "--quiet",
      ])
      #expect(crop.status == 0, "\(crop.stderr)")
      for record in try directory.records() where record.status == .ok {
        #expect(record.rectangle == nil)
        #expect(Set(["cat", "dog", "fish"]) == Set(record.predictions?.map(\.label) ?? []))
        #expect(record.outputs.map { $0.crop?.source } == [.attention])
      }
      #expect(try directory.records().filter { $0.status == .ok }.count == 2)
    }
  }

  @Test func aThousandClassesAreThoseOfTheShippedModel() throws {
    try TemporaryDirectory.use { directory in
      let file = try checkpoint(in: directory, classes: 1000)
      let (whole, half) = (directory.file("whole.safetensors"), directory.file("half.safetensors"))
      #expect(try Program.run(["import", file, "-o", whole, "--name", "Mobile"]).status == 0)
      #expect(
        try Program.run(["import", file, "-o", half, "--half", "--architecture", "mobilenet-v2"]).status == 0)
      let shipped = try Program.run(["models", "default", "--labels"]).output
      #expect(try Program.run(["models", whole, "--labels"]).output == shipped)
      #expect(try Program.run(["models", whole]).output.contains("name          Mobile\n"))
      let sizes = try [whole, half].map { try directory.size(of: $0) }
      #expect(sizes[1] < sizes[0] * 52 / 100)
      try directory.makePhotographs(1)
      let photograph = directory.file("in/p0.jpg")
      let scores = try [whole, half].map { model in
        let result = try Program.run(["classify", photograph, "--model", model, "--top", "1"])
        return try JSONDecoder().decode(Record.self, from: Data(result.stdout)).predictions?.first?.score ?? 0
      }
      #expect(abs(scores[0] - scores[1]) < 0.02 * scores[0])
    }
  }

  @Test func whatIsThereIsNotReplacedUnlessAsked() throws {
    try TemporaryDirectory.use { directory in
      let file = try checkpoint(in: directory)
      let labels = try directory.put("a\nb\nc", at: "labels.txt")
      let output = try directory.put("mine", at: "m.safetensors")
      let arguments = ["import", file, "-o", output, "--labels", labels]
      let refused = try Program.run(arguments)
      #expect(refused.status == 73 && refused.stderr.contains("--overwrite"))
      #expect(try directory.contents("m.safetensors") == Array("mine".utf8))
      #expect(try Program.run(arguments + ["--overwrite"]).status == 0)
      #expect(try directory.contents("m.safetensors").count > 1_000_000)
      let below = try Program.run(["import", file, "-o", file + "/m.safetensors", "--labels", labels])
      #expect(below.status == 73 && below.stderr.hasPrefix("error: cannot"))
    }
  }

  private func expect(
    _ status: Int32, _ arguments: [String], says words: String, in directory: TemporaryDirectory,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Program.run(["import"] + arguments + ["-o", directory.file("refused.safetensors")])
    #expect(result.status == status && !result.wasKilled, "\(result.stderr)", sourceLocation: location)
    #expect(result.stderr.lowercased().contains("error: "), sourceLocation: location)
    #expect(result.stderr.contains(words), "\(result.stderr)", sourceLocation: location)
    #expect(result.stdout.isEmpty && !directory.exists("refused.safetensors"), sourceLocation: location)
  }

  @Test func labelsMustFitTheClasses() throws {
    try TemporaryDirectory.use { directory in
      let file = try checkpoint(in: directory)
      try expect(64, [file], says: "3 classes; name them with --labels", in: directory)
      let (two, gap) = (try directory.put("a\nb\n", at: "two"), try directory.put("a\n\nc\n", at: "gap"))
      try expect(65, [file, "--labels", two], says: "names 2 classes, but the checkpoint has 3", in: directory)
      try expect(65, [file, "--labels", gap], says: "gap:2: names no class", in: directory)
      let binary = try directory.put([0xFF, 0xFE, 0x80], at: "binary")
      try expect(65, [file, "--labels", binary], says: "no text in UTF-8", in: directory)
      try expect(66, [file, "--labels", directory.file("none")], says: "cannot be opened", in: directory)
    }
  }

  @Test func otherTensorsThanTheArchitecturesAreNamed() throws {
    try TemporaryDirectory.use { directory in
      let labels = ["--labels", try directory.put("a\nb\nc\n", at: "labels")]
      let poorer = try checkpoint(in: directory, changes: ["--without", "features.7.conv.1.1.bias"])
      try expect(
        65, [poorer] + labels, says: "'features.7.conv.1.1.bias' is missing; mobilenet-v2 needs it",
        in: directory)
      let richer = try checkpoint(in: directory, changes: ["--with", "features.19.0.bias"])
      try expect(
        65, [richer] + labels, says: "'features.19.0.bias' has no place in mobilenet-v2", in: directory)
      let other = try checkpoint(in: directory, changes: ["--without", "features.0.0.weight"])
      try expect(65, [other] + labels, says: "known are efficientnet-lite0, mobilenet-v2", in: directory)
    }
  }

  @Test func nothingInACheckpointIsRun() throws {
    try TemporaryDirectory.use { directory in
      for (name, words) in [
        ("call-system", "'os.system'"), ("call-eval", "'builtins.eval'"), ("nested-deep", "deep"),
        ("truncated-pickle", "ends early"), ("zip-of-absurd-size", "end outside the file"),
      ] {
        try expect(65, [Self.fixtures + "/checkpoints/hostile/\(name).pth"], says: words, in: directory)
      }
      try expect(66, [directory.file("none.pth")], says: "cannot be opened", in: directory)
      try expect(66, ["/dev/zero"], says: "no regular file", in: directory)
      try expect(65, [Self.fixtures + "/make_fixtures.py"], says: "is no PyTorch checkpoint", in: directory)
      try expect(64, ["x.pth", "--architecture", "resnet"], says: "'resnet' is not one of", in: directory)
    }
    let name = try Program.run(["import", "x.pth", "-o", "model.bin"])
    #expect(name.status == 64 && name.stderr.contains(".safetensors"))
  }
}

extension TemporaryDirectory {
  fileprivate func size(of path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }
}
