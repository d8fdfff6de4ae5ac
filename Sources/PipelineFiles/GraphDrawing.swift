package import StageGraph

/// A pipeline as a picture in text.
package enum GraphDrawing: String, CaseIterable, Sendable {
  case text, dot, mermaid

  package func drawn(_ spec: PipelineSpec) -> String {
    switch self {
    case .text: Self.text(spec)
    case .dot: Self.dot(spec)
    case .mermaid: Self.mermaid(spec)
    }
  }

  /// One line a stage: what it is called, what it is, and what it follows.
  private static func text(_ spec: PipelineSpec) -> String {
    let width = spec.stages.map(\.id.count).max() ?? 0
    return spec.stages.map { stage in
      let name = stage.id + String(repeating: " ", count: width - stage.id.count)
      let use = stage.use == stage.id ? "" : " (\(stage.use))"
      let after = stage.after.map { spec.stages[$0].id }.joined(separator: ", ")
      return
        "\(name)\(after.isEmpty ? "" : "  <- \(after)")\(use)\(condition(stage).map { "  when \($0)" } ?? "")"
    }.joined(separator: "\n") + "\n"
  }

  private static func dot(_ spec: PipelineSpec) -> String {
    var lines = ["digraph pipeline {", "  rankdir=LR;", "  node [shape=box];"]
    for stage in spec.stages { lines.append("  \(quoted(stage.id)) [label=\(quoted(label(stage)))];") }
    for (from, to) in arrows(spec) { lines.append("  \(quoted(from)) -> \(quoted(to));") }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private static func mermaid(_ spec: PipelineSpec) -> String {
    var lines = ["flowchart LR"]
    for (index, stage) in spec.stages.enumerated() {
      lines.append(
        "  s\(index)[\"\(label(stage).replacing("\"", with: "#quot;").replacing("\\n", with: "<br/>"))\"]")
    }
    for (index, stage) in spec.stages.enumerated() { lines += stage.after.map { "  s\($0) --> s\(index)" } }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func label(_ stage: StageSpec) -> String {
    let name = stage.use == stage.id ? stage.id : "\(stage.id) (\(stage.use))"
    return condition(stage).map { "\(name)\\nwhen \($0)" } ?? name
  }

  private static func condition(_ stage: StageSpec) -> String? { stage.when?.text }

  private static func arrows(_ spec: PipelineSpec) -> [(String, String)] {
    spec.stages.flatMap { stage in stage.after.map { (spec.stages[$0].id, stage.id) } }
  }

  private static func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\\\"") + "\"" }
}
