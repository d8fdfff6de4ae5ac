import Tensors

/// A run of inverted residuals; only the first has the stride and widens the channels.
struct BlockStage {
  let blocks: Int
  var kernel = 3
  let stride: Int
  let expansion: Int
  let outputs: Int
}

extension Architecture {
  /// Appends the blocks of all stages, called `block0`, `block1` and so on.
  ///
  /// - Parameters:
  ///   - padding: of blocks with a kernel of so many pixels.
  ///   - names: what the parameters of a block are called, by its number and whether it widens its channels.
  mutating func append(
    _ stages: [BlockStage], padding: (_ kernel: Int) -> Padding, epsilon: Double,
    names: (_ block: Int, _ widens: Bool) -> InvertedResidual.Names
  ) {
    var number = 0
    for stage in stages {
      for index in 0..<stage.blocks {
        append(
          "block\(number)",
          InvertedResidual.Configuration(
            names: names(number, stage.expansion > 1), outputs: stage.outputs, expansion: stage.expansion,
            walk: KernelWalk(
              kernel: stage.kernel, stride: index == 0 ? stage.stride : 1, padding: padding(stage.kernel)),
            epsilon: epsilon))
        number += 1
      }
    }
  }
}
