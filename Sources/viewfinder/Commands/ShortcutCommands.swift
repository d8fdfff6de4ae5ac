import ArgumentParser

struct SortCommand: ParsableCommand {
  static let shortcut = Shortcut(
    name: "sort",
    stages: [
      ("read", ""), ("decode", ""), ("classify", ""),
      ("sort", #"path: "{label}/{name}", unsure: "unsure/{name}""#),
    ])

  static let configuration = CommandConfiguration(
    commandName: "sort", abstract: "File photographs under what they show.", discussion: shortcut.help)

  @OptionGroup var arguments: ShortcutArguments

  func run() throws { try arguments.run(Self.shortcut) }
}

struct AnnotateCommand: ParsableCommand {
  static let shortcut = Shortcut(
    name: "annotate",
    stages: [
      ("read", ""), ("decode", ""), ("classify", ""), ("annotate", ""),
      ("write", #"path: "{reldir}/{stem}.jpg""#),
    ])

  static let configuration = CommandConfiguration(
    commandName: "annotate", abstract: "Draw where the network looked and what it saw.",
    discussion: shortcut.help)

  @OptionGroup var arguments: ShortcutArguments

  func run() throws { try arguments.run(Self.shortcut) }
}

struct ClassifyCommand: ParsableCommand {
  static let shortcut = Shortcut(name: "classify", stages: [("read", ""), ("decode", ""), ("classify", "")])

  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Say what is in photographs and where the network looked.",
    discussion: "Without --output the records are printed, one JSON object a line.\n\n" + shortcut.help)

  @OptionGroup var arguments: ShortcutArguments

  func run() throws { try arguments.run(Self.shortcut) }
}
