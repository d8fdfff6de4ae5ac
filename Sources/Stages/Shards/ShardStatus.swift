import Dispatch
import Foundation
package import Manifests
package import SystemPackage

/// How the shards of a run stand, from the files in its directory alone.
package struct ShardStatus: Sendable {
  /// How one shard stands.
  package enum State: String, Sendable, CaseIterable {
    /// It has said that it is finished.
    case done
    /// Somebody has its lock.
    case running
    /// It ended early and in order: asked to stop, or out of time or disk.
    case stopped
    /// It was begun, and whoever did is gone without a word.
    case failed
    /// Nobody has begun it.
    case waiting
  }

  /// One shard.
  package struct Part: Sendable {
    package let shard: Shard
    package let state: State
    /// Files of the listing, pictures or not.
    package internal(set) var files = 0
    /// How many of them are done.
    package let finished: Int
    /// Photographs that failed; nil where only the records know.
    package let failures: Int?
    /// Photographs a second; nil where nobody is at work.
    package let rate: Double?
    /// Where it runs, or ran last; nil where that is not known.
    package let host: String?
    /// How often it had been begun before; nil where that is not known.
    package let attempt: Int?
  }

  /// In order.
  package let parts: [Part]

  /// Files of the listing.
  package var files: Int { parts.reduce(0) { $0 + $1.files } }
  /// How many of them are done.
  package var finished: Int { parts.reduce(0) { $0 + $1.finished } }
  /// Photographs a second, of all shards at work together; nil where none is.
  package var rate: Double? {
    let rates = parts.compactMap(\.rate)
    return rates.isEmpty ? nil : rates.reduce(0, +)
  }
  /// Until all is done, if all goes on as now; nil where nobody is at work.
  package var secondsLeft: Double? { rate.flatMap { $0 > 0 ? Double(files - finished) / $0 : nil } }

  package func count(_ state: State) -> Int { parts.count { $0.state == state } }

  /// Looks at the files of a directory.
  ///
  /// - Parameter now: in seconds since 1970.
  package init(_ output: FilePath, now: Double = Date().timeIntervalSince1970) throws(MergeError) {
    let directory = RunDirectory(output)
    let shards = try directory.cutState().shards
    var parts = Shard.all(of: shards).map { Self.part($0, directory, now) }
    let isWhole = directory.scanList { file in
      parts[Shard.index(of: file.pathBytes, among: shards) - 1].files += 1
    }
    guard isWhole else { throw .incomplete("the frozen listing of \(output) is missing or damaged") }
    self.parts = parts
  }

  private static func part(_ shard: Shard, _ directory: RunDirectory, _ now: Double) -> Part {
    let files = ShardFiles(shard, in: directory.output)
    if let done = try? ShardDone.read(files.done) {
      return Part(
        shard: shard, state: .done, finished: done.counts.records + done.counts.ignored,
        failures: done.counts.failed.values.reduce(0, +), rate: nil, host: done.host, attempt: done.attempt)
    }
    let lock = directory.lockPath(of: shard)
    let holder = ShardLock.holder(of: lock)
    let records = (try? Manifest.lineCount(files.manifest)) ?? 0
    let summary = try? RunSummary.read(files.summary)
    let isRunning = ShardLock.isHeld(lock) || (summary == nil && isAlive(lock, holder, now))
    var rate: Double?
    if isRunning, let holder, now > holder.started {
      rate = Double(max(0, records - holder.records)) / (now - holder.started)
    }
    let state: State =
      isRunning ? .running : summary != nil ? .stopped : holder != nil || records > 0 ? .failed : .waiting
    return Part(
      shard: shard, state: state, finished: records,
      failures: summary.map { $0.counts.failed.values.reduce(0, +) }, rate: rate, host: holder?.host,
      attempt: holder?.attempt)
  }

  /// Where locks do not reach over the network, a holder elsewhere that has touched its lock of late counts as alive.
  private static func isAlive(_ lock: FilePath, _ holder: ShardLock.Holder?, _ now: Double) -> Bool {
    guard let holder, holder.host != ProcessInfo.processInfo.hostName, let touched = FileFingerprint(lock)
    else { return false }
    return now - Double(touched.modified) < ShardLock.patience / 2
  }
}
