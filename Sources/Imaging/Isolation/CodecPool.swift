import Geometry
import Synchronization

/// Codec processes that wait for work. As many run as threads ask at once; one that fails is not used again.
///
/// Thread-safe.
package final class CodecPool: Sendable {
  private let command: CodecCommand
  private let idle = Mutex<[CodecProcess]>([])

  /// No process starts before it is needed.
  package init(_ command: CodecCommand) { self.command = command }

  /// Beside the limit that a decode keeps itself to, until the process is killed.
  private static let grace = 1.0

  /// Asks for the header of a file.
  func header(
    ofFile path: [UInt8], part: Range<Int>?, _ limits: ImageLimits, seconds: Double
  ) throws(ImagingError) -> ImageHeader {
    try ask(.header(path: path, part: part, limits: limits), seconds: seconds) {
      (answer, _, _) throws(CodecChannel.End) in
      switch answer {
      case .header(let header) where header.isBelievable(limits): .success(header)
      case .failure(let error): .failure(error)
      case .header, .picture, .metadata: throw .malformed
      }
    }
  }

  /// Asks for metadata.
  func metadata(
    of photograph: ImageBytes, _ request: CodecRequest, seconds: Double
  ) throws(ImagingError) -> EmbeddedMetadata {
    try photograph.withBytes { (file) throws(ImagingError) in
      try ask(request, file, seconds: seconds) { (answer, _, _) throws(CodecChannel.End) in
        switch answer {
        case .metadata(let metadata): .success(metadata.believed)
        case .failure(let error): .failure(error)
        case .header, .picture: throw .malformed
        }
      }
    }
  }

  /// Asks for pixels.
  func decode(_ bytes: ImageBytes, _ order: DecodeOrder) throws(ImagingError) -> PixelBuffer {
    try bytes.withBytes { (file) throws(ImagingError) in
      try ask(.decode(order), file, seconds: order.seconds) {
        (answer, count, channel) throws(CodecChannel.End) in
        switch answer {
        case .picture(let size):
          guard size.width > 0, size.height > 0, count <= order.mostBytes, count.isMultiple(of: 3),
            count / 3 == size.area
          else { throw .malformed }
          return try Self.picture(size, from: channel, before: Deadline(seconds: order.seconds + Self.grace))
        case .failure(let error): return .failure(error)
        case .header, .metadata: throw .malformed
        }
      }
    }
  }

  private typealias Answer<Value> = Result<Value, ImagingError>

  private static func picture(
    _ size: PixelSize, from channel: borrowing CodecChannel, before deadline: Deadline
  ) throws(CodecChannel.End) -> Answer<PixelBuffer> {
    var end: CodecChannel.End?
    let picture = Answer<PixelBuffer> { () throws(ImagingError) in
      try PixelBuffer(size: size) { (pixels) throws(ImagingError) in
        do throws(CodecChannel.End) {
          try channel.receive(into: pixels, before: deadline)
        } catch {
          end = error
        }
      }
    }
    if let end { throw end }
    return picture
  }

  /// A new process. Its death before it was ready is no file's fault, so it gets a second one.
  private func start() throws(ImagingError) -> CodecProcess {
    do throws(ImagingError) {
      return try CodecProcess(command)
    } catch .operationFailed {
      return try CodecProcess(command)
    }
  }

  /// Asks an idle process or a new one. A process that was idle may have died of anything since; only one that is new dies
  /// of the file at hand.
  private func ask<Value>(
    _ request: CodecRequest, _ bytes: UnsafeRawBufferPointer = .init(start: nil, count: 0), seconds: Double,
    receive: (CodecAnswer, Int, borrowing CodecChannel) throws(CodecChannel.End) -> Answer<Value>
  ) throws(ImagingError) -> Value {
    var waiting = idle.withLock { $0.popLast() }
    while true {
      let isNew = waiting == nil
      let process = if let waiting { waiting } else { try start() }
      let answer: Answer<Value>
      do throws(CodecChannel.End) {
        let deadline = Deadline(seconds: seconds + Self.grace)
        answer = try process.ask(request, bytes, before: deadline, receive: receive)
      } catch {
        let signal = process.end()
        waiting = nil
        switch error {
        case .closed where !isNew: continue
        case .closed: throw .codecDied(signal: signal)
        case .malformed: throw .codecDied(signal: 0)
        case .late: throw .timedOut(row: nil)
        }
      }
      // Where there was no memory for an answer, its bytes are still on their way.
      if case .failure(.outOfMemory) = answer {} else { idle.withLock { $0.append(process) } }
      return try answer.get()
    }
  }
}

extension ImageHeader {
  /// Whether a header that came from another process can be computed with.
  fileprivate func isBelievable(_ limits: ImageLimits) -> Bool {
    let sides = 1...100_000_000
    return sides.contains(stored.width) && sides.contains(stored.height) && stored.area <= limits.pixels
      && (1...64).contains(bands) && (1...64).contains(bitsPerSample) && (1...limits.pages).contains(pages)
  }
}
