#include "warp.h"

#include "clones.h"

VF_INLINE ptrdiff_t nearest(ptrdiff_t place, ptrdiff_t length) {
  return place < 0 ? 0 : place < length ? place : length - 1;
}

VF_INLINE ptrdiff_t whole_part(double position) {
  const ptrdiff_t towards_zero = (ptrdiff_t)position;
  return towards_zero - (position < (double)towards_zero);
}

VF_CLONES void vf_warp_rgb8(
    const uint8_t *from, ptrdiff_t width, ptrdiff_t height, struct vf_view view, uint8_t *to,
    ptrdiff_t to_width, ptrdiff_t to_height) {
  const ptrdiff_t row = 3 * width;
  for (ptrdiff_t y = 0; y < to_height; y++) {
    const double x0 = view.x0 + view.xy * (double)y, y0 = view.y0 + view.yy * (double)y;
    for (ptrdiff_t x = 0; x < to_width; x++, to += 3) {
      const double px = x0 + view.xx * (double)x, py = y0 + view.yx * (double)x;
      if (!(px >= -0.5 && px <= (double)width - 0.5 && py >= -0.5 && py <= (double)height - 0.5)) continue;
      const ptrdiff_t left = whole_part(px), top = whole_part(py);
      const float u = (float)(px - (double)left), v = (float)(py - (double)top);
      const ptrdiff_t a = 3 * nearest(left, width), b = 3 * nearest(left + 1, width);
      const uint8_t *upper = from + row * nearest(top, height), *lower = from + row * nearest(top + 1, height);
      for (int i = 0; i < 3; i++) {
        const float above = (float)upper[a + i] + (float)(upper[b + i] - upper[a + i]) * u;
        const float below = (float)lower[a + i] + (float)(lower[b + i] - lower[a + i]) * u;
        to[i] = (uint8_t)(above + (below - above) * v + 0.5f);
      }
    }
  }
}

VF_CLONES uint64_t vf_luma_sum_rgb8(const uint8_t *rgb, size_t pixels) {
  uint64_t sum = 0;
  for (size_t i = 0; i < pixels; i++, rgb += 3) sum += 77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2];
  return sum;
}

VF_INLINE uint8_t level(float value) {
  value = value < 0 ? 0 : value;
  return (uint8_t)((value > 255 ? 255 : value) + 0.5f);
}

VF_CLONES void vf_recolour_rgb8(uint8_t *rgb, size_t pixels, float gain, float grey, float offset) {
  for (size_t i = 0; i < pixels; i++, rgb += 3) {
    const float luma = (float)(77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2]) / 256;
    const float common = grey * luma + offset;
    for (int j = 0; j < 3; j++) rgb[j] = level(gain * (float)rgb[j] + common);
  }
}
