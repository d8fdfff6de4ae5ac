package import Manifests
package import StageGraph
package import SystemPackage

/// Where photographs that failed are put aside, with the reason beside each.
package struct Quarantine: Sendable {
  private let directory: FilePath?
  /// The stages whose failures are put aside: their places in the file, and their ids; nil for all.
  private let stages: (places: Set<Int>, ids: Set<String>)?
  private let temporaries: TemporaryNames

  package static let nowhere = Quarantine(directory: nil, stages: ([], []), temporaries: .plain)

  /// - Parameters:
  ///   - requested: the directory that the command line names: then every failure goes there.
  ///   - output: the run's directory, below which the pipeline's own wishes are met.
  package init(
    _ spec: PipelineSpec, requested: FilePath?, output: FilePath?, temporaries: TemporaryNames = .plain
  ) {
    let wishing = spec.stages.indices.filter { spec.stages[$0].onError == .quarantine }
    if let requested {
      self.init(directory: requested, stages: nil, temporaries: temporaries)
    } else {
      self.init(
        directory: wishing.isEmpty ? nil : output?.appending("quarantine"),
        stages: (Set(wishing), Set(wishing.map { spec.stages[$0].id })), temporaries: temporaries)
    }
  }

  private init(
    directory: FilePath?, stages: (places: Set<Int>, ids: Set<String>)?, temporaries: TemporaryNames
  ) {
    self.directory = directory
    self.stages = stages
    self.temporaries = temporaries
  }

  /// Whether a photograph that failed so is put aside. What fails before the first stage, such as its header, belongs to that stage.
  func wants(_ failure: StageFailure) -> Bool {
    directory != nil && (stages.map { $0.places.contains(failure.node ?? 0) } ?? true)
  }

  /// The same for one whose output could not get its name.
  func wants(failedOutput output: OutputRecord) -> Bool {
    directory != nil && (stages.map { $0.ids.contains(output.stage) } ?? true)
  }

  /// Links the original of a photograph that failed, or copies it where links are not possible, and says beside it why it is here. An original
  /// that is gone leaves only the reason. A photograph that stands there already is never replaced.
  ///
  /// - Throws: what concerns every file, such as a full disk, and what keeps this one from being put aside.
  func put(_ file: InputFile, _ record: Record) throws(FileError) {
    guard let directory else { return }
    var place = directory.appending(Self.name(of: file))
    if let original = original(file, for: place) {
      place = try Self.commit(original)
    }
    let reason = "\(record.reason?.rawValue ?? ""): \(record.detail ?? "")\n"
    let note = try StagedFile(
      writing: Array(reason.utf8), for: FilePath(place.string + Self.noteEnding), names: temporaries)
    do throws(FileError) {
      try note.commit(replacing: true)
    } catch {
      note.discard()
      throw error
    }
  }

  private static let noteEnding = ".reason.txt"

  /// The photograph's own path, its name short enough for what is put behind it.
  private static func name(of file: InputFile) -> String {
    var names = file.path.components.map { SafeName.stem($0.string) }
    if let last = names.popLast() {
      names.append(
        SafeName.shortened(last, to: SafeName.longest - noteEnding.utf8.count - "-01234567".utf8.count))
    }
    return SafeName.path(names.joined(separator: "/"))
  }

  /// Nil where there is none: of what a walk could not read, and of a file that is gone.
  private func original(_ file: InputFile, for place: FilePath) -> StagedFile? {
    if file.trouble != nil { return nil }
    return file.member == nil
      ? try? StagedFile(placing: file.location, by: .move, for: place, names: temporaries)
      : try? file.place.copied(for: place, names: temporaries)
  }

  /// Gives a file its name, or where that is taken by another one with eight digits of its own hash.
  private static func commit(_ file: StagedFile) throws(FileError) -> FilePath {
    do throws(FileError) {
      let hash = try Hashing.sha256(ofFile: file.temporary)
      var name = file.destination
      let stem = name.stem ?? ""
      for suffix in ["", "-" + hash.prefix(8)] {
        name.removeLastComponent()
        name.append(stem + suffix + (file.destination.extension.map { "." + $0 } ?? ""))
        if FileFingerprint(name) == nil {
          try file.named(name).commit(replacing: false)
          return name
        }
        if try Hashing.sha256(ofFile: name) == hash { break }
      }
      file.discard()
      return name
    } catch {
      file.discard()
      throw error
    }
  }
}
