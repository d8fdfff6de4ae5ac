#include "enlarge.h"

#include <stddef.h>

#include "clones.h"
#include "gradients.h"

/// The two cells, and the share of the second, that make up one cell of a resampled axis.
struct blend {
  int first, second;
  float share;
};

VF_INLINE struct blend blend_at(int index, int length, int source) {
  float position = ((float)index + 0.5f) * (float)source / (float)length - 0.5f;
  if (position < 0) position = 0;
  const int first = position < (float)(source - 1) ? (int)position : source - 1;
  const int second = first + 1 < source ? first + 1 : first;
  return (struct blend){first, second, position - (float)first};
}

VF_CLONES void vf_enlarge(const float *input, struct vf_map in, float *restrict output, struct vf_map out) {
  const size_t channels = (size_t)in.channels, row = (size_t)in.width * channels;
  for (int y = 0; y < out.height; y++) {
    const struct blend v = blend_at(y, out.height, in.height);
    for (int x = 0; x < out.width; x++, output += channels) {
      const struct blend u = blend_at(x, out.width, in.width);
      const float *a = input + v.first * row + u.first * channels, *b = input + v.first * row + u.second * channels;
      const float *c = input + v.second * row + u.first * channels, *d = input + v.second * row + u.second * channels;
      for (size_t i = 0; i < channels; i++) {
        const float upper = a[i] + (b[i] - a[i]) * u.share;
        const float lower = c[i] + (d[i] - c[i]) * u.share;
        output[i] = upper + (lower - upper) * v.share;
      }
    }
  }
}

VF_CLONES void vf_enlarge_gradient(
    const float *gradient, struct vf_map out, float *restrict result, struct vf_map in) {
  const size_t channels = (size_t)in.channels, row = (size_t)in.width * channels;
  for (int y = 0; y < out.height; y++) {
    const struct blend v = blend_at(y, out.height, in.height);
    for (int x = 0; x < out.width; x++, gradient += channels) {
      const struct blend u = blend_at(x, out.width, in.width);
      float *a = result + v.first * row + u.first * channels, *b = result + v.first * row + u.second * channels;
      float *c = result + v.second * row + u.first * channels, *d = result + v.second * row + u.second * channels;
      // One after the other: at an edge two of the four are the same cell.
      const float wa = (1 - u.share) * (1 - v.share), wb = u.share * (1 - v.share);
      const float wc = (1 - u.share) * v.share, wd = u.share * v.share;
      for (size_t i = 0; i < channels; i++) a[i] += gradient[i] * wa;
      for (size_t i = 0; i < channels; i++) b[i] += gradient[i] * wb;
      for (size_t i = 0; i < channels; i++) c[i] += gradient[i] * wc;
      for (size_t i = 0; i < channels; i++) d[i] += gradient[i] * wd;
    }
  }
}
