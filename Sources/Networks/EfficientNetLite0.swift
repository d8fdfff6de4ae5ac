import Tensors

/// EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation and with ReLU6, made for 224 x 224 pixels.
///
/// Layers: `stem`, `block0` to `block15`, `head`, `pool`, `classifier`. Parameters have the names of the PyTorch
/// checkpoints in circulation; padding is TensorFlow's.
package enum EfficientNetLite0 {
  package static let name = "efficientnet-lite0"

  private static let stages = [
    BlockStage(blocks: 1, kernel: 3, stride: 1, expansion: 1, outputs: 16),
    BlockStage(blocks: 2, kernel: 3, stride: 2, expansion: 6, outputs: 24),
    BlockStage(blocks: 2, kernel: 5, stride: 2, expansion: 6, outputs: 40),
    BlockStage(blocks: 3, kernel: 3, stride: 2, expansion: 6, outputs: 80),
    BlockStage(blocks: 3, kernel: 5, stride: 1, expansion: 6, outputs: 112),
    BlockStage(blocks: 4, kernel: 5, stride: 2, expansion: 6, outputs: 192),
    BlockStage(blocks: 1, kernel: 3, stride: 1, expansion: 6, outputs: 320),
  ]

  /// The classifier of so many classes.
  @Sendable package static func architecture(classes: Int) -> Architecture {
    var network = Architecture()
    network.append(
      "stem",
      Convolution.Configuration(
        weight: "_conv_stem.weight", offset: .batchNorm("_bn0", epsilon: 1e-3), outputs: 32,
        walk: KernelWalk(kernel: 3, stride: 2), activation: .relu6))
    network.append(stages, padding: { _ in .same }, epsilon: 1e-3, names: { block, _ in names(block: block) })
    network.append(
      "head",
      Convolution.Configuration(
        weight: "_conv_head.weight", offset: .batchNorm("_bn1", epsilon: 1e-3), outputs: 1280,
        activation: .relu6))
    network.append("pool", GlobalPooling.Configuration())
    network.append("classifier", Linear.Configuration(prefix: "_fc", outputs: classes))
    return network
  }

  private static func names(block number: Int) -> InvertedResidual.Names {
    let prefix = "_blocks.\(number)"
    return InvertedResidual.Names(
      expand: .init(convolution: "\(prefix)._expand_conv", norm: "\(prefix)._bn0"),
      depthwise: .init(convolution: "\(prefix)._depthwise_conv", norm: "\(prefix)._bn1"),
      project: .init(convolution: "\(prefix)._project_conv", norm: "\(prefix)._bn2"))
  }
}
