import ArgumentParser
import Geometry
import Networks
import SystemPackage

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List the models known here, or show the card of one.")

  @Argument(help: "A model: a name or a file.", completion: .file())
  var name: String?

  @Flag(help: "With a name: print all labels.")
  var labels = false

  func run() throws {
    try reportingErrors {
      let library = ModelLibrary()
      if let name {
        try show(name, library)
        return
      }
      guard !library.files.isEmpty else {
        let places = library.directories.map(\.string).joined(separator: ", ")
        throw Exit(ExitStatus.configuration, "no model in \(places); set VIEWFINDER_MODELS")
      }
      for file in library.files {
        do throws(ModelError) {
          let card = try ModelCard(in: Safetensors(path: file.string))
          let mark = file.stem == ModelLibrary.defaultName ? " (default)" : ""
          print("\(file.stem ?? "")\(mark): \(card.labels.count) labels, \(card.architecture), \(file)")
        } catch {
          print("\(file.stem ?? ""): unusable: \(error.description)")
        }
      }
    }
  }

  private func show(_ name: String, _ library: ModelLibrary) throws {
    guard let file = library.path(of: name) else {
      throw Exit(ExitStatus.configuration, "no model '\(name)'; `viewfinder models` lists them")
    }
    do throws(ModelError) {
      let card = try ModelCard(in: Safetensors(path: file.string))
      if labels {
        for label in card.labels { print(label) }
        return
      }
      print(
        """
        name          \(card.name)
        file          \(file)
        architecture  \(card.architecture)
        labels        \(card.labels.count)
        canvas        \(card.canvas.width) x \(card.canvas.height), \(card.canvas.fit.rawValue)
        attention     \(card.attention.map { "\($0.kind.rawValue) after \($0.after)" } ?? "none")
        origin        \(card.origin)
        licence       \(card.licence)
        photographs   \(card.photographs)
        sha256        \(card.sha256)
        """)
    } catch {
      throw Exit(ExitStatus.configuration, error.description)
    }
  }
}
