import ArgumentParser
import Foundation

/// The page of one command.
struct CommandPage {
  private let command: CommandTree
  /// What calls it, behind the program: `["submit", "slurm"]`.
  private let words: [String]
  /// The commands beside it, itself among them.
  private let siblings: [CommandTree]
  private let help: String

  /// The pages of a command and of those below it.
  ///
  /// - Parameter group: the words that call the command above it.
  static func all(of command: CommandTree, in group: [String], among siblings: [CommandTree]) -> [CommandPage] {
    let words = group + [command.commandName]
    return [CommandPage(command, words, siblings)]
      + command.commands.flatMap { all(of: $0, in: words, among: command.commands) }
  }

  private init(_ command: CommandTree, _ words: [String], _ siblings: [CommandTree]) {
    self.command = command
    self.words = words
    self.siblings = siblings
    var type: (any ParsableCommand.Type)? = Viewfinder.self
    for word in words {
      type = type?.configuration.subcommands.first { $0.configuration.commandName == word }
    }
    help = type.map { Viewfinder.helpMessage(for: $0) } ?? ""
  }

  func page(_ date: Date) -> ManualPage {
    var page = ManualPage(
      name: Manual.name(of: words), section: 1, summary: command.abstract ?? "", date: date
    )
    let discussion = Discussion(command.discussion ?? "")
    addSynopsis(to: &page)
    page.heading("Description")
    page.prose(command.abstract ?? "")
    page.add(discussion.parts)
    if !command.commands.isEmpty {
      page.heading("Commands")
      page.list(command.commands.map(\.item))
    }
    page.heading("Options")
    page.list(command.shownArguments.filter { $0.kind == .positional }.map(item))
    addOptions(of: discussion, to: &page)
    let files = ManualTexts.files(of: command)
    if !files.isEmpty {
      page.heading("Files")
      page.list(files)
    }
    page.addExitStatus()
    if let examples = ManualExample.all[words.joined(separator: " ")] {
      page.heading("Examples")
      page.add(examples)
    }
    page.heading("See also")
    page.addReferences(neighbours.map(Manual.name(of:)))
    return page
  }

  /// The command above it, those below it, and those beside it, of the program's only those of its group.
  private var neighbours: [[String]] {
    let groups = Viewfinder.configuration.groupedSubcommands.map { group in
      group.subcommands.compactMap { $0.configuration.commandName }
    }
    let group = groups.first { words.count == 1 && $0.contains(command.commandName) }
    let above = Array(words.dropLast())
    let beside = siblings.map(\.commandName).filter {
      $0 != command.commandName && group?.contains($0) ?? true
    }
    let below = command.commands.map { words + [$0.commandName] }
    return [above] + below + beside.sorted().map { above + [$0] }
  }

  private func addSynopsis(to page: inout ManualPage) {
    page.heading("Synopsis")
    page.macro("Nm viewfinder" + words.map { " Cm \(ManualPage.argument($0))" }.joined())
    if !command.commands.isEmpty { page.macro("Ar command") }
    for argument in command.shownArguments where argument.kind == .option && !argument.isOptional {
      page.macro(option(argument, names: argument.names ?? []))
    }
    page.macro("Op Ar options")
    for argument in command.shownArguments where argument.kind == .positional {
      let word = "Ar \(ManualPage.argument(argument.valueName ?? ""))" + (argument.isRepeating ? " ..." : "")
      page.macro(argument.isOptional ? "Op " + word : word)
    }
  }

  private func addOptions(of discussion: Discussion, to page: inout ManualPage) {
    let arguments = command.shownArguments.filter { $0.kind != .positional }
    page.list(items(arguments.filter { $0.sectionTitle == nil }))
    if !discussion.options.isEmpty {
      page.part("Stages")
      page.prose(
        "Options of the stages of this command. One without a value is a switch, and has an opposite: `--no-gps`."
      )
      page.list(
        discussion.options.map { option in
          let value = option.value.map { _ in " Ar value" } ?? ""
          return ManualPage.Item(
            "Fl \(ManualPage.argument("-" + option.name))" + value,
            ManualPage.sentence(option.text) + (option.value.map { " Value: \($0)." } ?? ""))
        })
    }
    var titles: [String] = []
    for title in arguments.compactMap(\.sectionTitle) where !titles.contains(title) { titles.append(title) }
    for title in titles {
      page.part(title)
      page.list(items(arguments.filter { $0.sectionTitle == title }))
    }
  }

