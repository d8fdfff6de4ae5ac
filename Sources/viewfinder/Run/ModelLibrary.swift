import Foundation
import Networks
import Stages
import SystemPackage

/// Finds models, from any working directory.
struct ModelLibrary: Sendable {
  /// The name that stands for the model that ships with the program.
  static let defaultName = "lite0-rectangle"
  private static let fileExtension = "safetensors"

  /// Directories that are looked through, the first first.
  let directories: [FilePath]

  /// `$VIEWFINDER_MODELS`, then the installation's `share`, then the resources of a build.
  init() {
    let environment = ProcessInfo.processInfo.environment["VIEWFINDER_MODELS"].map { FilePath($0) }
    directories =
      [environment].compactMap { $0 } + [
        Installation.share.appending("models"),
        Installation.programs.appending("viewfinder_viewfinder.resources/models"),
      ]
  }

  /// The file that a name or a path stands for; nil where there is none.
  func path(of name: String) -> FilePath? {
    let given = FilePath(name)
    if name.contains("/") || given.extension == Self.fileExtension { return exists(given) ? given : nil }
    let file = (name == "default" ? Self.defaultName : name) + "." + Self.fileExtension
    return directories.map { $0.appending(file) }.first(where: exists)
  }

  /// Every model file in the directories; of equal names the one that would be used.
  var files: [FilePath] {
    var seen: Set<String> = []
    return directories.flatMap { directory in
      ((try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []).sorted()
        .filter { $0.hasSuffix("." + Self.fileExtension) && seen.insert($0).inserted }
        .map { directory.appending($0) }
    }
  }

  func load(_ request: ModelRequest) throws(SetupError) -> Model {
    guard let path = path(of: request.name) else {
      let places = directories.map(\.string).joined(separator: ", ")
      throw .configuration(
        "no model '\(request.name)'; looked in \(places). Give a file with --model, or set VIEWFINDER_MODELS")
    }
    do throws(ModelError) {
      return try Model.load(path.string, canvas: request.canvas)
    } catch {
      throw .configuration(error.description)
    }
  }

  private func exists(_ path: FilePath) -> Bool { FileManager.default.isReadableFile(atPath: path.string) }
}
