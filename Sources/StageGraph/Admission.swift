/// The three bounds that hold a run in: how many items are in flight, how many bytes they may take together, and how
/// many results may wait to be made durable. Only the source waits for them, so nothing can wait in a circle.
///
/// A value without threads; the executor guards it.
package struct Admission: Sendable {
  /// The sizes of the three bounds.
  package struct Bounds: Hashable, Sendable {
    /// Items between admission and the sink.
    package var credits: Int
    /// Bytes leased to the items in flight. An item larger than all of it is admitted alone.
    package var bytes: Int
    /// Items between admission and a durable record.
    package var places: Int

    /// - Precondition: all are at least 1.
    package init(credits: Int, bytes: Int, places: Int = 256) {
      precondition(credits > 0 && bytes > 0 && places > 0, "bounds of zero admit nothing")
      self.credits = credits
      self.bytes = bytes
      self.places = places
    }
  }

  package let bounds: Bounds
  /// Credits taken, by items in flight and by the item the source is opening.
  package private(set) var inFlight = 0
  package private(set) var leasedBytes = 0
  /// Places taken.
  package private(set) var unsettled = 0
  /// The most that was ever taken of each.
  package private(set) var peak = (inFlight: 0, leasedBytes: 0, unsettled: 0)

  package init(_ bounds: Bounds) { self.bounds = bounds }

  /// True where the source has to wait for results to become durable.
  var needsPlace: Bool { unsettled >= bounds.places }

  /// Takes a credit and a place for an item that is about to be opened; false when there is none.
  mutating func takeCredit() -> Bool {
    guard inFlight < bounds.credits, !needsPlace else { return false }
    inFlight += 1
    unsettled += 1
    peak.inFlight = max(peak.inFlight, inFlight)
    peak.unsettled = max(peak.unsettled, unsettled)
    return true
  }

  /// Gives back what ``takeCredit()`` took, for an item that did not come.
  mutating func returnUnused() {
    inFlight -= 1
    unsettled -= 1
  }

  /// Leases memory to an opened item; false when it has to wait for others to end.
  mutating func lease(_ bytes: Int) -> Bool {
    // Nothing else leased: an item larger than the whole budget runs alone rather than never.
    guard leasedBytes == 0 || bytes <= bounds.bytes - leasedBytes else { return false }
    leasedBytes += bytes
    peak.leasedBytes = max(peak.leasedBytes, leasedBytes)
    return true
  }

  /// The item reached the sink and its pixels are gone.
  mutating func arrived(leased bytes: Int) {
    inFlight -= 1
    leasedBytes -= bytes
  }

  /// So many results are durable.
  mutating func settled(_ count: Int) { unsettled -= count }
}
