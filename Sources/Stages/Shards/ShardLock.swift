import Dispatch
import Foundation
import Glibc
package import Manifests
package import SystemPackage

/// Keeps other attempts at a shard away while one is at work, wherever they run: `flock` on a file in the shared directory.
///
/// The kernel releases it when its holder ends, however that comes about; over a network the server does when it has not heard of the
/// holder's machine for a while. For servers that never do, the holder touches the file now and then, and who has seen it untouched for
/// long enough takes over, with a new file in its place. An attempt that was only asleep then finds its manifest replaced, and ends.
package final class ShardLock {
  /// Who has the lock.
  package struct Holder: Codable, Hashable, Sendable {
    /// Name of the machine.
    package let host: String
    /// Number of the process on it.
    package let process: Int32
    /// How often the shard had been begun before, from 0.
    package let attempt: Int
    /// When it took the lock, in seconds since 1970.
    package let started: Double
    /// How many records the shard had then.
    package var records: Int

    /// Takes the values as they are.
    package init(host: String, process: Int32, attempt: Int, started: Double, records: Int) {
      self.host = host
      self.process = process
      self.attempt = attempt
      self.started = started
      self.records = records
    }
  }

  /// Seconds without a sign of life after which a holder counts as dead.
  package static let patience = 120.0

  private let path: FilePath
  private let descriptor: Int32
  private let beat: any DispatchSourceTimer
  /// Who had the lock before; nil where nobody had.
  package let previous: Holder?

  private init(_ path: FilePath, descriptor: Int32, previous: Holder?) {
    self.path = path
    self.descriptor = descriptor
    self.previous = previous
    beat = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "viewfinder.lock"))
    beat.schedule(deadline: .now(), repeating: Self.patience / 8)
    beat.setEventHandler { futimens(descriptor, nil) }
    // Not before the last touch: the number may be another file's by then.
    beat.setCancelHandler { Glibc.close(descriptor) }
    beat.resume()
  }

  deinit { beat.cancel() }

  /// Waits until the lock is free, or its holder counts as dead.
  ///
  /// - Parameters:
  ///   - patience: seconds without a sign of life.
  ///   - isStopped: whether to give up.
  ///   - isHeld: called once, before waiting.
  /// - Returns: nil when it was given up.
  package static func wait(
    for path: FilePath, patience: Double = patience, isStopped: () -> Bool = { false },
    isHeld: (Holder?) -> Void = { _ in }
  ) throws(FileError) -> ShardLock? {
    var seen = FileFingerprint(path)
    var since = DispatchTime.now()
    var hasWaited = false
    let pause = DispatchSemaphore(value: 0)
    while true {
      if let lock = try take(path) { return lock }
      if isStopped() { return nil }
      if !hasWaited { isHeld(holder(of: path)) }
      hasWaited = true
      let now = FileFingerprint(path)
      if now != seen {
        seen = now
        since = .now()
      } else if Double(DispatchTime.now().uptimeNanoseconds - since.uptimeNanoseconds) / 1e9 > patience {
        return try takeOver(path)
      }
      _ = pause.wait(timeout: .now() + .milliseconds(200))
    }
  }

  /// Whether anybody has the lock now.
  package static func isHeld(_ path: FilePath) -> Bool {
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return false }
    defer { Glibc.close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Who has the lock, or had it last; nil where that is not known.
  package static func holder(of path: FilePath) -> Holder? {
    FileManager.default.contents(atPath: path.string).flatMap {
      try? JSONDecoder().decode(Holder.self, from: $0)
    }
  }

  /// Says who has the lock.
  package func sign(_ holder: Holder) throws(FileError) {
    guard let data = try? JSONEncoder().encode(holder) else { preconditionFailure("always encodable") }
    let count = data.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard count == data.count, ftruncate(descriptor, off_t(count)) == 0 else {
      throw FileError(.write, path, Errno(rawValue: errno))
    }
  }

  /// Whether no other attempt has taken over.
  package var isOurs: Bool { Self.isFile(descriptor, path) }

  /// Nil where another has it.
  private static func take(_ path: FilePath) throws(FileError) -> ShardLock? {
    while true {
      let descriptor = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
      guard descriptor >= 0 else { throw FileError(.open, path, Errno(rawValue: errno)) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let reason = Errno(rawValue: errno)
        Glibc.close(descriptor)
        if reason == .wouldBlock { return nil }
        throw FileError(.lock, path, reason)
      }
      // Between the two calls another may have put a file of its own in the place.
      if isFile(descriptor, path) {
        return ShardLock(path, descriptor: descriptor, previous: holder(of: path))
      }
      Glibc.close(descriptor)
    }
  }

  /// Puts a file of its own, locked already, in the place of one that nobody seems to hold any more.
  private static func takeOver(_ path: FilePath) throws(FileError) -> ShardLock {
    let previous = holder(of: path)
    let own = TemporaryNames.plain.path(beside: path)
    let descriptor = own.withPlatformString { open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw FileError(.open, own, Errno(rawValue: errno)) }
    do throws(FileError) {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw FileError(.lock, own, Errno(rawValue: errno))
      }
      try rename(own, to: path)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    return ShardLock(path, descriptor: descriptor, previous: previous)
  }

  private static func isFile(_ descriptor: Int32, _ path: FilePath) -> Bool {
    var (held, named) = (stat(), stat())
    return fstat(descriptor, &held) == 0 && path.withPlatformString { stat($0, &named) } == 0
      && held.st_dev == named.st_dev && held.st_ino == named.st_ino
  }
}
