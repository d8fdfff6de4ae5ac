import Geometry
import Networks
import Tensors
import Testing

/// The shipped model against the same weights in PyTorch, array by array.
///
/// Differences come from the order of summation alone. Reached with OpenBLAS 0.3.21 on its Haswell kernels: 3e-6.
@Suite struct ReferenceTests {
  @Test(arguments: 0..<Fixtures.photographCount)
  func predictionsAgree(photograph: Int) throws {
    let model = try Fixtures.modelOfPhotographs.get()
    let reference = try Fixtures.photographs.get()
    let canvas = try Fixtures.canvas(photograph)
    let workspace = Workspace()
    func row(_ name: String) throws -> [Float] {
      let tensor = try reference.tensor(name)
      let size = tensor.count / tensor.shape[0]
      return Array(tensor.values[(photograph * size)..<((photograph + 1) * size)])
    }

    let prediction = try model.predict(canvas.span, in: workspace)
    let rectangle = try #require(prediction.rectangle)
    let theta = [rectangle.mu1, rectangle.mu2, rectangle.sigma1, rectangle.sigma2, rectangle.alpha].map(
      Float.init)
    let plain = try model.predict(canvas.span, in: workspace, attending: false)
    let deviations = try [
      "theta": deviation(theta, row("theta")),
      "attention": deviation(#require(prediction.attentionMap).values, row("attention")),
      "logits": deviation(prediction.logits, row("logits")),
      "plain logits": deviation(plain.logits, row("plain_logits")),
    ]
    for (name, deviation) in deviations { #expect(deviation < 1e-4, "\(name)") }
    #expect(plain.rectangle == rectangle)
  }

  @Test(arguments: [("block10", "features16"), ("block15", "features32")])
  func featuresAgree(layer: String, array: String) throws {
    let model = try Fixtures.modelOfPhotographs.get()
    let expected = try Fixtures.photographs.get().tensor(array)
    let source = try #require(model.network.source(layer))
    let workspace = Workspace()
    var found: [Float] = []
    for photograph in 0..<expected.shape[0] {
      let canvas = try Fixtures.canvas(photograph)
      let pass = model.network.run(in: workspace) {
        $0.normalise(rgb: canvas.span, mean: model.card.canvas.mean, scale: model.card.canvas.scale)
      }
      found += Array(pass.map(source).values)
    }
    #expect(deviation(found, expected.values) < 1e-4)
  }
}
