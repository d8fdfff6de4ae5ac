import Foundation
import StageGraph
import Stages

/// The page of pipeline files: their keys, and the stages with their options from the catalogue.
struct PipelinePage {
  static let name = "viewfinder-pipeline"

  func page(_ date: Date) -> ManualPage {
    var page = ManualPage(
      name: Self.name, section: 5, summary: "what viewfinder does with every photograph of a run", date: date)
    page.heading("Description")
    page.prose("A pipeline file lists stages. It is YAML, and read by `viewfinder run`:")
    page.code(Self.example)
    page.prose(
      "It writes a square crop of every photograph, and links the originals of those it is sure of. `viewfinder validate` checks a file and names all mistakes with their places."
    )
    page.heading("Keys")
    page.part("Of the file")
    page.list(Self.keys.map { $0.item })
    page.part("Of a stage")
    page.list(Self.stageKeys.map { $0.item })
    page.part("Of limits")
    page.list(RunLimits.schema.map(item))
    page.heading("Stages")
    for schema in StageCatalog.schemas { add(schema, to: &page) }
    page.heading("Conditions")
    page.prose(
      "`when` and `keep` are conditions: comparisons of the facts \(Sample.factKinds.keys.sorted().joined(separator: ", ")) with numbers and quoted texts, or with each other, by == != < <= > >= and in. `not` binds closest, then `and`, then `or`; parentheses as usual:"
    )
    page.code(#"("terrier" in label or label in ("beagle", "pug")) and score >= 0.5"#)
    page.heading("Paths")
    let fields = PathTemplate.Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
    page.prose(
      "A path is relative to the output directory, and has places to fill in: \(fields). It has {stem}, {name} or {hash8}. Where two photographs of a run could meet, both get eight digits of the hash of their path."
    )
    page.heading("See also")
    page.addReferences([
      "viewfinder", "viewfinder-graph", "viewfinder-run", "viewfinder-stages", "viewfinder-validate",
    ])
    return page
  }

  private func add(_ schema: StageSchema, to page: inout ManualPage) {
    page.part(schema.name)
    page.prose(ManualPage.sentence(schema.summary))
    if !schema.discussion.isEmpty { page.prose(schema.discussion) }
    page.list(schema.options.map(item))
  }

  private func item(_ option: OptionSchema) -> ManualPage.Item {
    // Where nothing is the default, the summary says what that means.
    let fallback = option.fallback.map { $0 == OptionValue.none ? "" : " The default is `\($0.written)`." }
    return ManualPage.Item(
      "Cm \(ManualPage.argument(option.name)) : Ar value",
      ManualPage.sentence(option.summary) + " Value: \(option.kind.summary)." + (fallback ?? " Required."))
  }

  private struct Key {
    let name: String
    let text: String

    var item: ManualPage.Item { ManualPage.Item("Cm \(ManualPage.argument(name))", text) }
  }

  private static let keys = [
    Key(name: "version", text: "1, the version of this format."),
    Key(name: "limits", text: "What a photograph may cost."),
    Key(
      name: "stages",
      text: "The list of stages. `read` is the first; `manifest` is the last, and may be left out."),
  ]

  private static let stageKeys = [
    Key(name: "use", text: "The name of the stage."),
    Key(
      name: "id",
      text: "What this use of it is called in `after`, in records and in --set; the name, if left out."
    ),
    Key(name: "with", text: "Its options."),
    Key(
      name: "after",
      text:
        "The stage it follows, or a list of them; the one above it, if left out. Stages that follow the same one are branches, and one that follows several joins them."
    ),
    Key(name: "when", text: "A condition: other photographs pass the stage unchanged."),
    Key(
      name: "on_error",
      text:
        "What a failure in this stage leads to: \(StageSpec.ErrorPolicy.allCases.map(\.rawValue).joined(separator: ", ")). A record is always written; quarantine also puts the original aside, and abort ends the run."
    ),
    Key(
      name: "workers",
      text: "How many photographs it may have in hand at once; as many as there are cores, if left out."),
  ]

  private static let example = """
    version: 1
    limits: {pixels: 100000000, timeout: 20}
    stages:
      - use: read
      - use: decode
      - use: classify
      - use: crop
        with: {aspect: "1:1", longest: 512}
      - use: write
        id: squares
        with: {path: "squares/{label}/{stem}.jpg"}
      - use: sort
        id: sure
        after: classify
        when: score >= 0.4 and aspect > 1
        with: {path: "sure/{label}/{name}", mode: hardlink}
      - use: manifest
        after: [squares, sure]
    """
}
