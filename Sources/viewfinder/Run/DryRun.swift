import StageGraph
import Stages

/// Says what a run would write, without looking into a photograph: what only the network knows stays in braces.
struct DryRun {
  let graph: Graph<Sample>
  let list: InputList

  /// One line for each photograph and stage that writes: path, stage, output, separated by tabs.
  func print() {
    for file in list.files where file.isLikelyPicture {
      for node in graph.nodes {
        guard let stage = node.stage as? any PhotographStage, let path = stage.plannedPath(for: file) else {
          continue
        }
        Swift.print("\(String(decoding: file.pathBytes, as: UTF8.self))\t\(node.id)\t\(path)")
      }
    }
  }
}
