import Foundation
package import Geometry
package import Imaging
package import Manifests
import Stages
import Synchronization
package import SystemPackage

/// A static page that shows the photographs of a manifest: what a run found in each, how it cut them and why.
///
/// The page needs no server and no network. Its folder can be carried to another machine.
package struct ContactSheet: Sendable {
  /// What the page is made from.
  package struct Source: Sendable {
    /// The manifest, as lines or as one array.
    package let manifest: FilePath
    /// The summary beside it; nil where there is none to be read.
    package let run: RunSummary?
    /// By the id of an output's stage: how the crop before it was composed.
    package let crops: [String: CropOptions]
    /// The version of this program.
    package let version: String

    /// Takes the values as they are.
    package init(manifest: FilePath, run: RunSummary?, crops: [String: CropOptions], version: String) {
      self.manifest = manifest
      self.run = run
      self.crops = crops
      self.version = version
    }
  }

  /// What became of it.
  package struct Outcome: Sendable {
    /// Records on the page.
    package let records: Int
    /// Those of them with a thumbnail.
    package let thumbnails: Int
  }

  private let source: Source
  private let directory: SheetDirectory
  private let maker: ThumbnailMaker

  /// - Parameters:
  ///   - thumbnail: the longer side of a thumbnail in pixels, at least 16.
  ///   - codecs: what decodes the photographs.
  ///   - overwrite: write into a directory that is there and no earlier report.
  /// - Throws: `occupied` before anything is read or written.
  package init(
    _ source: Source, to output: FilePath, thumbnail: Int, codecs: Codecs = .here, overwrite: Bool
  ) throws(ContactSheetError) {
    self.source = source
    directory = try SheetDirectory(output, overwrite: overwrite)
    maker = ThumbnailMaker(longest: thumbnail, codecs: codecs)
  }

  /// Writes the thumbnails, then the data, and the page that ties them together last.
  ///
  /// - Parameters:
  ///   - jobs: thumbnails made at once.
  ///   - begin: called once with the number of records.
  ///   - isDone: called on any thread after each record's thumbnail, with whether it has none.
  package func write(
    jobs: Int, begin: (_ records: Int) -> Void, isDone: @Sendable (_ failed: Bool) -> Void
  ) throws(ContactSheetError) -> Outcome {
    let places = PhotographPlaces(beside: source.manifest)
    var requests: [ThumbnailRequest] = []
    let hash = try onManifest { () throws(ManifestError) in
      // Before the directory is touched: a manifest that cannot be read leaves an earlier report as it was.
      try Manifest.scan(source.manifest) { entry in
        requests.append(ThumbnailRequest(of: entry.record, at: places.places(of: entry.record)))
      }
      return try fileHash()
    }
    begin(requests.count)
    try onFiles { () throws(FileError) in try directory.begin(SheetMarker(source.version, hash).json) }
    let notes = try onFiles { () throws(FileError) in
      try maker.make(requests, in: directory, jobs: jobs, isDone: isDone)
    }
    try writeData(notes)
    try onFiles { () throws(FileError) in
      let description = SheetDescription(
        source: source, manifestHash: hash, records: notes.count,
        base: directory.relativeAddress(of: places.directory))
      try directory.write(Script.call("describe", description.json), to: "data/report.js")
      try directory.writePage()
    }
    return Outcome(records: notes.count, thumbnails: notes.count { $0 == nil })
  }

  private func fileHash() throws(ManifestError) -> String {
    do throws(FileError) {
      return try Hashing.sha256(ofFile: source.manifest)
    } catch {
      throw .file(error)
    }
  }

  /// - Parameter notes: for each record why it has no thumbnail; nil where it has one.
  private func writeData(_ notes: [String?]) throws(ContactSheetError) {
    var chunk = RecordChunk(directory)
    var failure: FileError?
    try onManifest { () throws(ManifestError) in
      try Manifest.scan(source.manifest) { entry in
        // A run that still goes on may have added records since they were counted.
        guard failure == nil, chunk.count < notes.count else { return }
        do throws(FileError) {
          try chunk.add(entry.record, note: notes[chunk.count])
        } catch {
          failure = error
        }
      }
      return
    }
    try onFiles { () throws(FileError) in
      if let failure { throw failure }
      try chunk.finish()
    }
  }
}

/// Why there is no contact sheet.
package enum ContactSheetError: Error, Sendable {
  /// Something stands where the report should go; the sentence says what.
  case occupied(String)
  /// The manifest cannot be read.
  case manifest(ManifestError)
  /// The report cannot be written.
  case file(FileError)
}

private func onManifest<Result>(
  _ body: () throws(ManifestError) -> Result
) throws(ContactSheetError) -> Result {
  do throws(ManifestError) { return try body() } catch { throw .manifest(error) }
}

private func onFiles<Result>(_ body: () throws(FileError) -> Result) throws(ContactSheetError) -> Result {
  do throws(FileError) { return try body() } catch { throw .file(error) }
}
