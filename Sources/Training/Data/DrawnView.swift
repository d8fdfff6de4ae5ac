import Foundation
package import Geometry
package import Imaging

/// What was drawn for one view.
package struct DrawnView: Hashable, Sendable {
  /// From the un-augmented canvas to the view.
  package let map: CanvasMap
  package let colours: ColourChange
}

extension Augmentation {
  /// Draws a view. Always takes the same number of random numbers from the generator, whatever the ranges.
  package func draw(_ random: inout KeyedGenerator) -> DrawnView {
    let cropped = Augmentation.draw(crop, &random)
    let widening = random.logUniform(stretch).squareRoot()
    let stretched = CanvasMap(scaleX: widening, scaleY: 1 / widening)
    let rho = random.logUniform(scale)
    let phi = random.uniform(rotation) * .pi / 180
    let tau = Point(x: random.uniform(shift), y: random.uniform(shift))
    let flips = random.unit() < flip
    // The similarity begins with the flip. A stretch along the axes may stand before or behind that.
    let placed = CanvasMap(CanvasSimilarity(rho: rho, phi: phi, tau: tau, flips: flips))
    let colours = ColourChange(
      brightness: random.uniform(brightness), contrast: random.uniform(contrast),
      saturation: random.uniform(saturation))
    guard random.unit() >= plain else {
      return DrawnView(map: CanvasMap(CanvasSimilarity(flips: flips)), colours: ColourChange())
    }
    return DrawnView(map: cropped.followed(by: stretched).followed(by: placed), colours: colours)
  }

  /// A box of random area and ratio, anywhere on the canvas. One that would reach beyond it gets the area and the ratio nearest to
  /// those drawn with which it fits.
  private static func draw(_ crop: Crop?, _ random: inout KeyedGenerator) -> CanvasMap {
    let area = random.uniform(crop?.area ?? 1...1)
    let ratio = random.logUniform(crop?.ratio ?? 1...1)
    let halfWidth = min(1, (area * ratio).squareRoot())
    let halfHeight = min(1, (area / ratio).squareRoot())
    let freeX = 1 - halfWidth
    let freeY = 1 - halfHeight
    let center = Point(x: random.uniform(-freeX...freeX), y: random.uniform(-freeY...freeY))
    guard crop != nil else { return .identity }
    return CanvasMap(showing: center, halfWidth: halfWidth, halfHeight: halfHeight)
  }
}

extension KeyedGenerator {
  /// Uniform in the logarithm; exactly the value of a range that has only one.
  fileprivate mutating func logUniform(_ range: ClosedRange<Double>) -> Double {
    let share = unit()
    guard range.lowerBound < range.upperBound else { return range.lowerBound }
    return range.lowerBound * pow(range.upperBound / range.lowerBound, share)
  }
}
