// Turning pictures by quarters and mirrors.
#ifndef CKERNELS_TURN_H
#define CKERNELS_TURN_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Copies `width` x `height` RGB pixels, rows of 3 * `width` bytes, so that the pixel (x, y) lands at
/// `to + x * step_x + y * step_y`. The steps (in bytes, of either sign) say which of the eight turns it is.
void vf_turn_rgb8(
    const uint8_t *from, ptrdiff_t width, ptrdiff_t height, uint8_t *to, ptrdiff_t step_x, ptrdiff_t step_y);

#pragma clang assume_nonnull end

#endif
