import Networks
import Tensors
import TestSupport
import Testing
import Training

@Suite struct ClassActivationTests {
  /// A network of random weights; the bias of its classifier is 0.
  private func network(pooling: Bool) throws -> Network {
    var architecture = Architecture()
    architecture.append(
      "features", Convolution.Configuration(weight: "w", outputs: 5, walk: KernelWalk(kernel: 3)))
    if pooling { architecture.append("pool", GlobalPooling.Configuration()) }
    architecture.append("classifier", Linear.Configuration(prefix: "c", outputs: 4))
    let parameters = Parameters(origin: "test") { (name, shape) throws(ModelError) in
      var generator = SeededGenerator(seed: UInt64(name.utf8.reduce(0) { $0 * 31 + Int($1) }))
      return Tensor(
        shape: shape,
        (0..<shape.reduce(1, *)).map { _ in name == "c.bias" ? 0 : Float.random(in: -1...1, using: &generator) }
      )
    }
    return try Network(
      architecture, input: MapShape(height: 6, width: 7, channels: 3), parameters: parameters)
  }

  @Test func theMeanOfAMapIsTheLogitOfItsClass() throws {
    let network = try network(pooling: true)
    let workspace = Workspace()
    let pass = network.run(in: workspace, attending: false) { map in
      for index in map.values.indices { map.values[index] = Float((index * 37) % 11) / 11 }
    }
    let logits = try Array(pass.map(#require(network.source("classifier"))).values)
    for (index, logit) in logits.enumerated() {
      let map = try #require(ClassActivation.map(of: network, in: pass, class: index))
      #expect(map.rows == 6 && map.columns == 7)
      let mean = map.values.reduce(0) { $0 + Double($1) } / Double(map.values.count)
      #expect(approximately(mean, Double(logit), tolerance: 1e-5))
    }
    #expect(Set(logits).count == 4)
  }

  @Test func aNetworkThatEndsOtherwiseHasNone() throws {
    #expect(try network(pooling: false).classActivation == nil)
  }
}
