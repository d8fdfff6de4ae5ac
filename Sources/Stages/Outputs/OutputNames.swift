import Foundation
import Manifests
import SystemPackage

/// The names that one template gives to the photographs of a run. Decided on the frozen list, before the first photograph,
/// so that they depend neither on order nor on timing nor on what the network says.
package struct OutputNames: Sendable {
  private let template: PathTemplate
  private let outputExtension: String?
  /// Photographs whose names could meet: the first bytes of the hash of the name they share.
  private let shared: Set<UInt64>

  /// - Parameters:
  ///   - outputExtension: the extension of what is written, without the dot; nil keeps that of the photograph.
  package init(_ template: PathTemplate, outputExtension: String?, files: FileTable) {
    self.template = template
    self.outputExtension = outputExtension
    // A photograph called "manifest" must not become the manifest.
    var keys = Self.reserved.map(Self.key)
    keys.reserveCapacity(keys.count + files.count)
    // What names of a run's shards would be, whatever their number, is marked too: twice here, it counts as shared.
    var plain = PlainNames(template, outputExtension: outputExtension)
    for index in files.indices {
      let found = plain.withName(of: files.pathBytes(at: index)) {
        Self.isLikeShard($0) ? nil : Hashing.number($0)
      }
      if let key = found ?? nil {
        keys.append(key)
        continue
      }
      let name = template.rendered(Self.parts(of: files[index], outputExtension: outputExtension))
      keys.append(Self.key(name))
      if Self.isOfShard(name) { keys.append(Self.key(name)) }
    }
    keys.sort()
    shared = Set(zip(keys, keys.dropFirst()).filter { $0 == $1 }.map { $0.0 })
  }

  /// The path of one output, below the output directory.
  ///
  /// - Parameter fields: what the stages found out; `reldir`, `stem`, `name`, `ext` and `hash8` are filled in here.
  package func path(for file: InputFile, fields: [PathTemplate.Field: String]) -> String {
    var parts = Self.parts(of: file, outputExtension: outputExtension)
    let hash8 = Hashing.hash8(file.pathBytes)
    func mark(_ stem: String) {
      parts[.stem] = stem + "-" + hash8
      parts[.name] = Self.name(stem: stem + "-" + hash8, extension: parts[.ext, default: ""])
    }
    if shared.contains(Self.key(template, parts)) { mark(parts[.stem, default: ""]) }
    parts[.hash8] = hash8
    // Cutting the end could cut off what tells two photographs apart.
    for length in Self.shorterStems where !template.fits(parts.merging(fields) { own, _ in own }) {
      mark(SafeName.prefix(Self.stem(of: file), bytes: length))
    }
    return template.rendered(parts.merging(fields) { own, _ in own })
  }

  /// Whether the photograph's name is marked, because another has the same.
  func isShared(_ file: InputFile) -> Bool {
    shared.contains(Self.key(template, Self.parts(of: file, outputExtension: outputExtension)))
  }

  /// The path with what only the stages find out left in braces.
  package func plannedPath(for file: InputFile) -> String {
    let open = template.fields.map { ($0, "{\($0.rawValue)}") }
    return path(for: file, fields: Dictionary(uniqueKeysWithValues: open))
  }

  /// What a run itself writes into the output directory.
  private static let reserved = ["manifest.jsonl", "manifest.json", "run.json"]

  /// The same for the shards of a run, whatever their number: names do not depend on how a run is cut.
  private static func isOfShard(_ name: String) -> Bool { ShardFiles.shard(ofFile: name.lowercased()) != nil }

  /// Whether a name has to be looked at more closely.
  private static func isLikeShard(_ name: [UInt8]) -> Bool {
    name.starts(with: "manifest-".utf8) || name.starts(with: "run-".utf8)
  }

  private static let longestStem = 200
  /// Lengths that are tried where what is filled in beside the stem makes the name too long.
  private static let shorterStems = [100, 40, 0]

  private static func stem(of file: InputFile) -> String { SafeName.stem(file.path.lastComponent?.stem ?? "") }

  private static func parts(of file: InputFile, outputExtension: String?) -> [PathTemplate.Field: String] {
    let components = file.path.components.map { SafeName.stem($0.string) }
    // Long names are cut here, so that what tells them apart still fits behind.
    let stem = SafeName.prefix(stem(of: file), bytes: longestStem)
    let ext = outputExtension ?? SafeName.stem(file.path.lastComponent?.extension ?? "")
    return [
      .stem: stem, .ext: ext, .name: name(stem: stem, extension: ext),
      .reldir: components.dropLast().joined(separator: "/"),
    ]
  }

  private static func name(stem: String, extension ext: String) -> String {
    ext.isEmpty ? stem : "\(stem).\(ext)"
  }

  /// Equal for names that some file system could take for one: case and Unicode form do not count. Eight bytes of a hash
  /// stand for the name, so that a list of millions stays small.
  private static func key(_ template: PathTemplate, _ parts: [PathTemplate.Field: String]) -> UInt64 {
    key(template.rendered(parts))
  }

  private static func key(_ path: String) -> UInt64 {
    // Up and down again: letters whose lower case has several forms, such as ss and a sharp s, meet.
    let name = path.uppercased().lowercased().precomposedStringWithCanonicalMapping
    return Hashing.number(name.utf8)
  }
}
