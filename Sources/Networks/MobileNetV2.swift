import Tensors

/// MobileNetV2 at width 1.0: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), table 2.
///
/// Layers: `stem`, `block0` to `block16`, `head`, `pool`, `classifier`. Parameters have the names of torchvision's
/// checkpoints, and as there zeros are put around a map evenly.
package enum MobileNetV2 {
  package static let name = "mobilenet-v2"

  private static let epsilon = 1e-5

  private static let stages = [
    BlockStage(blocks: 1, stride: 1, expansion: 1, outputs: 16),
    BlockStage(blocks: 2, stride: 2, expansion: 6, outputs: 24),
    BlockStage(blocks: 3, stride: 2, expansion: 6, outputs: 32),
    BlockStage(blocks: 4, stride: 2, expansion: 6, outputs: 64),
    BlockStage(blocks: 3, stride: 1, expansion: 6, outputs: 96),
    BlockStage(blocks: 3, stride: 2, expansion: 6, outputs: 160),
    BlockStage(blocks: 1, stride: 1, expansion: 6, outputs: 320),
  ]

  /// The classifier of so many classes.
  @Sendable package static func architecture(classes: Int) -> Architecture {
    var network = Architecture()
    network.append(
      "stem",
      Convolution.Configuration(
        weight: "features.0.0.weight", offset: .batchNorm("features.0.1", epsilon: epsilon), outputs: 32,
        walk: KernelWalk(kernel: 3, stride: 2, padding: .symmetric(1)), activation: .relu6))
    network.append(stages, padding: { .symmetric($0 / 2) }, epsilon: epsilon, names: names)
    network.append(
      "head",
      Convolution.Configuration(
        weight: "features.18.0.weight", offset: .batchNorm("features.18.1", epsilon: epsilon), outputs: 1280,
        activation: .relu6))
    network.append("pool", GlobalPooling.Configuration())
    network.append("classifier", Linear.Configuration(prefix: "classifier.1", outputs: classes))
    return network
  }

  /// The names count the steps of a block: where it does not widen, the others move up.
  private static func names(block number: Int, widens: Bool) -> InvertedResidual.Names {
    let prefix = "features.\(number + 1).conv"
    let (depthwise, project) = widens ? (1, 2) : (0, 1)
    return InvertedResidual.Names(
      expand: .init(convolution: "\(prefix).0.0", norm: "\(prefix).0.1"),
      depthwise: .init(convolution: "\(prefix).\(depthwise).0", norm: "\(prefix).\(depthwise).1"),
      project: .init(convolution: "\(prefix).\(project)", norm: "\(prefix).\(project + 1)"))
  }
}
