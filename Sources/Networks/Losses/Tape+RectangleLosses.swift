import Foundation
package import Tensors

/// Losses on rectangles: one number for each photograph.
extension Tape {
  /// sigma1 sigma2: the share of the canvas, where nothing hangs over its edge.
  package func area(of rectangles: Variable) -> Variable {
    let output = result(count: rectangles.count, shape: Tape.lossShape, from: [rectangles])
    for index in 0..<rectangles.count {
      let numbers = rectangles.map(index).values
      output.values[index] = numbers[2] * numbers[3]
    }
    record(output) { gradient in
      guard let target = rectangles.gradientToAddTo() else { return }
      for index in 0..<rectangles.count {
        let numbers = rectangles.map(index).values
        rectangles.part(target, index)[2] += gradient[index] * numbers[3]
        rectangles.part(target, index)[3] += gradient[index] * numbers[2]
      }
    }
    return output
  }

  /// How far each rectangle is from the one it should be, in the canvas units of its own view; 0 where there is none:
  ///
  ///     |mu - mu'|^2 + |log sigma - log sigma'|^2 + w (1 - cos 2(alpha - alpha')),   w = ((sigma1' - sigma2') / (sigma1' + sigma2'))^2
  ///
  /// An angle says nothing of a square, hence w; a rectangle turned by a quarter with its sizes exchanged is the same one,
  /// hence the lesser of both distances.
  package func distance(of rectangles: Variable, to targets: [RectangleParameters<Float>?]) -> Variable {
    precondition(targets.count == rectangles.count, "one target a rectangle, or none")
    let output = result(count: rectangles.count, shape: Tape.lossShape, from: [rectangles])
    let chosen = targets.enumerated().map { index, target in
      target.map { Self.nearer($0, to: RectangleParameters(rectangles.map(index).values)) }
    }
    for index in 0..<rectangles.count {
      let found = RectangleParameters(rectangles.map(index).values)
      output.values[index] = chosen[index].map { Self.distance(found, $0) } ?? 0
    }
    record(output) { gradient in
      guard let byRectangle = rectangles.gradientToAddTo() else { return }
      for index in 0..<rectangles.count {
        guard let target = chosen[index] else { continue }
        let found = RectangleParameters(rectangles.map(index).values)
        let g = gradient[index]
        RectangleParameters(
          mu1: 2 * g * (found.mu1 - target.mu1), mu2: 2 * g * (found.mu2 - target.mu2),
          sigma1: 2 * g * log(found.sigma1 / target.sigma1) / found.sigma1,
          sigma2: 2 * g * log(found.sigma2 / target.sigma2) / found.sigma2,
          alpha: 2 * g * Self.anisotropy(target) * sin(2 * (found.alpha - target.alpha))
        ).add(to: rectangles.part(byRectangle, index))
      }
    }
    return output
  }

  private static func distance(_ found: RectangleParameters<Float>, _ target: RectangleParameters<Float>)
    -> Float
  {
    let (x, y) = (found.mu1 - target.mu1, found.mu2 - target.mu2)
    let (size1, size2) = (log(found.sigma1 / target.sigma1), log(found.sigma2 / target.sigma2))
    return x * x + y * y + size1 * size1 + size2 * size2
      + anisotropy(target) * (1 - cos(2 * (found.alpha - target.alpha)))
  }

  private static func anisotropy(_ rectangle: RectangleParameters<Float>) -> Float {
    let share = (rectangle.sigma1 - rectangle.sigma2) / (rectangle.sigma1 + rectangle.sigma2)
    return share * share
  }

  /// The target, or the same rectangle with its axes exchanged, whichever is nearer.
  private static func nearer(
    _ target: RectangleParameters<Float>, to found: RectangleParameters<Float>
  ) -> RectangleParameters<Float> {
    var turned = target
    (turned.sigma1, turned.sigma2) = (target.sigma2, target.sigma1)
    turned.alpha = target.alpha + .pi / 2
    return distance(found, turned) < distance(found, target) ? turned : target
  }

