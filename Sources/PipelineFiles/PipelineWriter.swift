package import StageGraph
import Yams

extension PipelineFile {
  /// The text of a pipeline with every option filled in. Equal pipelines give equal text, and reading it gives the same pipeline.
  package static func write(_ spec: PipelineSpec, vocabulary: Vocabulary) throws -> String {
    let limits = mapping(vocabulary.limits, spec.limits)
    let stages = spec.stages.map { stage in
      var entries: [(Node, Node)] = [("use", word(stage.use)), ("id", word(stage.id))]
      if !stage.after.isEmpty {
        entries.append(("after", Node(stage.after.map { word(spec.stages[$0].id) }, .implicit, .flow)))
      }
      if let workers = stage.workers { entries.append(("workers", word(String(workers)))) }
      if let when = stage.when { entries.append(("when", quoted(when.text))) }
      if stage.onError != .record { entries.append(("on_error", word(stage.onError.rawValue))) }
      let options = mapping(vocabulary.schema(stage.use)?.options ?? [], stage.options)
      if !options.isEmpty { entries.append(("with", block(options))) }
      return block(entries)
    }
    return try Yams.serialize(
      node: block([
        ("version", word("1")), ("limits", block(limits)), ("stages", Node(stages, .implicit, .block)),
      ]),
      allowUnicode: true)
  }

  private static func mapping(_ schema: [OptionSchema], _ options: Options) -> [(Node, Node)] {
    schema.map { option in
      let value = options.values[option.name] ?? OptionValue.none
      // The words of a command are free: one that looks like a number is a word all the same.
      if case .command = option.kind, case .list(let words) = value {
        return (word(option.name), Node(words.map(quoted), .implicit, .flow))
      }
      return (word(option.name), node(value))
    }
  }

  private static func node(_ value: OptionValue) -> Node {
    switch value {
    case .none: word("none")
    case .boolean(let value): word(String(value))
    case .integer(let value): word(String(value))
    case .number(let value): word(String(value))
    case .text(let value): quoted(value)
    case .list(let words): Node(words.map { word($0) }, .implicit, .flow)
    }
  }

  private static func block(_ entries: [(Node, Node)]) -> Node { Node(entries, .implicit, .block) }
  private static func word(_ text: String) -> Node { Node(text, .implicit, .plain) }
  private static func quoted(_ text: String) -> Node { Node(text, .implicit, .doubleQuoted) }
}
