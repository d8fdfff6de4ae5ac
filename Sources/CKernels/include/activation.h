#pragma once
#include <stddef.h>

#include "map.h"

/// Adds one bias a channel, and `addend` (as large as `values`) if there is one, then applies the activation, in
/// place. `values` is positions x channels.
void vf_bias_activate(
    float *_Nonnull values, size_t positions, size_t channels, const float *_Nonnull bias,
    const float *_Nullable addend, enum vf_activation activation);

/// Multiplies all channels of each position by that position's factor: how attention weighs a map.
/// `output` may be `values`.
void vf_scale_positions(
    const float *_Nonnull values, size_t positions, size_t channels, const float *_Nonnull factors,
    float *_Nonnull output);
