import Foundation
import Manifests
import Stages
package import SystemPackage

/// A directory of tar shards in the form of WebDataset: for each photograph the file itself, or what a stage has made of it; its record as
/// `.json`; and the place of its label in the model's list as `.cls`, where there is one.
package struct WebDatasetExport: Export {
  package static let name = "webdataset"
  package static let summary = "WebDataset: tar shards of photographs with their records and labels"
  package static let handsOnPictures = true

  package static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError) {
    let label = try run.classes(ofFindings: false).numbers
    var shards = Shards(directory: output, limits: run.shardLimits)
    try run.pictures { (number, picture) throws(ExportError) in
      let key = String(format: "%09d", number)
      var members = [
        (name: "\(key).\(ending(of: picture))", contents: try picture.contents()),
        (name: "\(key).json", contents: picture.record.json.bytes),
      ]
      if let best = picture.best {
        members.append((name: "\(key).cls", contents: Array(String(label(best)).utf8)))
      }
      try shards.add(members)
    }
    try shards.finish()
  }

  /// What readers tell the format by. An extension that is none, such as the end of an address, would also be too long for tar's names.
  private static func ending(of picture: ExportedPicture) -> String {
    let own = FilePath(bytes: picture.file.rawBytes).extension?.lowercased()
    if let own, own.utf8.count <= 16 { return LinkedPhotograph.safe(own) }
    return picture.record.input?.format ?? "jpg"
  }

  /// Archives one after another, of which one is open.
  private struct Shards: ~Copyable {
    let directory: FilePath
    let limits: ShardLimits
    private var number = 0
    private var photographs = 0
    private var open: TarWriter?

    init(directory: FilePath, limits: ShardLimits) {
      self.directory = directory
      self.limits = limits
    }

    /// Members that belong together are in one shard.
    mutating func add(_ members: [(name: String, contents: [UInt8])]) throws(ExportError) {
      var archive = try current()
      for member in members { try archive.add(member.name, member.contents) }
      photographs += 1
      if archive.size < limits.bytes, photographs < limits.photographs {
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
      photographs = 0
      try ExportError.wrapping { () throws(FileError) in try makeDirectories(directory) }
      return try TarWriter(path)
    }
  }
}
