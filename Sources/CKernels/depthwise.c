#include "depthwise.h"

#include <stddef.h>

#include "clones.h"

/// Channels whose sums are held in registers at once.
enum { LANES = 32 };

VF_INLINE float activate(float value, enum vf_activation activation) {
  if (activation != VF_LINEAR) value = value > 0 ? value : 0;
  if (activation == VF_RELU6) value = value < 6 ? value : 6;
  return value;
}

/// The part of the kernel that lies on the map at one output position: taps [y0, y1) x [x0, x1).
struct taps {
  int y0, y1, x0, x1;
};

/// `lanes` channels of one output pixel. `corner` is where tap (0, 0) would read; it may lie off the map, and is
/// only offset, never read, outside `taps`.
VF_INLINE void pixel(
    const float *restrict input, ptrdiff_t corner, ptrdiff_t row, ptrdiff_t channels, const float *restrict weights,
    const float *restrict bias, int kernel, struct taps taps, enum vf_activation activation,
    float *restrict output, int lanes) {
  float sum[LANES];
  for (int c = 0; c < lanes; c++) sum[c] = bias[c];
  for (int y = taps.y0; y < taps.y1; y++) {
    for (int x = taps.x0; x < taps.x1; x++) {
      const float *value = input + (corner + y * row + x * channels);
      const float *weight = weights + (y * kernel + x) * channels;
      for (int c = 0; c < lanes; c++) sum[c] += value[c] * weight[c];
    }
  }
  for (int c = 0; c < lanes; c++) output[c] = activate(sum[c], activation);
}

VF_INLINE int most(int a, int b) { return a > b ? a : b; }
VF_INLINE int least(int a, int b) { return a < b ? a : b; }

/// `lanes` channels, from channel `first` on, of one output row. Border and inside differ only in how many taps
/// they visit: with `kernel` and `lanes` known to the compiler the inside is unrolled completely.
VF_INLINE void strip(
    const float *restrict input, struct vf_map in, const float *restrict weights, const float *restrict bias,
    struct vf_walk walk, int kernel, enum vf_activation activation, float *restrict output, struct vf_map out,
    int oy, int first, int lanes) {
  const ptrdiff_t channels = in.channels, row = (ptrdiff_t)in.width * channels;
  const int top = oy * walk.stride - walk.pad_top;
  const int y0 = most(0, -top), y1 = least(kernel, in.height - top);
  for (int ox = 0; ox < out.width; ox++) {
    const int left = ox * walk.stride - walk.pad_left;
    const struct taps taps = {y0, y1, most(0, -left), least(kernel, in.width - left)};
    const struct taps whole = {0, kernel, 0, kernel};
    const ptrdiff_t corner = top * row + left * channels + first;
    float *target = output + ((ptrdiff_t)oy * out.width + ox) * channels + first;
    if (taps.y1 - taps.y0 == kernel && taps.x1 - taps.x0 == kernel)
      pixel(input, corner, row, channels, weights + first, bias + first, kernel, whole, activation, target, lanes);
    else
      pixel(input, corner, row, channels, weights + first, bias + first, kernel, taps, activation, target, lanes);
  }
}

VF_INLINE void all_rows(
    const float *restrict input, struct vf_map in, const float *restrict weights, const float *restrict bias,
    struct vf_walk walk, int kernel, enum vf_activation activation, float *restrict output, struct vf_map out) {
  for (int oy = 0; oy < out.height; oy++) {
    int first = 0;
    for (; first + LANES <= in.channels; first += LANES)
      strip(input, in, weights, bias, walk, kernel, activation, output, out, oy, first, LANES);
    for (; first + 8 <= in.channels; first += 8)
      strip(input, in, weights, bias, walk, kernel, activation, output, out, oy, first, 8);
    for (; first < in.channels; first++)
      strip(input, in, weights, bias, walk, kernel, activation, output, out, oy, first, 1);
  }
}

VF_CLONES void vf_depthwise(
    const float *input, struct vf_map in, const float *weights, const float *bias, struct vf_walk walk,
    enum vf_activation activation, float *output, struct vf_map out) {
  if (walk.kernel == 3)
    all_rows(input, in, weights, bias, walk, 3, activation, output, out);
  else if (walk.kernel == 5)
    all_rows(input, in, weights, bias, walk, 5, activation, output, out);
  else
    all_rows(input, in, weights, bias, walk, walk.kernel, activation, output, out);
}
