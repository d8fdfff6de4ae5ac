import Stages
import Synchronization
import SystemPackage

/// The earlier runs that a run recalls: the manifest of each is read once, however many stages ask for it.
final class EarlierRuns: Sendable {
  private let runs = Mutex<[FilePath: EarlierRun]>([:])

  func run(_ manifest: FilePath) throws(SetupError) -> EarlierRun {
    if let run = runs.withLock({ $0[manifest] }) { return run }
    let run = try EarlierRun.read(manifest)
    runs.withLock { $0[manifest] = run }
    return run
  }

  /// The photographs of an earlier run, where they are now.
  func listed(by manifest: FilePath) throws(Exit) -> InputList {
    let earlier: EarlierRun
    do throws(SetupError) {
      earlier = try run(manifest)
    } catch {
      throw Exit(error)
    }
    guard let list = earlier.list() else {
      throw Exit(
        ExitStatus.invalidData,
        "\(manifest): the folder .viewfinder beside it, which says where the photographs are, is missing; name their directory as an input"
      )
    }
    return list
  }

  /// Checksums of the manifests by their names: a run that is continued must recall the same.
  var hashes: [String: String] {
    let runs = runs.withLock { $0 }
    return Dictionary(runs.map { ($0.key.string, $0.value.sha256) }) { one, _ in one }
  }
}
