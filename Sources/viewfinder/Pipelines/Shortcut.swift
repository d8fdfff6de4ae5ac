import ArgumentParser
import PipelineFiles
import StageGraph
import Stages

/// A built-in pipeline whose stages' options are flags: `viewfinder crop --margin 5%` is `with: {margin: 5%}`.
///
/// The flags come from the stages' schemas, so they cannot differ from what pipeline files say.
struct Shortcut {
  let name: String
  /// The stages, with what differs from their defaults, as a pipeline file has it.
  let stages: [(use: String, with: String)]

  /// A flag, and the option it sets.
  struct Flag {
    let name: String
    let stage: String
    let option: OptionSchema

    /// Whether it is turned on and off rather than given a value.
    var isSwitch: Bool { if case .boolean = option.kind { true } else { false } }
  }

  /// Options of every command that a stage has by the same name, meaning something else: the stage's flag is then `--STAGE-OPTION`.
  private static let taken: Set<String> = ["color"]

  /// Every option of the stages. Where two stages have one of the same name, the flag of the earlier stage wins.
  var flags: [Flag] {
    var seen: Set<String> = ["model"]
    return stages.flatMap { stage -> [Flag] in
      let schema = StageCatalog.schemas.first { $0.name == stage.use }
      return (schema?.options ?? []).compactMap { option in
        guard seen.insert(option.name).inserted else { return nil }
        let name = option.name.replacing("_", with: "-")
        return Flag(
          name: Self.taken.contains(name) ? "\(stage.use)-\(name)" : name, stage: stage.use, option: option)
      }
    }
  }

  var pipeline: String {
    let lines = stages.map { "  - {use: \($0.use)\($0.with.isEmpty ? "" : ", with: {\($0.with)}")}" }
    return "version: 1\nstages:\n" + lines.joined(separator: "\n") + "\n"
  }

  /// The flags with their meaning, for `--help`.
  var help: String {
    let spec = try? PipelineFile.read(pipeline, name: name, vocabulary: .viewfinder)
    return flags.map { flag in
      let value = spec?.stages.first { $0.use == flag.stage }?.options.values[flag.option.name]
      let fallback = value.map { $0 == OptionValue.none ? "" : " (default \($0.written))" } ?? ""
      let shape = flag.isSwitch ? "/--no-\(flag.name)" : " <\(flag.option.kind.summary)>"
      return "  --\(flag.name)\(shape)\n      \(flag.option.summary)\(fallback)"
    }.joined(separator: "\n")
  }

  /// Divides what the common options have left over into changes of the pipeline and inputs.
  func parse(_ words: [String]) throws(Exit) -> (changes: [String], inputs: [String]) {
    var changes: [String] = []
    var inputs: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        inputs.append(word)
        continue
      }
      if word == "--" {
        inputs += rest
        break
      }
      let parts = word.drop { $0 == "-" }.split(separator: "=", maxSplits: 1).map(String.init)
      let (flag, isNegated) = try flag(parts.first ?? "")
      var value = parts.count > 1 ? parts[1] : nil
      if flag.isSwitch {
        if let word = rest.first, value == nil, ["true", "false"].contains(word) {
          throw Exit(
            ExitStatus.usage,
            "--\(flag.name) takes no value: write --\(flag.name)=\(word), or --no-\(flag.name)")
        }
        value = value ?? (isNegated ? "false" : "true")
      } else if value == nil {
        value = rest.popFirst()
      }
      guard let value else {
        throw Exit(ExitStatus.usage, "--\(flag.name) wants a value: \(flag.option.kind.summary)")
      }
      try check(value, of: flag)
      changes.append("\(flag.stage).\(flag.option.name)=\(value)")
    }
    return (changes, inputs)
  }

  private func check(_ value: String, of flag: Flag) throws(Exit) {
    guard value != OptionValue.none.written || flag.option.fallback != OptionValue.none else { return }
    do throws(OptionProblem) {
      if flag.option.kind.isList {
        _ = try flag.option.kind.value(ofList: value.split(separator: ",").map(String.init))
      } else {
        _ = try flag.option.kind.value(of: value)
      }
    } catch {
      let near = Suggestion.text(for: value, among: error.candidates)
      throw Exit(ExitStatus.usage, "--\(flag.name): \(error.message)\(near)")
    }
  }

  private func flag(_ name: String) throws(Exit) -> (Flag, isNegated: Bool) {
    if let flag = flags.first(where: { $0.name == name }) { return (flag, false) }
    if let flag = flags.first(where: { $0.isSwitch && "no-" + $0.name == name }) { return (flag, true) }
    let near = Suggestion.text(for: "--" + name, among: flags.map { "--" + $0.name })
    throw Exit(
      ExitStatus.usage, "unknown option '--\(name)'\(near); `viewfinder \(self.name) --help` lists them")
  }
}

/// What every shortcut takes besides its stages' options.
struct ShortcutArguments: ParsableArguments {
  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("Directories, files, and the options above.", valueName: "inputs"), completion: .file())
  var rest: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where everything is written.", valueName: "dir"),
    completion: .directory)
  var output: String?

  @OptionGroup var reading: ReadingOptions
  @OptionGroup(title: "Inputs") var input: InputOptions
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  /// - Parameters:
  ///   - settings: what the shortcut is changed by before its flags.
  ///   - manifest: of an earlier run, whose photographs are taken where there are no inputs.
  func run(_ shortcut: Shortcut, settings: [String] = [], from manifest: String? = nil) throws {
    try reportingErrors(execution) {
      let (changes, inputs) = try shortcut.parse(rest)
      let spec = try PipelineLoading.read(
        shortcut.pipeline, name: shortcut.name, changes: settings + changes + reading.changes,
        model: reading.model)
      try RunSession(spec, inputs: inputs, from: manifest, input, output: output, execution).run()
    }
  }
}
