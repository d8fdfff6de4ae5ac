package import Geometry

/// What is drawn over a picture to show what was seen in it.
package struct Annotation: Hashable, Sendable {
  /// Four corners in pixels of the picture they are drawn on; they may lie outside. Drawn as straight lines.
  package var outline: Quad?
  /// One line of text; any Unicode.
  package var label: String?
  package var colour: RGB
  /// Of the lines, in pixels; nil takes what suits the picture.
  package var lineWidth: Double?

  package init(outline: Quad? = nil, label: String? = nil, colour: RGB, lineWidth: Double? = nil) {
    self.outline = outline
    self.label = label
    self.colour = colour
    self.lineWidth = lineWidth
  }

  /// The width of lines for a picture: a 250th of the longer side, but no more than a 40th of the shorter, and at least 2 pixels.
  package static func lineWidth(for size: PixelSize) -> Double {
    max(2, min(Double(size.longest) / 250, Double(min(size.width, size.height)) / 40))
  }
}

extension PixelBuffer {
  /// A copy with the annotation drawn on it: the outline on a thin dark casing, so that it shows on any background, and the label on
  /// a box of the same colour above the outline's first side, at its first corner, wholly inside the picture. A picture too small for a label gets none.
  ///
  /// Memory: the copy, and the letters.
  package func annotated(with annotation: Annotation) throws(ImagingError) -> PixelBuffer {
    try withBytes { (original) throws(ImagingError) in
      try PixelBuffer(size: size) { (copy) throws(ImagingError) in
        copy.copyMemory(from: original)
        let painter = Painter(copy, size: size)
        let width = annotation.lineWidth ?? Annotation.lineWidth(for: size)
        if let outline = annotation.outline { painter.draw(outline, width: width, annotation.colour) }
        guard let text = annotation.label else { return }
        let outline = annotation.outline.flatMap { $0.isFinite ? $0 : nil }
        if let label = Label(text, along: (outline?.a ?? .zero, outline?.b ?? .zero), on: size, gap: width) {
          painter.draw(label, annotation.colour)
        }
      }
    }
  }
}

extension Painter {
  fileprivate func draw(_ quad: Quad, width: Double, _ colour: RGB) {
    let casing = width + 2 * max(1, width / 4)
    let corners = quad.points
    for (width, colour) in [(casing, RGB.black), (width, colour)] {
      for (index, corner) in corners.enumerated() {
        line(from: corner, to: corners[(index + 1) % corners.count], width: width, colour)
      }
    }
  }

  fileprivate func draw(_ label: Label, _ colour: RGB) {
    fill(label.box, .black)
    fill(label.box.inset(by: label.border), colour)
    let x = label.box.x + (label.box.width - label.letters.size.width) / 2
    let y = label.box.y + (label.box.height - label.letters.size.height) / 2
    stamp(label.letters, x: x, y: y, colour.isLight ? .black : .white)
  }
}

extension PixelBox {
  fileprivate func inset(by border: Int) -> PixelBox {
    PixelBox(x: x + border, y: y + border, width: width - 2 * border, height: height - 2 * border)
  }
}

extension RGB {
  /// Whether black letters are easier to read on it than white ones, by Rec. 709 luma.
  fileprivate var isLight: Bool {
    2126 * Int(red) + 7152 * Int(green) + 722 * Int(blue) > 10_000 * 120
  }
}
