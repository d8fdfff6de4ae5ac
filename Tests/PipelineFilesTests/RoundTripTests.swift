import Foundation
import PipelineFiles
import StageGraph
import TestSupport
import Testing

/// A pipeline that is written and read again is the same.
@Suite struct RoundTripTests {
  @Test func thePipelinesThatShip() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("pipelines")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".yaml")
    }
    #expect(names.count >= 3)
    for name in names {
      let data = try Data(contentsOf: folder.appendingPathComponent(name))
      // Those that use more than the stages of the test's vocabulary are read by the tests of the program itself.
      guard let spec = try? read(String(decoding: data, as: UTF8.self), name: name) else { continue }
      try expectRoundTrip(spec, name)
    }
  }

  @Test(arguments: 0..<10)
  func randomPipelines(block: Int) throws {
    for seed in block * 40..<block * 40 + 40 {
      var generator = SeededSpecs(seed: UInt64(seed))
      try expectRoundTrip(generator.spec(), "seed \(seed)")
    }
  }

  /// Words of a command are free, those that look like something else too.
  @Test func theWordsOfACommand() throws {
    let words = ["prog"] + SeededSpecs.texts + ["7", "-1.5", "true", "[a, b]", "{a: b}", "twice", "twice"]
    let schema = Vocabulary.test.stages.first { $0.name == "exec" }!
    let options = Options(schema.options, given: ["command": .list(words)])
    let stages = [
      StageSpec(id: "read", use: "read", options: Options([]), after: []),
      StageSpec(id: "exec", use: "exec", options: options, after: [0]),
      StageSpec(
        id: "manifest", use: "manifest", options: Options(Vocabulary.test.stages.last!.options), after: [1]),
    ]
    try expectRoundTrip(PipelineSpec(limits: Options(Vocabulary.test.limits), stages: stages), "words")
  }

  @Test func equalPipelinesGiveEqualText() throws {
    let a = try read(pipeline("use: read", "use: decode", "{use: crop, with: {margin: 10%, aspect: free}}"))
    let b = try read(
      "stages: [{use: read}, {use: decode}, {use: crop, after: decode}, {use: manifest}]\nversion: '1'\n")
    #expect(a == b)
    #expect(try PipelineFile.write(a, vocabulary: .test) == PipelineFile.write(b, vocabulary: .test))
  }

  private func expectRoundTrip(_ spec: PipelineSpec, _ name: String) throws {
    let text = try PipelineFile.write(spec, vocabulary: .test)
    do throws(Diagnostics) {
      #expect(try read(text) == spec, "\(name):\n\(text)")
    } catch {
      Issue.record("\(name): \(error.rendered)\n\(text)")
    }
  }
}

/// Draws valid pipelines: a trunk that classifies, branches from anywhere behind it, and their join at the end.
private struct SeededSpecs {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  static let texts = [
    "plain", "", " edge ", "none", "null", "~", "yes", "1", "a: b", "- x", "#x", "'", "\"", "\\", "é👩‍👩‍👧",
    "tab\there", "two\nlines",
    String(repeating: "long words ", count: 30), "%", "{x}", "\u{1b}[0m", "\u{2028}",
  ]

  mutating func spec() -> PipelineSpec {
    var stages = ["read", "decode", "classify"].enumerated().map {
      stage($1, id: $1, after: $0 == 0 ? [] : [$0 - 1])
    }
    for index in 0..<Int.random(in: 0...6, using: &generator) {
      let name = ["crop", "filter", "annotate", "write", "sort"].randomElement(using: &generator)!
      stages.append(
        stage(name, id: "\(name)-\(index)", after: [Int.random(in: 2..<stages.count, using: &generator)]))
    }
    let followed = Set(stages.flatMap(\.after))
    stages.append(stage("manifest", id: "end", after: stages.indices.filter { !followed.contains($0) }))
    return PipelineSpec(limits: options(Vocabulary.test.limits, id: ""), stages: stages)
  }

  private mutating func stage(_ use: String, id: String, after: [Int]) -> StageSpec {
    let schema = Vocabulary.test.stages.first { $0.name == use }!
    let isFree = !["read", "decode", "classify", "manifest"].contains(use)
    let condition = try? Condition("score > 0.5 and label != \"it's\"", known: Vocabulary.test.facts)
    return StageSpec(
      id: id, use: use, options: options(schema.options, id: id), after: after,
      workers: Bool.random(using: &generator) ? Int.random(in: 1...256, using: &generator) : nil,
      when: isFree && Bool.random(using: &generator) ? condition : nil,
      onError: StageSpec.ErrorPolicy.allCases.randomElement(using: &generator)!)
  }

  private mutating func options(_ schema: [OptionSchema], id: String) -> Options {
    Options(schema, given: Dictionary(uniqueKeysWithValues: schema.map { ($0.name, value($0, id: id)) }))
  }

  private mutating func value(_ option: OptionSchema, id: String) -> OptionValue {
    if let fallback = option.fallback, !option.isDestination, Int.random(in: 0...2, using: &generator) == 0 {
      return fallback
    }
    switch option.kind {
    case .boolean: return .boolean(Bool.random(using: &generator))
    case .integer(let range): return .integer(Int.random(in: range, using: &generator))
    case .number(let range), .fraction(let range): return .number(Double.random(in: range, using: &generator))
    case .text: return .text(Self.texts.randomElement(using: &generator)!)
    case .condition: return .text("width > 5 or label in ('a', \"b\")")
    case .choice(let words): return .text(words.randomElement(using: &generator)!)
    case .command: return .list(["prog"])
    case .choices(let words): return .list(Array(words.shuffled(using: &generator).prefix(2)))
    // A pipeline that was read has one value a stage.
    case .list: return OptionValue.none
    // The stage's own name in it: two that write must not write the same files.
    case .parsed(let format): return .text(option.isDestination ? "\(id)/{stem}: #\"x\".jpg" : format.example)
    }
  }
}
