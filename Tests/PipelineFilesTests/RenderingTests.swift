import PipelineFiles
import Testing

/// What people see: the line, and a caret under the place.
@Suite struct RenderingTests {
  private func rendered(_ text: String) -> String {
    do throws(Diagnostics) {
      _ = try read(text)
      return "nothing wrong"
    } catch {
      return error.rendered
    }
  }

  /// Characters before the caret.
  private func indent(_ line: Substring) -> Int { line.prefix { $0 != "^" }.count }

  @Test func theCaretStandsUnderTheWord() {
    #expect(
      rendered(pipeline("use: read", "use: decode", "{use: cropp, with: {}}")) == """
        test.yaml:5:11: error: unknown stage 'cropp'; did you mean 'crop'?
              - {use: cropp, with: {}}
                      ^
        """)
  }

  @Test func theCaretStandsUnderThePlaceInACondition() {
    let stages = ["use: read", "use: decode", "use: classify"]
    let quotes = ["'": "'", "\"": "\"", "": ""]
    for (open, close) in quotes {
      let file = pipeline(
        stages[0], stages[1], stages[2], "use: crop\n    when: \(open)score > 0.5 and widht > 10\(close)")
      let lines = rendered(file).split(separator: "\n")
      #expect(lines[0].hasSuffix("condition: unknown fact 'widht'; did you mean 'width'?"))
      #expect(lines[1].dropFirst(indent(lines[2])).hasPrefix("widht"), "\(rendered(file))")
    }
    let first = pipeline(stages[0], stages[1], stages[2], "use: crop\n    when: 'scroe > 1'")
    #expect(rendered(first).hasSuffix("\n        when: 'scroe > 1'\n               ^"))
  }

  @Test func whereTheTextIsFoldedTheCaretStandsAtItsStart() {
    let folded = "use: crop\n    when: >\n      score > 0.5 and\n      widht > 10"
    let escaped = "use: crop\n    when: \"label == \\\"a\\\" and widht > 10\""
    for stage in [folded, escaped] {
      let lines = rendered(pipeline("use: read", "use: decode", "use: classify", stage)).split(separator: "\n")
      #expect(lines[1].prefix(indent(lines[2])).hasSuffix("when: "))
    }
  }

  @Test func tabsAndWideCharactersKeepTheCaretInPlace() {
    // e with an accent in two scalars, and a family in seven.
    let file = pipeline("use: read", "{id: \"e\u{301}👩\u{200D}👩\u{200D}👧\",\tuse: nothing}")
    let lines = rendered(file).split(separator: "\n")
    let caretLines = lines.indices.filter { lines[$0].contains("^") }
    for index in caretLines {
      let word = lines[index - 1].dropFirst(indent(lines[index]))
      #expect(word.hasPrefix("nothing") || word.hasPrefix("\"e"), "\(word)")
      #expect(lines[index].contains("\t") == word.hasPrefix("nothing"))
    }
    #expect(!caretLines.isEmpty)
  }

  @Test func severalComeInTheOrderOfTheFile() {
    let lines = rendered("versoin: 1\nstages:\n  - use: read\n  - use: dekode\n").split(separator: "\n")
    let heads = lines.filter { $0.contains("error:") }.map { $0.split(separator: ":")[1] }
    #expect(heads == ["1", "1", "4"])
  }

  @Test func aLongLineIsNotShown() {
    let file = pipeline("use: read", "{use: " + String(repeating: "x", count: 5000) + "}")
    #expect(!rendered(file).contains("\n"))
    #expect(rendered(file).count < 700)
  }
}
