import ArgumentParser
import Manifests
import Stages
import SystemPackage

struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Put photographs back that a run has moved.",
    discussion: """
      Copies, links and crops stay. A photograph that was changed after the run stays where it is, and is named. When all are back, the \
      manifest is called manifest-undone.jsonl, and the run cannot be resumed.
      """)

  @Argument(help: "The run's manifest, like OUT/manifest.jsonl.", completion: .file())
  var manifest: String

  func run() throws {
    try reportingErrors {
      let outcome = try undone()
      for (path, reason) in outcome.left {
        Terminal.write("left: \(path.debugDescription): \(reason)\n", to: 2)
      }
      print(
        outcome.hadMoves
          ? "\(outcome.restored) photographs are back in their places"
          : "this run moved nothing; everything stays as it is")
      guard outcome.left.isEmpty else {
        throw Exit(
          ExitStatus.inputOutput,
          "\(outcome.left.count) photographs could not be put back; run it again when that is mended")
      }
    }
  }

  private func undone() throws(Exit) -> Undo.Outcome {
    do throws(ManifestError) {
      return try Undo(manifest: FilePath(manifest)).run()
    } catch {
      throw Exit(error)
    }
  }
}

extension Exit {
  /// A manifest that cannot be read.
  init(_ error: ManifestError) {
    switch error {
    case .malformed: self.init(ExitStatus.invalidData, error.description)
    case .exists, .inUse: self.init(ExitStatus.cannotCreate, error.description)
    case .file(let file):
      let status = file.errno == .noSuchFileOrDirectory ? ExitStatus.noInput : ExitStatus.inputOutput
      self.init(status, error.description)
    }
  }
}
