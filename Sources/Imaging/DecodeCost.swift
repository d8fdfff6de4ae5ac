import Geometry
import Glibc

extension ImageHeader {
  /// Bytes that decoding may hold at once: the pixels it gives and what the codec needs besides. An upper estimate for
  /// admission, from the header alone.
  ///
  /// Codecs that work strip by strip need little; interlaced and progressive files, and formats that decode whole frames, hold all of it.
  package func decodeCost(shrink: Int) -> Int {
    let full = stored.area
    let scaled = format.shrinksOnLoad ? full / (shrink * shrink) : full
    let codec =
      switch format {
      // Coefficients of all scans, two bytes each, at full size whatever the scale.
      case .jpeg: interlaced ? 2 * bands * full : 0
      case .png: interlaced ? full * bands * max(1, bitsPerSample / 8) : 0
      case .webp: 4 * scaled
      case .gif: 8 * full
      case .tiff: 0
      case .heif, .avif: 6 * full
      }
    return 3 * full / (shrink * shrink) + codec
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
