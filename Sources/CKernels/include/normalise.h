#pragma once
#include <stddef.h>
#include <stdint.h>

/// Turns 8-bit RGB pixels into what a network reads: (value - mean) / scale, for each of the three channels.
void vf_normalise_rgb(
    const uint8_t *_Nonnull rgb, size_t pixels, const float mean[_Nonnull 3], const float scale[_Nonnull 3],
    float *_Nonnull output);
