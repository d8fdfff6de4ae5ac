import Foundation
import TestSupport
import Testing
import Training

@Suite struct CSVTableTests {
  private func table(_ text: String) throws(DataError) -> CSVTable {
    try CSVTable(bytes: Array(text.utf8), path: "list.csv")
  }

  private func fields(_ table: CSVTable) -> [[String]] {
    table.rows.map { row in table.columns.indices.map { row[$0] } }
  }

  @Test func quotesLineEndsAndEmptyFieldsAreRead() throws {
    let table = try table(
      "\u{FEFF}file,name\r\n\"a, b.jpg\",\"says \"\"hello\"\"\"\r\n,\"two\nlines\"\nlast,\u{E4}\u{1F4F7}")
    #expect(table.columns == ["file", "name"])
    #expect(
      fields(table) == [["a, b.jpg", "says \"hello\""], ["", "two\nlines"], ["last", "\u{E4}\u{1F4F7}"]])
    #expect(table.rows.map(\.line) == [2, 3, 5])
  }

  @Test func randomTablesComeBack() throws {
    var generator = SeededGenerator(seed: 11)
    let alphabet = ["a", "\u{FC}", ",", "\"", "\n", "\r", " ", ""]
    for _ in 0..<300 {
      let width = Int.random(in: 1...4, using: &generator)
      let rows = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
        (0..<width).map { _ in
          (0..<Int.random(in: 0...5, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! }
            .joined()
        }
      }
      let header = (0..<width).map { "c\($0)" }
      let end = Bool.random(using: &generator) ? "\n" : "\r\n"
      let text = ([header] + rows).map { row in
        row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + end
      }.joined()
      #expect(try fields(table(text)) == rows)
    }
  }

  @Test(arguments: [
    ("", "list.csv: is empty"),
    ("a,a\n", "list.csv:1: two columns are called 'a'"),
    ("a,b\n1,2\n3\n", "list.csv:3: has 1 fields where the header has 2"),
    ("a,b\n1,2,3\n", "list.csv:2: has more than 2 fields"),
    ("a,b\n\n", "list.csv:2: has 1 fields"),
    ("a\nx\"y\n", "list.csv:2: a quote stands within"),
    ("a\n\"x\"y\n", "list.csv:2: something stands behind"),
    ("a\n\n\"x\ny\n", "list.csv:3: a quote is never closed"),
    ("a\nx\ry\n", "list.csv:2: a carriage return"),
    ("a\nx\0y\n", "list.csv:2: is not UTF-8 text"),
  ])
  func wrongTablesAreRefusedWithTheLine(text: String, message: String) {
    do throws(DataError) {
      _ = try table(text)
      Issue.record("was read")
    } catch {
      #expect(error.reason == .malformed && error.description.hasPrefix(message), "\(error)")
    }
  }

  @Test func bytesThatAreNotTextAreRefused() {
    #expect(throws: DataError.self) {
      try CSVTable(bytes: Array("a\n".utf8) + [0xFF, 0xFE, 0x0A], path: "list.csv")
    }
    #expect(throws: DataError.self) {
      try CSVTable(bytes: [UInt8](repeating: UInt8(ascii: ","), count: 5000), path: "list.csv")
    }
  }

  @Test func anyBytesEndInATableOrAnError() {
    var generator = SeededGenerator(seed: 12)
    let bytes = Array("a,\"\r\n".utf8) + [0xC3, 0xA4]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
        bytes.randomElement(using: &generator)!
      }
      guard let table = try? CSVTable(bytes: text, path: "list.csv") else { continue }
      #expect(fields(table).allSatisfy { $0.count == table.columns.count })
    }
  }

  @Test func numbersAreChecked() throws {
    let table = try table("i,x\n7,2.5\n-1,nan\n")
    let rows = Array(table.rows)
    #expect(try table.integer(rows[0], 0, in: 0...9) == 7)
    #expect(try table.number(rows[0], 1) == 2.5)
    #expect(throws: DataError.self) { try table.integer(rows[1], 0, in: 0...9) }
    #expect(throws: DataError.self) { try table.number(rows[1], 1) }
    #expect(throws: DataError.self) { try table.column("y") }
  }
}
