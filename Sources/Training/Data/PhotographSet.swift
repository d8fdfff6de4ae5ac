import Foundation
import Imaging

/// A photograph to learn from or to be judged by.
package struct LabelledPhotograph: Hashable, Sendable {
  /// Where it is, to be opened.
  package let path: String
  /// Its name within its data set.
  package let name: String
  /// The index of its class, from 0.
  package let label: Int

  package init(path: String, name: String, label: Int) {
    self.path = path
    self.name = name
    self.label = label
  }
}

/// Photographs with their classes. No photograph was opened: whether it can be decoded shows when it is read.
package struct PhotographSet: Sendable {
  /// What labels count: a photograph's class is `classes[label]`. A set without labels has one class.
  package let classes: [String]
  /// Of folders sorted by name, of a list in its order. Never empty.
  package let photographs: [LabelledPhotograph]

  package init(classes: [String], photographs: [LabelledPhotograph]) {
    self.classes = classes
    self.photographs = photographs
  }

  /// Lists the photographs of a request.
  ///
  /// - Parameter known: the classes there are, such as a model's labels; a class among the photographs that is not one
  ///   of them is an error. Without them the classes are those found, sorted by name.
  package static func load(
    _ request: PhotographRequest, classes known: ClassNames? = nil
  ) throws(DataError) -> PhotographSet {
    precondition(request.every >= 1 && request.offset >= 0, "every first, second, … photograph, from 0 on")
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: request.data, isDirectory: &isDirectory) else {
      throw DataError(.unreadable, in: request.data, "there is no such folder or list")
    }
    let found: [Found] =
      isDirectory.boolValue ? try ClassFolders.photographs(request) : try PhotographList.photographs(request)
    let taken = found.enumerated().filter { index, _ in index % request.every == request.offset }
      .prefix(request.limit ?? .max).map(\.element)
    guard !taken.isEmpty else {
      throw DataError(
        .empty, in: request.data,
        found.isEmpty
          ? "holds no photographs of what was asked for"
          : "holds \(found.count) photographs of what was asked for, and none is left of them")
    }
    return try PhotographSet(taken, of: request, known: known)
  }

  /// A photograph with its class as the data set gives it.
  struct Found {
    let path: String
    let name: String
    let label: FoundLabel
    /// Where the label was read, for messages.
    let place: (path: String, line: Int?)
  }

  enum FoundLabel: Hashable {
    case name(String)
    case index(Int)
    case none
  }

  private init(_ found: [Found], of request: PhotographRequest, known: ClassNames?) throws(DataError) {
    let classes = known ?? ClassNames(labels: PhotographSet.classes(of: found))
    var photographs: [LabelledPhotograph] = []
    photographs.reserveCapacity(found.count)
    for photograph in found {
      let label: Int
      switch photograph.label {
      case .none: label = 0
      case .index(let index):
        guard index < classes.labels.count else {
          throw DataError(
            .malformed, in: photograph.place.path, line: photograph.place.line,
            "the class \(index) is not among the \(classes.labels.count) known")
        }
        label = index
      case .name(let name):
        guard let index = classes.index(of: name) else {
          throw DataError(
            .malformed, in: photograph.place.path, line: photograph.place.line,
            "the class '\(name)' is none of the model's \(classes.labels.count) labels; a table with the columns "
              + "folder and imagenet_index can say which it is")
        }
        label = index
      }
      photographs.append(LabelledPhotograph(path: photograph.path, name: photograph.name, label: label))
    }
    let hasNoClasses = request.labels == .none && known == nil
    self.init(classes: hasNoClasses ? ["photographs"] : classes.labels, photographs: photographs)
  }

  /// The classes found: names sorted, or all indices up to the greatest.
  private static func classes(of found: [Found]) -> [String] {
    var names: Set<String> = []
    var greatest = -1
    for photograph in found {
      switch photograph.label {
      case .name(let name): names.insert(name)
      case .index(let index): greatest = max(greatest, index)
      case .none: break
      }
    }
    return greatest >= 0 ? (0...greatest).map { "\($0)" } : names.sorted()
  }
}
