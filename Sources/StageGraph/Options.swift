/// The options of one stage, complete and of the right types: every name of the schema is there.
///
/// Reading a name that the schema does not have, or as another type, is a mistake in the stage and traps.
package struct Options: Hashable, Sendable {
  /// Values by name.
  package private(set) var values: [String: OptionValue]

  /// - Parameter given: values already checked against `schema`; the defaults fill in the rest.
  package init(_ schema: [OptionSchema], given: [String: OptionValue] = [:]) {
    values = given
    for option in schema where values[option.name] == nil {
      values[option.name] = option.fallback ?? OptionValue.none
    }
  }

  package func boolean(_ name: String) -> Bool {
    guard case .boolean(let value) = self[name] else { wrongType(name) }
    return value
  }

  package func integer(_ name: String) -> Int {
    guard let value = optionalInteger(name) else { wrongType(name) }
    return value
  }

  package func number(_ name: String) -> Double {
    switch self[name] {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: wrongType(name)
    }
  }

  package func text(_ name: String) -> String {
    guard let value = optionalText(name) else { wrongType(name) }
    return value
  }

  package func list(_ name: String) -> [String] {
    guard let value = optionalList(name) else { wrongType(name) }
    return value
  }

  /// Nil where the option's default is none.
  package func optionalList(_ name: String) -> [String]? {
    switch self[name] {
    case .list(let value): value
    case .none: nil
    default: wrongType(name)
    }
  }

  /// Nil where the option's default is none.
  package func optionalInteger(_ name: String) -> Int? {
    switch self[name] {
    case .integer(let value): value
    case .none: nil
    default: wrongType(name)
    }
  }

  /// Nil where the option's default is none.
  package func optionalText(_ name: String) -> String? {
    switch self[name] {
    case .text(let value): value
    case .none: nil
    default: wrongType(name)
    }
  }

  private subscript(name: String) -> OptionValue {
    guard let value = values[name] else { preconditionFailure("no option \(name) in this stage's schema") }
    return value
  }

  private func wrongType(_ name: String) -> Never {
    preconditionFailure("option \(name) is read as another type than its schema says")
  }
}
