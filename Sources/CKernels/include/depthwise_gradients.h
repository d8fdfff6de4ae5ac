#pragma once
#include <stdbool.h>

#include "map.h"

/// Back through a depthwise convolution without activation: the gradient by the input, added to what is in `result` if `adds`.
/// `gradient` is that by the output; shapes as for `vf_depthwise`.
void vf_depthwise_input_gradient(
    const float *_Nonnull gradient, struct vf_map out, const float *_Nonnull weights, struct vf_walk walk, bool adds,
    float *_Nonnull result, struct vf_map in);

/// The same by the weights: added to `result`, kernel x kernel x channels.
void vf_depthwise_weight_gradient(
    const float *_Nonnull gradient, struct vf_map out, const float *_Nonnull input, struct vf_map in,
    struct vf_walk walk, float *_Nonnull result);
