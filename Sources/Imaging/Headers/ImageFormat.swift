internal import CVipsBridge

/// The formats that are decoded. Any other is refused before a codec sees a byte of it.
package enum ImageFormat: String, CaseIterable, Hashable, Sendable, Codable {
  case jpeg
  case png
  case webp
  case gif
  case tiff
  case heif
  case avif

  var loader: vf_loader {
    switch self {
    case .jpeg: .VF_JPEG
    case .png: .VF_PNG
    case .webp: .VF_WEBP
    case .gif: .VF_GIF
    case .tiff: .VF_TIFF
    case .heif, .avif: .VF_HEIF
    }
  }

  /// Whether the codec turns the picture upright itself, so that the file's orientation is already applied.
  var isTurnedByCodec: Bool { self == .heif || self == .avif }

  /// Whether the codec can decode at 1/2, 1/4 and 1/8 of the size, faster than at full size.
  package var shrinksOnLoad: Bool { self == .jpeg || self == .webp }

  /// Extensions, in lower case and without the dot, of files that claim to be pictures, decoded here or not.
  package static let extensions: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "tif", "tiff", "heic", "heif", "hif", "avif",
    "bmp", "dib", "psd", "ico", "cur", "icns", "svg", "svgz", "jp2", "j2k", "jpf", "jpx", "jxl", "exr", "hdr",
    "ppm", "pgm", "pbm", "pnm", "pam", "pfm", "fits", "tga", "xcf", "dds", "pcx", "qoi",
    "cr2", "cr3", "crw", "nef", "nrw", "arw", "dng", "raf", "orf", "rw2", "pef", "srw", "x3f", "mrw",
  ]
}
