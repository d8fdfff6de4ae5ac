import Foundation
package import Geometry
package import Tensors

/// The rectangle as operations of a tape. Rectangles are maps of one position and five channels: mu1, mu2, sigma1, sigma2, alpha.
extension Tape {
  /// The shape of a batch of rectangles.
  package static let rectangleShape = MapShape(height: 1, width: 1, channels: 5)

  /// Reads a rectangle off each map of evidence (one logit a cell), as `MomentsHead` does. `logGain` holds the logarithms of
  /// the two gains.
  package func rectangles(
    of evidence: Variable, logGain: Parameter, leastSize: Float, upright: Bool = false, uprightness: Float = 0
  ) -> Variable {
    precondition(evidence.shape.channels == 1 && logGain.count == 2, "one logit a cell, two gains")
    let head = MomentsHead<Float>(
      grid: CellGrid(rows: evidence.shape.height, columns: evidence.shape.width), leastSize: leastSize,
      gain1: exp(logGain.values[0]), gain2: exp(logGain.values[1]), upright: upright, uprightness: uprightness)
    let output = result(
      count: evidence.count, shape: Tape.rectangleShape, from: [evidence], learning: [logGain])
    for index in 0..<evidence.count {
      head.rectangle(of: evidence.map(index).values.span).write(to: output.map(index).values)
    }
    record(output) { gradient in
      let cells = evidence.shape.count
      for index in 0..<evidence.count {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: cells) { byLogit in
          let gains = head.gradient(
            at: evidence.map(index).values.span,
            upstream: RectangleParameters(output.part(gradient, index)), into: byLogit)
          if logGain.isLearned {
            logGain.gradient[0] += gains.logGain1
            logGain.gradient[1] += gains.logGain2
          }
          guard let target = evidence.gradientToAddTo() else { return }
          for cell in 0..<cells { target[index * cells + cell] += byLogit[cell] }
        }
      }
    }
    return output
  }

  /// Brings four or five raw numbers of each map, as channels of one position, into the ranges of a rectangle.
  package func rectangles(ofRaw raw: Variable, _ ranges: RectangleRanges<Float>) -> Variable {
    precondition(raw.shape.positions == 1 && (4...5).contains(raw.shape.channels), "four or five numbers")
    let output = result(count: raw.count, shape: Tape.rectangleShape, from: [raw])
    for index in 0..<raw.count {
      ranges.rectangle(of: raw.map(index).values.span).write(to: output.map(index).values)
    }
    record(output) { gradient in
      guard let target = raw.gradientToAddTo() else { return }
      for index in 0..<raw.count {
        let byRaw = ranges.gradient(
          at: raw.map(index).values.span, upstream: RectangleParameters(output.part(gradient, index)))
        for (number, slope) in byRaw.enumerated() { target[index * raw.shape.channels + number] += slope }
      }
    }
    return output
  }

  /// The soft map of each rectangle over a grid, as `RectangleWindow` makes it: maps of one channel.
  package func window(_ rectangles: Variable, height: Int, width: Int, sharpness: Float) -> Variable {
    let window = RectangleWindow<Float>(grid: CellGrid(rows: height, columns: width), sharpness: sharpness)
    let shape = MapShape(height: height, width: width, channels: 1)
    let output = result(count: rectangles.count, shape: shape, from: [rectangles])
    for index in 0..<rectangles.count {
      window.evaluate(RectangleParameters(rectangles.map(index).values), into: output.map(index).values)
    }
    record(output) { gradient in
      guard let target = rectangles.gradientToAddTo() else { return }
      for index in 0..<rectangles.count {
        let byRectangle = window.gradient(
          at: RectangleParameters(rectangles.map(index).values), upstream: output.part(gradient, index).span)
        byRectangle.add(to: rectangles.part(target, index))
      }
    }
    return output
  }
}

extension RectangleParameters where Scalar == Float {
  /// The five numbers in order.
  package init(_ numbers: UnsafeMutableBufferPointer<Float>) {
    self.init(mu1: numbers[0], mu2: numbers[1], sigma1: numbers[2], sigma2: numbers[3], alpha: numbers[4])
  }

  package var numbers: [Float] { [mu1, mu2, sigma1, sigma2, alpha] }

  package func write(to target: UnsafeMutableBufferPointer<Float>) {
    _ = target.update(fromContentsOf: numbers)
  }

  package func add(to target: UnsafeMutableBufferPointer<Float>) {
    for (index, number) in numbers.enumerated() { target[index] += number }
  }
}

extension Tape {
  /// Rectangles of views, brought back to the canvas that the views were made from. `views` says for each where the canvas's
  /// points lie in it.
  package func rectanglesOnCanvas(_ rectangles: Variable, seenThrough views: [CanvasSimilarity]) -> Variable {
    precondition(views.count == rectangles.count, "one view a rectangle")
    let output = result(count: rectangles.count, shape: Tape.rectangleShape, from: [rectangles])
    func turn(_ view: CanvasSimilarity) -> (cosine: Float, sine: Float, mirror: Float, size: Float) {
      (Float(cos(view.phi)), Float(sin(view.phi)), view.flips ? -1 : 1, Float(1 / view.rho))
    }
    for (index, view) in views.enumerated() {
      let found = RectangleParameters(rectangles.map(index).values)
      let (c, s, mirror, size) = turn(view)
      let (x, y) = (found.mu1 - Float(view.tau.x), found.mu2 - Float(view.tau.y))
      RectangleParameters(
        mu1: mirror * size * (c * x + s * y), mu2: size * (c * y - s * x), sigma1: size * found.sigma1,
        sigma2: size * found.sigma2, alpha: mirror * (found.alpha - Float(view.phi))
      ).write(to: output.map(index).values)
    }
    record(output) { gradient in
      guard let target = rectangles.gradientToAddTo() else { return }
      for (index, view) in views.enumerated() {
        let g = RectangleParameters(output.part(gradient, index))
        let (c, s, mirror, size) = turn(view)
        RectangleParameters(
          mu1: size * (c * mirror * g.mu1 - s * g.mu2), mu2: size * (s * mirror * g.mu1 + c * g.mu2),
          sigma1: size * g.sigma1, sigma2: size * g.sigma2, alpha: mirror * g.alpha
        ).add(to: rectangles.part(target, index))
      }
    }
    return output
  }
}
