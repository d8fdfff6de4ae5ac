import Geometry
package import Imaging
import Manifests

extension Explanation {
  /// The longer side of a panel, in pixels.
  private static let panel = 720
  private static let gap = 12

  /// What was decided, as a picture of four panels: the photograph with the rectangle, the attention over it, the windows that were
  /// thought of, and the crop. Without a crop there are two.
  package func picture() throws(ImagingError) -> PixelBuffer {
    let shown = frame.shrunk(toLongest: Self.panel)
    let photograph = try pixels.resized(to: shown)
    var panels = [try seen(on: photograph)]
    if let attention { panels.append(try attention.laid(over: photograph, of: frame)) }
    if let crop = crops.first {
      panels.append(try windows(of: crop, on: photograph))
      panels.append(try result(of: crop, within: shown))
    }
    return try PixelBuffer.sheet(of: panels, cell: shown, gap: Self.gap)
  }

  private func seen(on photograph: PixelBuffer) throws(ImagingError) -> PixelBuffer {
    let label = predictions.first.map { "\($0.label) \(percent($0.score))" } ?? path
    return try photograph.annotated(
      with: Annotation(
        outline: rectangle.map { scaled($0.quad, to: photograph.size) }, label: label, colour: .rectangle))
  }

  /// The windows around all sources, the chosen one over them.
  private func windows(of crop: ExplainedCrop, on photograph: PixelBuffer) throws(ImagingError) -> PixelBuffer {
    var picture = photograph
    let thin = Annotation.lineWidth(for: photograph.size) * 0.75
    for other in crop.alternatives where other.source != .whole {
      let outline = scaled(other.rectangle.corners, to: photograph.size)
      picture = try picture.annotated(
        with: Annotation(
          outline: outline, label: other.source.rawValue, colour: .of(other.source), lineWidth: thin))
    }
    for step in crop.steps.dropLast() {
      picture = try picture.annotated(
        with: Annotation(
          outline: scaled(step.region.rectangle.corners, to: photograph.size), colour: .of(crop.region.source),
          lineWidth: thin))
    }
    return try picture.annotated(
      with: Annotation(
        outline: scaled(crop.region.rectangle.corners, to: photograph.size),
        label: "\(crop.stage): \(crop.region.source.rawValue)", colour: .white))
  }

  private func result(of crop: ExplainedCrop, within cell: PixelSize) throws(ImagingError) -> PixelBuffer {
    let size = crop.pixels.size
    let factor = min(
      1, Double(cell.width) / Double(size.width), Double(cell.height) / Double(size.height))
    let shown = PixelSize(
      width: max(1, Int(Double(size.width) * factor)), height: max(1, Int(Double(size.height) * factor)))
    return try crop.pixels.resized(to: shown)
  }

  private func scaled(_ quad: Quad, to size: PixelSize) -> Quad {
    let scale = Point(
      x: Double(size.width) / Double(frame.width), y: Double(size.height) / Double(frame.height))
    func point(_ point: Point) -> Point { Point(x: point.x * scale.x, y: point.y * scale.y) }
    return Quad(point(quad.a), point(quad.b), point(quad.c), point(quad.d))
  }
}

extension Explanation.Attention {
  /// The photograph, its colours kept where the network looked and faded to dark grey where it did not.
  ///
  /// - Parameter upright: size of the photograph that the picture shows.
  func laid(over photograph: PixelBuffer, of upright: PixelSize) throws(ImagingError) -> PixelBuffer {
    let size = photograph.size
    let highest = max(values.max() ?? 1, .leastNormalMagnitude)
    return try photograph.withBytes { (bytes) throws(ImagingError) in
      try PixelBuffer(size: size) { copy in
        for y in 0..<size.height {
          for x in 0..<size.width {
            let point = Point(
              x: (Double(x) + 0.5) * Double(upright.width) / Double(size.width),
              y: (Double(y) + 0.5) * Double(upright.height) / Double(size.height))
            let kept = value(at: frame.canvasPoint(point)) / highest
            let pixel = 3 * (y * size.width + x)
            let light = Int(bytes[pixel]) + Int(bytes[pixel + 1]) + Int(bytes[pixel + 2])
            let grey = Float(light) / 3 * 0.35
            for channel in 0..<3 {
              copy[pixel + channel] = UInt8(Float(bytes[pixel + channel]) * kept + grey * (1 - kept))
            }
          }
        }
      }
    }
  }

  /// Between the middles of the cells the map is bilinear; beyond the outermost it stays as it is there.
  ///
  /// - Parameter point: on the canvas, whose sides reach from -1 to 1.
  private func value(at point: Point) -> Float {
    func place(_ coordinate: Double, _ count: Int) -> (first: Int, share: Float) {
      let place = min(max((coordinate + 1) / 2 * Double(count) - 0.5, 0), Double(count - 1))
      let first = min(Int(place), max(0, count - 2))
      return (first, Float(place - Double(first)))
    }
    let (row, down) = place(point.y, rows)
    let (column, across) = place(point.x, columns)
    func cell(_ rowStep: Int, _ columnStep: Int) -> Float {
      values[min(row + rowStep, rows - 1) * columns + min(column + columnStep, columns - 1)]
    }
    let upper = cell(0, 0) * (1 - across) + cell(0, 1) * across
    let lower = cell(1, 0) * (1 - across) + cell(1, 1) * across
    return upper * (1 - down) + lower * down
  }
}

extension RGB {
  fileprivate static let rectangle = RGB(red: 255, green: 160, blue: 0)

  /// The colour of what was cut around a source.
  fileprivate static func of(_ source: CropSource) -> RGB {
    switch source {
    case .rectangle: .rectangle
    case .attention: RGB(red: 0, green: 190, blue: 255)
    case .centre: RGB(red: 60, green: 210, blue: 60)
    case .whole, .drawn: .white
    }
  }
}
