import ArgumentParser
import Geometry
import Networks

/// What the network looks at, where that is not to be as its card says.
struct CanvasOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run the network on a canvas of so many pixels a side, or of a width and a height: 288, 352x240.",
      valueName: "size"))
  var canvas: Size?

  @Option(help: "How photographs of other shapes get onto the canvas: squash or letterbox.")
  var fit: Fit?

  /// Changes what is asked for. `origin` names the model in messages.
  func apply(to card: inout ModelCard, origin: String) throws(ModelError) {
    guard canvas != nil || fit != nil else { return }
    try card.setCanvas(canvas?.pixels ?? card.canvas.size, fit: fit?.fit ?? card.canvas.fit, origin: origin)
  }

  /// `288` or `352x240`
  struct Size: ExpressibleByArgument {
    let pixels: PixelSize

    init?(argument: String) {
      guard let size = ModelCard.canvasSize(argument) else { return nil }
      pixels = size
    }
  }

  struct Fit: ExpressibleByArgument {
    let fit: CanvasFit

    init?(argument: String) {
      guard let fit = CanvasFit(rawValue: argument) else { return nil }
      self.fit = fit
    }
  }
}
