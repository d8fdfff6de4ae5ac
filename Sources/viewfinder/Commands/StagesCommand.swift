import ArgumentParser
import StageGraph
import Stages

struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "List the stages, or show the options of one.")

  @Argument(help: "A stage.", completion: .list(StageCatalog.schemas.map(\.name)))
  var name: String?

  @Flag(help: "Print the reference of all stages in Markdown.")
  var markdown = false

  func run() throws {
    try reportingErrors {
      if markdown {
        print(StageReference.markdown(StageCatalog.schemas), terminator: "")
      } else if let name {
        guard let schema = StageCatalog.schemas.first(where: { $0.name == name }) else {
          let names = StageCatalog.schemas.map(\.name).joined(separator: ", ")
          throw Exit(ExitStatus.usage, "no stage '\(name)'; there are \(names)")
        }
        print(StageReference.text(schema), terminator: "")
      } else {
        let width = StageCatalog.schemas.map(\.name.count).max() ?? 0
        for schema in StageCatalog.schemas {
          print(schema.name + String(repeating: " ", count: width - schema.name.count + 2) + schema.summary)
        }
      }
    }
  }
}
