import CKernels

/// Weights laid out for the products of one step, in scratch memory of the tape. They change from step to step; packing them is a
/// fraction of a thousandth of the products of a batch.
struct PackedMatrix {
  let inputs: Int
  let outputs: Int
  let base: UnsafePointer<Float>

  /// target = rows x weights + bias, or the same added to what is in `target`.
  func multiply(_ rows: Matrix, into target: Matrix, adding: Bool = false) {
    precondition(
      rows.columns == inputs && target.columns == outputs && rows.rows == target.rows,
      "shapes do not fit together")
    vf_product(
      vf_rows(
        rows.base, lines: 1, of: MapShape(height: 1, width: rows.rows, channels: inputs)), base, outputs,
      adding ? UnsafePointer(target.base) : nil, VF_LINEAR, target.base, 0)
  }
}

extension Tape {
  /// Lends the weights, outputs x inputs, packed; or `turned`, with the roles of outputs and inputs exchanged.
  func withPacked(
    _ weights: Matrix, bias: Parameter? = nil, turned: Bool = false, _ body: (PackedMatrix) -> Void
  ) {
    let (outputs, inputs) = turned ? (weights.columns, weights.rows) : (weights.rows, weights.columns)
    let (outputStride, inputStride) = turned ? (1, weights.columns) : (weights.columns, 1)
    let zeros = [Float](repeating: 0, count: bias == nil ? outputs : 0)
    withScratch(vf_packed_weights_count(inputs, outputs)) { packed in
      zeros.withUnsafeBufferPointer { zeros in
        let biases = bias.map { UnsafePointer($0.values.baseAddress!) } ?? zeros.baseAddress!
        vf_pack_weights(weights.base, outputStride, inputStride, biases, inputs, outputs, packed.baseAddress!)
      }
      body(PackedMatrix(inputs: inputs, outputs: outputs, base: UnsafePointer(packed.baseAddress!)))
    }
  }
}
