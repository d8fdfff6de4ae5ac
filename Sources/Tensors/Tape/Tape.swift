import CKernels

/// Records what is computed, so that gradients can be computed by going back over it.
///
/// Each operation is one file in `Operations/`: an extension with its forward pass and, in a closure, its backward pass,
/// written by hand. A tape belongs to one thread; inside an operation the photographs of a batch are shared among the
/// cores.
package final class Tape {
  private struct Step {
    let output: Variable
    let backward: () -> Void
  }

  let pool = FloatPool()
  private var steps: [Step] = []
  private var inputs: [Variable] = []

  package init() {}

  /// A batch that enters the computation; `fill` receives all its numbers, undefined at first. Ask for its gradient
  /// with `isDifferentiable`.
  package func input(
    count: Int, shape: MapShape, isDifferentiable: Bool = false,
    fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Variable {
    let variable = Variable(count: count, shape: shape, isDifferentiable: isDifferentiable, pool: pool)
    fill(variable.values)
    inputs.append(variable)
    return variable
  }

  /// A variable for an operation's result. `sources` are what it is computed from.
  package func result(
    count: Int, shape: MapShape, from sources: [Variable], learning parameters: [Parameter] = []
  ) -> Variable {
    let asked = sources.contains { $0.isDifferentiable } || parameters.contains { $0.isLearned }
    return Variable(count: count, shape: shape, isDifferentiable: asked, pool: pool)
  }

  /// Adds a step: when the gradient by `output` is complete, `backward` adds to those of what it was computed from.
  package func record(
    _ output: Variable, backward: @escaping (_ gradient: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    guard output.isDifferentiable else { return }
    steps.append(
      Step(output: output) { [unowned output] in
        if let gradient = output.gradient { backward(gradient) }
      })
  }

  /// Goes back from losses, each a variable of one number a photograph: the gradient of the sum of weight x number over
  /// losses and photographs is added to parameters and to the inputs that ask for it. Losses nothing learned depends on
  /// are passed over.
  package func goBack(from losses: [(loss: Variable, weight: Float)]) {
    for (loss, weight) in losses where loss.isDifferentiable {
      let gradient = loss.gradientToAddTo()!
      for index in gradient.indices { gradient[index] += weight }
    }
    for step in steps.reversed() {
      step.backward()
      // Complete and used: nothing before this step asks for it again.
      step.output.forgetGradient()
    }
  }

  /// Forgets everything. Memory is kept for the next step.
  package func clear() {
    steps.removeAll(keepingCapacity: true)
    inputs.removeAll(keepingCapacity: true)
  }

  /// Scratch memory for the time of the call.
  func withScratch<Result>(_ count: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
    let block = pool.take(count)
    defer { pool.give(block) }
    return body(UnsafeMutableBufferPointer(rebasing: block.values[..<count]))
  }
}