  /// How badly the upright hulls of rectangles cover boxes, given as centre and half sizes (`alpha` is not read); 0 where there is
  /// none:
  ///
  ///     1 - GIoU + edges / 2
  ///
  /// where GIoU = I/U - (C - U)/C with intersection I, union U and common hull C (Rezatofighi et al., "Generalized Intersection
  /// over Union", 2019), and `edges` is the mean distance of the four edges, each cut off at the canvas.
  package func hullLoss(of rectangles: Variable, to boxes: [RectangleParameters<Float>?]) -> Variable {
    precondition(boxes.count == rectangles.count, "one box a rectangle, or none")
    let output = result(count: rectangles.count, shape: Tape.lossShape, from: [rectangles])
    for index in 0..<rectangles.count {
      let found = RectangleParameters(rectangles.map(index).values)
      output.values[index] = boxes[index].map { HullComparison(Hull(found), found, $0).loss } ?? 0
    }
    record(output) { gradient in
      guard let byRectangle = rectangles.gradientToAddTo() else { return }
      for index in 0..<rectangles.count {
        guard let box = boxes[index] else { continue }
        let found = RectangleParameters(rectangles.map(index).values)
        let hull = Hull(found)
        let comparison = HullComparison(hull, found, box)
        let (x, y) = (comparison.slopes(along: \.x), comparison.slopes(along: \.y))
        let g = gradient[index]
        let (byWidth, byHeight) = (g * (x.high - x.low), g * (y.high - y.low))
        RectangleParameters(
          mu1: g * (x.low + x.high), mu2: g * (y.low + y.high),
          sigma1: byWidth * hull.cosine + byHeight * hull.sine,
          sigma2: byWidth * hull.sine + byHeight * hull.cosine,
          alpha: byWidth * (hull.cosineSlope * found.sigma1 + hull.sineSlope * found.sigma2)
            + byHeight * (hull.sineSlope * found.sigma1 + hull.cosineSlope * found.sigma2)
        ).add(to: rectangles.part(byRectangle, index))
      }
    }
    return output
  }

  /// A hull and the box it should cover, as what they share along each axis.
  private struct HullComparison {
    /// Two intervals: the hull's, and the box's.
    struct Axis {
      let low: Float
      let high: Float
      let boxLow: Float
      let boxHigh: Float
      var length: Float { high - low }
      var common: Float { max(0, min(high, boxHigh) - max(low, boxLow)) }
      var spanned: Float { max(high, boxHigh) - min(low, boxLow) }
    }

    let x: Axis
    let y: Axis

    init(_ hull: Hull, _ found: RectangleParameters<Float>, _ box: RectangleParameters<Float>) {
      x = Axis(
        low: found.mu1 - hull.width, high: found.mu1 + hull.width, boxLow: box.mu1 - box.sigma1,
        boxHigh: box.mu1 + box.sigma1)
      y = Axis(
        low: found.mu2 - hull.height, high: found.mu2 + hull.height, boxLow: box.mu2 - box.sigma2,
        boxHigh: box.mu2 + box.sigma2)
    }

    private var intersection: Float { x.common * y.common }
    private var union: Float {
      x.length * y.length + (x.boxHigh - x.boxLow) * (y.boxHigh - y.boxLow) - intersection
    }
    private var span: Float { x.spanned * y.spanned }

    var loss: Float {
      let edges = [x, y].reduce(0) {
        $0 + abs(clamped($1.low) - $1.boxLow) + abs(clamped($1.high) - $1.boxHigh)
      }
      return 2 - intersection / union - union / span + edges / 8
    }

    /// The loss's derivatives by the hull's two edges along an axis.
    func slopes(along axis: KeyPath<HullComparison, Axis>) -> (low: Float, high: Float) {
      let this = self[keyPath: axis]
      let other = axis == \.x ? y : x
      func slope(_ byLength: Float, _ isCommon: Bool, _ isSpanned: Bool, _ edge: Float, _ boxEdge: Float)
        -> Float
      {
        let byIntersection = isCommon && intersection > 0 ? byLength * other.common : 0
        let byUnion = byLength * other.length - byIntersection
        let bySpan = isSpanned ? byLength * other.spanned : 0
        let byEdge: Float = abs(edge) >= 1 || edge == boxEdge ? 0 : edge > boxEdge ? 0.125 : -0.125
        return -byIntersection / union + intersection * byUnion / (union * union) - byUnion / span
          + union * bySpan / (span * span) + byEdge
      }
      return (
        slope(-1, this.low > this.boxLow, this.low < this.boxLow, this.low, this.boxLow),
        slope(1, this.high < this.boxHigh, this.high > this.boxHigh, this.high, this.boxHigh)
      )
    }

    private func clamped(_ edge: Float) -> Float { min(1, max(-1, edge)) }
  }

  /// A rectangle's upright hull: half its width and height, and what they depend on.
  private struct Hull {
    let cosine: Float
    let sine: Float
    /// Derivatives of the two by the angle.
    let cosineSlope: Float
    let sineSlope: Float
    let width: Float
    let height: Float

    init(_ rectangle: RectangleParameters<Float>) {
      let (c, s) = (cos(rectangle.alpha), sin(rectangle.alpha))
      cosine = abs(c)
      sine = abs(s)
      cosineSlope = c < 0 ? s : -s
      sineSlope = s < 0 ? -c : c
      width = cosine * rectangle.sigma1 + sine * rectangle.sigma2
      height = sine * rectangle.sigma1 + cosine * rectangle.sigma2
    }
  }
}
