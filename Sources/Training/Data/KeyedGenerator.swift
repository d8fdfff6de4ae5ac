import Tensors

/// Random numbers that depend on a list of numbers only, such as (seed, epoch, photograph, view): no draw depends on
/// which thread made another one before. The numbers are the same on every machine and in every version.
package struct KeyedGenerator: RandomNumberGenerator, Sendable {
  private var numbers: SplitMix64

  /// Equal keys in equal order give equal numbers; keys that differ anywhere give unrelated ones.
  package init(_ seed: UInt64, _ keys: Int...) {
    // The state is mixed before each key comes in, so that no two places of the list mean the same.
    let state = keys.reduce(seed) { state, key in
      SplitMix64.mixed(SplitMix64.mixed(state &+ SplitMix64.step) ^ UInt64(bitPattern: Int64(key)))
    }
    numbers = SplitMix64(seed: state)
  }

  package mutating func next() -> UInt64 { numbers.next() }

  /// Uniform in [0, 1), a multiple of 2^-53.
  package mutating func unit() -> Double { numbers.unit() }

  /// Uniform in a range; exactly its value where it has only one.
  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    let share = unit()
    return range.lowerBound + (range.upperBound - range.lowerBound) * share
  }

  /// The numbers 0 ..< `count` in random order, each order equally likely but for a share of `count` / 2^64: Fisher and Yates.
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in order.indices.dropFirst().reversed() { order.swapAt(last, numbers.index(below: last + 1)) }
    return order
  }
}
