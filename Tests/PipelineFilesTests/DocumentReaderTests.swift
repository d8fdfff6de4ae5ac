import Foundation
import PipelineFiles
import Testing

@Suite struct DocumentReaderTests {
  private func reader(_ text: String) throws -> (DocumentReader, DocumentValue) {
    let reader = DocumentReader(text, name: "e.yaml", kind: "an experiment")
    return (reader, try reader.root())
  }

  @Test func valuesAreRead() throws {
    let (reader, root) = try reader(
      "word: yes it is\nlist: [a, b]\none: c\nnumber: -0.5\ncount: 7\nnothing: none\n")
    let keys = ["word", "list", "one", "number", "count", "nothing", "absent"]
    let values = try #require(reader.mapping(root, what: "a test", keys: keys, required: ["word"]))
    #expect(reader.text(values["word"], what: "word") == "yes it is")
    #expect(reader.texts(values["list"], what: "list") == ["a", "b"])
    #expect(reader.texts(values["one"], what: "one") == ["c"])
    #expect(reader.number(values["number"], what: "number", in: -1...1) == -0.5)
    #expect(reader.integer(values["count"], what: "count", in: 0...9) == 7)
    #expect(reader.choice(values["one"], what: "one", among: ["b", "c"]) == "c")
    #expect(values["nothing"]?.isNone == true && values["word"]?.isNone == false)
    #expect(reader.text(values["absent"], what: "absent") == nil)
    #expect(try reader.finish("all") == "all")
  }

  @Test func allThatIsWrongIsFoundAtItsPlace() throws {
    let (reader, root) = try reader("wrod: a\ncount: 70\nlist:\n  - x\n  - [y]\none: far\nnumber: many\n")
    let values = try #require(
      reader.mapping(
        root, what: "a test", keys: ["word", "count", "list", "one", "number"], required: ["word"]))
    #expect(reader.integer(values["count"], what: "'count'", in: 0...9) == nil)
    #expect(reader.texts(values["list"], what: "'list'") == ["x"])
    #expect(reader.choice(values["one"], what: "'one'", among: ["b", "c"]) == nil)
    #expect(reader.number(values["number"], what: "'number'", in: 0...1) == nil)
    let error = #expect(throws: Diagnostics.self) { try reader.finish("all") }
    #expect(
      error?.all.map(\.summary) == [
        "e.yaml:1:1: error: 'word' is missing in a test",
        "e.yaml:1:1: error: unknown key 'wrod' in a test; did you mean 'word'?",
        "e.yaml:2:8: error: 'count' must be a whole number in 0...9",
        "e.yaml:5:5: error: each of 'list' must be one word or text",
        "e.yaml:6:6: error: 'one': unknown 'far'; there are b, c",
        "e.yaml:7:9: error: 'number' must be a number in 0.0...1.0",
      ])
    #expect(error?.rendered.contains("wrod: a\n    ^") == true)
  }

  @Test(arguments: ["", "# nothing\n", "a: [\n", "a: 1\na: 2\n", "--- \na: 1\n--- \nb: 1\n"])
  func whatIsNoDocumentIsRefused(text: String) {
    #expect(throws: Diagnostics.self) { try reader(text) }
  }

  /// Foundation's parser is the judge.
  @Test func jsonIsWhatTheFileSays() throws {
    let (_, root) = try reader(
      "a: 1\nb: 0.25\nc: 1e-3\nd: true\ne: 'true'\nf: [1, x, \"2\"]\ng: {h: null, 'i\"\\': \"tab\\t\"}\n")
    let parsed = try JSONSerialization.jsonObject(with: Data(root.json.utf8)) as? [String: Any]
    let object = try #require(parsed)
    #expect(object["a"] as? Int == 1 && object["b"] as? Double == 0.25 && object["c"] as? Double == 0.001)
    #expect(object["d"] as? Bool == true && object["e"] as? String == "true")
    let list = try #require(object["f"] as? [Any])
    #expect(list[0] as? Int == 1 && list[1] as? String == "x" && list[2] as? String == "2")
    let inner = try #require(object["g"] as? [String: Any])
    #expect(inner["h"] is NSNull && inner["i\"\\"] as? String == "tab\t")
  }
}
