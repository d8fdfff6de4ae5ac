// Affine views of pictures, and their colours.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Where the middle of the pixel (x, y) of a view lies in the picture it is taken from, counted in pixels whose
/// middles are whole numbers: (x0 + xx * x + xy * y, y0 + yx * x + yy * y). All coordinates are within 2^30.
struct vf_view {
  double x0, xx, xy;
  double y0, yx, yy;
};

/// Draws what of a picture of `width` x `height` RGB pixels falls into a view of `to_width` x `to_height`, by bilinear interpolation.
/// Pixels of the view whose middle lies outside the picture stay as they are.
void vf_warp_rgb8(
    const uint8_t *_Nonnull from, ptrdiff_t width, ptrdiff_t height, struct vf_view view, uint8_t *_Nonnull to,
    ptrdiff_t to_width, ptrdiff_t to_height);

/// The sum over RGB pixels of 77 R + 150 G + 29 B: 256 times their luma by the weights of BT.601.
uint64_t vf_luma_sum_rgb8(const uint8_t *_Nonnull rgb, size_t pixels);

/// Makes every value c of a pixel gain * c + grey * luma + offset, rounded and kept within 0 ... 255.
void vf_recolour_rgb8(uint8_t *_Nonnull rgb, size_t pixels, float gain, float grey, float offset);
