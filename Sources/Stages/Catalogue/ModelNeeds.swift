import StageGraph

/// Sees to it that no stage waits for what the models of a run do not find.
enum ModelNeeds {
  /// - Parameter stages: by the places of their specifications, all of them.
  static func check(_ specs: [StageSpec], _ stages: [Int: any PhotographStage]) throws(SetupError) {
    // For each place what a photograph has not behind it, though schemas promise it.
    var lacking: [Set<String>] = []
    for (index, spec) in specs.enumerated() {
      guard let stage = stages[index] else { preconditionFailure("every place has its stage") }
      let type = Swift.type(of: stage)
      let arriving = spec.after.reduce(into: Set<String>()) { $0.formUnion(lacking[$1]) }
      if let fact = needs(of: spec, type).intersection(arriving).min() {
        throw .configuration(
          "'\(spec.id)' needs \(fact), which the model does not find; choose a model with rectangular attention "
            + "(`viewfinder models` shows a model's), or do without in '\(spec.id)'")
      }
      lacking.append(arriving.subtracting(type.schema.with(spec.options).adds).union(stage.withheld))
    }
  }

  /// What a stage reads: by its options, its condition, and the texts of its options.
  private static func needs(of spec: StageSpec, _ type: any PhotographStage.Type) -> Set<String> {
    var needs = type.needs(spec.options).union(spec.when?.facts ?? [])
    for option in type.schema.options {
      guard case .text(let text)? = spec.options.values[option.name] else { continue }
      switch option.kind {
      case .parsed(let format): needs.formUnion(format.facts(text))
      case .condition: needs.formUnion((try? Condition(text, known: Sample.factKinds))?.facts ?? [])
      default: break
      }
    }
    return needs
  }
}
