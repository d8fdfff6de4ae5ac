import Foundation

extension TensorReference {
  /// How many bytes the tensor has; nil if its shape is absurd.
  var byteCount: Int? {
    var size = storage.type.size
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      size = product
    }
    return size
  }

  /// The tensor's numbers in row-major order, from all bytes of its storage; nil if it reaches outside of them.
  /// Copies only where the storage has another order. `byteCount` must have been found bearable.
  func gather(from bytes: Data) -> Data? {
    guard let size = byteCount, let end = reach else { return nil }
    if size == 0 { return Data() }
    let width = storage.type.size
    guard end < bytes.count / width else { return nil }
    let first = bytes.startIndex + offset * width
    if isContiguous { return bytes[first..<first + size] }
    return copy(from: bytes, size: size)
  }

  /// The furthest number it reads; nil where the sum is absurd.
  private var reach: Int? {
    var last = offset
    for (extent, step) in zip(shape, strides) where extent > 0 {
      let (distance, overflow) = (extent - 1).multipliedReportingOverflow(by: step)
      let (sum, overflow2) = last.addingReportingOverflow(distance)
      if overflow || overflow2 { return nil }
      last = sum
    }
    return last
  }

  /// Whether the storage has the numbers in row-major order already. The step of a single row does not matter.
  private var isContiguous: Bool {
    var expected = 1
    for (extent, step) in zip(shape, strides).reversed() where extent != 1 {
      if step != expected { return false }
      expected *= extent
    }
    return true
  }

  /// Counts through all positions like an odometer, the last axis fastest. Sums wrap around because the step of
  /// an axis with one row may be anything.
  private func copy(from bytes: Data, size: Int) -> Data {
    let width = storage.type.size
    var target = Data(capacity: size)
    var position = [Int](repeating: 0, count: shape.count)
    var place = offset
    for _ in 0..<size / width {
      let start = bytes.startIndex + place * width
      target.append(bytes[start..<start + width])
      for axis in shape.indices.reversed() {
        position[axis] += 1
        place &+= strides[axis]
        if position[axis] < shape[axis] { break }
        place &-= shape[axis] &* strides[axis]
        position[axis] = 0
      }
    }
    return target
  }
}
