import Dispatch
import Geometry
import Imaging
import Manifests
import Stages
import Synchronization

/// A photograph that wants a thumbnail.
struct ThumbnailRequest: Sendable {
  /// Where it may be, the likeliest place first.
  let places: [PhotographPlace]
  /// What the run knew of the file.
  let input: InputRecord?

  init(of record: Record, at places: [PhotographPlace]) {
    self.places = places
    input = record.input
  }
}

/// Makes small JPEGs of photographs, several at once.
struct ThumbnailMaker: Sendable {
  /// The longer side in pixels.
  let longest: Int
  /// What decodes.
  let codecs: Codecs
  /// Seconds one photograph may take.
  private static let timeout = 60.0
  private static let quality = 82

  /// Writes a thumbnail for each request that leads to the photograph the run has seen.
  ///
  /// - Parameter isDone: called on any thread after each, with whether it has none.
  /// - Returns: in the order of the requests, why there is no thumbnail; nil where there is one.
  /// - Throws: when a thumbnail cannot be written; the rest is not tried then.
  func make(
    _ requests: [ThumbnailRequest], in directory: SheetDirectory, jobs: Int,
    isDone: @Sendable (_ failed: Bool) -> Void
  ) throws(FileError) -> [String?] {
    let notes = Mutex([String?](repeating: nil, count: requests.count))
    let failure = Mutex<FileError?>(nil)
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, requests.count))) { _ in
      defer { Vips.threadShutdown() }
      while failure.withLock({ $0 == nil }) {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < requests.count else { return }
        let made = thumbnail(requests[index])
        switch made {
        case .success(let bytes):
          do throws(FileError) {
            try directory.writeThumbnail(bytes, number: index + 1)
          } catch {
            failure.withLock { $0 = error }
          }
        case .failure(let note): notes.withLock { $0[index] = note.sentence }
        }
        if case .failure = made { isDone(true) } else { isDone(false) }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return notes.withLock { $0 }
  }

  /// Why there is none, for people.
  private struct Note: Error { let sentence: String }

  private func thumbnail(_ request: ThumbnailRequest) -> Result<[UInt8], Note> {
    var note = Note(sentence: "the photograph is not where the run found it")
    for place in request.places {
      do throws(ImagingError) {
        let bytes = try ImageBytes(contentsOf: place.open(), limit: limits(request).bytes)
        if let hash = request.input?.sha256, bytes.withBytes({ Hashing.sha256($0) }) != hash {
          note = Note(sentence: "the photograph was changed after the run")
          continue
        }
        return .success(try jpeg(bytes, at: place, limits(request)))
      } catch .unreadable {
        continue
      } catch {
        note = Note(sentence: error.detail)
      }
    }
    return .failure(note)
  }

  private func jpeg(
    _ bytes: ImageBytes, at place: PhotographPlace, _ limits: ImageLimits
  ) throws(ImagingError) -> [UInt8] {
    let header = try codecs.header(
      ofFile: place.fileBytes, part: place.member?.contents, limits: limits, seconds: Self.timeout)
    let size = header.upright.shrunk(toLongest: longest)
    let shrink = Decoder.shrinks.last { header.upright.longest / $0 >= size.longest } ?? 1
    let pixels = try codecs.decode(
      bytes, header: header, shrink: shrink, background: .white, seconds: Self.timeout)
    return try Encoder.encode(
      pixels.resized(to: size), EncodeOptions(format: .jpeg, quality: Self.quality))
  }

  /// The usual limits, or as much as the run has let through.
  private func limits(_ request: ThumbnailRequest) -> ImageLimits {
    var limits = ImageLimits.standard
    guard let input = request.input else { return limits }
    limits.bytes = max(limits.bytes, input.bytes ?? 0)
    let (pixels, overflow) = (input.width ?? 0).multipliedReportingOverflow(by: input.height ?? 0)
    if !overflow { limits.pixels = max(limits.pixels, pixels) }
    return limits
  }
}
