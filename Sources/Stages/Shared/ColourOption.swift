import Imaging
import StageGraph

extension RGB {
  /// A colour as options name it: one of a few words, or `#rrggbb`.
  init?(named text: String) {
    if let known = Self.named.first(where: { $0.name == text }) {
      self = known.colour
      return
    }
    let digits = text.dropFirst().utf8
    guard text.hasPrefix("#"), digits.count == 6, digits.allSatisfy({ $0 != UInt8(ascii: "+") }),
      let value = UInt32(text.dropFirst(), radix: 16)
    else { return nil }
    self.init(red: UInt8(value >> 16), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
  }

  static let format = TextFormat(name: "colour", example: "#ffffff") { text in
    RGB(named: text) == nil ? "write \(named.map(\.name).joined(separator: ", ")) or #rrggbb" : nil
  }

  private static let named: [(name: String, colour: RGB)] = [
    ("white", .white), ("black", .black), ("grey", RGB(red: 128, green: 128, blue: 128)),
    ("red", RGB(red: 230, green: 40, blue: 40)), ("yellow", RGB(red: 255, green: 210, blue: 0)),
    ("green", RGB(red: 60, green: 200, blue: 60)), ("blue", RGB(red: 40, green: 110, blue: 240)),
  ]
}
