import Manifests
package import SystemPackage

/// A directory with a folder for each label and links to the photographs in it: what `train` and every other trainer takes.
package struct FoldersExport: Export {
  package static let name = "folders"
  package static let summary = "class folders: a directory for each label, with links to the photographs"

  package static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError) {
    try run.findings { (number, finding) throws(ExportError) in
      let name = LinkedPhotograph.name(finding.record, number: number)
      let folder = output.appending(LinkedPhotograph.safe(finding.best.label))
      try LinkedPhotograph.link(run.original(of: finding.record), to: folder.appending(name.file))
    }
  }
}
