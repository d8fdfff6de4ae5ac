import CVipsBridge
import Geometry

/// A failed call of libvips. Which one is known to the caller, who makes an `ImagingError` of it.
struct VipsFailure: Error {}

/// The result of a call of libvips, or else this error.
func attempt<Result: ~Copyable>(
  else failure: @autoclosure () -> ImagingError, _ call: () throws(VipsFailure) -> Result
) throws(ImagingError) -> Result {
  do throws(VipsFailure) {
    return try call()
  } catch {
    throw failure()
  }
}

/// A lazy image of libvips: a recipe that runs when pixels are read. Never leaves this module.
///
/// The memory an image was made over must outlive it and everything made from it.
struct VipsImage: ~Copyable {
  fileprivate let handle: OpaquePointer

  private init(_ make: (UnsafeMutablePointer<OpaquePointer?>) -> CInt) throws(VipsFailure) {
    var out: OpaquePointer?
    guard make(&out) == 0, let out else { throw VipsFailure() }
    handle = out
  }

  deinit { vf_image_release(handle) }

  /// The first page of a compressed file, or its primary picture, to be read once from top to bottom. `shrink` is only for JPEG and WebP.
  init(loading bytes: UnsafeRawBufferPointer, format: ImageFormat, shrink: Int) throws(VipsFailure) {
    guard let base = bytes.baseAddress else { throw VipsFailure() }
    try self.init { vf_load(base, bytes.count, format.loader, CInt(shrink), $0) }
  }

  /// Interleaved RGB pixels, not copied.
  init(rgb: UnsafeRawBufferPointer, size: PixelSize) throws(VipsFailure) {
    guard let base = rgb.baseAddress else { throw VipsFailure() }
    try self.init { vf_image_from_pixels(base, CInt(size.width), CInt(size.height), $0) }
  }

  var info: vf_info {
    var info = vf_info()
    vf_image_info(handle, &info)
    return info
  }

  var size: PixelSize { info.size }
}

extension vf_info {
  var size: PixelSize { PixelSize(width: Int(width), height: Int(height)) }
}

// MARK: Metadata

extension VipsImage {
  /// A copy of a block of metadata; nil where there is none, or more than `limit` bytes of it.
  func metadata(_ block: vf_block, limit: Int) -> [UInt8]? {
    var bytes: UnsafeRawPointer?
    var count = 0
    guard vf_metadata(handle, block, &bytes, &count) == 0, let bytes, count <= limit else { return nil }
    return Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }
}

// MARK: Colour

extension VipsImage {
  /// To 8-bit sRGB by the embedded profile or else the fallback, "srgb" or "cmyk".
  func convertedByProfile(fallback: String) throws(VipsFailure) -> VipsImage {
    try VipsImage { vf_profile_to_srgb(handle, fallback, $0) }
  }

  /// To sRGB by the colour space alone.
  func convertedBySpace() throws(VipsFailure) -> VipsImage { try VipsImage { vf_space_to_srgb(handle, $0) } }

  /// The same numbers taken as another colour space.
  func relabelled(as colour: vf_colour) throws(VipsFailure) -> VipsImage {
    try VipsImage { vf_relabel(handle, colour, $0) }
  }

  /// Some of the bands.
  func bands(_ range: Range<Int>) throws(VipsFailure) -> VipsImage {
    try VipsImage { vf_bands(handle, CInt(range.lowerBound), CInt(range.count), $0) }
  }

  /// To 8 bits a sample.
  func eightBit() throws(VipsFailure) -> VipsImage { try VipsImage { vf_to_u8(handle, $0) } }

  /// Three 8-bit bands over a background, by one 8-bit band of alpha.
  func flattened(by alpha: borrowing VipsImage, on background: RGB) throws(VipsFailure) -> VipsImage {
    let alphaHandle = alpha.handle
    return try VipsImage {
      vf_flatten(handle, alphaHandle, [background.red, background.green, background.blue], $0)
    }
  }
}

// MARK: Geometry

extension VipsImage {
  /// Averages boxes of `factor` x `factor`; the size is rounded up.
  func boxShrunk(by factor: Int) throws(VipsFailure) -> VipsImage {
    try VipsImage { vf_box_shrink(handle, CInt(factor), $0) }
  }

  /// A larger picture with this one in its top left corner; the rest is transparent.
  func extended(to size: PixelSize) throws(VipsFailure) -> VipsImage {
    try VipsImage { vf_extend(handle, CInt(size.width), CInt(size.height), $0) }
  }

  /// The pixels of an oriented rectangle, turned upright.
  func cut(_ rectangle: OrientedRectangle, to size: PixelSize) throws(VipsFailure) -> VipsImage {
    try VipsImage {
      vf_rotated_crop(
        handle, rectangle.center.x, rectangle.center.y, rectangle.angle * .pi / 180, CInt(size.width),
        CInt(size.height), $0)
    }
  }

  /// The pixel most likely to draw the eye.
  func attention() throws(VipsFailure) -> (x: Int, y: Int) {
    var x: CInt = 0
    var y: CInt = 0
    guard vf_attention(handle, &x, &y) == 0 else { throw VipsFailure() }
    return (Int(x), Int(y))
  }
}

// MARK: Reading

/// Computes pixels of an image on the calling thread. Used on the thread that made it only.
struct PixelReader: ~Copyable {
  private let region: OpaquePointer

  init(_ image: borrowing VipsImage) throws(VipsFailure) {
    var out: OpaquePointer?
    guard vf_region_new(image.handle, &out) == 0, let out else { throw VipsFailure() }
    region = out
  }

  deinit { vf_region_release(region) }

  /// Writes the pixels of a box, in rows without gaps, to `destination`.
  func read(_ box: PixelBox, into destination: UnsafeMutableRawBufferPointer) throws(VipsFailure) {
    precondition(destination.count >= 3 * box.size.area, "the pixels fit")
    let result = vf_region_read(
      region, CInt(box.x), CInt(box.y), CInt(box.width), CInt(box.height),
      destination.baseAddress!.assumingMemoryBound(to: UInt8.self), 3 * box.width)
    guard result == 0 else { throw VipsFailure() }
  }
}

// MARK: Encoding

extension VipsImage {
  /// The compressed file. `quality` concerns JPEG and WebP.
  func encoded(as format: ImageFormat, quality: Int) throws(VipsFailure) -> [UInt8] {
    var bytes: UnsafeMutableRawPointer?
    var count = 0
    guard vf_encode(handle, format.loader, CInt(quality), &bytes, &count) == 0, let bytes else {
      throw VipsFailure()
    }
    defer { vf_bytes_free(bytes) }
    return Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }
}
