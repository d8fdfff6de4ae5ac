/// Width to height of a crop, such as 16:9.
package struct AspectRatio: Hashable, Sendable, CustomStringConvertible {
  /// The first term, positive.
  package let width: Double
  /// The second term, positive.
  package let height: Double

  /// `nil` unless both terms are positive and their quotient, either way up, is finite.
  package init?(width: Double, height: Double) {
    guard width > 0, height > 0, (width / height).isFinite, (height / width).isFinite else { return nil }
    self.width = width
    self.height = height
  }

  /// Reads "16:9", "1.91:1" or, for no fixed ratio, "free".
  ///
  /// - Returns: `nil` for "free".
  package static func parse(_ text: String) throws(InvalidAspectRatio) -> AspectRatio? {
    guard text != "free" else { return nil }
    let terms = text.split(separator: ":", omittingEmptySubsequences: false).map { Double(String($0)) }
    guard terms.count == 2, let width = terms[0], let height = terms[1],
      let ratio = AspectRatio(width: width, height: height)
    else { throw InvalidAspectRatio(text: text) }
    return ratio
  }

  /// Width over height.
  package var value: Double { width / height }

  package var description: String { "\(Self.term(width)):\(Self.term(height))" }

  private static func term(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }

  /// Whether a size of whole pixels has this ratio as nearly as it can: one side is the other's, rounded.
  func isHeld(by size: PixelSize) -> Bool {
    size.width == width(forHeight: size.height) || size.height == height(forWidth: size.width)
  }

  /// `size` with the side that is too short for this ratio made longer.
  func growing(_ size: PixelSize) -> PixelSize {
    guard !isHeld(by: size) else { return size }
    return PixelSize(
      width: max(size.width, width(forHeight: size.height)),
      height: max(size.height, height(forWidth: size.width)))
  }

  /// The least size of this ratio with at least `area` square pixels, but for the rounding of one side.
  func size(ofArea area: Double) -> PixelSize {
    let height = max(1, Int(saturating: (area / value).squareRoot().rounded(.up)))
    return PixelSize(width: width(forHeight: height), height: height)
  }

  /// The largest size of this ratio inside `frame`, at least 1 x 1.
  func largest(in frame: PixelSize) -> PixelSize {
    let width = width(forHeight: frame.height)
    return width <= frame.width
      ? PixelSize(width: width, height: frame.height)
      : PixelSize(width: frame.width, height: min(frame.height, height(forWidth: frame.width)))
  }

  private func width(forHeight height: Int) -> Int {
    max(1, Int(saturating: (Double(height) * value).rounded()))
  }

  private func height(forWidth width: Int) -> Int {
    max(1, Int(saturating: (Double(width) / value).rounded()))
  }
}

/// A text that is no aspect ratio.
package struct InvalidAspectRatio: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text as it was given.
  package let text: String

  package var description: String {
    "\"\(text)\" is not an aspect ratio; write width:height, such as 1:1 or 16:9, or free"
  }
}
