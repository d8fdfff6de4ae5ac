import Dispatch
import Foundation
import Glibc
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized) struct ShardLockTests {
  private func use(_ body: (FilePath) throws -> Void) throws {
    try TemporaryDirectory.use { try body(FilePath($0.file("shard.lock"))) }
  }

  @Test func oneAttemptAtATime() throws {
    try use { path in
      #expect(!ShardLock.isHeld(path))
      var lock = try ShardLock.wait(for: path)
      #expect(lock?.isOurs == true && lock?.previous == nil && ShardLock.isHeld(path))
      var asked = 0
      #expect(try ShardLock.wait(for: path, isStopped: { true }, isHeld: { _ in asked += 1 }) == nil)
      #expect(asked == 0, "who is stopped does not say that it waits")
      lock = nil
      // Released as soon as its last sign of life is out of the way.
      lock = try ShardLock.wait(for: path)
      #expect(lock != nil)
    }
  }

  @Test func whoWaitsGetsItAndKnowsWhoHadIt() throws {
    try use { path in
      var lock = try ShardLock.wait(for: path)
      let holder = ShardLock.Holder(host: "node7", process: 12, attempt: 2, started: 5.5, records: 30)
      try lock?.sign(
        ShardLock.Holder(
          host: String(repeating: "x", count: 200), process: 1, attempt: 0, started: 1, records: 0))
      try lock?.sign(holder)
      #expect(ShardLock.holder(of: path) == holder)
      var met: ShardLock.Holder?
      var polls = 0
      let next = try ShardLock.wait(
        for: path,
        isStopped: {
          polls += 1
          if polls == 2 { lock = nil }
          return false
        }, isHeld: { met = $0 })
      #expect(met == holder && next?.previous == holder && next?.isOurs == true && polls >= 2)
    }
  }

  /// A server may keep the lock of a machine that is gone: what counts is that nobody touches the file.
  @Test func aHolderWithoutASignOfLifeIsOvertaken() throws {
    try use { path in
      // Held, and not touched: as by a machine that is gone.
      let gone = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
      defer { close(gone) }
      #expect(gone >= 0 && flock(gone, LOCK_EX | LOCK_NB) == 0)
      let lock = try ShardLock.wait(for: path, patience: 0.3)
      #expect(lock?.isOurs == true && ShardLock.isHeld(path))
      // And one that has taken over can be overtaken itself.
      let later = try #require(try ShardLock.wait(for: path, patience: 0.3))
      #expect(later.isOurs && lock?.isOurs == false)
    }
  }

  @Test func aHolderThatTouchesItIsNot() throws {
    try use { path in
      let alive = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
      defer { close(alive) }
      #expect(alive >= 0 && flock(alive, LOCK_EX | LOCK_NB) == 0)
      var polls = 0
      let lock = try ShardLock.wait(
        for: path, patience: 0.5,
        isStopped: {
          polls += 1
          futimens(alive, nil)
          return polls == 6
        })
      #expect(lock == nil && polls == 6, "six polls take longer than the patience")
    }
  }

  @Test func aPlaceThatTakesNoFileIsAnError() throws {
    #expect(throws: (any Error).self) { try ShardLock.wait(for: "/proc/viewfinder.lock") }
  }
}
