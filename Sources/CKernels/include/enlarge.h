#pragma once
#include "map.h"

/// Bilinear resampling with half-pixel centres; positions off the map take the nearest edge's value.
/// `out.channels` equals `in.channels`.
void vf_enlarge(const float *_Nonnull input, struct vf_map in, float *_Nonnull output, struct vf_map out);
