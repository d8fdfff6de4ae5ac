import Foundation
import Manifests
package import SystemPackage

/// A directory of tar shards in the form of WebDataset: for each photograph the file itself, its record as `.json`, and the place of its
/// label in the model's list as `.cls`.
package struct WebDatasetExport: Export {
  package static let name = "webdataset"
  package static let summary = "WebDataset: tar shards of photographs with their records and labels"

  /// Bytes after which another shard begins.
  private static let mostBytes = 1 << 30

  package static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError) {
    let label = try run.classes().numbers
    var shards = Shards(directory: output, mostBytes: mostBytes)
    try run.findings { (number, finding) throws(ExportError) in
      guard let original = run.original(of: finding.record) else {
        throw .photographNotFound
      }
      guard let photograph = FileManager.default.contents(atPath: original.string) else {
        throw .file(FileError(.read, original, .noSuchFileOrDirectory))
      }
      let key = String(format: "%09d", number)
      let ending = original.extension?.lowercased() ?? finding.record.input?.format ?? "jpg"
      try shards.add([
        (name: "\(key).\(LinkedPhotograph.safe(ending))", contents: Array(photograph)),
        (name: "\(key).json", contents: finding.record.json.bytes),
        (name: "\(key).cls", contents: Array(String(label(finding.best)).utf8)),
      ])
    }
    try shards.finish()
  }

  /// Archives one after another.
  private struct Shards: ~Copyable {
    let directory: FilePath
    let mostBytes: Int
    private var number = 0
    private var open: TarWriter?

    init(directory: FilePath, mostBytes: Int) {
      self.directory = directory
      self.mostBytes = mostBytes
    }

    /// Members that belong together are in one shard.
    mutating func add(_ members: [(name: String, contents: [UInt8])]) throws(ExportError) {
      var archive = try current()
      for member in members { try archive.add(member.name, member.contents) }
      if archive.size < mostBytes {
        open = consume archive
      } else {
        try archive.finish()
      }
    }

    consuming func finish() throws(ExportError) {
      if let archive = open.take() { try archive.finish() }
    }

    private mutating func current() throws(ExportError) -> TarWriter {
      if let archive = open.take() { return archive }
      let path = directory.appending(String(format: "shard-%06d.tar", number))
      number += 1
      try ExportError.wrapping { () throws(FileError) in try makeDirectories(directory) }
      return try TarWriter(path)
    }
  }
}
