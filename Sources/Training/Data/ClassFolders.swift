import Foundation
import Imaging

/// Photographs in folders named after their classes: DATA/CLASS/FILE, or DATA/SUBSET/CLASS/FILE with the usual subsets.
enum ClassFolders {
  /// Every photograph, sorted by folder and name. Hidden entries and files without an image's extension are nothing.
  static func photographs(_ request: PhotographRequest) throws(DataError) -> [PhotographSet.Found] {
    if let condition = request.conditions.first {
      throw DataError(
        .malformed, in: request.data,
        "is a folder; a condition on '\(condition.column)' needs a list with columns")
    }
    if case .indices(let column) = request.labels {
      throw DataError(
        .malformed, in: request.data, "is a folder; the column '\(column)' needs a list with columns")
    }
    let subset = try subset(request)
    let folder = subset.map { "\(request.data)/\($0)" } ?? request.data
    let prefix = subset.map { "\($0)/" } ?? ""
    if request.labels == .none { return try unlabelled(folder, prefix: prefix) }
    let content = try entries(of: folder)
    guard !content.folders.isEmpty else {
      throw DataError(
        .empty, in: folder,
        "holds no class folders; photographs are looked for in \(folder)/CLASS, or in a CSV list")
    }
    var found: [PhotographSet.Found] = []
    for name in content.folders {
      let path = "\(folder)/\(name)"
      for file in try entries(of: path).photographs {
        found.append(
          .init(
            path: "\(path)/\(file)", name: "\(prefix)\(name)/\(file)", label: .name(name), place: (path, nil)))
      }
    }
    return found
  }

  /// Photographs in a folder and all below it. Links to folders are not followed: they may lead round in circles.
  private static func unlabelled(
    _ folder: String, prefix: String
  ) throws(DataError) -> [PhotographSet.Found] {
    let content = try entries(of: folder)
    var found = content.photographs.map {
      PhotographSet.Found(path: "\(folder)/\($0)", name: prefix + $0, label: .none, place: (folder, nil))
    }
    for name in content.folders {
      let path = "\(folder)/\(name)"
      if (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil { continue }
      found += try unlabelled(path, prefix: "\(prefix)\(name)/")
    }
    return found
  }

  /// The subset to read; nil where the data set has none.
  private static func subset(_ request: PhotographRequest) throws(DataError) -> String? {
    let folders = try entries(of: request.data).folders
    if let wanted = request.subset {
      guard folders.contains(wanted) else {
        throw DataError(
          .unreadable, in: request.data,
          "has no folder '\(wanted)'; there are \(folders.prefix(10).joined(separator: ", "))")
      }
      return wanted
    }
    // A class may be called `train` too; a subset is known by the folders in it.
    var subsets: [String] = []
    for name in folders where name == "train" || name == "val" || name.hasPrefix("test") {
      if try !entries(of: "\(request.data)/\(name)").folders.isEmpty { subsets.append(name) }
    }
    guard !subsets.isEmpty else { return nil }
    let fitting =
      switch request.purpose {
      case .training: subsets.first { $0 == "train" }
      case .evaluation: subsets.first { $0 == "val" } ?? subsets.first { $0.hasPrefix("test") }
      }
    guard let fitting else {
      throw DataError(
        .empty, in: request.data,
        "has the subset \(subsets.joined(separator: " and ")) only; name it to have it read")
    }
    return fitting
  }

  /// The folders and the photographs in a folder, by their names in byte order.
  private static func entries(of folder: String) throws(DataError) -> (folders: [String], photographs: [String])
  {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw DataError(.unreadable, in: folder, "the folder cannot be read")
    }
    var folders: [String] = []
    var photographs: [String] = []
    for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where !name.hasPrefix(".") {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isDirectory) else {
        continue
      }
      if isDirectory.boolValue {
        folders.append(name)
      } else if let ending = name.split(separator: ".").dropFirst().last,
        ImageFormat.extensions.contains(ending.lowercased())
      {
        photographs.append(name)
      }
    }
    return (folders, photographs)
  }
}
