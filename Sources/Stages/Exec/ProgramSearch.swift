import Foundation
import Glibc
package import SystemPackage

/// Finds the program that a command names: in the directories of `PATH`, or, where the name has a slash, from the directory of the
/// pipeline file.
package struct ProgramSearch: Sendable {
  /// Where the program is to work, absolute.
  let directory: FilePath
  private let places: [FilePath]

  /// - Parameter directory: that of the pipeline file.
  package init(from directory: FilePath) {
    self.directory = (directory.isEmpty ? "." : directory).absolute
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    places = path.split(separator: ":").map { FilePath(String($0)).absolute }
  }

  /// Why there is none, in words for people.
  struct Missing: Error, Hashable {
    let sentence: String
  }

  /// The program's file, absolute.
  func find(_ name: String) throws(Missing) -> FilePath {
    let candidates =
      name.contains("/")
      ? [directory.pushing(FilePath(name)).lexicallyNormalized()] : places.map { $0.appending(name) }
    if let program = candidates.first(where: Self.isExecutable) { return program }
    if name.contains("/"), FileManager.default.fileExists(atPath: candidates[0].string) {
      throw Missing(
        sentence:
          "\(candidates[0]) is not a program that can be started; `chmod +x` makes it one, or name what runs it first"
      )
    }
    if name.contains(where: \.isWhitespace) {
      throw Missing(
        sentence:
          "there is no program '\(name)'; no shell takes a word apart: write each word by itself, like [python3, judge.py]"
      )
    }
    throw Missing(
      sentence: name.contains("/")
        ? "there is no file \(candidates[0])"
        : "there is no program '\(name)' in any directory of PATH; one beside the pipeline file is './\(name)'")
  }

  /// What is wrong with a command, as far as that can be told without starting it.
  package func problem(_ command: [String]) -> String? {
    do throws(Missing) {
      _ = try find(command.first ?? "")
      return nil
    } catch {
      return error.sentence
    }
  }

  private static func isExecutable(_ path: FilePath) -> Bool {
    guard case .success((.regular, _)) = FileKind.of(path) else { return false }
    return path.withPlatformString { access($0, X_OK) } == 0
  }
}
