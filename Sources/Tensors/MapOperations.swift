import CKernels

extension FeatureMap {
  /// Writes the mean of each channel over all positions to `output`, a map of one position.
  package func mean(into output: FeatureMap) {
    precondition(output.shape == MapShape(height: 1, width: 1, channels: shape.channels))
    vf_mean_positions(base, shape.positions, shape.channels, output.base)
  }

  /// Multiplies all channels of a position by its factor, one for each position in row-major order.
  package func scale(byPosition factors: UnsafeMutableBufferPointer<Float>, into output: FeatureMap) {
    precondition(factors.count == shape.positions && output.shape == shape)
    vf_scale_positions(base, shape.positions, shape.channels, factors.baseAddress!, output.base)
  }

  /// Resamples to another grid, bilinear with half-pixel centres, edges repeated.
  package func resample(into output: FeatureMap) {
    precondition(output.shape.channels == shape.channels)
    vf_enlarge(base, shape.kernelMap, output.base, output.shape.kernelMap)
  }

  /// Fills a three-channel map from 8-bit RGB pixels, row by row, as (value - mean) / scale of each channel.
  package func normalise(rgb: Span<UInt8>, mean: [Float], scale: [Float]) {
    precondition(shape.channels == 3 && rgb.count == shape.count, "pixels do not fill the map")
    precondition(mean.count == 3 && scale.count == 3, "one mean and one scale for each of the three channels")
    rgb.withUnsafeBufferPointer { vf_normalise_rgb($0.baseAddress!, shape.positions, mean, scale, base) }
  }
}

/// Conversions between number formats of files and the float the network computes in.
package enum HalfPrecision {
  /// Widens IEEE half-precision numbers, given as bits, exactly.
  package static func widen(_ bits: [UInt16], into output: UnsafeMutableBufferPointer<Float>) {
    precondition(bits.count == output.count, "as many numbers out as in")
    guard let target = output.baseAddress else { return }
    vf_widen_half(bits, bits.count, target)
  }
}
