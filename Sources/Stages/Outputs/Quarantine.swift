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

  /// Nil where there is none: of what a walk could not read, and of a file that is gone.
  private func original(_ file: InputFile, for place: FilePath) -> StagedFile? {
    if file.trouble != nil { return nil }
    return file.member == nil
      ? try? StagedFile(placing: file.location, by: .move, for: place, names: temporaries)
      : try? file.place.copied(for: place, names: temporaries)
  }

  /// Links the originals, or copies them where links are not possible, and says beside each why it is here. An original that is gone
  /// leaves only the reason.
  func put(_ failed: [(file: InputFile, record: Record)]) throws(StageFailure) {
    guard let directory, !failed.isEmpty else { return }
    do throws(FileError) {
      for (file, record) in failed {
        let place = directory.appending(
          SafeName.path(file.path.components.map { SafeName.stem($0.string) }.joined(separator: "/")))
        if let original = original(file, for: place) { try original.commit(replacing: true) }
        let reason = "\(record.reason?.rawValue ?? ""): \(record.detail ?? "")\n"
        let note = FilePath(place.string + ".reason.txt")
        try StagedFile(writing: Array(reason.utf8), for: note, names: temporaries).commit(replacing: true)
      }
    } catch {
      throw StageFailure(ofRun: error)
    }
  }
}
