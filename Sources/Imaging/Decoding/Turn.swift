import CKernels
import Geometry

/// Puts strips of a stored picture where they belong in the upright one.
struct Turn {
  private let width: Int
  /// Bytes from the start of the upright picture to where the first stored pixel goes.
  private let origin: Int
  /// Bytes from a stored pixel to the next in its row, and to the next in its column, in the upright picture.
  private let stepX: Int
  private let stepY: Int

  init(_ orientation: Orientation, of stored: PixelSize) {
    let upright = orientation.uprightSize(of: stored)
    let stride = 3 * upright.width
    let column = orientation.flipsColumns ? -3 : 3
    let row = orientation.flipsRows ? -stride : stride
    width = stored.width
    origin =
      (orientation.flipsColumns ? 3 * (upright.width - 1) : 0)
      + (orientation.flipsRows ? stride * (upright.height - 1) : 0)
    stepX = orientation.swapsAxes ? row : column
    stepY = orientation.swapsAxes ? column : row
  }

  /// Copies `count` stored rows, of which the first is `row`, into the upright picture.
  func place(
    _ strip: UnsafeMutableRawBufferPointer, row: Int, count: Int, in upright: UnsafeMutableRawBufferPointer
  ) {
    let from = strip.baseAddress!.assumingMemoryBound(to: UInt8.self)
    let to = upright.baseAddress!.assumingMemoryBound(to: UInt8.self) + origin + row * stepY
    vf_turn_rgb8(from, width, count, to, stepX, stepY)
  }
}
