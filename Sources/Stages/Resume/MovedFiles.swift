package import Manifests
package import SystemPackage

/// Originals that a run has moved, and the way back.
package struct MovedFiles: Sendable {
  /// A file that is not what the manifest says, or whose old place is taken.
  struct Stays: Error {
    let path: String
    let reason: String
  }

  /// The run's directory.
  let output: FilePath
  private let list: InputList

  /// - Parameter list: what the run found, and where.
  package init(below output: FilePath, of list: InputList) {
    self.output = output
    self.list = list
  }

  /// Puts a photograph and its sidecars back. Each file is in one of its two places at every moment.
  ///
  /// - Parameter file: an output of `record` that was moved.
  func putBack(_ file: OutputRecord, of record: Record) throws(Stays) {
    guard let original = list.file(at: record.file)?.location else {
      throw Stays(path: record.path, reason: "the run's list does not know it")
    }
    let place = try within(file.file, record)
    var pairs = [(place, original)]
    for sidecar in file.sidecars {
      guard let name = FilePath(bytes: sidecar.from.rawBytes).lastComponent else { continue }
      pairs.append((try within(sidecar.file, record), original.removingLastComponent().appending(name)))
    }
    // An attempt that ended in the middle has put some back already.
    let known = FileFingerprint(place) == nil ? original : place
    guard (try? Hashing.sha256(ofFile: known)) == file.sha256 else {
      throw Stays(path: file.path, reason: "it is missing or was changed after the run")
    }
    for (from, to) in pairs {
      do throws(FileError) {
        try move(from, to)
      } catch {
        throw Stays(path: file.path, reason: error.description)
      }
    }
  }

  /// The place that a record names. A manifest may come from anywhere: nothing outside of its own directory is moved.
  private func within(_ path: RecordPath, _ record: Record) throws(Stays) -> FilePath {
    guard let place = output.appending(inside: path) else {
      throw Stays(path: record.path, reason: "what its record names is not in the run's directory")
    }
    return place
  }

  /// Puts back whatever was moved of a photograph.
  ///
  /// - Returns: why it stays; nil where all is back.
  package func putBack(_ record: Record) -> String? {
    for file in record.outputs where file.placed == .move {
      do throws(Stays) { try putBack(file, of: record) } catch { return error.reason }
    }
    return nil
  }

  private func move(_ place: FilePath, _ original: FilePath) throws(FileError) {
    guard FileFingerprint(place) != nil else { return }
    if FileFingerprint(original) == nil {
      try StagedFile.place(place, under: original)
    } else if (try? Hashing.sha256(ofFile: original)) != (try? Hashing.sha256(ofFile: place)) {
      throw FileError(.rename, original, .fileExists)
    }
    MovedOriginal.unlink(place)
    RunDirectory(output).removeEmptyDirectories(above: place)
  }
}
