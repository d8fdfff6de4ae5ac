#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "map.h"

/// Adds each channel's values to `sums`. `values` is positions x channels.
void vf_channel_sums(const float *_Nonnull values, size_t positions, size_t channels, double *_Nonnull sums);

/// Adds each channel's distances from its origin to `sums`, and their squares to `squares`. The nearer the origins are to the means,
/// the more digits of the variance remain.
void vf_channel_moments(
    const float *_Nonnull values, size_t positions, size_t channels, const float *_Nonnull origins,
    double *_Nonnull sums, double *_Nonnull squares);

/// output = activation(values * factor + shift), one factor and shift a channel.
void vf_scale_shift_activate(
    const float *_Nonnull values, size_t positions, size_t channels, const float *_Nonnull factors,
    const float *_Nonnull shifts, enum vf_activation activation, float *_Nonnull output);

/// Passes a gradient back through an activation, in place, given what came out of it: 0 where the activation was flat.
void vf_activation_gradient(
    float *_Nonnull gradient, const float *_Nonnull output, size_t count, enum vf_activation activation);

/// What `vf_scale_shift_activate` did, to go back through it: the gradient by what came out counts only where the activation
/// was not flat, which follows from the values that went in.
struct vf_normalisation {
  const float *_Nonnull factors;
  const float *_Nonnull shifts;
  enum vf_activation activation;
};

/// Adds, for each channel, the sum of the gradients that count, and the sum of each times its value's distance from the origin.
void vf_normalisation_sums(
    const float *_Nonnull gradient, const float *_Nonnull values, size_t positions, size_t channels,
    struct vf_normalisation normalisation, const float *_Nonnull origins, double *_Nonnull sums,
    double *_Nonnull products);

/// result = gradient that counts * a + values * b + c, one a, b and c a channel; added to what is there if `adds`.
void vf_normalisation_gradient(
    const float *_Nonnull gradient, const float *_Nonnull values, size_t positions, size_t channels,
    struct vf_normalisation normalisation, const float *_Nonnull a, const float *_Nonnull b, const float *_Nonnull c,
    bool adds, float *_Nonnull result);
