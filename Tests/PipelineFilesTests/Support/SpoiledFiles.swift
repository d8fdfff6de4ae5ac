import TestSupport

/// Breaks files a little, the same way in every run.
struct SpoiledFiles {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private static let pieces: [String] = [
    "{", "}", "[", "]", ":", "-", ",", "\"", "'", "&a ", "*a ", "!!int ", "|", ">", "#", "%", "\t", "\n",
    "\n  ", "é", "👩‍👩‍👧",
    "\u{0}", "\u{1b}", "\u{FEFF}", "\u{85}", "\u{2028}", "? ", "<<: ", "---\n", "...\n", "~", "none", "-1",
    "1e999",
  ]

  mutating func spoiled(_ text: String) -> String {
    var characters = Array(text)
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let place = Int.random(in: 0..<max(1, characters.count), using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: characters.insert(contentsOf: Self.pieces.randomElement(using: &generator)!, at: place)
      case 1: characters.remove(at: place)
      case 2: characters.removeSubrange(place..<min(place + 12, characters.count))
      default: characters.insert(contentsOf: characters[place..<min(place + 20, characters.count)], at: place)
      }
      if characters.isEmpty { characters = ["x"] }
    }
    return String(characters)
  }
}
