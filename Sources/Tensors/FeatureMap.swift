import CKernels

/// The extents of a feature map of one photograph.
package struct MapShape: Hashable, Sendable, CustomStringConvertible {
  package let height: Int
  package let width: Int
  package let channels: Int

  package init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Cells of the grid: height times width.
  package var positions: Int { height * width }

  /// All numbers of the map.
  package var count: Int { positions * channels }

  package var description: String { "\(height) x \(width) x \(channels)" }

  var kernelMap: vf_map { vf_map(height: Int32(height), width: Int32(width), channels: Int32(channels)) }
}

/// A feature map in a workspace: height x width x channels floats, channels innermost.
///
/// A view, not an owner, and therefore not `Sendable`: it is valid until its workspace is reset or released to a
/// mark set before it.
package struct FeatureMap {
  package let shape: MapShape
  package let values: UnsafeMutableBufferPointer<Float>

  /// A view of `values`, which hold exactly as many numbers as `shape` needs.
  package init(shape: MapShape, values: UnsafeMutableBufferPointer<Float>) {
    precondition(values.count == shape.count, "\(values.count) values do not make a map of \(shape)")
    self.shape = shape
    self.values = values
  }

  /// The first number. Maps are never empty.
  var base: UnsafeMutablePointer<Float> { values.baseAddress! }

  /// The map as a matrix: one row a position, one column a channel.
  package var matrix: Matrix { Matrix(base, rows: shape.positions, columns: shape.channels) }
}
