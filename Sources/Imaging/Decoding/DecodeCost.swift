import Geometry
import Glibc

extension ImageHeader {
  /// Bytes of the pixels that decoding at this scale gives.
  package func pixelBytes(shrink: Int) -> Int { 3 * stored.area / (shrink * shrink) }

  /// Bytes that the codec may hold while it decodes, beside the pixels. An upper estimate for admission, from the header alone.
  ///
  /// Codecs that work strip by strip need little; interlaced and progressive files, and formats that decode whole frames, hold all of it.
  package func codecBytes(shrink: Int) -> Int {
    let full = stored.area
    switch format {
    // Coefficients of all scans, two bytes each, at full size whatever the scale. Two channels of colour that are halved along
    // one axis are as much as one.
    case .jpeg: return interlaced ? 2 * (hasHalvedColour && bands == 3 ? 2 : bands) * full : 0
    case .png: return interlaced ? full * bands * max(1, bitsPerSample / 8) : 0
    case .webp: return 4 * (format.shrinksOnLoad ? full / (shrink * shrink) : full)
    case .gif: return 8 * full
    case .tiff: return 0
    case .heif, .avif: return 6 * full
    }
  }
}

extension ImagingError {
  /// Whether every other file would fail the same way: no descriptors left, or no memory in the kernel.
  package var concernsEveryFile: Bool {
    guard case .unreadable(_, let errno) = self else { return false }
    return [EMFILE, ENFILE].contains(errno)
  }

  /// Whether the file is not there any more.
  package var isMissing: Bool {
    if case .unreadable(_, ENOENT) = self { true } else { false }
  }
}

extension ImageFormat {
  /// The usual extension, without the dot.
  package var fileExtension: String {
    switch self {
    case .jpeg: "jpg"
    case .tiff: "tif"
    case .heif: "heic"
    case .png, .webp, .gif, .avif: rawValue
    }
  }

  /// The format that an extension, in lower case and without the dot, stands for.
  package init?(fileExtension: String) {
    switch fileExtension {
    case "jpg", "jpeg", "jpe", "jfif": self = .jpeg
    case "tif", "tiff": self = .tiff
    case "heic", "heif", "hif": self = .heif
    default:
      guard let format = ImageFormat(rawValue: fileExtension) else { return nil }
      self = format
    }
  }
}
