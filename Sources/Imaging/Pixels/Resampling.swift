import CKernels
package import Geometry
import Glibc

/// The filter of a resampling. Where the picture shrinks it is widened by the scale, so that every pixel counts.
package enum ResamplingFilter: Sendable {
  /// Keys' cubic with a = -1/2: what the network's canvas is made with.
  case cubic
  /// Windowed sinc over six pixels: sharper, for pictures that people look at.
  case lanczos3

  /// Pixels to each side that it reaches, at full size.
  var reach: Double { self == .cubic ? 2 : 3 }

  /// The weight, before all are made to add up to 1, of what lies `x` pixels away.
  func weight(_ x: Double) -> Double {
    let x = abs(x)
    guard x < reach else { return 0 }
    switch self {
    case .cubic: return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((2.5 - 0.5 * x) * x - 4) * x + 2
    case .lanczos3: return x == 0 ? 1 : 3 * sin(.pi * x) * sin(.pi * x / 3) / (.pi * .pi * x * x)
    }
  }
}

extension PixelBuffer {
  /// The pixels of `box`, which lies in the picture, stretched to exactly `size`. What is outside the box does not bleed into it.
  ///
  /// Computed on the calling thread in single precision and rounded once; the same bits on every machine. Beside the result it
  /// needs one row of the box as floats.
  package func resampled(
    _ box: PixelBox, to size: PixelSize, _ filter: ResamplingFilter
  ) throws(ImagingError) -> PixelBuffer {
    precondition(PixelBox(self.size).contains(box), "the box is in the picture")
    let columns = ResamplingTaps(from: box.width, to: size.width, filter)
    let rows = ResamplingTaps(from: box.height, to: size.height, filter)
    let row = try Memory(count: MemoryLayout<Float>.stride * (3 * box.width + 1))
    let stride = 3 * self.size.width
    return try withBytes { (pixels) throws(ImagingError) in
      try PixelBuffer(size: size) { (result) throws(ImagingError) in
        let from = pixels.baseAddress!.assumingMemoryBound(to: UInt8.self) + box.y * stride + 3 * box.x
        let scratch = row.bytes.bindMemory(to: Float.self).baseAddress!
        let to = result.bindMemory(to: UInt8.self).baseAddress!
        columns.withKernelTaps { columns in
          rows.withKernelTaps { rows in
            vf_resample_rgb8(from, stride, box.width, columns, rows, scratch, to, size.width, size.height)
          }
        }
      }
    }
  }
}

/// The weights of one axis, computed in double precision.
private struct ResamplingTaps {
  private var first: [Int32] = []
  private var count: [Int32] = []
  private var weights: [Float]
  private let most: Int

  init(from: Int, to: Int, _ filter: ResamplingFilter) {
    let scale = Double(from) / Double(to)
    let stretch = max(1, scale)
    let reach = filter.reach * stretch
    most = min(from, Int(reach.rounded(.up)) * 2 + 1)
    weights = [Float](repeating: 0, count: to * most)
    for output in 0..<to {
      let center = (Double(output) + 0.5) * scale
      let begin = max(0, Int((center - reach).rounded()))
      let end = min(from, Int((center + reach).rounded()), begin + most)
      let raw = (begin..<end).map { filter.weight((Double($0) + 0.5 - center) / stretch) }
      let sum = raw.reduce(0, +)
      for (index, weight) in raw.enumerated() { weights[output * most + index] = Float(weight / sum) }
      first.append(Int32(begin))
      count.append(Int32(raw.count))
    }
  }

  func withKernelTaps(_ body: (vf_taps) -> Void) {
    first.withUnsafeBufferPointer { first in
      count.withUnsafeBufferPointer { count in
        weights.withUnsafeBufferPointer { weights in
          body(
            vf_taps(
              first: first.baseAddress!, count: count.baseAddress!, weights: weights.baseAddress!, most: most))
        }
      }
    }
  }
}
