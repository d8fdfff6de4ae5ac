import Dispatch
import Geometry
import Imaging
import Networks
import Synchronization
import Tensors

/// The photographs to judge by and changed copies of them, as the frozen layers see them: computed once for all trainings behind
/// these layers.
struct HeldOutViews: Sendable {
  /// A photograph with what the frozen layers make of it and of its copies.
  struct Photograph: Sendable {
    let photograph: LabelledPhotograph
    let frame: CanvasFrame
    let maps: [Tensor]
    /// One for each view.
    let views: [[Tensor]]
  }

  let photographs: [Photograph]
  let views: [CanvasView]
  /// Photographs that could not be decoded, and why.
  let skipped: [(name: String, detail: String)]

  /// Photographs whose canvases are held at once.
  private static let chunk = 32

  /// - Parameter watch: hears how many of how many photographs are prepared.
  init(
    _ heldOut: [LabelledPhotograph], trunk: FrozenTrunk, canvas: ModelCard.Canvas, views: [CanvasView],
    jobs: Int, watch: (Int, Int) -> Void
  ) {
    let workspaces = FrozenTrunk.workspaces()
    var photographs: [Photograph] = []
    var skipped: [(String, String)] = []
    for start in stride(from: 0, to: heldOut.count, by: HeldOutViews.chunk) {
      let range = start..<min(start + HeldOutViews.chunk, heldOut.count)
      let rendered = HeldOutViews.render(heldOut, range, canvas, views, jobs: jobs)
      var shown: [(photograph: LabelledPhotograph, frame: CanvasFrame)] = []
      var canvases: [CanvasPixels] = []
      for (index, result) in zip(range, rendered) {
        switch result {
        case .success(let copies):
          let frame = CanvasFrame(photograph: copies.size, canvas: canvas.size, fit: canvas.fit)
          shown.append((heldOut[index], frame))
          canvases += copies.canvases
        case .failure(let error): skipped.append((heldOut[index].name, error.detail))
        }
      }
      let maps = trunk.maps(of: canvases, in: workspaces)
      for (index, entry) in shown.enumerated() {
        let first = index * (1 + views.count)
        photographs.append(
          Photograph(
            photograph: entry.photograph, frame: entry.frame, maps: maps[first],
            views: Array(maps[(first + 1)..<(first + 1 + views.count)])))
      }
      watch(range.upperBound, heldOut.count)
    }
    self.photographs = photographs
    self.views = views
    self.skipped = skipped
  }

  /// A photograph's canvas and its copies, and its own size.
  private struct Copies: Sendable {
    let canvases: [CanvasPixels]
    let size: PixelSize
  }

  private static func render(
    _ photographs: [LabelledPhotograph], _ range: Range<Int>, _ canvas: ModelCard.Canvas, _ views: [CanvasView],
    jobs: Int
  ) -> [Result<Copies, ImagingError>] {
    let results = Mutex([Result<Copies, ImagingError>?](repeating: nil, count: range.count))
    let next = Atomic(range.lowerBound)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, range.count))) { _ in
      defer { Vips.threadShutdown() }
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < range.upperBound else { return }
        let result = copies(of: photographs[index], canvas, views, seed: UInt64(index))
        results.withLock { $0[index - range.lowerBound] = result }
      }
    }
    return results.withLock { $0.compactMap(\.self) }
  }

  private static func copies(
    of photograph: LabelledPhotograph, _ canvas: ModelCard.Canvas, _ views: [CanvasView], seed: UInt64
  ) -> Result<Copies, ImagingError> {
    do throws(ImagingError) {
      let (plain, size) = try PhotographJudge.canvas(of: photograph, canvas)
      var canvases = [plain]
      for view in views {
        canvases.append(
          CanvasPixels(size: plain.size, rgb: try view.apply(to: plain.rgb, plain.size, seed: seed)))
      }
      return .success(Copies(canvases: canvases, size: size))
    } catch {
      return .failure(error)
    }
  }
}
