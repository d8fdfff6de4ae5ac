import Imaging
package import StageGraph

/// A path with places to fill in: `crops/{label}/{stem}.jpg`.
package struct PathTemplate: Hashable, Sendable {
  /// The names that can stand in braces.
  package enum Field: String, Hashable, Sendable, CaseIterable {
    case stem, ext, name, reldir, label, score, index, width, height, date, coverage, position, shape, aspect,
      hash8
  }

  /// A piece of a template.
  enum Part: Hashable, Sendable {
    case literal(String)
    case field(Field)
  }

  let parts: [Part]
  /// The template as it was written.
  package let text: String

  /// A template that cannot be used; the sentence says why.
  package struct Problem: Error, Hashable, Sendable {
    package let message: String
  }

  package init(_ text: String) throws(Problem) {
    self.text = text
    parts = try Self.parts(of: text)
    if text.hasPrefix("/") {
      throw Problem(message: "it must be relative: outputs stay below the output directory")
    }
    if text.hasSuffix("/") || text.isEmpty { throw Problem(message: "it names no file") }
    if text.split(separator: "/", omittingEmptySubsequences: false).contains(where: {
      ["", ".", ".."].contains($0)
    }) {
      throw Problem(message: "'.', '..' and empty parts are not allowed")
    }
    if text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
      throw Problem(message: "control characters are not allowed")
    }
    guard !fields.isDisjoint(with: [.stem, .name, .hash8]) else {
      throw Problem(message: "without {stem}, {name} or {hash8} all photographs would get one name")
    }
  }

  /// The grammar, for option schemas.
  package static let format = TextFormat(
    name: "path template", example: "crops/{label}/{stem}.jpg", facts: facts, problem: problem)

  /// The same for files that are encoded: the name may not end like a format that is not written.
  package static let pictureFormat = TextFormat(
    name: "path template", example: "crops/{label}/{stem}.jpg", facts: facts
  ) { text in
    if let problem = problem(text) { return problem }
    let format = (try? PathTemplate(text))?.literalExtension.flatMap(ImageFormat.init(fileExtension:))
    guard let format, !Encoder.formats.contains(format) else { return nil }
    return
      "\(format.rawValue) files are not written; \(Encoder.formats.map(\.rawValue).joined(separator: ", ")) files are"
  }

  @Sendable private static func problem(_ text: String) -> String? {
    do throws(Problem) {
      _ = try PathTemplate(text)
      return nil
    } catch {
      return error.message
    }
  }

  /// The facts that a template's fields come from.
  @Sendable private static func facts(_ text: String) -> Set<String> {
    let fields = (try? PathTemplate(text))?.fields ?? []
    return Set(
      fields.compactMap { field in
        switch field {
        case .label, .index: "label"
        case .score: "score"
        case .coverage, .position, .shape: "coverage"
        // Filled in while the pipeline is read, where there is one crop to speak of: no stage adds it.
        case .aspect: "the aspect of a crop"
        case .stem, .ext, .name, .reldir, .width, .height, .date, .hash8: nil
        }
      })
  }

  package var fields: Set<Field> {
    Set(
      parts.compactMap { part in
        if case .field(let field) = part { field } else { nil }
      })
  }

  /// The extension that the template itself ends with, lower case and without the dot; nil where a field decides.
  package var literalExtension: String? {
    guard case .literal(let end)? = parts.last, let dot = end.lastIndex(of: ".") else { return nil }
    let tail = end[end.index(after: dot)...]
    return tail.isEmpty || tail.contains("/") ? nil : tail.lowercased()
  }

  /// Fills in the fields; those that `values` does not have become empty. Parts that are too long for a file system are cut.
  package func rendered(_ values: [Field: String]) -> String { SafeName.path(filled(values)) }

  /// Whether no part of the path has to be cut.
  func fits(_ values: [Field: String]) -> Bool {
    filled(values).split(separator: "/").allSatisfy { $0.utf8.count <= SafeName.longest }
  }

  private func filled(_ values: [Field: String]) -> String {
    parts.map { part in
      switch part {
      case .literal(let text): text
      case .field(let field): values[field] ?? ""
      }
    }.joined()
  }

  private static func parts(of text: String) throws(Problem) -> [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        throw Problem(message: "a brace is not closed")
      }
      if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
      let name = String(rest[rest.index(after: open)..<close])
      guard let field = Field(rawValue: name) else {
        let known = Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
        throw Problem(message: "unknown field '{\(name)}'; there are \(known)")
      }
      parts.append(.field(field))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.literal(String(rest))) }
    return parts
  }
}
