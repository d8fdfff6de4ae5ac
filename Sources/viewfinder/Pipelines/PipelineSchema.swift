import Manifests
import PipelineFiles
import StageGraph

/// JSON Schema (draft-07) of pipeline files, made from the catalogue: editors complete and check by it.
struct PipelineSchema {
  let vocabulary: Vocabulary

  var json: JSONValue {
    object([
      "$schema": .string("http://json-schema.org/draft-07/schema#"),
      "title": .string("Viewfinder pipeline"),
      "type": .string("object"),
      "required": strings(["version", "stages"]),
      "additionalProperties": .bool(false),
      "properties": object([
        "version": object(["const": .integer(1)]),
        "limits": options(vocabulary.limits),
        "stages": object([
          "type": .string("array"), "minItems": .integer(1),
          "items": object(["oneOf": .array(vocabulary.stages.map(stage))]),
        ]),
      ]),
    ])
  }

  private func stage(_ schema: StageSchema) -> JSONValue {
    let needsOptions = schema.options.contains { $0.fallback == nil }
    return object([
      "title": .string(schema.name),
      "description": .string(schema.summary),
      "type": .string("object"),
      "required": strings(needsOptions ? ["use", "with"] : ["use"]),
      "additionalProperties": .bool(false),
      "properties": object([
        "use": object(["const": .string(schema.name)]),
        "id": object(["type": .string("string"), "pattern": .string("^[A-Za-z0-9_-]{1,64}$")]),
        "with": options(schema.options),
        "after": object([
          "oneOf": .array([
            object(["type": .string("string")]),
            object([
              "type": .string("array"), "minItems": .integer(1), "items": object(["type": .string("string")]),
            ]),
          ])
        ]),
        "workers": object(["type": .string("integer"), "minimum": .integer(1), "maximum": .integer(256)]),
        "when": object(["type": .string("string"), "minLength": .integer(1)]),
        "on_error": object(["enum": strings(StageSpec.ErrorPolicy.allCases.map(\.rawValue))]),
      ]),
    ])
  }

  private func options(_ options: [OptionSchema]) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("type", .string("object")), .init("additionalProperties", .bool(false)),
      .init("properties", .object(options.map { .init($0.name, option($0)) })),
    ]
    let required = options.filter { $0.fallback == nil }.map(\.name)
    if !required.isEmpty { members.append(.init("required", strings(required))) }
    return .object(members)
  }

  private func option(_ option: OptionSchema) -> JSONValue {
    var alternatives = types(option.kind)
    if option.fallback == OptionValue.none {
      alternatives.append(object(["enum": .array([.null, .string("none")])]))
    }
    var members: [JSONValue.Member] = [.init("description", .string(option.summary))]
    if let fallback = option.fallback { members.append(.init("default", value(fallback))) }
    members.append(.init("anyOf", .array(alternatives)))
    return .object(members)
  }

  private func types(_ kind: OptionKind) -> [JSONValue] {
    switch kind {
    case .boolean: [object(["type": .string("boolean")])]
    case .integer(let range): [number("integer", Double(range.lowerBound), Double(range.upperBound))]
    case .number(let range): [number("number", range.lowerBound, range.upperBound)]
    case .fraction(let range):
      [
        number("number", range.lowerBound, range.upperBound),
        object(["type": .string("string"), "pattern": .string("^[0-9.]+%?$")]),
      ]
    case .text, .condition, .parsed: [object(["type": .string("string"), "minLength": .integer(1)])]
    case .list:
      [
        object(["type": .string("string"), "minLength": .integer(1)]),
        object([
          "type": .string("array"), "minItems": .integer(1), "maxItems": .integer(OptionKind.mostListed),
          "uniqueItems": .bool(true), "items": object(["type": .string("string"), "minLength": .integer(1)]),
        ]),
      ]
    case .command:
      [
        object([
          "type": .string("array"), "minItems": .integer(1), "maxItems": .integer(OptionKind.mostWords),
          "items": object(["type": .string("string")]),
        ])
      ]
    case .choice(let words): [object(["enum": strings(words)])]
    case .choices(let words):
      [
        object(["enum": strings(words)]),
        object([
          "type": .string("array"), "minItems": .integer(1), "uniqueItems": .bool(true),
          "items": object(["enum": strings(words)]),
        ]),
      ]
    }
  }

  private func value(_ value: OptionValue) -> JSONValue {
    switch value {
    case .none: .null
    case .boolean(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let value): .string(value)
    case .list(let words): strings(words)
    }
  }

  private func number(_ type: String, _ least: Double, _ most: Double) -> JSONValue {
    object(["type": .string(type), "minimum": .number(least), "maximum": .number(most)])
  }

  private func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { JSONValue.Member($0.key, $0.value) })
  }

  private func strings(_ words: [String]) -> JSONValue { .array(words.map(JSONValue.string)) }
}
