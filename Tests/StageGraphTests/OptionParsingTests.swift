import StageGraph
import Testing

@Suite struct OptionParsingTests {
  private static let even = TextFormat(name: "pair", example: "ab") {
    $0.count % 2 == 0 ? nil : "it has \($0.count) letters"
  }

  @Test func booleans() throws {
    for text in ["true", "yes", "True", "YES"] {
      #expect(try OptionKind.boolean.value(of: text) == .boolean(true))
    }
    for text in ["false", "no", "False"] { #expect(try OptionKind.boolean.value(of: text) == .boolean(false)) }
    expectProblem(.boolean, "1", "'1' is not true or false")
    expectProblem(.boolean, "", "'' is not true or false")
  }

  @Test func integers() throws {
    let kind = OptionKind.integer(1...100)
    for (text, value) in [("1", 1), ("100", 100), ("+7", 7), ("007", 7)] {
      #expect(try kind.value(of: text) == .integer(value))
    }
    expectProblem(kind, "0", "0 is not in 1...100")
    expectProblem(kind, "-5", "-5 is not in 1...100")
    for text in ["1.0", "ten", "", " 1", "1e2", "0x10", "99999999999999999999"] {
      expectProblem(kind, text, "'\(text)' is not a whole number")
    }
  }

  @Test func numbersAndShares() throws {
    #expect(try OptionKind.number(0.001...60).value(of: "2.5") == .number(2.5))
    #expect(try OptionKind.fraction(0...5).value(of: "0.1") == .number(0.1))
    expectProblem(.number(0.001...60), "0", "0 is not in 0.001...60")
    expectProblem(.number(0...60), "50%", "'50%' is not a number")
    expectProblem(.fraction(0...1), "120%", "120% is not in 0...1")
    for text in ["", "%", "nan", "inf", "1e999", "ten", "10 %", "10%%", "1,5"] {
      expectProblem(.fraction(0...1), text, "'\(text)' is not a number")
    }
  }

  @Test func aPercentageIsExactlyTheShare() throws {
    for percent in 0...500 {
      let digits =
        "\(percent)".count < 3
        ? String(repeating: "0", count: 3 - "\(percent)".count) + "\(percent)" : "\(percent)"
      let share = "\(digits.dropLast(2)).\(digits.suffix(2))"
      let kind = OptionKind.fraction(0...5)
      #expect(try kind.value(of: "\(percent)%") == kind.value(of: share))
    }
  }

  @Test func commands() throws {
    #expect(try OptionKind.command.value(ofList: ["a", "b", "a", ""]) == .list(["a", "b", "a", ""]))
    expectProblem(
      .command, "a b",
      "a list of words is wanted here, the program first, like [python3, judge.py, --strict]; no shell takes a text apart"
    )
    expectListProblem(.command, [], "the list is empty; it begins with a program")
    expectListProblem(.command, ["", "a"], "the first word is empty; it names a program")
    expectListProblem(.command, ["a", "b\0"], "a word holds a zero, which no program can be given")
    expectListProblem(.command, Array(repeating: "a", count: 257), "more than 256 words")
  }

  @Test func choices() throws {
    let words = ["rectangle", "centre"]
    #expect(try OptionKind.choice(words).value(of: "centre") == .text("centre"))
    #expect(try OptionKind.choices(words).value(of: "centre") == .list(["centre"]))
    #expect(
      try OptionKind.choices(words).value(ofList: ["centre", "rectangle"]) == .list(["centre", "rectangle"]))
    expectProblem(.choice(words), "center", "'center' is not one of rectangle, centre", candidates: words)
    expectListProblem(.choices(words), ["centre", "centre"], "'centre' stands twice")
    expectListProblem(.choices(words), [], "the list is empty")
    expectListProblem(.choices(words), ["centre", "x"], "'x' is not one of rectangle, centre")
    expectListProblem(.choice(words), ["centre"], "one value is wanted here, not a list")
    expectListProblem(.integer(1...2), ["1"], "one value is wanted here, not a list")
  }

  @Test func texts() throws {
    #expect(try OptionKind.text.value(of: "") == .text(""))
    #expect(try OptionKind.parsed(Self.even).value(of: "abcd") == .text("abcd"))
    expectProblem(.parsed(Self.even), "abc", "'abc' is not a pair: it has 3 letters")
  }

  @Test func listsOfTexts() throws {
    let kind = OptionKind.list(Self.even)
    #expect(try kind.value(of: "abcd") == .list(["abcd"]))
    #expect(try kind.value(ofList: ["abcd", "ab"]) == .list(["abcd", "ab"]))
    expectListProblem(kind, ["ab", "ab"], "'ab' stands twice")
    expectListProblem(kind, ["ab", "abc"], "'abc' is not a pair: it has 3 letters")
    expectListProblem(kind, [], "the list is empty")
    expectListProblem(kind, (0..<33).map { String(repeating: "ab", count: $0 + 1) }, "more than 32 values")
  }

  @Test func writtenValuesReadAsThemselves() throws {
    let cases: [(OptionKind, OptionValue)] = [
      (.boolean, .boolean(true)), (.integer(0...9), .integer(4)), (.number(0...1), .number(0.1)),
      (.fraction(0...5), .number(4.999_999_999_999_999)), (.number(0...1e300), .number(1e-7)),
      (.text, .text("a b")),
      (.choice(["x"]), .text("x")),
    ]
    for (kind, value) in cases { #expect(try kind.value(of: value.written) == value) }
  }

  @Test func optionsAreCompletedWithTheirDefaults() {
    let schema = [
      OptionSchema("top", .integer(1...9), default: .integer(5), ""),
      OptionSchema("longest", .integer(1...9), default: OptionValue.none, ""),
      OptionSchema("share", .number(0...9), default: .integer(2), ""),
      OptionSchema("name", .text, default: .text("a"), ""),
    ]
    let options = Options(schema, given: ["name": .text("b")])
    #expect(options.integer("top") == 5 && options.optionalInteger("longest") == nil)
    #expect(options.number("share") == 2 && options.text("name") == "b" && options.optionalText("name") == "b")
    #expect(options.values.count == 4)
  }

  private func expectProblem(
    _ kind: OptionKind, _ text: String, _ message: String, candidates: [String] = [],
    at location: SourceLocation = #_sourceLocation
  ) {
    let problem = #expect(throws: OptionProblem.self, sourceLocation: location) { _ = try kind.value(of: text) }
    #expect(problem?.message == message, sourceLocation: location)
    #expect(problem?.candidates == candidates, sourceLocation: location)
  }

  private func expectListProblem(
    _ kind: OptionKind, _ texts: [String], _ message: String, at location: SourceLocation = #_sourceLocation
  ) {
    let problem = #expect(throws: OptionProblem.self, sourceLocation: location) {
      _ = try kind.value(ofList: texts)
    }
    #expect(problem?.message == message, sourceLocation: location)
  }
}
