import Foundation
import StageGraph
import Stages
import TestSupport
import Testing

/// What holds for every stage, whoever adds it: it is listed, documented, and its defaults are valid.
@Suite struct CatalogueTests {
  private static let builtIn = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources/Stages/BuiltIn")

  @Test func everyStageIsOneFileAndOneLine() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.builtIn.path).sorted()
    let expected = StageCatalog.all.map { $0.schema.name.capitalized + "Stage.swift" }.sorted()
    #expect(files == expected, "a stage is a file in Sources/Stages/BuiltIn and a line in StageCatalog")
    for type in StageCatalog.all {
      #expect(String(describing: type) == type.schema.name.capitalized + "Stage")
      let text = try String(contentsOf: Self.builtIn.appendingPathComponent("\(type).swift"), encoding: .utf8)
      let declaration = try #require(text.range(of: "package struct \(type):"))
      let line = text[..<declaration.lowerBound].split(separator: "\n").last ?? ""
      #expect(line.hasPrefix("/// "), "\(type) has no doc comment")
    }
  }

  @Test func namesAreDistinctWords() {
    let names = StageCatalog.schemas.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.first == "read" && names.last == "manifest")
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z][a-z_]*/) != nil })
  }

  @Test(arguments: StageCatalog.schemas.map(\.name))
  func theSchemaSaysWhatAReaderNeeds(name: String) throws {
    let schema = try #require(StageCatalog.schemas.first { $0.name == name })
    #expect(!schema.summary.isEmpty && !schema.summary.hasSuffix(".") && !schema.summary.contains("\n"))
    #expect(schema.discussion.hasSuffix("."), "one paragraph of whole sentences")
    #expect(schema.branchLocal.isSubset(of: schema.adds))
    #expect(Set(schema.options.map(\.name)).count == schema.options.count)
    for option in schema.options {
      #expect(option.name.wholeMatch(of: /[a-z][a-z_0-9]*/) != nil)
      #expect(!option.summary.isEmpty && !option.kind.summary.isEmpty, "\(option.name)")
    }
  }

  @Test(arguments: StageCatalog.schemas.map(\.name) + ["limits"])
  func defaultsAreValidByTheirOwnKind(name: String) throws {
    let options = StageCatalog.schemas.first { $0.name == name }?.options ?? RunLimits.schema
    for option in options {
      guard let fallback = option.fallback, fallback != OptionValue.none else { continue }
      let read: OptionValue =
        if case .list(let words) = fallback { try option.kind.value(ofList: words) } else {
          try option.kind.value(of: fallback.written)
        }
      #expect(read == fallback, "\(option.name)")
    }
    for option in options {
      if case .parsed(let format) = option.kind {
        #expect(format.problem(format.example) == nil, "the example of \(option.name)")
        #expect(format.problem("\u{0}no such thing/") != nil, "\(option.name) takes anything")
      }
    }
  }

  @Test(arguments: StageCatalog.all.map { $0.schema.name })
  func everyStageReadsItsOwnOptions(name: String) throws {
    try TemporaryDirectory.use { directory in
      let schema = try #require(StageCatalog.all.first { $0.schema.name == name }).schema
      // Required options get the example of their grammar. A stage that reads an option it does not declare traps.
      var given: [String: OptionValue] = [:]
      for option in schema.options where option.fallback == nil {
        switch option.kind {
        case .parsed(let format): given[option.name] = .text(format.example)
        // Of the one text there is: the manifest of an earlier run.
        case .text: given[option.name] = .text(try directory.put([], at: "manifest.jsonl"))
        case .command: given[option.name] = .list(["true"])
        case .condition: given[option.name] = .text("width > 1")
        default: Issue.record("a required option of another kind needs a value here: \(option.name)")
        }
      }
      // The one stage whose options are all optional, but not all at once.
      if name == "resize" { given["longest"] = .integer(100) }
      let specs =
        name == "read"
        ? [stage("read", after: [])] : [stage("read", after: []), stage(name, after: [0], given)]
      #expect(try graph(specs, setup()).nodes.last?.id == name)
    }
  }

  @Test func stagesThatWriteWantAnOutputDirectory() throws {
    for (use, given) in [("write", ["path": OptionValue.text("{stem}.jpg")]), ("sort", [:])] {
      let error = #expect(throws: SetupError.self) { _ = try graph(chain((use, given)), setup(output: nil)) }
      guard case .noOutput(let message)? = error else {
        Issue.record("another error")
        continue
      }
      #expect(message.contains("--output"))
    }
  }

  @Test func factsOfConditionsAreThoseThatStagesAdd() {
    let added = StageCatalog.schemas.reduce(into: Set<String>()) { $0.formUnion($1.adds) }
    #expect(
      Set(Sample.factKinds.keys).isSubset(of: added), "a condition on a fact nobody adds could never be wired")
  }
}
