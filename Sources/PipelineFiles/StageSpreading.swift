import StageGraph
import Yams

/// Lets a stage with a list of values, such as `crop` with `aspects`, stand once for each of them, and with it every stage that follows it
/// alone. What is left are stages with one value each: nothing behind the reader knows of such lists.
struct StageSpreading {
  private let reader: PipelineReader
  /// What became of each stage so far, by the id it has in the file.
  private var made: [String: [Copy]] = [:]

  init(_ reader: PipelineReader) { self.reader = reader }

  /// A stage as it stands in the pipeline.
  private struct Copy {
    let id: String
    /// Tells it from its like, in its id; empty where there is only one.
    let mark: String
    /// Words for braces in destinations: `aspect` is `4x5` behind a crop of 4:5.
    let words: [String: String]
  }

  /// - Parameter drafts: complete, the last stage too; each follows earlier ones.
  mutating func spread(_ drafts: [PipelineReader.Draft]) -> [PipelineReader.Draft] {
    var result: [PipelineReader.Draft] = []
    for (index, draft) in drafts.enumerated() {
      let before = draft.after ?? (index > 0 ? [(drafts[index - 1].id, draft.node)] : [])
      result += copies(of: draft, after: before)
      guard result.count <= PipelineReader.mostStages else {
        reader.report(
          "more than \(PipelineReader.mostStages) stages, each counted once for every value it stands for",
          at: draft.node)
        break
      }
    }
    return result
  }

  private mutating func copies(
    of draft: PipelineReader.Draft, after before: [(name: String, node: Node)]
  ) -> [PipelineReader.Draft] {
    let ways = before.map { made[$0.name] ?? [Copy(id: $0.name, mark: "", words: [:])] }
    var copies: [(Copy, PipelineReader.Draft)] = []
    if draft.schema.name == reader.vocabulary.last || before.count != 1 {
      // What follows several stages is where copies end.
      var joining = draft
      if !before.isEmpty {
        joining.after = zip(before, ways).flatMap { entry, ways in ways.map { ($0.id, entry.node) } }
      }
      let words = ways.joined().map(\.words)
      let common = words.dropFirst().reduce(words.first ?? [:]) { common, next in
        common.filter { next[$0.key] == $0.value }
      }
      copies = valued(joining, mark: "", words: common)
    } else {
      for way in ways[0] {
        var following = draft
        following.after = [(way.id, before[0].node)]
        copies += valued(following, mark: way.mark, words: way.words)
      }
    }
    made[draft.id] = copies.map(\.0)
    return copies.map(\.1)
  }

  /// The draft, or one for each value that it lists, each with its own id and its words filled in.
  private func valued(
    _ draft: PipelineReader.Draft, mark: String, words: [String: String]
  ) -> [(Copy, PipelineReader.Draft)] {
    guard let list = draft.schema.options.first(where: { $0.spreads != nil }), let single = list.spreads else {
      return [named(draft, mark: mark, words: words)]
    }
    guard case .list(let values)? = draft.given[list.name] else {
      let fallback = draft.schema.options.first { $0.name == single }?.fallback
      let value = (draft.given[single] ?? fallback)?.written ?? ""
      return [named(draft, mark: mark, words: words.merging([single: Self.word(value)]) { $1 })]
    }
    let place = draft.optionNodes[list.name] ?? draft.node
    if draft.given[single] != nil {
      reader.report("'\(draft.id)' has both '\(single)' and '\(list.name)'; give one of them", at: place)
    }
    if !mark.isEmpty {
      reader.report(
        "'\(draft.id)' lists '\(list.name)' behind a stage that does too; let it follow what stands before both",
        at: place)
      return [named(draft, mark: mark, words: words)]
    }
    return values.map { value in
      var one = draft
      one.given[list.name] = OptionValue.none
      one.given[single] = .text(value)
      let word = Self.word(value)
      return named(one, mark: "-" + word, words: words.merging([single: word]) { $1 })
    }
  }

  private func named(
    _ draft: PipelineReader.Draft, mark: String, words: [String: String]
  ) -> (Copy, PipelineReader.Draft) {
    var draft = draft
    for option in draft.schema.options where option.isDestination {
      guard case .text(var text)? = draft.given[option.name] ?? option.fallback else { continue }
      let before = text
      for (field, word) in words { text = text.replacing("{\(field)}", with: word) }
      guard text != before, case .parsed(let format) = option.kind else { continue }
      draft.given[option.name] = .text(text)
      draft.conditions[option.name] = (format.facts(text), draft.optionNodes[option.name] ?? draft.node)
    }
    if !mark.isEmpty {
      draft.original = draft.id
      draft.id += mark
    }
    return (Copy(id: draft.id, mark: mark, words: words), draft)
  }

  /// The value as a part of ids and names: `1.91:1` is `1-91x1`.
  private static func word(_ value: String) -> String {
    String(
      value.map { character in
        if character == ":" { return "x" }
        return character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
      })
  }
}
