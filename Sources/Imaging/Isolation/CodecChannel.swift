import Foundation
import Glibc

/// One end of the wire between the program and a codec process: messages in JSON, with bytes behind them.
///
/// The other end is not trusted: whatever it sends is a message, or the channel is at its end. For one thread at a time.
struct CodecChannel: ~Copyable {
  /// Why nothing more will come.
  enum End: Error, Sendable {
    /// The other end is gone.
    case closed
    /// The other end does not speak our language.
    case malformed
    /// The deadline has passed.
    case late
  }

  /// Two lengths of 8 bytes lead every message: of the JSON, and of the bytes behind it.
  private static let prefixLength = 16
  /// No message of ours comes near.
  private static let longestMessage = 1 << 20

  /// A connected socket, which this value owns and closes at the end of its life.
  let descriptor: Int32

  deinit { close(descriptor) }

  func send(
    _ message: some Encodable, _ bytes: UnsafeRawBufferPointer = .init(start: nil, count: 0),
    before deadline: Deadline?
  ) throws(End) {
    guard let json = try? JSONEncoder().encode(message) else { throw .malformed }
    var head = [UInt8]()
    for length in [json.count, bytes.count] { withUnsafeBytes(of: UInt64(length).littleEndian) { head += $0 } }
    head += json
    try send(head, before: deadline)
    try send(bytes, before: deadline)
  }

  /// Says that requests may come; the other end waits for it.
  func sendReady() throws(End) {
    try send([1], before: nil)
  }

  /// Waits for the other end's ``sendReady()``.
  func receiveReady(before deadline: Deadline) throws(End) {
    _ = try bytes(1, before: deadline)
  }

  /// The next message, and how many bytes follow it.
  func receive<Message: Decodable>(
    _ type: Message.Type, before deadline: Deadline?
  ) throws(End) -> (message: Message, byteCount: Int) {
    let prefix = try bytes(Self.prefixLength, before: deadline)
    let lengths = prefix.withUnsafeBytes { raw in
      (0..<2).map { UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
    }
    guard lengths[0] <= Self.longestMessage, let byteCount = Int(exactly: lengths[1]) else { throw .malformed }
    let json = try bytes(Int(lengths[0]), before: deadline)
    guard let message = try? JSONDecoder().decode(type, from: Data(json)) else { throw .malformed }
    return (message, byteCount)
  }

  /// Fills a buffer with the next bytes.
  func receive(into buffer: UnsafeMutableRawBufferPointer, before deadline: Deadline?) throws(End) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      done += try transfer(POLLIN, before: deadline) {
        recv(descriptor, rest.baseAddress, rest.count, Self.flags)
      }
    }
  }

  private func bytes(_ count: Int, before deadline: Deadline?) throws(End) -> [UInt8] {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { bytes.deallocate() }
    try receive(into: bytes, before: deadline)
    return Array(bytes)
  }

  private func send(_ bytes: [UInt8], before deadline: Deadline?) throws(End) {
    var end: End?
    bytes.withUnsafeBytes { bytes in
      do throws(End) { try send(bytes, before: deadline) } catch { end = error }
    }
    if let end { throw end }
  }

  private func send(_ bytes: UnsafeRawBufferPointer, before deadline: Deadline?) throws(End) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      done += try transfer(POLLOUT, before: deadline) {
        Glibc.send(descriptor, rest.baseAddress, rest.count, Self.flags)
      }
    }
  }

  /// A peer that is gone is an error of the call, not a signal that ends the program.
  private static let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)

  /// Waits until the socket is ready, calls, and gives the number of bytes, at least 1.
  private func transfer(_ event: Int32, before deadline: Deadline?, _ call: () -> Int) throws(End) -> Int {
    while true {
      let count = call()
      if count > 0 { return count }
      guard count < 0, errno == EAGAIN || errno == EINTR else { throw .closed }
      var wanted = pollfd(fd: descriptor, events: Int16(event), revents: 0)
      guard poll(&wanted, 1, deadline?.milliseconds ?? -1) != 0 else { throw .late }
    }
  }
}
