import ArgumentParser
import Foundation

/// The page of the program: what its commands are, and what they have in common.
struct ProgramPage {
  let program: CommandTree

  func page(_ date: Date) -> ManualPage {
    var page = ManualPage(name: program.commandName, section: 1, summary: Self.summary, date: date)
    page.heading("Synopsis")
    page.macro("Nm viewfinder Ar command Op Ar options")
    page.macro("Nm viewfinder Cm help Op Ar command")
    page.macro("Nm viewfinder Fl \\-version")
    page.heading("Description")
    page.prose(program.abstract ?? "")
    page.add(Discussion(program.discussion ?? "").parts)
    page.prose(
      "Photographs are only read, unless moves are asked for. Standard output carries data only, standard error everything else."
    )
    page.heading("Commands")
    page.prose("Each has a page of its own.")
    for group in Viewfinder.configuration.groupedSubcommands {
      let names = group.subcommands.compactMap { $0.configuration.commandName }
      page.part(group.name)
      page.list(
        program.commands.filter { names.contains($0.commandName) }.map(\.item))
    }
    page.heading("Environment")
    page.list(ManualTexts.environment)
    page.heading("Files")
    page.list(ManualTexts.installedFiles + ManualTexts.runFiles)
    page.addExitStatus()
    page.heading("Examples")
    page.add(ManualExample.firstSteps)
    page.heading("See also")
    page.addReferences(program.commands.map { Manual.name(of: [$0.commandName]) }.sorted())
    return page
  }

  private static let summary = "crop and sort photographs by what a network sees in them"
}
