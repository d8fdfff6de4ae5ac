/// What records add up to, beyond how they ended: labels, and what was written. As small for a million records as for ten.
package struct RecordTally: Hashable, Sendable {
  /// Photographs by their best label.
  package private(set) var labels: [String: Int] = [:]
  /// Files that were encoded or copied.
  package private(set) var written = 0
  /// Bytes of those.
  package private(set) var writtenBytes = 0
  /// Originals that were linked to.
  package private(set) var linked = 0
  /// Originals that were moved.
  package private(set) var moved = 0

  /// Nothing yet.
  package init() {}

  /// Counts one record.
  package mutating func add(_ record: Record) {
    if let best = record.predictions?.first { labels[best.label, default: 0] += 1 }
    for output in record.outputs {
      switch output.placed {
      case nil, .copy:
        written += 1
        writtenBytes += output.bytes
      case .hardlink, .symlink: linked += 1
      case .move: moved += 1
      }
    }
  }
}
