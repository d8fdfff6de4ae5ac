import Geometry
import Imaging

/// Cuts regions out of a photograph: from the decoded pixels at hand where they are large enough, otherwise from the file, of which
/// it then decodes that region at the scale that serves. Pixels that were altered are not in the file: from these it cuts what they have.
struct Cutter {
  let picture: Picture
  let bytes: ImageBytes?
  let header: ImageHeader
  let codecs: Codecs
  /// Seconds that decoding again may take.
  let timeout: Double

  /// Bytes that cutting may hold at once, beside the result: what a second decode takes.
  ///
  /// A region is decoded at the least scale at which no side is shorter than the output's: less than twice as long, but for
  /// regions so large that even an eighth of them is more.
  static func mostBytes(
    of header: ImageHeader, fileBytes: Int, outputLongest: Int, _ codecs: Codecs
  ) -> Int {
    let side = max(2 * outputLongest, header.upright.longest / Decoder.shrinks.last!)
    let pixels = 3 * min(header.upright.area, side * side)
    return pixels + header.codecBytes(shrink: 1) + codecs.extraBytes(fileBytes: fileBytes, pixelBytes: pixels)
  }

  /// - Parameters:
  ///   - region: in pixels of the upright photograph.
  ///   - output: the size of the result, not larger than the region. Altered pixels may give a smaller one.
  func cut(_ region: CropRegion, to output: PixelSize) throws(ImagingError) -> (PixelBuffer, decodedAgain: Bool)
  {
    // Along the longer side: of a few pixels one is a large share.
    let isTall = output.height > output.width
    let wanted = Double(isTall ? output.height : output.width)
    let scale =
      isTall
      ? Double(picture.pixels.size.height) / Double(header.upright.height)
      : Double(picture.pixels.size.width) / Double(header.upright.width)
    let there = scale * (isTall ? region.rectangle.height : region.rectangle.width)
    // Half a pixel of rounding in the decoded size is not worth a second decode.
    let suffices = there + 1 >= wanted
    guard let bytes, !picture.isWhole || !(suffices || picture.isAltered) else {
      let output = suffices ? output : output.scaled(by: there / wanted)
      return (try cut(region.rectangle, from: picture.pixels, showing: Box(header.upright), to: output), false)
    }
    let box = PixelBox(enclosing: region.rectangle.hull, within: header.upright)
    let reduction = (isTall ? region.rectangle.height : region.rectangle.width) / wanted
    let shrink = Decoder.shrinks.last { Double($0) <= reduction } ?? 1
    let pixels = try codecs.decode(
      bytes, header: header, shrink: shrink, region: box, background: picture.background, seconds: timeout)
    return (try cut(region.rectangle, from: pixels, showing: box.box, to: output), true)
  }

  /// - Parameter shown: the part of the photograph that `pixels` show.
  private func cut(
    _ rectangle: OrientedRectangle, from pixels: PixelBuffer, showing shown: Box, to output: PixelSize
  ) throws(ImagingError) -> PixelBuffer {
    let scaleX = Double(pixels.size.width) / shown.width
    let scaleY = Double(pixels.size.height) / shown.height
    let center = Point(x: (rectangle.center.x - shown.x) * scaleX, y: (rectangle.center.y - shown.y) * scaleY)
    let part = OrientedRectangle(
      center: center, width: rectangle.width * scaleX, height: rectangle.height * scaleY, angle: rectangle.angle
    )
    guard rectangle.angle == 0 else { return try pixels.cropped(to: part).resized(to: output) }
    let box = PixelBox(rounding: part.hull, within: pixels.size)
    return try pixels.cropped(to: box, resizedTo: output)
  }
}
