#pragma once
#include <stddef.h>

#include "map.h"

/// Backward halves of the forward loops in `im2col.h`, `enlarge.h`, `pool.h` and `activation.h`. All of them
/// add to their result.

/// Adds rows of patches back to where `vf_im2col` took them from.
void vf_col2im(
    const float *_Nonnull rows, struct vf_map out, struct vf_walk walk, float *_Nonnull result, struct vf_map in);

/// Adds the gradient by the map that `vf_enlarge` resampled.
void vf_enlarge_gradient(
    const float *_Nonnull gradient, struct vf_map out, float *_Nonnull result, struct vf_map in);

/// Adds one row times a factor to every position: the gradient of a sum over positions.
void vf_add_row(
    const float *_Nonnull row, float factor, size_t positions, size_t channels, float *_Nonnull result);

/// Adds the sum over the channels of a x b to each position.
void vf_add_position_products(
    const float *_Nonnull a, const float *_Nonnull b, size_t positions, size_t channels, float *_Nonnull result);

/// result += values, scaled by each position's factor.
void vf_add_scaled_positions(
    const float *_Nonnull values, const float *_Nonnull factors, size_t positions, size_t channels,
    float *_Nonnull result);

/// result += factor * values.
void vf_add_scaled(const float *_Nonnull values, float factor, size_t count, float *_Nonnull result);
