import Manifests
package import StageGraph

/// Lets only those photographs on for which a condition holds.
package struct FilterStage: PhotographStage {
  package static let schema = StageSchema(
    name: "filter", summary: "lets only some photographs on",
    discussion: """
      A photograph for which the condition does not hold ends on this branch. If every branch ends so, its record is `skipped`, with the reason \
      `filtered`. To only pass a stage by, give that stage a `when` instead.
      """,
    options: [
      OptionSchema("keep", .condition, default: nil, "photographs for which it holds go on")
    ],
    needs: ["file"], filters: true)

  private let condition: Condition

  package init(_ spec: StageSpec, _ setup: StageSetup) {
    guard let condition = try? Condition(spec.options.text("keep"), known: Sample.factKinds) else {
      preconditionFailure("the condition was checked when the pipeline was read")
    }
    self.condition = condition
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    let facts = sample
    return condition.holds { facts.fact($0) } ? .pass : .drop(reason: ReasonCode.filtered.rawValue)
  }
}
