import Foundation
import Manifests
import TestSupport
import Testing

@Suite struct JSONValueTests {
  @Test func keepsOrderAndLeavesOutNil() {
    let value = JSONValue(members: [
      "z": .integer(1), "gone": nil, "a": .null, "m": .array([.bool(true), "x"]),
    ])
    #expect(text(value) == #"{"z":1,"a":null,"m":[true,"x"]}"#)
    #expect(text(.object([])) == "{}" && text(.array([])) == "[]")
  }

  @Test func indents() {
    let value = JSONValue(members: ["a": .array([.integer(1), .integer(2)]), "b": .object([])])
    let expected = """
      {
        "a": [
          1,
          2
        ],
        "b": {}
      }

      """
    #expect(String(decoding: value.indentedBytes, as: UTF8.self) == expected)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (5, "5"), (0.1, "0.1"), (-12.25, "-12.25"), (1e-7, "1e-07"), (1e22, "1e+22"),
    (1.0 / 3, "0.3333333333333333"), (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
  ])
  func numbers(value: Double, expected: String) {
    #expect(text(.number(value)) == expected)
  }

  /// Foundation's parser is the judge.
  @Test func numbersReadBackAsTheyWere() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<5_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let back = try JSONDecoder().decode([Double].self, from: Data(JSONValue.array([.number(value)]).bytes))
      #expect(back == [value])
    }
  }

  /// Foundation's parser is the judge.
  @Test func everyScalarReadsBackAsItWas() throws {
    var all = ""
    for scalar in (0...0x3000).compactMap(Unicode.Scalar.init) {
      all.unicodeScalars.append(scalar)
    }
    all += "\u{d7ff}\u{e000}\u{fffd}\u{ffff}\u{10000}\u{1f600}\u{10ffff}"
    let bytes = JSONValue(members: ["k": .string(all)]).bytes
    #expect(!bytes.contains { $0 < 0x20 }, "a record must stay on its line")
    let back = try JSONDecoder().decode([String: String].self, from: Data(bytes))
    #expect(back["k"].map { Array($0.unicodeScalars) } == Array(all.unicodeScalars))
  }

  private func text(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }
}

@Suite struct HashingTests {
  /// The examples of FIPS 180-2.
  @Test func knownHashes() {
    #expect(
      Hashing.sha256("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Hashing.sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Hashing.hash8(Array("abc".utf8)) == "ba7816bf")
  }
}
