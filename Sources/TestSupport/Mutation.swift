package import Foundation

extension Data {
  /// The same with one to three places harmed: a byte changed, one put in, or some taken out. Never empty.
  ///
  /// - Parameter interesting: bytes that mean something in the format, drawn as often as any others.
  package func mutated(
    _ interesting: [UInt8], using generator: inout some RandomNumberGenerator
  ) -> Data {
    var bytes = Data(self)
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[place] = interesting.randomElement(using: &generator)!
      case 2: bytes.insert(interesting.randomElement(using: &generator)!, at: place)
      default: bytes.removeSubrange(place..<Swift.min(place + 5, bytes.count))
      }
      if bytes.isEmpty { bytes.append(0) }
    }
    return bytes
  }
}