  /// A switch and its opposite, which say the same, become one.
  private func items(_ arguments: [CommandTree.Argument]) -> [ManualPage.Item] {
    var items: [ManualPage.Item] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      var names = argument.names ?? []
      if let next = rest.first, argument.kind == .flag, next.kind == .flag, next.abstract == argument.abstract {
        names += next.names ?? []
        rest.removeFirst()
      }
      items.append(
        ManualPage.Item(
          option(argument, names: names), ManualPage.sentence(argument.abstract ?? "") + values(of: argument)))
    }
    return items
  }

  private func item(_ argument: CommandTree.Argument) -> ManualPage.Item {
    ManualPage.Item(
      "Ar \(ManualPage.argument(argument.valueName ?? ""))" + (argument.isRepeating ? " ..." : ""),
      ManualPage.sentence(argument.abstract ?? "") + values(of: argument))
  }

  /// `Fl o , Fl \-output Ar dir`
  private func option(_ argument: CommandTree.Argument, names: [CommandTree.Name]) -> String {
    let short = names.filter { $0.kind == .short }
    let long = names.filter { $0.kind != .short }
    let flags = (short + long).map { "Fl \(ManualPage.argument($0.behindDash))" }.joined(separator: " , ")
    guard argument.kind == .option else { return flags }
    let value = "Ar \(ManualPage.argument(argument.valueName ?? "value"))"
    return flags + (canStandAlone(argument) ? " Op " : " ") + value
  }

  /// What the help does not say in words.
  private func values(of argument: CommandTree.Argument) -> String {
    let said = argument.abstract ?? ""
    var text = ""
    if let values = argument.allValues, !values.allSatisfy({ said.contains($0) }) {
      text += " Values: \(values.joined(separator: ", "))."
    }
    if let fallback = argument.defaultValue, !said.contains("(default") {
      text += canStandAlone(argument) ? " Without a value: `\(fallback)`." : " The default is `\(fallback)`."
    }
    return text
  }

  /// Whether an option's value may be left out. Only the help says so.
  private func canStandAlone(_ argument: CommandTree.Argument) -> Bool {
    let name = argument.names?.first { $0.kind == .long }?.name
    return argument.kind == .option && name.map { help.contains("--\($0) [<") } ?? false
  }
}

extension ManualPage {
  /// With a capital at its beginning and a full stop at its end.
  static func sentence(_ text: String) -> String {
    let text = text.prefix(1).uppercased() + text.dropFirst()
    return text.isEmpty || text.hasSuffix(".") ? text : text + "."
  }

  mutating func add(_ parts: [Discussion.Part]) {
    for part in parts {
      switch part {
      case .prose(let text): prose(text)
      case .command(let line): code(line)
      case .words(let words): list(words.map { Item("Cm \(Self.argument($0.name))", Self.sentence($0.text)) })
      }
    }
  }

  mutating func add(_ examples: [ManualExample]) {
    for example in examples {
      prose(example.purpose + ":")
      code(example.line)
    }
  }

  /// - Parameter commands: names of pages in section 1; the page of pipeline files comes after them.
  mutating func addReferences(_ commands: [String]) {
    for name in commands.sorted() { macro("Xr \(Self.argument(name)) 1 ,") }
    macro("Xr \(Self.argument(PipelinePage.name)) 5")
  }

  mutating func addExitStatus() {
    heading("Exit status")
    prose("Every command of viewfinder ends with one of these codes.")
    list(
      ManualTexts.exitCodes.map { Item(Self.argument($0.code), Self.sentence($0.meaning)) }, width: "130, 143")
  }
}
