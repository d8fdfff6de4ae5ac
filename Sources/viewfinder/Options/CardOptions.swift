import ArgumentParser
import Networks

/// What a new model's card says in words. What is not given is as the program knows it.
struct CardOptions: ParsableArguments {
  @Option(help: "The new model's name (default: the name of its file).")
  var name: String?

  @Option(
    help: ArgumentHelp(
      "Where the model comes from (default: the model it began with, photographs, steps, seed).",
      valueName: "text"))
  var origin: String?

  @Option(
    help: ArgumentHelp(
      "Under which licence it is given on (default: that of the model it began with).", valueName: "text"))
  var licence: String?

  @Option(
    help: ArgumentHelp(
      "Whose photographs it learned from, and under which terms (default: as for the model it began with).",
      valueName: "text"))
  var terms: String?

  func apply(to card: inout ModelCard) {
    if let name { card.name = name }
    if let origin { card.origin = origin }
    if let licence { card.licence = licence }
    if let terms { card.photographs = terms }
  }
}
