package import Geometry
package import Tensors

/// Holds rectangles and boxes against the boxes people have marked in one photograph.
package struct OverlapJudge: Sendable {
  private let marked: BoxList.Marked
  private let frame: CanvasFrame
  private let boxes: [Box]

  /// - Parameter frame: where the photograph, as its file has it, lies on the canvas.
  package init(_ marked: BoxList.Marked, frame: CanvasFrame) {
    self.marked = marked
    self.frame = frame
    boxes = marked.boxes(in: frame.photograph).map { $0.clipped(to: frame.photograph) }.filter { !$0.isEmpty }
  }

  /// How well the network's rectangle and every baseline meet the boxes.
  package func overlaps(
    of rectangle: CanvasRectangle?, activation: ScalarMap?, in workspace: Workspace
  ) -> PhotographVerdict.Overlaps {
    let size = frame.photograph
    return PhotographVerdict.Overlaps(
      boxes: boxes.count,
      hull: rectangle.map { best(LocatedRectangle($0, in: frame).hull) },
      oriented: rectangle.map(oriented),
      isCenterInside: rectangle.map { rectangle in
        boxes.contains { $0.contains(frame.photographPoint(rectangle.center)) }
      },
      whole: best(Box(size)),
      middle: best(
        Box(
          x: 0.15 * Double(size.width), y: 0.15 * Double(size.height), width: 0.7 * Double(size.width),
          height: 0.7 * Double(size.height))),
      moments: activation.map {
        best(LocatedRectangle(ClassActivation.momentsRectangle(of: $0), in: frame).hull)
      },
      activation: activation.map { map in
        let enlarged = map.enlarged(in: workspace).normalised
        return ActivationThresholds.all.map { best(photographBox(enlarged.box(above: $0))) }
      })
  }

  /// The overlap of an upright box in canvas units, cut by the frame.
  package func overlap(ofCanvas box: Box) -> Double { best(photographBox(box)) }

  /// Upright boxes are judged in the file's own pixels: scaling each axis changes all areas alike, so their overlap is
  /// the same in a squashed photograph and in the original.
  private func best(_ box: Box) -> Double { boxes.map { $0.iou(with: box) }.max() ?? 0 }

  /// The rectangle nearest to what the network found does depend on the axes' scales.
  private func oriented(_ rectangle: CanvasRectangle) -> Double {
    let original = marked.original ?? frame.photograph
    let scale = Point(
      x: Double(original.width) / Double(frame.photograph.width),
      y: Double(original.height) / Double(frame.photograph.height))
    func restored(_ point: Point) -> Point { Point(x: point.x * scale.x, y: point.y * scale.y) }
    let (a, b) = rectangle.halfAxes
    let found = Parallelogram(
      OrientedRectangle(
        center: restored(frame.photographPoint(rectangle.center)),
        halfAxes: restored(frame.photographVector(a)), restored(frame.photographVector(b))))
    return boxes.map { box in
      let restored = Box(
        x: box.x * scale.x, y: box.y * scale.y, width: box.width * scale.x, height: box.height * scale.y)
      return found.iou(with: restored, within: original)
    }.max() ?? 0
  }

  /// A box in canvas units as a box of the photograph, cut by its frame.
  private func photographBox(_ box: Box) -> Box {
    Box(
      enclosing: [
        frame.photographPoint(Point(x: box.x, y: box.y)),
        frame.photographPoint(Point(x: box.maxX, y: box.maxY)),
      ]
    ).clipped(to: frame.photograph)
  }
}
