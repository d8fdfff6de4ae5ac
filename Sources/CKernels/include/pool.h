#pragma once
#include <stddef.h>

/// The mean of each channel over all positions. `values` is positions x channels; `mean` holds `channels` values.
void vf_mean_positions(const float *_Nonnull values, size_t positions, size_t channels, float *_Nonnull mean);
