// Resampling pictures by weights that are computed beforehand.
#ifndef CKERNELS_RESAMPLE_H
#define CKERNELS_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What each output along one axis is a weighted sum of: `count[i]` inputs from `first[i]` on, with the weights from
/// `weights + i * most` on.
struct vf_taps {
  const int32_t *first;
  const int32_t *count;
  const float *weights;
  ptrdiff_t most;
};

/// Resamples RGB pixels, the rows of the output first, then each along its columns. `from` points to the first pixel and
/// has rows of `stride` bytes, of which `width` pixels are read; `to` has `to_height` rows of 3 * `to_width` bytes
/// without gaps. `scratch` holds 3 * `width` + 1 floats. Values are rounded once, to the nearest, and cut off at 0 and 255.
void vf_resample_rgb8(
    const uint8_t *from, ptrdiff_t stride, ptrdiff_t width, struct vf_taps columns, struct vf_taps rows,
    float *scratch, uint8_t *to, ptrdiff_t to_width, ptrdiff_t to_height);

#pragma clang assume_nonnull end

#endif
