import TestSupport
import Testing

@Suite struct HelpTests {
  private static let commands = [
    "run", "classify", "report", "export", "validate", "stages", "models", "doctor",
  ]

  @Test(arguments: [["--help"], ["-h"], ["help"]] + commands.flatMap { [[$0, "--help"], ["help", $0]] })
  func helpIsDataAndSucceeds(arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 0 && result.stderr.isEmpty)
    #expect(result.output.contains("USAGE: viewfinder"))
    if arguments.count == 1 {
      for command in Self.commands { #expect(result.output.contains("  \(command) ")) }
    }
  }

  @Test func theVersionIsOneLine() throws {
    let result = try Program.run(["--version"])
    #expect(result.status == 0 && result.lines.count == 1)
    #expect(result.output.firstMatch(of: /^\d+\.\d+\.\d+\n$/) != nil)
  }

  @Test func stagesAreListedAndExplained() throws {
    let list = try Program.run(["stages"])
    #expect(list.status == 0)
    let names = list.lines.compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names.first == "read" && names.last == "manifest" && names.count >= 7)
    for name in names {
      let page = try Program.run(["stages", name])
      #expect(page.status == 0 && page.output.hasPrefix("\(name): ") && page.output.contains("Needs: "))
    }
    let wrong = try Program.run(["stages", "teleport"])
    #expect(wrong.status == 64 && wrong.stderr.contains("there are read, decode") && wrong.output.isEmpty)
  }

  @Test func modelsAreListedAndShown() throws {
    let list = try Program.run(["models"])
    #expect(list.status == 0 && list.output.contains("lite0-rectangle (default): 1000 labels"))
    let card = try Program.run(["models", "default"])
    #expect(card.status == 0 && card.output.contains("licence"))
    #expect(try Program.run(["models", "default", "--labels"]).lines.count == 1000)
    let missing = try Program.run(["models", "nothing"])
    #expect(missing.status == 78 && missing.output.isEmpty)
  }

  @Test func doctorFindsAllWell() throws {
    let result = try Program.run(["doctor"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.lines.last == "all is well")
    #expect(result.output.contains("model checksum  as its card says"))
  }

  @Test func doctorSaysWhatIsMissing() throws {
    try TemporaryDirectory.use { directory in
      // A damaged model that is found first.
      try directory.put("no model", at: "lite0-rectangle.safetensors")
      let result = try Program.run(["doctor"], environment: ["VIEWFINDER_MODELS": directory.path])
      #expect(result.status == 78)
      #expect(result.stderr.contains("error: ") && !result.output.contains("all is well"))
    }
  }
}
