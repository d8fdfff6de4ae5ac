#pragma once
#include "map.h"

/// Lays the patch under each output position out as one row: out.height x out.width rows of
/// kernel x kernel x in.channels values, zeros where a patch hangs over the edge. `out.channels` is not read.
void vf_im2col(
    const float *_Nonnull input, struct vf_map in, struct vf_walk walk, struct vf_map out, float *_Nonnull rows);
