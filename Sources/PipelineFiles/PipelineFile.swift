package import StageGraph
import Yams

/// Reads pipeline files.
package enum PipelineFile {
  /// Checks the text of a pipeline file and completes it with the defaults.
  ///
  /// - Parameters:
  ///   - name: the file's name, for the diagnostics.
  ///   - settings: options of the command line; they win over the file's.
  /// - Throws: everything that is wrong, at once.
  package static func read(
    _ text: String, name: String, vocabulary: Vocabulary, settings: [Setting] = []
  ) throws(Diagnostics) -> PipelineSpec {
    let source = SourceText(name: name, text: text)
    let root: Node?
    do throws(Diagnostic) {
      root = try source.root()
    } catch {
      throw Diagnostics([error], source: source.text)
    }
    guard let root else {
      throw Diagnostics(
        [
          Diagnostic(
            file: name, line: 1, column: 1, message: "the file is empty; a pipeline needs version and stages")
        ],
        source: source.text)
    }
    let reader = PipelineReader(source, vocabulary: vocabulary)
    let spec = reader.pipeline(root, settings: settings)
    guard let spec, reader.diagnostics.isEmpty else {
      throw Diagnostics(reader.diagnostics, source: source.text)
    }
    return spec
  }
}
