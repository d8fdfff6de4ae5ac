#pragma once
#include <stddef.h>

#include "map.h"

/// The floats that `vf_pack_kernels` writes.
size_t vf_packed_kernels_count(int kernel, size_t channels);

/// Lays out the kernels of a depthwise convolution, kernel x kernel x channels, and one bias a channel in the order in which
/// `vf_depthwise_row` reads them: for each 8 channels a vector of biases and a vector for each tap.
void vf_pack_kernels(
    const float *_Nonnull weights, const float *_Nonnull bias, int kernel, size_t channels,
    float *_Nonnull packed);

/// One row of a depthwise convolution's output, `width` positions of `channels` floats. `rows` are the `kernel` rows of the
/// input under it, with the zeros that stand before and behind a row: output x begins at position x * stride. A row off the
/// map is a row of zeros.
///
/// Every number is one chain: the bias, then a fused multiplication and addition for each tap, row by row. A plain loop with
/// fmaf gives the same bits. Where the processor has no FMA, each step is rounded twice.
void vf_depthwise_row(
    const float *_Nonnull const *_Nonnull rows, int kernel, int stride, size_t channels,
    const float *_Nonnull packed, enum vf_activation activation, float *_Nonnull output, size_t width);
