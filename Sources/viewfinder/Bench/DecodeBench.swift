import Geometry
import Imaging
import Manifests
import Stages
import SystemPackage

/// Decoding alone: each photograph at the scale at which a run would decode it, and at an eighth, where entropy decoding is
/// nearly all there is to do.
struct DecodeBench {
  /// What one photograph is, and the milliseconds it took.
  private struct Times: Sendable {
    let place: Int
    let megapixels: Double
    let shrink: Int
    let planned: Double
    let eighth: Double
  }

  private let files: [InputFile]
  private let shrink: @Sendable (PixelSize) -> Int
  private let jobs: Int

  /// - Parameter shrink: the scale at which a run decodes a photograph of this size: 1, 2, 4 or 8.
  init(_ photographs: [String], shrink: @escaping @Sendable (PixelSize) -> Int, jobs: Int) throws(Exit) {
    var request = InputRequest()
    request.inputs = photographs.map { FilePath($0) }
    files = try InputList(for: request).files.filter(\.isLikelyPicture)
    guard !files.isEmpty else { throw Exit(ExitStatus.noInput, "there is no photograph to decode") }
    self.shrink = shrink
    self.jobs = jobs
  }

  func measure(rounds: Int) throws(Exit) -> JSONValue {
    let all = try repeated(rounds)
    let count = Double(all[0].count)
    let planned = Rounds(values: all.map { round in round.reduce(0) { $0 + $1.planned } / count })
    let eighth = Rounds(values: all.map { round in round.reduce(0) { $0 + $1.eighth } / count })
    let megapixels = all[0].reduce(0) { $0 + $1.megapixels } / count
    var members: [JSONValue.Member] = [
      .init("photographs", .integer(all[0].count)),
      .init("failed", .integer(files.count - all[0].count)),
      .init("jobs", .integer(jobs)),
      .init("mean_megapixels", .number(megapixels, decimals: 2)),
    ]
    members += planned.members("milliseconds", decimals: 2)
    members += eighth.members("eighth_milliseconds", decimals: 2)
    members.append(.init("each", .array(all[0].indices.map { index in Self.summary(all.map { $0[index] }) })))
    return .object(members)
  }

  /// What all rounds came to for one photograph.
  private static func summary(_ rounds: [Times]) -> JSONValue {
    JSONValue(members: [
      "megapixels": .number(rounds[0].megapixels, decimals: 2),
      "shrink": .integer(rounds[0].shrink),
      "milliseconds": .number(Rounds(values: rounds.map(\.planned)).median, decimals: 2),
      "eighth_milliseconds": .number(Rounds(values: rounds.map(\.eighth)).median, decimals: 2),
    ])
  }

  /// The times of all rounds, without photographs that failed in one of them.
  private func repeated(_ count: Int) throws(Exit) -> [[Times]] {
    let all = (0..<count).map { _ in round() }
    let sound = all.reduce(Set(files.indices)) { $0.intersection($1.map(\.place)) }
    guard !sound.isEmpty else { throw Exit(ExitStatus.noInput, "no photograph can be decoded") }
    return all.map { round in round.filter { sound.contains($0.place) } }
  }

  /// Every photograph once at either scale, in the order of the files. Each permit holds one at a time.
  private func round() -> [Times] {
    let (files, shrink, jobs) = (files, shrink, jobs)
    let lanes = Lanes.run(jobs) { lane in
      defer { Vips.threadShutdown() }
      var times: [Times] = []
      for place in stride(from: lane, to: files.count, by: jobs) {
        if let one = try? Self.time(files[place], at: place, shrink) { times.append(one) }
      }
      return times
    }
    return lanes.flatMap(\.self).sorted { $0.place < $1.place }
  }

  /// The file is read, and libvips started, before a clock starts.
  private static func time(
    _ file: InputFile, at place: Int, _ shrink: (PixelSize) -> Int
  ) throws(ImagingError) -> Times {
    let open = try file.place.open()
    let header = try HeaderReader.read(open)
    let bytes = try ImageBytes(contentsOf: open)

    func milliseconds(_ shrink: Int) throws(ImagingError) -> Double {
      let start = ContinuousClock.now
      _ = try Decoder.decode(bytes, header: header, shrink: shrink)
      return start.secondsAgo * 1e3
    }
    let planned = shrink(header.upright)
    return Times(
      place: place, megapixels: Double(header.upright.area) * 1e-6, shrink: planned,
      planned: try milliseconds(planned), eighth: try milliseconds(8))
  }
}
