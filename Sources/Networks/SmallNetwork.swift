import Tensors

/// A network for canvases of 64 to 160 pixels that learns a data set of its own from nothing, in minutes on two cores:
/// inverted residuals as in MobileNetV2, sixteen times coarser at the end than the canvas, 0.3 million parameters.
///
/// Layers: `stem`, `block0` to `block9`, `head`, `pool`, `dropout`, `classifier`. Parameters are named after them.
package enum SmallNetwork {
  package static let name = "small"

  private static let epsilon = 1e-5

  private static let stages = [
    BlockStage(blocks: 1, stride: 1, expansion: 1, outputs: 16),
    BlockStage(blocks: 2, stride: 2, expansion: 4, outputs: 24),
    BlockStage(blocks: 2, stride: 2, expansion: 4, outputs: 40),
    BlockStage(blocks: 3, stride: 2, expansion: 4, outputs: 64),
    BlockStage(blocks: 2, stride: 1, expansion: 4, outputs: 96),
  ]

  /// The classifier of so many classes.
  @Sendable package static func architecture(classes: Int) -> Architecture {
    var network = Architecture()
    network.append(
      "stem",
      Convolution.Configuration(
        weight: "stem.weight", offset: .batchNorm("stem_bn", epsilon: epsilon), outputs: 16,
        walk: KernelWalk(kernel: 3, stride: 2, padding: .symmetric(1)), activation: .relu6))
    network.append(
      stages, padding: { .symmetric($0 / 2) }, epsilon: epsilon, names: { block, _ in names(block: block) })
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

  private static func names(block number: Int) -> InvertedResidual.Names {
    func step(_ name: String) -> InvertedResidual.Names.Step {
      .init(convolution: "block\(number).\(name)", norm: "block\(number).\(name)_bn")
    }
    return .init(expand: step("expand"), depthwise: step("depthwise"), project: step("project"))
  }
}
