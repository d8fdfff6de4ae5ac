import Foundation
import TestSupport
import Testing

/// The pages of the manual, which `make install` puts where `man` finds them.
@Suite struct ManualTests {
  /// The commands that `--help` lists.
  private static let commands = ((try? Program.run(["--help"]).lines) ?? []).compactMap { line in
    line.wholeMatch(of: #/  ([a-z][a-z\-]*)  +[A-Z].*/#).map { String($0.1) }
  }

  private static func page(_ name: String) throws -> String {
    let result = try Program.run(["manual", name], environment: ["SOURCE_DATE_EPOCH": "86400"])
    #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
    return result.output
  }

  /// The lines between two macros, without what is written for the sake of mdoc.
  private static func examples(in page: String) -> [String] {
    var isExample = false
    return page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).compactMap { line in
      if line.hasPrefix(".Bd") || line.hasPrefix(".Ed") {
        isExample = line.hasPrefix(".Bd")
        return nil
      }
      guard isExample else { return nil }
      return line.replacing("\\-", with: "-").replacing("\\(ti", with: "~").replacing("\\(dq", with: "\"")
    }
  }

  @Test func everyCommandHasAPage() throws {
    try TemporaryDirectory.use { directory in
      #expect(Self.commands.count >= 19)
      let result = try Program.run(["manual", "--output", directory.file("man")])
      #expect(result.status == 0 && result.output.isEmpty && result.stderr.isEmpty)
      let pages = ["man1/viewfinder.1", "man5/viewfinder-pipeline.5"]
      let expected = pages + Self.commands.map { "man1/viewfinder-\($0).1" }
      #expect(try Set(directory.files(below: "man")) == Set(expected))
      // The same pages once more, over those that are there.
      let once = try directory.contents("man/man1/viewfinder-run.1")
      #expect(try Program.run(["manual", "--output", directory.file("man")]).status == 0)
      #expect(try directory.contents("man/man1/viewfinder-run.1") == once)
      let file = try directory.put([1], at: "file")
      #expect(try Program.run(["manual", "--output", file]).status == 73)
      let unknown = try Program.run(["manual", "viewfinder-pipelines"])
      #expect(unknown.status == 64 && unknown.stderr.contains("did you mean 'viewfinder-pipeline'?"))
    }
  }

  @Test(arguments: commands)
  func aPageHasEveryPart(command: String) throws {
    let page = try Self.page(command)
    #expect(page.hasPrefix(".Dd January 2, 1970\n"))
    for part in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
      #expect(page.contains("\n.Sh \(part)\n"), "\(part)")
    }
    // Every option of the help is there; those of a shortcut's stages too.
    for option in try Program.run([command, "--help"]).output.matches(of: /\n +(?:-\w, )?--([a-z\-]+)/) {
      let name = option.1.replacing("-", with: "\\-")
      #expect(page.contains("Fl \"\\&\\-\(name)\""), "--\(option.1)")
    }
  }

  /// An example of a page must not ask for what there is no more.
  @Test(arguments: ["viewfinder"] + commands)
  func examplesAreOfThisProgram(name: String) throws {
    var commands: [[String]] = []
    for line in Self.examples(in: try Self.page(name)) {
      for part in line.split(separator: "|") {
        let words = part.split(separator: " ").map(String.init)
        if words.first == "viewfinder" { commands.append(words) }
      }
    }
    #expect(!commands.isEmpty)
    for words in commands where words.count > 1 {
      guard Self.commands.contains(words[1]) else {
        Issue.record("there is no `viewfinder \(words[1])`")
        continue
      }
      let help = try Program.run([words[1], "--help"]).output
      for word in words where word.hasPrefix("--") {
        #expect(help.firstMatch(of: try Regex("\(word)[ /\\n]")) != nil, "\(words[1]) has no \(word)")
      }
    }
  }

  @Test func exitCodesAreThoseOfTheReadme() throws {
    let readme = try String(contentsOfFile: Program.repository + "/README.md", encoding: .utf8)
    let table = readme.split(separator: "\n").drop { !$0.hasPrefix("| exit code ") }.dropFirst(2)
    let codes = table.prefix { $0.hasPrefix("| ") }.compactMap { row in
      row.firstMatch(of: /^\| ([\d, ]+) \|/).map { String($0.1) }
    }
    let page = try Self.page("viewfinder")
    let said = page.matches(of: /\n\.It "\\&([\d, ]+)"\n/).map { String($0.1) }
    #expect(said == codes && codes.count >= 10)
  }

  @Test func pipelineFilesAreExplainedByAValidOne() throws {
    try TemporaryDirectory.use { directory in
      let page = try Self.page("viewfinder-pipeline")
      let lines = Self.examples(in: page)
      let example = lines.prefix { !$0.hasPrefix("(") }.joined(separator: "\n") + "\n"
      #expect(try Program.run(["validate", directory.put(example, at: "p.yaml")]).status == 0, "\(example)")
      let condition = try #require(lines.first { $0.hasPrefix("(") })
      let filter =
        "version: 1\nstages: [{use: read}, {use: decode}, {use: classify}, {use: filter, with: {keep: '\(condition)'}}]\n"
      #expect(try Program.run(["validate", directory.put(filter, at: "f.yaml")]).status == 0, "\(condition)")
    }
    let page = try Self.page("viewfinder-pipeline")
    for line in try Program.run(["stages"]).lines {
      let name = try #require(line.split(separator: " ").first)
      #expect(page.contains("\n.Ss \(name)\n"))
      for option in try Program.run(["stages", String(name)]).output.matches(of: #/\n  ([a-z_]+): /#) {
        #expect(page.contains("\n.It Cm \"\\&\(option.1)\" : Ar value\n"), "\(name): \(option.1)")
      }
    }
  }

  private static let mandoc = "/usr/bin/mandoc"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: mandoc)))
  func thePagesAreGoodMdoc() throws {
    try TemporaryDirectory.use { directory in
      _ = try Program.run(["manual", "--output", directory.file("man")])
      let lint = Process()
      lint.executableURL = URL(fileURLWithPath: Self.mandoc)
      // Pages that are not installed yet are a matter of style to it.
      lint.arguments =
        ["-T", "lint", "-W", "warning"]
        + (try directory.files(below: "man").map { directory.file("man/" + $0) })
      let output = Pipe()
      lint.standardOutput = output
      try lint.run()
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      lint.waitUntilExit()
      #expect(lint.terminationStatus == 0 && said.isEmpty, "\(said)")
    }
  }
}
