import Foundation

/// Random numbers that are the same in every run: SplitMix64.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
package struct SplitMix64: RandomNumberGenerator, Codable, Hashable, Sendable {
  private var state: UInt64

  /// Equal seeds give equal numbers.
  package init(seed: UInt64) { state = seed }

  /// A generator of its own for each of many things: a layer, an epoch, a photograph.
  package init(seed: UInt64, of name: String) {
    state = name.utf8.reduce(seed ^ 0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    _ = next()
  }

  package mutating func next() -> UInt64 {
    state &+= SplitMix64.step
    return SplitMix64.mixed(state)
  }

  /// By how much the state grows from number to number.
  package static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// What a state becomes before it is handed out: every bit of it depends on every bit of the state.
  package static func mixed(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// One of 0 ..< `bound`, each equally likely but for a share of `bound` / 2^64.
  package mutating func index(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number from the normal distribution of mean 0 and variance 1, after Box and Muller.
  package mutating func normal() -> Double {
    let radius = (-2 * log(Double.random(in: 0x1p-53..<1, using: &self))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}
