import CVipsBridge
import Geometry

/// A shape by how much of each pixel it covers, 0 to 255.
struct CoverageMask {
  let size: PixelSize
  /// Rows without gaps.
  let coverage: [UInt8]
}

extension CoverageMask {
  /// Letters of `height` pixels, cut to their ink; nil where the text has none.
  ///
  /// Any Unicode is taken, and nothing in it is read as markup. Thread-safe; the font library lets one thread in at a time.
  init?(text: String, height: Int) {
    Vips.start()
    var coverage: UnsafeMutablePointer<UInt8>?
    var (columns, rows): (CInt, CInt) = (0, 0)
    guard vf_text(Self.markup(text), CInt(height), &coverage, &columns, &rows) == 0, let coverage else {
      return nil
    }
    defer { vf_bytes_free(coverage) }
    size = PixelSize(width: Int(columns), height: Int(rows))
    self.coverage = Array(UnsafeBufferPointer(start: coverage, count: size.area))
  }

  /// The text with the characters of markup escaped; line breaks and control characters, which markup does not allow, become blanks.
  private static func markup(_ text: String) -> String {
    var markup = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": markup += "&amp;"
      case "<": markup += "&lt;"
      case ">": markup += "&gt;"
      case _ where isBreak(scalar): markup += " "
      default: markup.unicodeScalars.append(scalar)
      }
    }
    return markup
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }
}
