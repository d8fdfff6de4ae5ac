import Foundation
import TestSupport
import Testing
import Training

@Suite struct ComparisonRowsTests {
  @Test func bitsSurviveAsText() {
    var random = SeededGenerator(seed: 1)
    for count in 0...70 {
      let bits = BitList((0..<count).map { _ in Bool.random(using: &random) })
      #expect(BitList(text: bits.text) == bits)
    }
    #expect(BitList([true, false, false, false, false, false, true]).text == "7:gg")
    for wrong in [
      "", "3", "3:", ":A", "-1:A", "7:A", "6:AA", "1:AA", "6:!", "1:B", "99999999999999999999:A", "1:A:A",
    ] {
      #expect(BitList(text: wrong) == nil, "\(wrong)")
    }
  }

  @Test func rowsSurviveTheirFile() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.file("sample.results.csv")
      #expect(try ComparisonRows(path: path).rows.isEmpty)
      var rows = ComparisonRows()
      // In any order: the file is in that of the grid.
      for row in ComparisonSamples.rows.reversed() { rows.add(row, in: ComparisonSamples.experiment) }
      #expect(rows.rows.map(\.cell) == ComparisonSamples.experiment.cells.map(\.name))
      try Data(rows.csv.utf8).write(to: URL(fileURLWithPath: path))
      let read = try ComparisonRows(path: path)
      #expect(read == rows && read.csv == rows.csv)
      var changed = read
      var row = ComparisonSamples.rows[4]
      row.seconds = 1
      changed.add(row, in: ComparisonSamples.experiment)
      #expect(changed.rows.count == rows.rows.count && changed[row.cell]?.seconds == 1)
    }
  }

  @Test func aFileThatIsNoneIsRefused() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.file("r.csv")
      let good = ComparisonRows([ComparisonSamples.rows[1]]).csv
      let line = good.split(separator: "\n")[1]
      let spoiled = [
        "a,b\n1,2\n", good + line + "\n", good.replacing("16,40,", with: "17,40,"),
        good.replacing(",16:", with: ",15:"), good.replacing("0.", with: "x."), "",
      ]
      for text in spoiled {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: DataError.self, "\(text.prefix(200))") { try ComparisonRows(path: path) }
      }
    }
  }

  @Test func theGridIsTheProduct() {
    let cells = ComparisonSamples.experiment.cells
    // Two seeds; none, twin and rectangle at two places, then at one.
    #expect(cells.count == 2 * (1 + 2 * 2) + 2 * (1 + 2))
    #expect(Set(cells.map(\.name)).count == cells.count)
    #expect(cells[0].name == "one.-.none.3" && cells[1].name == "one.block2.twin.3")
    #expect(
      ComparisonSamples.experiment.pairs == [.init("rectangle", "none"), .init("rectangle", "twin")])
  }

  @Test func heldOutAreTheSameWhoeverElseIsThere() throws {
    try TemporaryDirectory.use { directory in
      func put(_ name: String) throws {
        let url = URL(fileURLWithPath: directory.file("data/" + name))
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: url)
      }
      for index in 0..<30 { try put("a/\(index).jpg") }
      for index in 0..<15 { try put("b/\(index).jpg") }
      let data = Experiment.Data(path: "data", holdOut: .count(10))
      let first = try ExperimentPhotographs(data, in: directory.path)
      #expect(first.heldOut.count == 10 && first.learning.count == 35)
      #expect(first.heldOut.count { $0.label == 0 } == 7)
      #expect(Set(first.learning).isDisjoint(with: first.heldOut))
      // A third more of each class: of those held out before, most are still the first by their hashes.
      for index in 30..<40 { try put("a/\(index).jpg") }
      for index in 15..<20 { try put("b/\(index).jpg") }
      let second = try ExperimentPhotographs(data, in: directory.path)
      let stayed = Set(first.heldOut.map(\.name)).intersection(second.heldOut.map(\.name))
      #expect(second.heldOut.count == 10 && stayed.count >= 5)
      #expect(throws: DataError.self) {
        try ExperimentPhotographs(.init(path: "data", holdOut: .count(100)), in: directory.path)
      }
    }
  }

  @Test func aColumnSaysWhatIsHeldOut() throws {
    try TemporaryDirectory.use { directory in
      try Data(
        "file,breed,split\na.jpg,x,train\nb.jpg,y,test\nc.jpg,x,test\nd.jpg,z,test\ne.jpg,y,train\n".utf8
      )
      .write(to: URL(fileURLWithPath: directory.file("list.csv")))
      var data = Experiment.Data(path: "list.csv", label: "breed", holdOut: .column("split", value: "test"))
      data.conditions = ["breed": ["x", "y"]]
      let photographs = try ExperimentPhotographs(data, in: directory.path)
      #expect(photographs.classes == ["x", "y"])
      #expect(photographs.learning.map(\.name) == ["a.jpg", "e.jpg"])
      #expect(photographs.heldOut.map(\.name) == ["b.jpg", "c.jpg"])
    }
  }
}
