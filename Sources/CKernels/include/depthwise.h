#pragma once
#include "map.h"

/// Depthwise convolution, every channel by its own kernel, zero padding, with bias and activation.
/// `weights` is kernel x kernel x channels, `bias` one value a channel; `out.channels` equals `in.channels`.
void vf_depthwise(
    const float *_Nonnull input, struct vf_map in, const float *_Nonnull weights, const float *_Nonnull bias,
    struct vf_walk walk, enum vf_activation activation, float *_Nonnull output, struct vf_map out);
