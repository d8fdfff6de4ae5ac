#pragma once
#include <stddef.h>

/// Adds one bias a channel, in place. `values` is positions x channels.
void vf_add_bias(float *_Nonnull values, size_t positions, size_t channels, const float *_Nonnull bias);

/// Multiplies all channels of each position by that position's factor: how attention weighs a map.
/// `output` may be `values`.
void vf_scale_positions(
    const float *_Nonnull values, size_t positions, size_t channels, const float *_Nonnull factors,
    float *_Nonnull output);
