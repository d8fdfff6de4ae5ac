import Tensors

/// A network for canvases of 64 to 160 pixels that learns a data set of its own from nothing, in minutes on two cores:
/// inverted residuals as in MobileNetV2, sixteen times coarser at the end than the canvas, 0.3 million parameters.
///
/// Layers: `stem`, `block0` to `block9`, `head`, `pool`, `dropout`, `classifier`. Parameters are named after them.
package enum SmallNetwork {
  package static let name = "small"

  private static let epsilon = 1e-5

  /// A run of blocks; only the first has the stride and widens the channels.
  private struct Stage {
    let blocks: Int
    let stride: Int
    let expansion: Int
    let outputs: Int
  }

  private static let stages = [
    Stage(blocks: 1, stride: 1, expansion: 1, outputs: 16),
    Stage(blocks: 2, stride: 2, expansion: 4, outputs: 24),
    Stage(blocks: 2, stride: 2, expansion: 4, outputs: 40),
    Stage(blocks: 3, stride: 2, expansion: 4, outputs: 64),
    Stage(blocks: 2, stride: 1, expansion: 4, outputs: 96),
  ]

  /// The classifier of so many classes.
  @Sendable package static func architecture(classes: Int) -> Architecture {
    var network = Architecture()
    network.append(
      "stem",
      Convolution.Configuration(
        weight: "stem.weight", offset: .batchNorm("stem_bn", epsilon: epsilon), outputs: 16,
        walk: walk(stride: 2), activation: .relu6))
    var number = 0
    for stage in stages {
      for index in 0..<stage.blocks {
        network.append(
          "block\(number)",
          InvertedResidual.Configuration(
            names: names(block: number), outputs: stage.outputs, expansion: stage.expansion,
            walk: walk(stride: index == 0 ? stage.stride : 1), epsilon: epsilon))
        number += 1
      }
    }
    network.append(
      "head",
      Convolution.Configuration(
        weight: "head.weight", offset: .batchNorm("head_bn", epsilon: epsilon), outputs: 256, activation: .relu6
      ))
    network.append("pool", GlobalPooling.Configuration())
    network.append("dropout", Dropout.Configuration(share: 0.2))
    network.append("classifier", Linear.Configuration(prefix: "classifier", outputs: classes))
    return network
  }

  private static func walk(stride: Int) -> KernelWalk {
    KernelWalk(kernel: 3, stride: stride, padding: .symmetric(1))
  }

  private static func names(block number: Int) -> InvertedResidual.Names {
    func step(_ name: String) -> InvertedResidual.Names.Step {
      .init(convolution: "block\(number).\(name)", norm: "block\(number).\(name)_bn")
    }
    return .init(expand: step("expand"), depthwise: step("depthwise"), project: step("project"))
  }
}
