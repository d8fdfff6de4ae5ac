import Foundation
import PipelineFiles
import StageGraph
import Testing

@Suite struct ReadingTests {
  @Test func theTwoBranchesOfTheHandbook() throws {
    let spec = try read(
      """
      version: 1
      stages:
        - use: read
        - use: decode
        - use: classify
          with: {model: default, top: 5}
        - use: crop
          with: {aspect: "1:1", margin: 10%, longest: 1024}
        - use: write
          id: crops
          with: {path: "crops/{label}/{stem}.jpg", quality: 90}
        - use: annotate
          after: classify
        - use: write
          id: annotated
          with: {path: "annotated/{reldir}/{stem}.jpg"}
        - use: manifest
          after: [crops, annotated]
      """)
    #expect(
      spec.stages.map(\.id) == [
        "read", "decode", "classify", "crop", "crops", "annotate", "annotated", "manifest",
      ])
    #expect(spec.stages.map(\.after) == [[], [0], [1], [2], [3], [2], [5], [4, 6]])
    #expect(spec.stages[3].options.number("margin") == 0.1 && spec.stages[3].options.text("aspect") == "1:1")
    #expect(spec.stages[4].options.integer("quality") == 90 && spec.stages[6].options.integer("quality") == 88)
    #expect(spec.limits.integer("pixels") == 200_000_000)
  }

  @Test func theManifestIsAddedBehindAllBranches() throws {
    let spec = try read(
      pipeline(
        "use: read", "use: decode", "{use: write, with: {path: '{stem}.jpg'}}",
        "{use: sort, after: read, with: {path: 's/{name}'}}"))
    #expect(spec.stages.last?.use == "manifest" && spec.stages.last?.after == [2, 3])
  }

  @Test func everythingAStageCanSay() throws {
    let spec = try read(
      pipeline(
        "use: read", "use: decode",
        "{use: crop, id: small, after: decode, workers: 3, when: 'width > 100 and format == \"jpeg\"', on_error: abort}"
      ))
    let stage = spec.stages[2]
    #expect(stage.id == "small" && stage.workers == 3 && stage.onError == .abort)
    #expect(stage.when?.facts == ["width", "format"])
  }

  @Test func noneIsAWordAndNotAText() throws {
    let none = try read(pipeline("use: read", "use: decode", "{use: crop, with: {longest: none}}"))
    #expect(none.stages[2].options.optionalInteger("longest") == nil)
    let text = try read(pipeline("use: read", "use: decode", "{use: classify, with: {model: 'none'}}"))
    #expect(text.stages[2].options.text("model") == "none")
  }

  @Test func anchorsAndAliasesStandForTheirValues() throws {
    let spec = try read(
      """
      version: 1
      stages:
        - use: read
        - use: decode
        - {use: crop, with: &square {aspect: "1:1", margin: 20%}}
        - {use: crop, id: again, with: *square}
      """)
    #expect(spec.stages[2].options == spec.stages[3].options)
  }

  @Test func aByteOrderMarkAndWindowsLineEndsAreFine() throws {
    let text = pipeline("use: read", "use: decode")
    #expect(try read("\u{FEFF}" + text) == read(text))
    #expect(try read(text.replacingOccurrences(of: "\n", with: "\r\n")) == read(text))
  }

  // MARK: Hostile files

  @Test func aFileOfAMegabyteIsRefusedUnread() {
    let text = "#" + String(repeating: "x", count: 1 << 20)
    #expect(complaints(text) == ["error: larger than 1 MiB: not a pipeline file"])
  }

  @Test(.timeLimit(.minutes(1)))
  func aBillionNodesFromAFewAliases() {
    var text = "a: &a0 [x, x]\n"
    for level in 1...60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a60\n: 1\n"
    #expect(complaints(text).first?.contains("more than 32 aliases") == true)
    // As many as are allowed, where they do the most harm: as a key, which is hashed.
    var allowed = "a: &a0 [x]\n"
    for level in 1...10 {
      allowed += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
    }
    allowed += "? *a10\n: 1\n"
    #expect(!complaints(allowed).isEmpty)
  }

  @Test(.timeLimit(.minutes(1)))
  func deepNestingAndEndlessLists() {
    #expect(!complaints(String(repeating: "[", count: 100_000)).isEmpty)
    #expect(
      !complaints(
        "version: 1\nstages: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
      ).isEmpty)
    #expect(!complaints("version: 1\nstages:\n" + String(repeating: " - {use: read}\n", count: 50_000)).isEmpty)
    let chain = "score > 1" + String(repeating: " or score > 1", count: 60_000)
    #expect(
      complaints(pipeline("use: read", "use: decode", "use: classify", "{use: crop, when: '\(chain)'}")) == [])
  }

  @Test(.timeLimit(.minutes(1)))
  func aLadderOfBranchesIsCheckedInNoTime() {
    var text = pipeline("use: read", "use: decode")
    var last = "decode"
    for step in 0..<60 {
      text += "  - {use: crop, id: a\(step), after: \(last)}\n  - {use: crop, id: b\(step), after: \(last)}\n"
      text += "  - {use: crop, id: c\(step), after: [a\(step), b\(step)]}\n"
      last = "c\(step)"
    }
    #expect(complaints(text) == [])
  }

  @Test func wordsOfTheFileCannotSteerATerminal() {
    let message = complaints("version: 1\n\"sta\\e[31mges\\n\": []\n").joined()
    #expect(message.contains("unknown key 'sta\\u{1b}[31mges\\u{a}'"))
    #expect(!message.unicodeScalars.contains { $0.value < 32 })
  }

  @Test func aThousandSpoiledFilesNeverCrash() throws {
    var generator = SpoiledFiles(seed: 7)
    let good = pipeline(
      "use: read", "use: decode", "{use: classify, with: {top: 5}}",
      "{use: filter, with: {keep: 'score > 0.5'}}",
      "{use: write, id: w, after: [filter], with: {path: \"a/{stem}.jpg\"}}", "use: manifest")
    #expect(complaints(good) == [])
    for _ in 0..<1000 {
      let text = generator.spoiled(good)
      // Whatever it says must have a place in the file.
      do throws(Diagnostics) {
        _ = try read(text)
      } catch {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
        #expect(
          !error.all.isEmpty && error.all.allSatisfy { $0.line <= lines + 1 && $0.column >= 0 }, "\(text)")
      }
    }
  }
}
