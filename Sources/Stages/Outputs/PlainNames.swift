/// The names that a template gives to photographs whose paths are plain ASCII, folded as ``OutputNames`` folds all names, but fast: before a
/// run of millions every name is made once.
struct PlainNames {
  private enum Part {
    case literal([UInt8])
    case directory, stem, name, ending
  }

  /// Nil where the template itself is not plain.
  private let parts: [Part]?
  private let outputExtension: [UInt8]?
  private var name: [UInt8] = []

  /// - Parameter outputExtension: as for ``OutputNames``.
  init(_ template: PathTemplate, outputExtension: String?) {
    self.outputExtension = outputExtension.map { Array($0.lowercased().utf8) }
    let isPlain = (template.text + (outputExtension ?? "")).utf8.allSatisfy(Self.isPlain)
    parts = isPlain ? template.parts.compactMap(Self.part) : nil
  }

  /// What stages and hashes will fill in is empty here.
  private static func part(_ part: PathTemplate.Part) -> Part? {
    switch part {
    case .literal(let text): .literal(Array(text.lowercased().utf8))
    case .field(.reldir): .directory
    case .field(.stem): .stem
    case .field(.name): .name
    case .field(.ext): .ending
    case .field: nil
    }
  }

  /// Nil for a path that has to be looked at more closely: one that is not ASCII, has long or dotted components, or gives a name that has.
  mutating func withName<Result>(of path: ArraySlice<UInt8>, _ body: ([UInt8]) -> Result) -> Result? {
    guard let parts, path.allSatisfy(Self.isPlain) else { return nil }
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    let file = slash.map { path[($0 + 1)...] } ?? path
    guard let first = file.first, first != UInt8(ascii: "."), path.first != UInt8(ascii: "/"),
      file.count <= Self.longest
    else { return nil }
    let dot = file.lastIndex(of: UInt8(ascii: "."))
    let stem = file[..<(dot ?? file.endIndex)]
    let ending = outputExtension?[...] ?? dot.map { file[($0 + 1)...] } ?? []
    name.removeAll(keepingCapacity: true)
    for part in parts {
      switch part {
      case .literal(let text): append(text[...])
      case .directory: if let slash { append(path[..<slash]) }
      case .stem: append(stem)
      case .ending: append(ending)
      case .name:
        append(stem)
        if !ending.isEmpty {
          name.append(UInt8(ascii: "."))
          append(ending)
        }
      }
    }
    return areComponentsPlain() ? body(name) : nil
  }

  /// As long as a stem may be that is not cut.
  private static let longest = 200

  private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      // A component that is empty is left out.
      if byte == UInt8(ascii: "/"), name.isEmpty || name.last == UInt8(ascii: "/") { continue }
      name.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
    }
  }

  /// Whether no component would be cut or replaced, and the last one is there.
  private func areComponentsPlain() -> Bool {
    var length = 0
    var isDotted = true
    for byte in name {
      if byte == UInt8(ascii: "/") {
        if isDotted || length > SafeName.longest { return false }
        (length, isDotted) = (0, true)
      } else {
        length += 1
        isDotted = isDotted && byte == UInt8(ascii: ".")
      }
    }
    return !isDotted && length <= SafeName.longest
  }
}
