import Manifests
package import SystemPackage

/// A directory with a folder for each label and links to the photographs in it: what `train` and every other trainer takes.
package struct FoldersExport: Export {
  package static let name = "folders"
  package static let handsOnPictures = true
  package static let summary = "class folders: a directory for each label, with links to the photographs"

  package static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError) {
    var isEmpty = true
    try run.pictures { (number, picture) throws(ExportError) in
      // An output of a pipeline without a network has no folder to be in.
      guard let best = picture.best else { return }
      isEmpty = false
      let name = LinkedPhotograph.name(picture.file, number: number)
      let folder = output.appending(LinkedPhotograph.safe(best.label))
      try LinkedPhotograph.link(picture.place, to: folder.appending(name.file))
    }
    if isEmpty { throw .nothing("no record has a label; run a pipeline with `classify` first") }
  }
}
