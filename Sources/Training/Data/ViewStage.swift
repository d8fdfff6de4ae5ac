import Dispatch
import Geometry
import Imaging
import StageGraph

/// Reads a photograph, decodes it once at the smallest scale that serves all of its views, and renders them.
struct ViewStage: Stage {
  /// Seconds that one photograph may take to decode.
  private static let timeout = 60.0

  let canvas: PixelSize
  let fit: CanvasFit
  /// Asked between strips of rows, so that a stream ends soon once it is cancelled.
  let isCancelled: @Sendable () -> Bool

  let phases: [Phase] = [.input, .compute]

  func memoryCost(for photograph: StreamedPhotograph) -> MemoryCost {
    guard let header = photograph.header else { return .none }
    let shrink = shrink(photograph, header)
    let pixels = header.pixelBytes(shrink: shrink)
    // The views stay. The decoded picture, what the codec needs, and a copy of the picture at the size of one view do not.
    return MemoryCost(
      kept: 3 * canvas.area * photograph.drawn.count,
      working: 2 * pixels + 3 * canvas.area + header.codecBytes(shrink: shrink))
  }

  func input(_ photograph: inout StreamedPhotograph, _ context: StageContext) throws(StageFailure) {
    do throws(ImagingError) {
      let file = try ImageFile(path: photograph.source.path)
      guard file.size == photograph.fileSize else { throw .changed }
      photograph.bytes = try ImageBytes(contentsOf: file, limit: file.size)
    } catch {
      throw StageFailure(error)
    }
  }

  func compute(
    _ photograph: inout StreamedPhotograph, _ context: StageContext
  ) throws(StageFailure) -> Verdict {
    do throws(ImagingError) {
      photograph.views = try views(of: photograph)
    } catch {
      throw StageFailure(error)
    }
    photograph.bytes = nil
    return .pass
  }

  private func views(of photograph: StreamedPhotograph) throws(ImagingError) -> [View] {
    guard let bytes = photograph.bytes, let header = photograph.header else {
      preconditionFailure("the file is read before it is decoded")
    }
    let deadline = Deadline(seconds: Self.timeout)
    let pixels = try Decoder.decode(bytes, header: header, shrink: shrink(photograph, header)) {
      row throws(ImagingError) in
      if isCancelled() { throw .cancelled }
      if deadline.hasPassed { throw .timedOut(row: row) }
    }
    var views: [View] = []
    for drawn in photograph.drawn {
      let view = try Canvas.render(
        pixels, size: canvas, fit: fit, through: drawn.map, colours: drawn.colours)
      views.append(
        View(pixels: view, map: drawn.map, label: photograph.source.label, photograph: photograph.index))
    }
    return views
  }

  private func shrink(_ photograph: StreamedPhotograph, _ header: ImageHeader) -> Int {
    Canvas.shrink(for: header.upright, canvas: canvas, through: photograph.drawn.map(\.map))
  }
}
