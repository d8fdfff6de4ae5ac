import Tensors

/// EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation and with ReLU6, made for 224 x 224 pixels.
///
/// Layers: `stem`, `block0` to `block15`, `head`, `pool`, `classifier`. Parameters have the names of the PyTorch
/// checkpoints in circulation; padding is TensorFlow's.
package enum EfficientNetLite0 {
  package static let name = "efficientnet-lite0"

  /// A run of blocks; only the first has the stride and widens the channels.
  private struct Stage {
    let blocks: Int
    let kernel: Int
    let stride: Int
    let expansion: Int
    let outputs: Int
  }

  private static let stages = [
    Stage(blocks: 1, kernel: 3, stride: 1, expansion: 1, outputs: 16),
    Stage(blocks: 2, kernel: 3, stride: 2, expansion: 6, outputs: 24),
    Stage(blocks: 2, kernel: 5, stride: 2, expansion: 6, outputs: 40),
    Stage(blocks: 3, kernel: 3, stride: 2, expansion: 6, outputs: 80),
    Stage(blocks: 3, kernel: 5, stride: 1, expansion: 6, outputs: 112),
    Stage(blocks: 4, kernel: 5, stride: 2, expansion: 6, outputs: 192),
    Stage(blocks: 1, kernel: 3, stride: 1, expansion: 6, outputs: 320),
  ]

  /// The classifier of so many classes.
  @Sendable package static func architecture(classes: Int) -> Architecture {
    var network = Architecture()
    network.append(
      "stem",
      Convolution.Configuration(
        weight: "_conv_stem.weight", offset: .batchNorm("_bn0", epsilon: 1e-3), outputs: 32,
        walk: KernelWalk(kernel: 3, stride: 2), activation: .relu6))
    var number = 0
    for stage in stages {
      for index in 0..<stage.blocks {
        network.append(
          "block\(number)",
          InvertedResidual.Configuration(
            names: names(block: number), outputs: stage.outputs, expansion: stage.expansion,
            walk: KernelWalk(kernel: stage.kernel, stride: index == 0 ? stage.stride : 1), epsilon: 1e-3))
        number += 1
      }
    }
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
