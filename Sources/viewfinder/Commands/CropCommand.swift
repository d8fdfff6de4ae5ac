import ArgumentParser
import Foundation

struct CropCommand: ParsableCommand {
  static let shortcut = shortcut(lookingBy: "classify")

  /// - Parameter stage: what says where the subject is.
  private static func shortcut(lookingBy stage: String) -> Shortcut {
    Shortcut(
      name: "crop",
      stages: [
        ("read", ""), ("decode", ""), (stage, ""), ("crop", "min_score: 2%"),
        ("write", #"path: "{reldir}/{stem}.jpg""#),
      ])
  }

  static let configuration = CommandConfiguration(
    commandName: "crop", abstract: "Cut photographs to their subjects.",
    discussion: """
      With --aspects each photograph gets several crops, called like NAME-4x5.jpg. With --from the photographs of an earlier run are cut \
      again by what its manifest says of them, without the network.

      \(shortcut.help)
      """)

  @Option(
    help: ArgumentHelp(
      "Cut the photographs of an earlier run again, by what its manifest says; inputs need not be given.",
      valueName: "manifest"), completion: .file())
  var from: String?

  @OptionGroup var arguments: ShortcutArguments

  func validate() throws {
    guard let from else { return }
    if arguments.reading.model != nil {
      throw ValidationError("--from runs no network: leave --model out")
    }
    if let output = arguments.output, Self.isDirectory(output, of: from) {
      throw ValidationError("--output is the directory of the manifest of --from; choose another")
    }
  }

  func run() throws {
    // Several crops of one photograph cannot have one name. A --path of the user's comes later and wins.
    let asks = arguments.rest.contains { $0 == "--aspects" || $0.hasPrefix("--aspects=") }
    var settings = asks ? ["write.path={reldir}/{stem}-{aspect}.jpg"] : []
    if let from { settings.append("recall.manifest=\(from)") }
    try arguments.run(
      from == nil ? Self.shortcut : Self.shortcut(lookingBy: "recall"), settings: settings, from: from)
  }

  private static func isDirectory(_ output: String, of manifest: String) -> Bool {
    func real(_ url: URL) -> URL { url.standardizedFileURL.resolvingSymlinksInPath() }
    return real(URL(fileURLWithPath: output))
      == real(URL(fileURLWithPath: manifest).resolvingSymlinksInPath().deletingLastPathComponent())
  }
}
