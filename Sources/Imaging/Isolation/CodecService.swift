import Dispatch
import Geometry
import Glibc

/// What a codec process does: it reads headers and decodes for the program at the other end of its standard input, one request
/// after another, until that end closes.
package enum CodecService {
  /// Serves, and returns when nobody will ask any more.
  package static func serve() {
    let channel = CodecChannel(descriptor: STDIN_FILENO)
    forgoCoreDumps()
    endWithTheProgram()
    Vips.start()
    do throws(CodecChannel.End) {
      try channel.sendReady()
      while true { try answerOne(channel) }
    } catch {
      // Nobody is there who could be told.
    }
  }

  private static func answerOne(_ channel: borrowing CodecChannel) throws(CodecChannel.End) {
    let (request, byteCount) = try channel.receive(CodecRequest.self, before: nil)
    switch request {
    case .header(let path, let part, let limits):
      try channel.answer { () throws(ImagingError) in
        .header(try HeaderReader.read(ImageFile(path: path, part: part), limits: limits))
      }
    case .metadata(let format, let policy, let size):
      let file = try channel.receiveFile(byteCount)
      try channel.answer { () throws(ImagingError) in
        .metadata(EmbeddedMetadata(of: try file.get(), format: format, policy: policy, size: size))
      }
    case .decode(let order):
      let file = try channel.receiveFile(byteCount)
      switch Result(catching: { () throws(ImagingError) in try order.decode(file.get()) }) {
      case .success(let picture):
        try picture.withBytes { (pixels) throws(CodecChannel.End) in
          try channel.send(CodecAnswer.picture(picture.size), pixels, before: nil)
        }
      case .failure(let error): try channel.answer { () throws(ImagingError) in throw error }
      }
    }
  }

  /// A codec that dies of a file says enough by its signal.
  private static func forgoCoreDumps() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  }

  /// Ends this process when the other end closes, also while a codec hangs.
  private static func endWithTheProgram() {
    DispatchQueue(label: "viewfinder.codec.watch").async {
      var other = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      while poll(&other, 1, -1) < 1 {}
      _exit(0)
    }
  }
}

extension CodecChannel {
  fileprivate borrowing func answer(_ body: () throws(ImagingError) -> CodecAnswer) throws(End) {
    let answer: CodecAnswer
    do throws(ImagingError) { answer = try body() } catch { answer = .failure(error) }
    try send(answer, before: nil)
  }

  /// The file that follows a request.
  fileprivate borrowing func receiveFile(_ byteCount: Int) throws(End) -> Result<ImageBytes, ImagingError> {
    var end: End?
    let file = Result { () throws(ImagingError) in
      try ImageBytes(count: byteCount) { bytes in
        do throws(End) { try receive(into: bytes, before: nil) } catch { end = error }
      }
    }
    if let end { throw end }
    return file
  }
}
