#pragma once
#include <stddef.h>

#include "map.h"

/// Adds each channel's values to `sums`. `values` is positions x channels.
void vf_channel_sums(const float *_Nonnull values, size_t positions, size_t channels, double *_Nonnull sums);

/// Adds each channel's squared distances from its mean to `sums`.
void vf_channel_squares(
    const float *_Nonnull values, size_t positions, size_t channels, const double *_Nonnull means,
    double *_Nonnull sums);

/// output = activation(values * factor + shift), one factor and shift a channel.
void vf_scale_shift_activate(
    const float *_Nonnull values, size_t positions, size_t channels, const float *_Nonnull factors,
    const float *_Nonnull shifts, enum vf_activation activation, float *_Nonnull output);

/// Passes a gradient back through an activation, given what came out of it: 0 where the activation was flat.
/// `result` may be `gradient`.
void vf_activation_gradient(
    const float *_Nonnull gradient, const float *_Nonnull output, size_t count, enum vf_activation activation,
    float *_Nonnull result);

/// Adds, for each channel, the sum of the gradients and the sum of gradient x value.
void vf_gradient_sums(
    const float *_Nonnull gradient, const float *_Nonnull values, size_t positions, size_t channels,
    double *_Nonnull sums, double *_Nonnull products);

/// result += gradient * a + values * b + c, one a, b and c a channel. Without `values` only the first term.
void vf_add_combination(
    const float *_Nonnull gradient, const float *_Nullable values, size_t positions, size_t channels,
    const float *_Nonnull a, const float *_Nullable b, const float *_Nullable c, float *_Nonnull result);
