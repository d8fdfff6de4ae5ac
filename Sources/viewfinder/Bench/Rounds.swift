import Dispatch
import Manifests
import Synchronization

/// What a measurement came to, round by round.
struct Rounds {
  let values: [Double]

  /// Of an even number the upper one.
  var median: Double { values.sorted()[values.count / 2] }

  /// Two members for a report: all rounds, and their median.
  func members(_ name: String, decimals: Int) -> [JSONValue.Member] {
    [
      .init(name, .array(values.map { .number($0, decimals: decimals) })),
      .init("median_\(name)", .number(median, decimals: decimals)),
    ]
  }
}

/// The threads of a measurement, one for each permit, busy from its beginning to its end.
enum Lanes {
  /// Runs `body` once in each lane, in all at the same time, and waits for the last.
  ///
  /// - Returns: the results in the order of the lanes.
  static func run<Result: Sendable, Failure: Error>(
    _ count: Int, _ body: @escaping @Sendable (_ lane: Int) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let results = Mutex<[Int: Swift.Result<Result, Failure>]>([:])
    withoutActuallyEscaping(body) { body in
      let group = DispatchGroup()
      for lane in 0..<count {
        DispatchQueue(label: "bench.\(lane)").async(group: group) {
          let result = Swift.Result { () throws(Failure) in try body(lane) }
          results.withLock { $0[lane] = result }
        }
      }
      group.wait()
    }
    let ordered = results.withLock { $0 }.sorted { $0.key < $1.key }
    var values: [Result] = []
    for (_, result) in ordered { values.append(try result.get()) }
    return values
  }
}

extension ContinuousClock.Instant {
  /// Seconds that have passed since.
  var secondsAgo: Double { duration(to: .now) / .seconds(1) }
}
