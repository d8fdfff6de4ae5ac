extension Int {
  /// The integral part of `value`, held within ±2^53 so that sums of a few results never overflow; 0 for NaN.
  init(saturating value: Double) {
    let limit = 0x1p53
    self = value.isNaN ? 0 : Int(Swift.min(Swift.max(value, -limit), limit))
  }
}

extension Comparable {
  /// The value in `range` nearest to this one.
  func clamped(to range: ClosedRange<Self>) -> Self {
    min(max(self, range.lowerBound), range.upperBound)
  }
}
