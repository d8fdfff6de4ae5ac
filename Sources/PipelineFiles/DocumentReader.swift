import Yams

/// A value in a YAML file other than a pipeline, with its place: what readers elsewhere ask a ``DocumentReader`` about.
package struct DocumentValue {
  fileprivate let node: Node

  /// The text of a single value; nil for lists and mappings.
  package var text: String? { node.scalar?.string }

  /// The values of a list; nil for anything else.
  package var list: [DocumentValue]? { node.sequence.map { $0.map { DocumentValue(node: $0) } } }

  /// The entries of a mapping in the order of the file, as far as their keys are single words; nil for anything else.
  package var entries: [(key: DocumentValue, name: String, value: DocumentValue)]? {
    node.mapping.map { mapping in
      mapping.compactMap { key, value in
        key.scalar.map { (DocumentValue(node: key), $0.string, DocumentValue(node: value)) }
      }
    }
  }

  /// A plain `none`, `null` or `~`.
  package var isNone: Bool {
    node.scalar.map { $0.style == .plain && ["none", "null", "~", ""].contains($0.string) } ?? false
  }

  /// The JSON this value is: a plain word that reads as a number or a truth value is one, all else is text.
  package var json: String {
    if let entries {
      return "{" + entries.map { "\(DocumentValue.quoted($0.name)):\($0.value.json)" }.joined(separator: ",")
        + "}"
    }
    if let list { return "[" + list.map(\.json).joined(separator: ",") + "]" }
    let text = self.text ?? ""
    let isPlain = node.scalar?.style == .plain
    if isPlain, ["true", "false", "null"].contains(text) { return text }
    if isPlain, let number = Double(text), number.isFinite {
      return Int(text).map { "\($0)" } ?? "\(number)"
    }
    return DocumentValue.quoted(text)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// Walks a YAML file and collects what is wrong with it, each with its place. Goes on after an error, so that all are found in one
/// go: whoever reads returns nil for what cannot be had, and ``finish(_:)`` throws if anything was reported.
package final class DocumentReader {
  private var diagnostics: [Diagnostic] = []
  private let source: SourceText
  private let kind: String

  /// - Parameters:
  ///   - name: the file's name, for the diagnostics.
  ///   - kind: what the file is, in words: "an experiment".
  package init(_ text: String, name: String, kind: String) {
    source = SourceText(name: name, text: text, kind: kind)
    self.kind = kind
  }

  /// The file's one document, which must be a mapping.
  package func root() throws(Diagnostics) -> DocumentValue {
    let root: Node?
    do throws(Diagnostic) {
      root = try source.root()
    } catch {
      throw Diagnostics([error], source: source.text)
    }
    guard let root else {
      let message = "the file is empty: not \(kind)"
      throw Diagnostics(
        [Diagnostic(file: source.name, line: 1, column: 1, message: message)], source: source.text)
    }
    return DocumentValue(node: root)
  }

  /// What was read, unless something was reported meanwhile.
  package func finish<Result>(_ result: Result?) throws(Diagnostics) -> Result {
    guard let result, diagnostics.isEmpty else { throw Diagnostics(diagnostics, source: source.text) }
    return result
  }

  /// Something is wrong with a value.
  package func report(_ message: String, at value: DocumentValue) {
    diagnostics.append(
      Diagnostic(
        file: source.name, line: value.node.mark?.line ?? 1, column: value.node.mark?.column ?? 1,
        message: message.printable))
  }

  /// Whether anything was reported so far.
  package var hasProblems: Bool { !diagnostics.isEmpty }

  /// A mapping's values by their keys, which must be among those known; `required` ones must be there.
  package func mapping(
    _ value: DocumentValue, what: String, keys: [String], required: [String] = []
  ) -> [String: DocumentValue]? {
    guard let entries = named(value, what: what) else { return nil }
    var values: [String: DocumentValue] = [:]
    for entry in entries {
      if keys.contains(entry.name) {
        values[entry.name] = entry.value
      } else {
        report(
          "unknown key '\(entry.name)' in \(what)\(Suggestion.orList(for: entry.name, among: keys))",
          at: entry.key)
      }
    }
    for key in required where values[key] == nil { report("'\(key)' is missing in \(what)", at: value) }
    return values
  }

  /// A mapping whose keys are free, in the order of the file.
  package func named(
    _ value: DocumentValue, what: String
  ) -> [(key: DocumentValue, name: String, value: DocumentValue)]? {
    guard let entries = value.entries else {
      report("\(what) must be a mapping, like {name: value}", at: value)
      return nil
    }
    return entries
  }

  /// A word or a text.
  package func text(_ value: DocumentValue?, what: String) -> String? {
    guard let value else { return nil }
    guard let text = value.text, !text.isEmpty else {
      report("\(what) must be one word or text", at: value)
      return nil
    }
    return text
  }

  /// A list of words; a single word is a list of one.
  package func texts(_ value: DocumentValue?, what: String) -> [String]? {
    guard let value else { return nil }
    guard let list = value.list else { return text(value, what: what).map { [$0] } }
    if list.isEmpty { report("\(what) is empty", at: value) }
    return list.compactMap { text($0, what: "each of \(what)") }
  }

  /// A whole number of a range.
  package func integer(_ value: DocumentValue?, what: String, in range: ClosedRange<Int>) -> Int? {
    guard let value else { return nil }
    guard let number = value.text.flatMap({ Int($0) }), range.contains(number) else {
      report("\(what) must be a whole number in \(range)", at: value)
      return nil
    }
    return number
  }

  /// A number of a range.
  package func number(_ value: DocumentValue?, what: String, in range: ClosedRange<Double>) -> Double? {
    guard let value else { return nil }
    guard let number = value.text.flatMap({ Double($0) }), range.contains(number) else {
      report("\(what) must be a number in \(range)", at: value)
      return nil
    }
    return number
  }

  /// One of some words.
  package func choice(_ value: DocumentValue?, what: String, among words: [String]) -> String? {
    guard let value, let word = text(value, what: what) else { return nil }
    guard words.contains(word) else {
      report("\(what): unknown '\(word)'\(Suggestion.orList(for: word, among: words))", at: value)
      return nil
    }
    return word
  }
}
