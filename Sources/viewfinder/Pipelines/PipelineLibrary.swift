import Foundation
import SystemPackage

/// Finds pipeline files by their bare names: `crop-and-sort` is `pipelines/crop-and-sort.yaml` of the working directory, or the one that was
/// installed with the program.
enum PipelineLibrary {
  private static let directories: [FilePath] = ["pipelines", Installation.share.appending("pipelines")]

  /// The file that a name or a path stands for; the name itself where there is none.
  static func file(of name: String) -> String {
    guard !name.contains("/"), !exists(FilePath(name)) else { return name }
    let file = name.hasSuffix(".yaml") ? name : name + ".yaml"
    return directories.map { $0.appending(file) }.first(where: exists)?.string ?? name
  }

  /// The names that can be given, for who gave another.
  static var names: [String] {
    let files = directories.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0.string)) ?? [] }
    return Set(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }).sorted()
  }

  /// A directory of that name, such as the results of an earlier run, is none.
  private static func exists(_ path: FilePath) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path.string, isDirectory: &isDirectory)
      && !isDirectory.boolValue
  }
}
