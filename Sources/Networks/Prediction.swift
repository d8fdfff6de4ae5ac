import Foundation
package import Geometry
import Tensors

/// What a network says of one photograph.
package struct Prediction: Sendable {
  /// A class and its share of the probability.
  package struct Ranked: Hashable, Sendable {
    package let index: Int
    package let probability: Float
  }

  /// How much each position of a feature map counted.
  package struct AttentionMap: Hashable, Sendable {
    package let rows: Int
    package let columns: Int
    /// In (0, 1], row by row.
    package let values: [Float]
  }

  /// One number for each class.
  package let logits: [Float]
  /// The softmax of `logits`.
  package let probabilities: [Float]
  /// Where the network looked, in canvas units. Nil for a network without rectangular attention.
  package let rectangle: CanvasRectangle?
  package let attentionMap: AttentionMap?

  /// What a network has said by the end of a pass.
  package init(of pass: Pass) {
    self.init(logits: Array(pass.maps[pass.maps.count - 1].values), attention: pass.attention)
  }

  init(logits: [Float], attention: Attention?) {
    self.logits = logits
    probabilities = Prediction.softmax(logits)
    rectangle = attention?.rectangle
    attentionMap = attention.map {
      AttentionMap(rows: $0.map.shape.height, columns: $0.map.shape.width, values: Array($0.map.values))
    }
  }

  /// The `count` most probable classes, the best first; of equals the lower index first.
  package func top(_ count: Int) -> [Ranked] {
    var best: [Ranked] = []
    best.reserveCapacity(max(count, 0) + 1)
    for (index, probability) in probabilities.enumerated() {
      guard best.count < count || probability > (best.last?.probability ?? .infinity) else { continue }
      let place = best.firstIndex { $0.probability < probability } ?? best.count
      best.insert(Ranked(index: index, probability: probability), at: place)
      if best.count > count { best.removeLast() }
    }
    return best
  }

  private static func softmax(_ logits: [Float]) -> [Float] {
    let highest = logits.max() ?? 0
    var shares = logits.map { exp($0 - highest) }
    let mass = shares.reduce(0.0) { $0 + Double($1) }
    for index in shares.indices { shares[index] = Float(Double(shares[index]) / mass) }
    return shares
  }
}
