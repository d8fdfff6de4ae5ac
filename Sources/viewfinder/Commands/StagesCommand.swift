import ArgumentParser
import StageGraph
import Stages

struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "List the stages, or show the options of one.")

  @Argument(help: "A stage.")
  var name: String?

  func run() throws {
    try reportingErrors {
      guard let name else {
        let width = StageCatalog.schemas.map(\.name.count).max() ?? 0
        for schema in StageCatalog.schemas { print(Self.padded(schema.name, width), schema.summary) }
        return
      }
      guard let schema = StageCatalog.schemas.first(where: { $0.name == name }) else {
        let names = StageCatalog.schemas.map(\.name).joined(separator: ", ")
        throw Exit(ExitStatus.usage, "no stage '\(name)'; there are \(names)")
      }
      print(Self.text(schema))
    }
  }

  private static func text(_ schema: StageSchema) -> String {
    var lines = ["\(schema.name): \(schema.summary)"]
    if !schema.discussion.isEmpty { lines += ["", schema.discussion] }
    if !schema.options.isEmpty { lines += ["", "Options:"] }
    for option in schema.options {
      lines.append("  \(option.name): \(option.summary)")
      let fallback =
        option.fallback.map { $0 == OptionValue.none ? "" : "; default \($0.written)" } ?? "; required"
      lines.append("      \(option.kind.summary)\(fallback)")
    }
    lines.append("")
    lines.append("Needs: \(list(schema.needs))")
    lines.append("Adds: \(list(schema.adds))")
    return lines.joined(separator: "\n")
  }

  private static func list(_ facts: Set<String>) -> String {
    facts.isEmpty ? "nothing" : facts.sorted().joined(separator: ", ")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: width - text.count + 1)
  }
}
