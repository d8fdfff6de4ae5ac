import Foundation
import Geometry
import Imaging
import Testing

/// Codec processes that misbehave, played by a shell. How true ones answer is tested with the built program.
@Suite struct CodecPoolTests {
  private static let limits = ImageLimits.standard

  /// A process that runs a script once it has said that it is ready. Its standard input is the wire.
  private func codecs(_ script: String) -> Codecs {
    .apart(CodecCommand(program: "/bin/sh", arguments: ["-c", "printf '\\001' >&0; " + script]))
  }

  private func header(_ codecs: Codecs, seconds: Double = 60) throws(ImagingError) {
    _ = try codecs.header(ofFile: Array("/tmp/x.jpg".utf8), limits: Self.limits, seconds: seconds)
  }

  /// The start of a message on the wire, for `printf`.
  private func escapedMessage(_ json: [UInt8], followedBy bytes: Int) -> String {
    let prefix = [json.count, bytes].flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    return (prefix + json).map { "\\" + String($0, radix: 8) }.joined()
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGKILL]) func aSignalIsNamed(signal: Int32) {
    #expect(throws: ImagingError.codecDied(signal: signal)) { try header(codecs("kill -\(signal) $$")) }
  }

  @Test func anExitIsNoAnswer() {
    #expect(throws: ImagingError.codecDied(signal: 0)) { try header(codecs("exit 3")) }
  }

  @Test(.timeLimit(.minutes(1))) func aHangEndsAtTheDeadline() {
    #expect(throws: ImagingError.timedOut(row: nil)) { try header(codecs("exec sleep 1000"), seconds: 0.001) }
  }

  @Test(.timeLimit(.minutes(1))) func aHangThatReadsNothingEndsAtTheDeadline() throws {
    // More than a socket holds.
    let picture = try noisyPicture(1000, 1000, seed: 1)
    let bytes = try ImageBytes(Encoder.encode(picture, EncodeOptions(format: .png)))
    let header = try HeaderReader.read(bytes)
    #expect(throws: ImagingError.timedOut(row: nil)) {
      try codecs("exec sleep 1000").decode(bytes, header: header, shrink: 1, background: .white, seconds: 0.001)
    }
  }

  @Test(.timeLimit(.minutes(1))) func nonsenseIsNoAnswer() {
    for nonsense in [
      "%064d' 7", "\\002\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000{}'",
    ] {
      #expect(throws: ImagingError.codecDied(signal: 0)) {
        try header(codecs("printf '\(nonsense) >&0; exec sleep 1000"))
      }
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [(1, 3), (20_000, 1_200_000_000), (-1, 3), (30, 3), (4_000_000_000_000, 3)])
  func aPictureThatCannotBeIsNoAnswer(side: Int, bytes: Int) throws {
    let file = try ImageBytes(Encoder.encode(smoothPicture(10, 10), EncodeOptions(format: .png)))
    let header = try HeaderReader.read(file)
    let json = #"{"picture":{"_0":{"width":\#(side),"height":\#(side)}}}"#
    let answer = escapedMessage(Array(json.utf8), followedBy: bytes) + "rgb"
    let codecs = codecs("printf '\(answer)' >&0; exec sleep 1000")
    let decode = { () throws(ImagingError) in
      try codecs.decode(file, header: header, shrink: 1, background: .white, seconds: 60)
    }
    if side == 1 {
      #expect(try decode().rgb == Array("rgb".utf8))
    } else {
      #expect(throws: ImagingError.codecDied(signal: 0)) { try decode() }
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [(10, 12), (0, 12), (-10, 12), (20_000, 20_000), (4_000_000_000_000, 4_000_000_000_000)])
  func aHeaderThatCannotBeIsNoAnswer(width: Int, height: Int) throws {
    let file = try ImageBytes(Encoder.encode(smoothPicture(10, 12), EncodeOptions(format: .png)))
    var header =
      try JSONSerialization.jsonObject(
        with: JSONEncoder().encode(HeaderReader.read(file))) as? [String: Any] ?? [:]
    #expect(header["stored"] as? [String: Int] == ["width": 10, "height": 12])
    header["stored"] = ["width": width, "height": height]
    let answer = try JSONSerialization.data(withJSONObject: ["header": ["_0": header]])
    let codecs = codecs("printf '\(escapedMessage(Array(answer), followedBy: 0))' >&0; exec sleep 1000")
    if width == 10 {
      try self.header(codecs)
    } else {
      #expect(throws: ImagingError.codecDied(signal: 0)) { try self.header(codecs) }
    }
  }

  @Test func aProgramThatCannotStartIsAnError() {
    let missing = Codecs.apart(CodecCommand(program: "/nonexistent", arguments: []))
    #expect(throws: ImagingError.unreadable(call: "posix_spawn", errno: ENOENT)) { try header(missing) }
    let mute = Codecs.apart(CodecCommand(program: "/bin/sh", arguments: ["-c", "exit 0"]))
    #expect(throws: ImagingError.operationFailed("start of a codec process")) { try header(mute) }
  }

  @Test func errorsSurviveTheWire() throws {
    let errors: [ImagingError] = [
      .unreadable(call: "open", errno: 2), .changed, .notImage, .blockedFormat(.cameraRaw("nef")),
      .blockedFormat(.named("BMP")), .badHeader(.png), .tooLarge(.pixels, value: 2, limit: 1),
      .tooManyPages(3, limit: 2),
      .truncated(.jpeg, row: nil), .truncated(.jpeg, row: 7), .corrupt(.avif, row: 0), .timedOut(row: 64),
      .timedOut(row: nil),
      .codecDied(signal: 11), .cancelled, .outOfMemory(bytes: 5), .encodeFailed(.webp), .operationFailed("x"),
    ]
    let back = try JSONDecoder().decode([ImagingError].self, from: JSONEncoder().encode(errors))
    #expect(back == errors)
    #expect(Set(errors.map(\.detail)).count == errors.count)
  }
}
