import ArgumentParser
import Foundation

/// The commands with their arguments, as the argument parser describes them for tools: what the manual is made from.
struct CommandTree: Decodable {
  let commandName: String
  let abstract: String?
  let discussion: String?
  let shouldDisplay: Bool?
  let arguments: [Argument]?
  let subcommands: [CommandTree]?

  /// An option, a flag or a word by its position.
  struct Argument: Decodable {
    enum Kind: String, Decodable {
      case positional, option, flag
    }

    let kind: Kind
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let sectionTitle: String?
    let defaultValue: String?
    let allValues: [String]?
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool

    /// Whether it may be written as `--name`.
    func isCalled(_ name: String) -> Bool { names?.contains { $0.name == name } ?? false }
  }

  struct Name: Decodable {
    enum Kind: String, Decodable {
      case long, short, longWithSingleDash
    }

    let kind: Kind
    let name: String

    /// What stands behind the first dash.
    var behindDash: String { kind == .long ? "-" + name : name }
  }

  /// The commands that `--help` lists.
  var commands: [CommandTree] {
    // The parser adds `help` to its description; it has no type of its own.
    (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
  }

  /// What `--help` shows.
  var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

  static func read() throws -> CommandTree {
    struct Tool: Decodable {
      let command: CommandTree
    }
    return try JSONDecoder().decode(Tool.self, from: Data(Viewfinder._dumpHelp().utf8)).command
  }
}

extension CommandTree {
  /// Its line in a list of commands.
  var item: ManualPage.Item { ManualPage.Item("Cm \(ManualPage.argument(commandName))", abstract ?? "") }
}
