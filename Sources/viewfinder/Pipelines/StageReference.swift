import StageGraph

/// What is said of stages, made from their schemas.
enum StageReference {
  /// One stage, for a terminal.
  static func text(_ schema: StageSchema) -> String {
    var lines = ["\(schema.name): \(schema.summary)"]
    if !schema.discussion.isEmpty { lines += ["", schema.discussion] }
    if !schema.options.isEmpty { lines += ["", "Options:"] }
    for option in schema.options {
      lines.append("  \(option.name): \(option.summary)")
      lines.append("      \(option.kind.summary); \(fallback(option))")
    }
    lines += ["", "Needs: \(list(schema.needs))", "Adds: \(list(schema.adds))"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// All stages, as a page.
  static func markdown(_ schemas: [StageSchema]) -> String {
    var lines = [
      "# Stages", "",
      "Made by `viewfinder stages --markdown`; do not edit. One stage on the terminal: `viewfinder stages NAME`.",
    ]
    for schema in schemas {
      lines += ["", "## \(schema.name)", "", sentence(schema.summary)]
      if !schema.discussion.isEmpty { lines += ["", schema.discussion] }
      if !schema.options.isEmpty {
        lines += ["", "| option | value | default | meaning |", "|---|---|---|---|"]
        lines += schema.options.map { option in
          let cells = ["`\(option.name)`", option.kind.summary, shortFallback(option), option.summary]
          return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
      }
      lines += ["", "Needs: \(list(schema.needs)). Adds: \(list(schema.adds))."]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func fallback(_ option: OptionSchema) -> String {
    option.fallback.map { "default \($0.written)" } ?? "required"
  }

  private static func shortFallback(_ option: OptionSchema) -> String {
    option.fallback.map { "`\($0.written)`" } ?? "required"
  }

  private static func list(_ facts: Set<String>) -> String {
    facts.isEmpty ? "nothing" : facts.sorted().joined(separator: ", ")
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }
}
