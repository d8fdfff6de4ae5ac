/// Random numbers that depend on a list of numbers only, such as (seed, epoch, photograph, view): no draw depends on
/// which thread made another one before. The numbers are the same on every machine and in every version.
///
/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
package struct KeyedGenerator: RandomNumberGenerator, Sendable {
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private var state: UInt64

  /// Equal keys in equal order give equal numbers; keys that differ anywhere give unrelated ones.
  package init(_ seed: UInt64, _ keys: Int...) {
    state = seed
    // The state is mixed before each key comes in, so that no two places of the list mean the same.
    for key in keys {
      state = Self.mixed(Self.mixed(state &+ Self.step) ^ UInt64(bitPattern: Int64(key)))
    }
  }

  package mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mixed(state)
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in a range; exactly its value where it has only one.
  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    let share = unit()
    return range.lowerBound + (range.upperBound - range.lowerBound) * share
  }

  /// The numbers 0 ..< `count` in random order, each order equally likely but for a share of `count` / 2^64: Fisher and Yates.
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in order.indices.dropFirst().reversed() {
      let other = next().multipliedFullWidth(by: UInt64(last + 1)).high
      order.swapAt(last, Int(other))
    }
    return order
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
