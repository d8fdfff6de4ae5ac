package import StageGraph
import Yams

/// Reads pipeline files.
package enum PipelineFile {
  /// Larger than any pipeline a person writes.
  private static let largest = 1 << 20

  /// Checks the text of a pipeline file and completes it with the defaults.
  ///
  /// - Parameters:
  ///   - name: the file's name, for the diagnostics.
  ///   - settings: options of the command line; they win over the file's.
  /// - Throws: everything that is wrong, at once.
  package static func read(
    _ text: String, name: String, vocabulary: Vocabulary, settings: [Setting] = []
  ) throws(Diagnostics) -> PipelineSpec {
    guard text.utf8.count <= largest else {
      throw Diagnostics(
        [Diagnostic(file: name, line: 0, column: 0, message: "larger than 1 MiB: not a pipeline file")],
        source: "")
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw Diagnostics([syntax(error, name: name)], source: text)
    }
    guard let root else {
      throw Diagnostics(
        [
          Diagnostic(
            file: name, line: 1, column: 1, message: "the file is empty; a pipeline needs version and stages")
        ],
        source: text)
    }
    let reader = PipelineReader(name: name, vocabulary: vocabulary)
    let spec = reader.pipeline(root, settings: settings)
    guard let spec, reader.diagnostics.isEmpty else { throw Diagnostics(reader.diagnostics, source: text) }
    return spec
  }

  private static func syntax(_ error: any Error, name: String) -> Diagnostic {
    var (line, column, message) = (1, 1, "not a YAML file")
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (line, column, message) = (mark.line, mark.column, "YAML: \(problem)")
    case .reader(let problem, _, _, _): message = "YAML: \(problem)"
    case .duplicatedKeysInMapping(let keys, let context):
      let words = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
      (line, column, message) = (
        context.mark.line, context.mark.column, "\(words) stands twice in this mapping"
      )
    default: break
    }
    return Diagnostic(file: name, line: line, column: column, message: message)
  }
}
