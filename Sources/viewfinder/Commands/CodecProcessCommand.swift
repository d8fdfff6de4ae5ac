import ArgumentParser
import Imaging

/// What the program starts itself as where codecs run apart. Not for people.
struct CodecProcessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codec-process", abstract: "Decode for another process of this program.", shouldDisplay: false)

  /// The program that is running, whatever has become of its file.
  static let command = CodecCommand(program: "/proc/self/exe", arguments: [configuration.commandName!])

  func run() { CodecService.serve() }
}
