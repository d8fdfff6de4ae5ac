#pragma once
#include <stddef.h>

#include "map.h"

/// Where the rows lie that a product multiplies: `lines` times `line` of them, each of them `segments` stretches of `length` floats.
/// A plain matrix has one line and one segment. The patches of a convolution have a segment for each row of the kernel, and
/// are read where they lie in the map.
struct vf_rows {
  const float *_Nonnull values;
  size_t lines, line;
  size_t segments, length;
  /// Floats from one segment to the next, one row to the next of its line, and one line to the next.
  size_t segment_stride, row_stride, line_stride;
};

/// The floats that `vf_pack_weights` writes.
size_t vf_packed_weights_count(size_t inputs, size_t outputs);

/// Lays out weights and one bias an output in the order in which `vf_product` reads them: panels of 16 outputs, of which the last
/// is filled up with zeros or has 24. A panel is a row of biases and a row for each input. The strides are the floats from the
/// weight of one output, or one input, to the next: `inputs` and 1 for outputs x inputs.
void vf_pack_weights(
    const float *_Nonnull weights, size_t output_stride, size_t input_stride, const float *_Nonnull bias,
    size_t inputs, size_t outputs, float *_Nonnull packed);

/// Where the weight of an output and an input lies among the packed ones.
size_t vf_packed_weight_index(size_t inputs, size_t outputs, size_t output, size_t input);

/// output = activation(bias + rows x weights + addend), a row of `outputs` floats for each row. Rows of a line follow each other
/// without gaps, `line_stride` floats lie from one line of the output to the next. `addend` has no gaps at all.
///
/// Every number is one chain: the bias, then a fused multiplication and addition for each input in order, then the
/// addend. So it does not depend on how rows are shared out, and a plain loop with fmaf gives the same bits. Where the
/// processor has no FMA, each step is rounded twice.
void vf_product(
    struct vf_rows rows, const float *_Nonnull packed, size_t outputs, const float *_Nullable addend,
    enum vf_activation activation, float *_Nonnull output, size_t line_stride);
