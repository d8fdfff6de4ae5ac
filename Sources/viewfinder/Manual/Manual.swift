import Foundation

/// The pages of the manual: one for the program, one for each command, one for pipeline files. They are made from what the commands
/// and stages themselves say, so that they cannot differ from it.
struct Manual {
  let pages: [ManualPage]

  /// - Parameter date: of every page.
  init(date: Date) throws {
    let program = try CommandTree.read()
    let commands = program.commands.flatMap { CommandPage.all(of: $0, in: [], among: program.commands) }
    pages =
      [ProgramPage(program: program).page(date)] + commands.map { $0.page(date) } + [PipelinePage().page(date)]
  }

  /// - Parameter name: of a page, like `viewfinder-run`, or of a command, like `run` or `submit slurm`.
  func page(_ name: String) -> ManualPage? {
    pages.first { $0.name == name || $0.name == Self.name(of: name.split(separator: " ").map(String.init)) }
  }

  /// - Parameter words: those that call a command, without the program.
  static func name(of words: [String]) -> String { (["viewfinder"] + words).joined(separator: "-") }

  /// The day the program was made from, where those who package it say so as is usual; else today.
  static var date: Date {
    let seconds = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap { TimeInterval($0) }
    return seconds.map { Date(timeIntervalSince1970: $0) } ?? Date()
  }
}
