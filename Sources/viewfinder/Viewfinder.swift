import ArgumentParser

/// The command line: one file for each subcommand in `Commands`.
@main
struct Viewfinder: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "viewfinder",
    abstract:
      "Processes directories of photographs: says what is in each and where the network looked, and crops and sorts by it.",
    discussion: """
      Start with:  viewfinder run crop-and-sort PHOTOS --output OUT
      Then look at OUT/manifest.jsonl: one line for each photograph, with labels, the rectangle, and why the crop is what it is.
      """,
    version: Version.current,
    groupedSubcommands: [
      CommandGroup(
        name: "Process photographs",
        subcommands: [
          RunCommand.self, CropCommand.self, SortCommand.self, AnnotateCommand.self, ClassifyCommand.self,
          ApplyCommand.self, UndoCommand.self,
        ]),
      CommandGroup(
        name: "Many machines",
        subcommands: [PlanCommand.self, SubmitCommand.self, StatusCommand.self, MergeCommand.self]),
      CommandGroup(
        name: "Look at results", subcommands: [ReportCommand.self, ExplainCommand.self, ExportCommand.self]),
      CommandGroup(
        name: "Pipelines",
        subcommands: [ValidateCommand.self, GraphCommand.self, StagesCommand.self, SchemaCommand.self]),
      CommandGroup(
        name: "Models",
        subcommands: [
          ModelsCommand.self, TrainCommand.self, TeachCommand.self, EvaluateCommand.self, CompareCommand.self,
          ImportCommand.self,
        ]),
      CommandGroup(
        name: "This installation",
        subcommands: [DoctorCommand.self, BenchCommand.self, ManualCommand.self, CodecProcessCommand.self]),
    ])

  private static let shortcuts = [
    CropCommand.shortcut, SortCommand.shortcut, AnnotateCommand.shortcut, ClassifyCommand.shortcut,
  ]

  static func main() {
    guard let completions = ShortcutCompletions(arguments: CommandLine.arguments, shortcuts: shortcuts) else {
      return main(nil)
    }
    print(completions.script)
  }
}

enum Version {
  static let current = "0.1.0"
}
