import Foundation

/// An empty directory of a test's own.
package struct TemporaryDirectory: Sendable {
  /// Absolute path.
  package let path: String

  /// Runs `body` with a fresh directory, which is removed with all it holds when `body` ends, however it ends.
  ///
  /// A closure and not a `deinit`: the compiler may end an object's life after its last mention, files still in use.
  package static func use<Result>(_ body: (TemporaryDirectory) throws -> Result) throws -> Result {
    let directory = try make()
    defer { directory.remove() }
    return try body(directory)
  }

  /// The same for a `body` that suspends.
  package static func use<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (TemporaryDirectory) async throws -> Result
  ) async throws -> Result {
    let directory = try make()
    defer { directory.remove() }
    return try await body(directory)
  }

  /// The path of an entry of this name, whether it exists or not.
  package func file(_ name: String) -> String { path + "/" + name }

  private static func make() throws -> TemporaryDirectory {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "viewfinder-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    return TemporaryDirectory(path: url.path)
  }

  private func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
