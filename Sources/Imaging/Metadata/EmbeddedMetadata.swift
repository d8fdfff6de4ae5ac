import CVipsBridge
package import Geometry

/// Metadata for a picture that is to be written, taken from its photograph: only what is still true. It never says how to turn the
/// picture, holds no thumbnail, no colour profile and no notes of the camera's maker, whose contents nobody knows.
package struct EmbeddedMetadata: Hashable, Sendable, Codable {
  /// A TIFF structure, little-endian.
  let exif: ExifBlock?
  /// A packet of XMP, UTF-8.
  let xmp: [UInt8]?
  /// Datasets of IPTC-IIM.
  let iptc: [UInt8]?

  /// Larger blocks are not metadata that a person wrote.
  private static let mostBytes = 1 << 20
  /// What fits a JPEG segment beside its heading.
  private static let mostWritten = 65_000

  /// Reads what the policy asks for. What is broken or huge is left out: metadata is never a reason to lose a picture.
  ///
  /// - Parameter size: of the picture that will be written.
  package init(of photograph: ImageBytes, format: ImageFormat, policy: MetadataPolicy, size: PixelSize) {
    // A GIF has none of these blocks, and opening one means reading every frame.
    guard policy != .strip, format != .gif else {
      (exif, xmp, iptc) = (nil, nil, nil)
      return
    }
    let blocks = Self.blocks(of: photograph, format)
    exif = Self.fitting(policy) {
      blocks.exif?.kept($0, size: size)
    } fits: {
      $0.bytes().count
    }
    xmp = Self.fitting(policy) { policy in
      blocks.xmp.flatMap { XMPPacket.filtered($0, policy) }
    } fits: {
      $0.count
    }
    iptc = Self.fitting(policy) { policy in
      blocks.iptc.flatMap { IPTCBlock.filtered($0, policy) }
    } fits: {
      $0.count
    }
  }

  private init(exif: ExifBlock?, xmp: [UInt8]?, iptc: [UInt8]?) {
    (self.exif, self.xmp, self.iptc) = (exif, xmp, iptc)
  }

  /// Without what this type would not have read itself: for metadata that come from another process.
  var believed: EmbeddedMetadata {
    EmbeddedMetadata(
      exif: exif.flatMap { $0.isSound && $0.bytes().count <= Self.mostWritten ? $0 : nil },
      xmp: xmp.flatMap { $0.count <= Self.mostWritten ? $0 : nil },
      iptc: iptc.flatMap { $0.count <= Self.mostWritten ? $0 : nil })
  }

  /// Falls back to the rights where everything would be too long.
  private static func fitting<Block>(
    _ policy: MetadataPolicy, _ read: (MetadataPolicy) -> Block?, fits length: (Block) -> Int
  ) -> Block? {
    for policy in [policy, .copyright] {
      if let block = read(policy), length(block) <= mostWritten { return block }
    }
    return nil
  }

  private static func blocks(
    of photograph: ImageBytes, _ format: ImageFormat
  ) -> (exif: ExifBlock?, xmp: [UInt8]?, iptc: [UInt8]?) {
    Vips.start()
    return photograph.withBytes { bytes in
      guard let image = try? VipsImage(loading: bytes, format: format, shrink: 1) else {
        return (nil, nil, nil)
      }
      // A TIFF is itself built like a block of EXIF.
      let exif =
        format == .tiff
        ? ExifBlock(bytes)
        : image.metadata(.VF_EXIF, limit: mostBytes).flatMap { block in block.withUnsafeBytes { ExifBlock($0) }
        }
      return (
        exif, image.metadata(.VF_XMP, limit: mostBytes), image.metadata(.VF_IPTC, limit: mostBytes)
      )
    }
  }
}
