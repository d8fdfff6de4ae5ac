import Tensors

/// What the learned attentions have in common: from earlier maps to features that know their surroundings.
///
/// Two earlier maps say where to look: `detail`, whose grid the result has, and `semantic`, deeper and coarser,
/// enlarged to it. Each passes a 1 x 1 convolution; the sum a ReLU, a 3 x 3 convolution and a ReLU. What is read off
/// the result is the business of a head: `evidence`, a 1 x 1 convolution to one logit a cell, serves two of them.
package struct AttentionTrunk: Sendable {
  package struct Configuration: Hashable, Sendable {
    /// The names of the layers whose maps are read.
    package var detail: String
    package var semantic: String?
    /// Channels of the convolutions.
    package var width: Int
    /// The names of the parameters start with this and a dot.
    package var prefix: String
    /// What batch normalisation adds to the variance.
    package var epsilon: Double

    /// The names of the layers whose maps are read.
    var reads: [String] { [detail] + (semantic.map { [$0] } ?? []) }

    /// Records the trunk: a map of `width` channels on the detail map's grid.
    func record(in recording: Recording) throws(ModelError) -> Variable {
      let fine = try recording.source(detail)
      var enlarged: Variable?
      if let semantic {
        let coarse = try semanticStep.record(recording.source(semantic), in: recording)
        enlarged = recording.tape.resample(coarse, height: fine.shape.height, width: fine.shape.width)
      }
      return try context.record(detailStep.record(fine, adding: enlarged, in: recording), in: recording)
    }

    /// The last step of heads that want one logit for each cell.
    var evidence: Convolution.Configuration {
      .init(weight: "\(prefix).evidence.weight", offset: .bias("\(prefix).evidence.bias"), outputs: 1)
    }

    // The ReLU of the sum is the detail's: it adds the enlarged semantic map before its activation.
    fileprivate var detailStep: Convolution.Configuration { step("detail", activation: .relu) }
    fileprivate var semanticStep: Convolution.Configuration { step("semantic", activation: .linear) }
    fileprivate var context: Convolution.Configuration {
      step("context", activation: .relu, walk: KernelWalk(kernel: 3, padding: .symmetric(1)))
    }

    private func step(
      _ name: String, activation: Activation, walk: KernelWalk = KernelWalk(kernel: 1)
    ) -> Convolution.Configuration {
      .init(
        weight: "\(prefix).\(name).weight", offset: .batchNorm("\(prefix).\(name)_bn", epsilon: epsilon),
        outputs: width, walk: walk, activation: activation)
    }
  }

  /// The shape of the map it makes.
  var output: MapShape { context.output }
  var multiplyAdds: Int {
    detail.convolution.multiplyAdds + (semantic?.convolution.multiplyAdds ?? 0) + context.multiplyAdds
  }
  private let detail: (source: MapSource, convolution: Convolution)
  private let semantic: (source: MapSource, convolution: Convolution)?
  private let context: Convolution

  init(_ configuration: Configuration, _ site: LayerSite) throws(ModelError) {
    let fine = try site.source(configuration.detail)
    detail = (fine, try Convolution(configuration.detailStep, input: fine.shape, site))
    if let name = configuration.semantic {
      let coarse = try site.source(name)
      semantic = (coarse, try Convolution(configuration.semanticStep, input: coarse.shape, site))
    } else {
      semantic = nil
    }
    context = try Convolution(configuration.context, input: detail.convolution.output, site)
    // The width and the grid are a card's to choose: few weights can ask for much memory.
    guard output.count <= AttentionTrunk.greatestCount else {
      throw site.mismatch("looks at a map of \(output), more than attention is made for")
    }
  }

  /// Numbers of the trunk's map at most: 16 million, twenty times those of 64 channels on a quarter of 448 x 448 pixels.
  private static let greatestCount = 1 << 24

  /// The trunk's map, in scratch memory.
  func run(_ pass: Pass) -> FeatureMap {
    let workspace = pass.workspace
    var enlarged: FeatureMap?
    if let semantic {
      let coarse = workspace.map(semantic.convolution.output)
      semantic.convolution.run(pass.map(semantic.source), adding: nil, into: coarse, workspace: workspace)
      let fine = workspace.map(detail.convolution.output)
      coarse.resample(into: fine)
      enlarged = fine
    }
    let sum = workspace.map(detail.convolution.output)
    detail.convolution.run(pass.map(detail.source), adding: enlarged, into: sum, workspace: workspace)
    let surrounded = workspace.map(context.output)
    context.run(sum, adding: nil, into: surrounded, workspace: workspace)
    return surrounded
  }
}
