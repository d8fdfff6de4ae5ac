import Crypto
import Foundation

/// The photographs of an experiment: those to learn from and those held out.
package struct ExperimentPhotographs: Sendable {
  package let classes: [String]
  package let learning: [LabelledPhotograph]
  package let heldOut: [LabelledPhotograph]
  package let boxes: BoxList?

  /// - Parameter directory: what the experiment's paths are relative to.
  package init(_ data: Experiment.Data, in directory: String) throws(DataError) {
    var request = PhotographRequest(data: "\(directory)/\(data.path)", purpose: .training)
    request.root = data.root.map { "\(directory)/\($0)" }
    request.subset = data.subset
    request.labels = .names(column: data.label)
    request.conditions = data.conditions.sorted { $0.key < $1.key }.map {
      .init(column: $0.key, values: $0.value)
    }
    let all = try PhotographSet.load(request)
    let held: Set<String>
    switch data.holdOut {
    case .count(let count): held = ExperimentPhotographs.share(of: all.photographs, count: count)
    case .column(let column, let value):
      request.conditions.append(.init(column: column, value: value))
      held = Set(
        try PhotographSet.load(request, classes: ClassNames(labels: all.classes)).photographs.map(\.name))
    }
    classes = all.classes
    learning = all.photographs.filter { !held.contains($0.name) }
    heldOut = all.photographs.filter { held.contains($0.name) }
    guard !learning.isEmpty, !heldOut.isEmpty else {
      throw DataError(
        .empty, in: request.data,
        "leaves \(learning.count) photographs to learn from and \(heldOut.count) to judge by")
    }
    boxes = try data.boxes.map { path throws(DataError) in
      try BoxList(
        path: "\(directory)/\(path)", root: request.root, prefix: data.boxColumns, restoring: false)
    }
  }

  /// So many photographs, of each class in proportion (what is left goes to the greatest remainders), those whose names have the least
  /// hashes.
  static func share(of photographs: [LabelledPhotograph], count: Int) -> Set<String> {
    let classes = Dictionary(grouping: photographs, by: \.label).sorted { $0.key < $1.key }.map(\.value)
    let wanted = min(count, photographs.count)
    var counts = classes.map { $0.count * wanted / photographs.count }
    let remainders = classes.map { $0.count * wanted % photographs.count }
    let order = classes.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
    for index in order.prefix(wanted - counts.reduce(0, +)) { counts[index] += 1 }
    return Set(
      zip(classes, counts).flatMap { members, count in
        members.map { (hash: ExperimentPhotographs.hash($0.name), name: $0.name) }.sorted { $0 < $1 }
          .prefix(count).map(\.name)
      })
  }

  private static func hash(_ name: String) -> String {
    SHA256.hash(data: Foundation.Data(name.utf8)).map { String(format: "%02x", $0) }.joined()
  }
}
