import Geometry
import Manifests
import Stages
import TestSupport
import Testing

/// What programs say, and what is believed of it.
@Suite struct ExecAnswerTests {
  private static let all = Set(ExecAnswer.Addition.allCases)

  private func answer(_ text: String, adds: Set<ExecAnswer.Addition> = []) throws(ExecAnswer.Problem)
    -> ExecAnswer
  {
    try ExecAnswer(Array(text.utf8), to: 7, adds: adds)
  }

  @Test func theLeastAnswerLetsPass() throws {
    let least = try answer(#"{"id": 7}"#)
    #expect(least.passes && least.notes == nil && least.error == nil && least.predictions == nil)
    #expect(try !answer(#"{"pass": false, "id": 7}"#).passes)
    #expect(try answer(#"{"id": 7, "error": "no \u001b[2J face"}"#).error == #"no \u{1b}[2J face"#)
  }

  @Test func everythingIsTaken() throws {
    let full = try answer(
      #"""
      {"id":7,"pass":true,"pixels":"out.ppm","notes":{"z":1,"a":[1.5,null,true,"é"]},
       "predictions":[{"label":"low","score":0.25},{"label":"high","score":1,"index":9},{"label":"also low","score":0.25}],
       "rectangle":{"center":[10,20.5],"size":[4,2],"angle":50,"coverage":0.1}}
      """#, adds: Self.all)
    #expect(full.pixels == "out.ppm")
    #expect(full.predictions?.map(\.label) == ["high", "low", "also low"])
    #expect(full.predictions?.map(\.index) == [9, 0, 2])
    // Brought into (-45, 45], as in records.
    #expect(
      full.rectangle == OrientedRectangle(center: Point(x: 10, y: 20.5), width: 2, height: 4, angle: -40))
    #expect(full.notes.map { String(decoding: $0.bytes, as: UTF8.self) } == #"{"a":[1.5,null,true,"é"],"z":1}"#)
  }

  /// What may come, must come, unless the photograph ends there.
  @Test func declaredAdditionsAreWanted() throws {
    #expect(throws: ExecAnswer.Problem(sentence: "lacks 'pixels', which the option 'adds' promises")) {
      try answer(#"{"id":7}"#, adds: Self.all)
    }
    #expect(try !answer(#"{"id":7,"pass":false}"#, adds: Self.all).passes)
    #expect(try answer(#"{"id":7,"error":"x","notes":{}}"#, adds: Self.all).error == "x")
    for name in ["predictions", "rectangle", "pixels"] {
      #expect(throws: ExecAnswer.Problem(sentence: "brings '\(name)', which the option 'adds' does not name")) {
        try answer(#"{"id":7,"\#(name)":[]}"#)
      }
    }
  }

  @Test(arguments: [
    ("", "is not JSON"), ("nonsense\u{7}", #"is not JSON: nonsense\u{7}"#), ("{", "is not JSON"),
    (#"{"id":7} {"id":7}"#, "is not JSON"), (#"{"id":7,"pass":tru}"#, "is not JSON"),
    (#"{"id":7,"notes":{"a":1e999}}"#, "is not JSON"), ("\u{FEFF}[", "is not JSON"),
    ("[7]", "is not a JSON object"), ("7", "is not a JSON object"), ("null", "is not a JSON object"),
    ("{}", "has no 'id'"), (#"{"pass":true}"#, "has no 'id'"),
    (#"{"id":8}"#, "is not to the request"), (#"{"id":"7"}"#, "is not to the request"),
    (#"{"id":7.5}"#, "is not to the request"), (#"{"id":null}"#, "is not to the request"),
    (#"{"id":7,"passes":true}"#, "has the member 'passes'"),
    (#"{"id":7,"pass":1}"#, "has a 'pass' of the wrong type"),
    (#"{"id":7,"pass":"yes"}"#, "wrong type"), (#"{"id":7,"pass":null}"#, "wrong type"),
    (#"{"id":7,"error":""}"#, "wrong type"), (#"{"id":7,"error":{}}"#, "wrong type"),
    (#"{"id":7,"error":"x","pass":false}"#, "beside its 'error'"),
    (#"{"id":7,"notes":[]}"#, "wrong type"), (#"{"id":7,"notes":null}"#, "wrong type"),
  ])
  func nonsenseIsNamed(text: String, sentence: String) {
    let problem = #expect(throws: ExecAnswer.Problem.self) { try answer(text) }
    #expect(problem?.sentence.contains(sentence) == true, "\(problem?.sentence ?? "")")
  }

  @Test(arguments: [
    (ExecAnswer.Addition.predictions, #"[]"#), (.predictions, #"{}"#), (.predictions, #"[{"label":"a"}]"#),
    (.predictions, #"[{"score":1}]"#), (.predictions, #"[{"label":"","score":1}]"#),
    (.predictions, #"[{"label":"a","score":1.01}]"#), (.predictions, #"[{"label":"a","score":-0.1}]"#),
    (.predictions, #"[{"label":"a","score":"1"}]"#), (.predictions, #"[{"label":"a","score":1,"index":-1}]"#),
    (.predictions, #"[{"label":"a","score":1,"index":1e12}]"#), (.predictions, #"[7]"#),
    (.rectangle, #"[]"#), (.rectangle, #"{}"#), (.rectangle, #"{"center":[1,2],"size":[1,1]}"#),
    (.rectangle, #"{"center":[1],"size":[1,1],"angle":0}"#),
    (.rectangle, #"{"center":[1,2],"size":[1,-1],"angle":0}"#),
    (.rectangle, #"{"center":[1,1e300],"size":[1,1],"angle":0}"#),
    (.rectangle, #"{"center":[1,2],"size":[1,1],"angle":1e9}"#),
    (.pixels, #""""#), (.pixels, #"7"#), (.pixels, #""a\u0000b""#),
  ])
  func nonsenseInAdditionsIsNone(addition: ExecAnswer.Addition, value: String) {
    #expect(throws: ExecAnswer.Problem.self) {
      try answer(#"{"id":7,"\#(addition.rawValue)":\#(value)}"#, adds: [addition])
    }
  }

  /// Every reader of a manifest meets the notes again.
  @Test func notesAreBounded() throws {
    func nested(_ levels: Int) -> String {
      String(repeating: #"{"a":"#, count: levels) + "1" + String(repeating: "}", count: levels)
    }
    #expect(try answer(#"{"id":7,"notes":\#(nested(16))}"#).notes != nil)
    for levels in [17, 60, 500, 100_000] {
      #expect(throws: ExecAnswer.Problem.self) { try answer(#"{"id":7,"notes":\#(nested(levels))}"#) }
    }
    let long = String(repeating: "x", count: 1 << 16)
    #expect(throws: ExecAnswer.Problem(sentence: "has notes of more than 64 KiB")) {
      try answer(#"{"id":7,"notes":{"a":"\#(long)"}}"#)
    }
  }

  @Test func mutatedAnswersNeverTrap() {
    let good = Array(
      #"{"id":7,"pass":true,"notes":{"a":[1,{"b":null}]},"predictions":[{"label":"a","score":0.5,"index":3}]}"#
        .utf8)
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? ExecAnswer(bytes, to: 7, adds: [.predictions])
    }
  }
}
