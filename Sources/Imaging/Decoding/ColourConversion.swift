import CVipsBridge

/// A colour in 8-bit sRGB.
package struct RGB: Hashable, Sendable, Codable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  package static let white = RGB(red: 255, green: 255, blue: 255)
  package static let black = RGB(red: 0, green: 0, blue: 0)
}

extension VipsImage {
  /// Whatever a codec delivers, as three bands of 8-bit sRGB: through the embedded profile where that works, with
  /// alpha laid over the background. Bands beyond colour and alpha have no known meaning and are dropped.
  func sRGB(on background: RGB) throws(VipsFailure) -> VipsImage {
    let info = self.info
    // Lab may be packed in a way that has no separate bands; it has no alpha either.
    if info.colour == .VF_COLOUR_LAB { return try convertedBySpace().bands(0..<3).eightBit() }

    let layout = BandLayout(info)
    let colour = try bands(0..<layout.colours).colourToSRGB(info, layout)
    guard let alpha = layout.alpha else { return colour }
    return try colour.flattened(by: bands(alpha..<alpha + 1).eightBit(), on: background)
  }

  /// Converts an image that has only its colour bands left; `info` is from before that.
  private func colourToSRGB(_ info: vf_info, _ layout: BandLayout) throws(VipsFailure) -> VipsImage {
    if !layout.isGuessed, info.has_profile != 0 || info.colour == .VF_COLOUR_CMYK {
      // A profile for another kind of colour, or one that the colour engine refuses, is as good as none.
      let fallback = info.colour == .VF_COLOUR_CMYK ? "cmyk" : "srgb"
      if let converted = try? convertedByProfile(fallback: fallback), converted.info.bands == 3 {
        return converted
      }
    }
    guard layout.isGuessed else { return try convertedBySpace().eightBit() }
    return try relabelled(as: layout.colours == 1 ? .VF_COLOUR_GREY : .VF_COLOUR_RGB).convertedBySpace()
      .eightBit()
  }
}

/// Which bands of an image are colour and which one is alpha.
private struct BandLayout {
  /// The first bands, this many, are colour: 1, 3 or 4.
  let colours: Int
  /// The band of alpha, if there is one.
  let alpha: Int?
  /// The file names no colour space that fits its bands: one band is taken as grey, three as RGB.
  let isGuessed: Bool

  init(_ info: vf_info) {
    let bands = Int(info.bands)
    let named: Int? =
      switch info.colour {
      case .VF_COLOUR_GREY: 1
      case .VF_COLOUR_RGB, .VF_COLOUR_LAB: 3
      case .VF_COLOUR_CMYK: 4
      case .VF_COLOUR_OTHER: nil
      }
    if let named, named <= bands {
      colours = named
      isGuessed = false
    } else {
      colours = bands < 3 ? 1 : 3
      isGuessed = true
    }
    alpha = info.has_alpha != 0 && bands > colours ? colours : nil
  }
}
