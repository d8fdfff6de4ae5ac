import Foundation
import Testing
import Training

@Suite struct EvidenceTests {
  private let experiment = ComparisonSamples.experiment
  private let rows = ComparisonSamples.rows

  @Test func theSameRowsGiveTheSamePage() throws {
    let tables = ComparisonTables(experiment, rows).all
    #expect(tables == ComparisonTables(experiment, rows.reversed()).all)
    var page = EvidencePage("")
    try page.put(tables, title: "Sample", image: "images/sample.svg")
    let text = page.text
    #expect(text.contains("## Sample") && text.contains("![Differences](images/sample.svg)"))
    // Put again it does not change, and what others have written stays.
    try page.put(tables, title: "Sample", image: "images/sample.svg")
    #expect(page.text == text)
    var edited = EvidencePage(text.replacing("## Sample", with: "## Our own words"))
    try edited.put(tables, title: "Sample", image: "other.svg")
    #expect(edited.text == text.replacing("## Sample", with: "## Our own words"))
    // Stale tables are replaced.
    var stale = EvidencePage(text.replacing("| one |", with: "| another |"))
    try stale.put(tables, title: "Sample", image: "other.svg")
    #expect(stale.text == text)
  }

  @Test func aPageWithoutAnEndIsRefused() {
    var page = EvidencePage("<!-- table: sample.cost -->\n<!-- table: sample.places -->\n<!-- end -->\n")
    #expect(throws: DataError.self) {
      try page.put(ComparisonTables(experiment, rows).all, title: "", image: "other.svg")
    }
  }

  @Test func withoutRowsItSaysSo() {
    let tables = ComparisonTables(experiment, []).all
    #expect(tables.allSatisfy { !$0.text.isEmpty && !$0.text.contains("|") })
    #expect(tables[0].text.contains("16 trainings"))
  }

  @Test func measuresAreMeansOverSeeds() throws {
    let table = try #require(ComparisonTables(experiment, rows).all.first { $0.name == "sample.measures" })
    let lines = table.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 2 + 1 + 2 * 2 + 1 + 2)
    let line = try #require(lines.first { $0.hasPrefix("| one | block9 | rectangle | 2 |") })
    let own = rows.filter { $0.backbone == "one" && $0.place == "block9" && $0.attention == "rectangle" }
    let mean = own.map(\.top1).reduce(0, +) / 2
    #expect(line.contains(String(format: "| %.1f ±", 100 * mean)))
    let irregularity = own.compactMap(\.irregularity).reduce(0, +) / 2
    #expect(line.contains(String(format: "| %.2f |", irregularity)))
  }

  @Test func differencesAreThoseOfTheBits() throws {
    let found = ComparisonFindings(experiment, rows).differences
    let pair = try #require(experiment.pairs.last)
    // Over all, then at three places.
    let own = found.filter { $0.pair == pair }
    #expect(own.map(\.backbone) == ["all", "one", "one", "two"])
    var sum = 0.0
    for entry in own.dropFirst() {
      let firsts = rows.filter {
        $0.backbone == entry.backbone && $0.place == entry.place && $0.attention == "rectangle"
      }
      let seconds = rows.filter {
        $0.backbone == entry.backbone && $0.place == entry.place && $0.attention == "twin"
      }
      let difference = (firsts.map(\.top1).reduce(0, +) - seconds.map(\.top1).reduce(0, +)) / 2
      #expect(abs(entry.paired.estimate.value - difference) < 1e-12)
      sum += difference / 3
    }
    #expect(abs(own[0].paired.estimate.value - sum) < 1e-12)
    // A seed that is missing at one place does not count over all.
    let fewer = ComparisonFindings(experiment, rows.filter { $0.cell != "two.head.twin.5" }).differences
    #expect(fewer.first { $0.pair == pair }?.paired.seeds == 1)
  }

  @Test func theDrawingIsWellFormedXML() throws {
    let findings = ComparisonFindings(experiment, rows).differences
    let svg = ForestPlot(title: experiment.title, findings).svg
    #expect(svg == ForestPlot(title: experiment.title, findings).svg)
    #expect(svg.contains("A &lt;sample&gt; &amp; more"))
    #expect(svg.components(separatedBy: "<circle").count == findings.count + 1)
    #expect(svg.components(separatedBy: "<text").count == svg.components(separatedBy: "</text>").count)
  }
}
