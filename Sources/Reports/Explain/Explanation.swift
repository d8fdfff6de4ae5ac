package import Geometry
package import Imaging
package import Manifests

/// Everything that was decided about one photograph, in order.
package struct Explanation: Sendable {
  /// How much the network looked at each cell of its last map.
  package struct Attention: Sendable {
    let rows: Int
    let columns: Int
    /// In [0, 1], row by row.
    let values: [Float]
    /// How the network's canvas lies over the photograph.
    let frame: CanvasFrame

    package init(rows: Int, columns: Int, values: [Float], frame: CanvasFrame) {
      precondition(rows > 0 && columns > 0 && values.count == rows * columns, "one value for each cell")
      self.rows = rows
      self.columns = columns
      self.values = values
      self.frame = frame
    }
  }

  /// A stage that may end a photograph's way.
  package struct Gate: Sendable {
    let stage: String
    /// What it asks, as the pipeline has it.
    let condition: String
    let passes: Bool

    package init(stage: String, condition: String, passes: Bool) {
      self.stage = stage
      self.condition = condition
      self.passes = passes
    }
  }

  /// As it was given.
  package let path: String
  package let input: InputRecord
  /// The decoded photograph, upright, at the scale that the stages ask for.
  package let pixels: PixelBuffer
  /// The model's name, and how the photograph comes to its canvas.
  package var model: (name: String, canvas: PixelSize, fit: CanvasFit)?
  package var predictions: [PredictionRecord] = []
  package var rectangle: LocatedRectangle?
  package var attention: Attention?
  package var gates: [Gate] = []
  package var crops: [ExplainedCrop] = []

  package init(path: String, input: InputRecord, pixels: PixelBuffer) {
    self.path = path
    self.input = input
    self.pixels = pixels
  }

  /// Size of the upright photograph.
  var frame: PixelSize {
    PixelSize(width: input.width ?? pixels.size.width, height: input.height ?? pixels.size.height)
  }
}
