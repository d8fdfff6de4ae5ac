import StageGraph
import Testing

@Suite struct ConditionTests {
  private let facts: [String: Fact] = [
    "label": .text("golden retriever"), "format": .text("jpeg"), "score": .number(0.5), "width": .number(640),
  ]

  private func holds(_ text: String) throws -> Bool {
    try Condition(text, known: ConditionFacts.kinds).holds { facts[$0] }
  }

  @Test(arguments: [
    ("score >= 0.5", true), ("score > 0.5", false), ("score <= 0.5", true), ("score < 0.5", false),
    ("score == 0.5", true), ("score != 0.5", false), ("0.5 == score", true), ("score == 5e-1", true),
    ("score > -1", true), ("score>.4", true), ("width == width", true),
    ("label == \"golden retriever\"", true), ("label == 'golden retriever'", true), ("label < 'z'", true),
    ("format in ('png', 'jpeg')", true), ("format in ('png')", false), ("width in (1, 640)", true),
    ("'retriever' in label", true), ("\"Retriever\" in label", false), ("label in label", true),
    ("'' in label", true), ("label in (format, label)", true),
  ])
  func comparisons(text: String, expected: Bool) throws {
    #expect(try holds(text) == expected)
  }

  @Test(arguments: [
    // `and` binds tighter than `or`, `not` tighter than both.
    ("width == 640 or width == 1 and score > 1", true), ("(width == 640 or width == 1) and score > 1", false),
    ("not width == 1 and score > 1", false), ("not (width == 1 and score > 1)", true),
    ("not not width == 640", true), ("not not not width == 640", false),
    ("width == 1 or not score > 1", true), ("((((width == 640))))", true),
  ])
  func precedence(text: String, expected: Bool) throws {
    #expect(try holds(text) == expected)
  }

  @Test func aMissingFactMakesItsComparisonFalseWhateverTheOperator() throws {
    for text in [
      "coverage > 0", "coverage <= 1", "coverage != 2", "coverage in (1, 2)", "coverage == coverage",
    ] {
      #expect(try !holds(text), "\(text)")
      #expect(try holds("not \(text)"), "not \(text)")
    }
    #expect(try !Condition("'a' in label", known: ConditionFacts.kinds).holds { _ in nil })
  }

  @Test func aConditionSaysWhichFactsItReads() throws {
    let condition = try Condition(
      "label == 'score' or not (width > 1 and 2 < width)", known: ConditionFacts.kinds)
    #expect(condition.facts == ["label", "width"])
    #expect(condition.text == "label == 'score' or not (width > 1 and 2 < width)")
  }

  @Test(arguments: [
    ("", 0, "a fact, a number or a quoted text is wanted here"),
    ("   ", 3, "a fact, a number or a quoted text is wanted here"),
    ("score", 5, "a comparison is wanted here: == != < <= > >= in"),
    ("score >", 7, "a fact, a number or a quoted text is wanted here"),
    ("score > 1 and", 13, "a fact, a number or a quoted text is wanted here"),
    ("score > 1 and or width > 1", 14, "a fact, a number or a quoted text is wanted here"),
    ("score > 1 width > 1", 10, "'and' or 'or' is wanted here"),
    ("(score > 1", 10, "')' is missing"), ("score > 1)", 9, "'and' or 'or' is wanted here"),
    ("()", 1, "a fact, a number or a quoted text is wanted here"),
    ("score = 1", 6, "'=' means nothing here; write '=='"),
    ("score > 1 && width > 1", 10, "'&' means nothing here; write 'and'"),
    ("score > 1 || width > 1", 10, "'|' means nothing here; write 'or'"),
    ("!(score > 1)", 0, "'!' means nothing here; write 'not'"),
    ("score > 1 ; width > 1", 10, "';' means nothing here"),
    ("label == \"pug", 9, "the quote is not closed"), ("label == 'pug\"", 9, "the quote is not closed"),
    ("score > 0.5.1", 8, "'0.5.1' is not a number"), ("score > 1e999", 8, "'1e999' is not a number"),
    ("score > -", 8, "'-' is not a number"), ("score > ½", 8, "'½' is not a number"),
    ("score > \"high\"", 8, "a number and a text cannot be compared"),
    ("label == 1", 9, "a number and a text cannot be compared"),
    ("label in ('a', 1)", 15, "a number and a text cannot be compared"),
    ("label in ()", 10, "a fact, a number or a quoted text is wanted here"),
    ("label in ('a'", 13, "')' is missing"),
    ("score in width", 9, "'in' wants a list in parentheses, or two texts"),
    ("label in 5", 9, "'in' wants a list in parentheses, or two texts"),
    ("scroe > 1", 0, "unknown fact 'scroe'"), ("label == beagle", 9, "unknown fact 'beagle'"),
    ("label > 'é' and héight > 1", 16, "unknown fact 'héight'"),
  ])
  func errorsHaveAPlace(text: String, offset: Int, message: String) {
    let problem = #expect(throws: Condition.Problem.self) {
      _ = try Condition(text, known: ConditionFacts.kinds)
    }
    #expect(problem?.offset == offset)
    #expect(problem?.message == message)
  }

  @Test func nestingBombsAreRefused() throws {
    let deep = { (count: Int) in
      String(repeating: "(", count: count) + "score > 1" + String(repeating: ")", count: count)
    }
    #expect(try !holds(deep(62)))
    for count in [64, 1000, 200_000] {
      let problem = #expect(throws: Condition.Problem.self) { _ = try holds(deep(count)) }
      #expect(problem?.message == "the condition is nested too deeply")
    }
    #expect(try holds(String(repeating: "not ", count: 100_000) + "score == 0.5"))
  }

  @Test(arguments: ["or", "and"])
  func longChainsNeedNoDeepStack(word: String) throws {
    let text = "score == 0.5" + String(repeating: " \(word) score == 0.5", count: 60_000)
    #expect(try holds(text))
  }

  /// Conditions drawn at random, judged by an evaluator that never sees their text.
  @Test(arguments: 0..<20)
  func randomConditionsAgreeWithASecondEvaluator(block: Int) throws {
    for seed in block * 100..<block * 100 + 100 {
      var generator = SeededConditions(seed: UInt64(seed))
      let expression = generator.expression(depth: 4)
      let text = generator.text(of: expression)
      let condition = try Condition(text, known: ConditionFacts.kinds)
      for _ in 0..<8 {
        let facts = generator.facts()
        #expect(
          condition.holds { facts[$0] } == expression.holds(facts), "seed \(seed): \(text) with \(facts)")
      }
    }
  }
}
