import Foundation
import TestSupport
import Testing

/// The pages of the manual, which `make install` puts where `man` finds them.
@Suite struct ManualTests {
  /// The help of every command that the program's lists, and of those below them: by the words that call them.
  private static let helps: [String: String] = {
    var helps: [String: String] = [:]
    func add(_ words: [String]) {
      let help = (try? Program.run(words + ["--help"]).output) ?? ""
      helps[words.joined(separator: " ")] = help
      for line in help.split(separator: "\n") {
        guard let match = line.wholeMatch(of: #/  ([a-z][a-z\-]*)  +[A-Z].*/#) else { continue }
        add(words + [String(match.1)])
      }
    }
    add([])
    helps[""] = nil
    return helps
  }()
  private static let commands = helps.keys.sorted()

  /// The second of January 1970.
  private static let dated = ["SOURCE_DATE_EPOCH": "86400"]

  /// All pages, by their names.
  private static let pages: [String: String] =
    (try? TemporaryDirectory.use { directory in
      _ = try Program.run(["manual", "--output", directory.path], environment: dated)
      var pages: [String: String] = [:]
      for file in try directory.files(below: "") {
        let name = file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
        pages[name] = String(decoding: try directory.contents(file), as: UTF8.self)
      }
      return pages
    }) ?? [:]

  private static func page(_ name: String) throws -> String { try #require(pages[name], "\(name)") }

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
      let result = try Program.run(["manual", "--output", directory.file("man")], environment: Self.dated)
      #expect(result.status == 0 && result.output.isEmpty && result.stderr.isEmpty)
      let pages = ["man1/viewfinder.1", "man5/viewfinder-pipeline.5"]
      let expected = pages + Self.commands.map { "man1/viewfinder-\($0.replacing(" ", with: "-")).1" }
      #expect(try Set(directory.files(below: "man")) == Set(expected))
      // The same pages once more, over those that are there.
      let once = try directory.contents("man/man1/viewfinder-run.1")
      let again = try Program.run(["manual", "--output", directory.file("man")], environment: Self.dated)
      #expect(again.status == 0)
      #expect(try directory.contents("man/man1/viewfinder-run.1") == once)
      let file = try directory.put([1], at: "file")
      #expect(try Program.run(["manual", "--output", file]).status == 73)
      #expect(try Program.run(["manual", "run"], environment: Self.dated).stdout == once)
      let unknown = try Program.run(["manual", "viewfinder-pipelines"])
      #expect(unknown.status == 64 && unknown.stderr.contains("did you mean 'viewfinder-pipeline'?"))
    }
  }

  @Test(arguments: commands)
  func aPageHasEveryPart(command: String) throws {
    let page = try Self.page("viewfinder-" + command.replacing(" ", with: "-"))
    #expect(page.hasPrefix(".Dd January 2, 1970\n"))
    for part in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
      #expect(page.contains("\n.Sh \(part)\n"), "\(part)")
    }
    // Every option of the help is there; those of a shortcut's stages too.
    let help = try #require(Self.helps[command])
    for option in help.matches(of: /\n +(?:-\w, )?--([a-z\-]+)/) {
      let name = option.1.replacing("-", with: "\\-")
      #expect(page.contains("Fl \"\\&\\-\(name)\""), "--\(option.1)")
    }
  }

  /// An example must not ask for what there is no more. That a page has every option of the help is held above.
  @Test(arguments: ["viewfinder"] + commands.map { "viewfinder-" + $0.replacing(" ", with: "-") })
  func examplesAreOfThisProgram(name: String) throws {
    var commands: [[String]] = []
    for line in Self.examples(in: try Self.page(name)) {
      for part in line.split(separator: "|") {
        let words = part.split(separator: " ").map(String.init)
        if words.first == "viewfinder" { commands.append(words) }
      }
    }
    #expect(!commands.isEmpty)
    for words in commands {
      let page =
        try Self.pages[words.prefix(3).joined(separator: "-")]
        ?? Self.page(words.prefix(2).joined(separator: "-"))
      for word in words where word.hasPrefix("--") {
        let option = word.prefix { $0 != "=" }.dropFirst().replacing("-", with: "\\-")
        #expect(page.contains("Fl \"\\&\(option)\""), "\(words[1]) has no \(word)")
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
