/// A network without weights: named layers, each reading the map the one before it made.
package struct Architecture: Sendable {
  /// A layer's name, by which later layers can read its map, and what it is.
  package struct Entry: Sendable {
    package let name: String
    package let configuration: any LayerConfiguration
  }

  /// The name of the map that enters the network.
  package static let inputName = "input"

  package private(set) var entries: [Entry] = []

  package init() {}

  /// Appends a layer.
  package mutating func append(_ name: String, _ configuration: any LayerConfiguration) {
    entries.append(Entry(name: name, configuration: configuration))
  }

  /// The layers up to and including the one called `last`; none if that is the network's input.
  package func prefix(through last: String) -> Architecture {
    var result = Architecture()
    guard last != Architecture.inputName else { return result }
    for entry in entries {
      result.entries.append(entry)
      if entry.name == last { break }
    }
    return result
  }

  /// All layers but the one of that name.
  package func without(_ name: String) -> Architecture {
    var result = self
    result.entries.removeAll { $0.name == name }
    return result
  }

  /// Puts a layer behind the one called `earlier`; nil if there is none.
  package func inserting(
    _ name: String, _ configuration: any LayerConfiguration, after earlier: String
  ) -> Architecture? {
    guard let index = entries.firstIndex(where: { $0.name == earlier }) else { return nil }
    var result = self
    result.entries.insert(Entry(name: name, configuration: configuration), at: index + 1)
    return result
  }
}

/// The architectures a model card can name.
package enum ArchitectureCatalog {
  /// Each builds the plain classifier of so many classes, without attention.
  package static let all: [String: @Sendable (_ classes: Int) -> Architecture] = [
    EfficientNetLite0.name: EfficientNetLite0.architecture,
    MobileNetV2.name: MobileNetV2.architecture,
    SmallNetwork.name: SmallNetwork.architecture,
  ]
}
