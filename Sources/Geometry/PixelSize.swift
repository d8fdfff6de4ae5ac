/// The size of a pixel grid: a photograph, a canvas, a crop.
package struct PixelSize: Hashable, Sendable, Codable {
  /// Columns.
  package var width: Int
  /// Rows.
  package var height: Int

  /// Takes the values as they are.
  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Number of pixels; `Int.max` when the product does not fit.
  package var area: Int {
    let (product, overflow) = width.multipliedReportingOverflow(by: height)
    return overflow ? .max : product
  }

  /// The longer side.
  package var longest: Int { max(width, height) }

  /// The same size with its sides exchanged.
  package var transposed: PixelSize { PixelSize(width: height, height: width) }

  /// Each side times `factor`, rounded to the nearest pixel and at least 1.
  package func scaled(by factor: Double) -> PixelSize {
    PixelSize(
      width: max(1, Int(saturating: (Double(width) * factor).rounded())),
      height: max(1, Int(saturating: (Double(height) * factor).rounded())))
  }

  /// The size shrunk so that its longer side is at most `limit` pixels, never enlarged.
  ///
  /// A limit below 1 counts as 1.
  package func shrunk(toLongest limit: Int) -> PixelSize {
    let limit = max(1, limit)
    return longest <= limit ? self : scaled(by: Double(limit) / Double(longest))
  }
}
