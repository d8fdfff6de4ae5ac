#include "resample.h"

#include "clones.h"

/// Values of a row whose sums are held in registers at once.
enum { LANES = 32 };

/// `lanes` values of one output row before its columns are resampled.
VF_INLINE void mix_rows(
    const uint8_t *from, ptrdiff_t stride, const float *weights, ptrdiff_t count, float *restrict to, int lanes) {
  float sum[LANES];
  for (int i = 0; i < lanes; i++) sum[i] = 0;
  for (ptrdiff_t t = 0; t < count; t++, from += stride) {
    const float weight = weights[t];
    for (int i = 0; i < lanes; i++) sum[i] += (float)from[i] * weight;
  }
  for (int i = 0; i < lanes; i++) to[i] = sum[i];
}

/// Red, green and blue of one pixel with whatever follows, to be added up together.
typedef float pixel __attribute__((vector_size(16), aligned(4)));

VF_INLINE uint8_t level(float value) {
  value += 0.5f;
  value = value < 0 ? 0 : value;
  return (uint8_t)(value > 255 ? 255 : value);
}

VF_CLONES void vf_resample_rgb8(
    const uint8_t *from, ptrdiff_t stride, ptrdiff_t width, struct vf_taps columns, struct vf_taps rows,
    float *restrict scratch, uint8_t *restrict to, ptrdiff_t to_width, ptrdiff_t to_height) {
  const ptrdiff_t values = 3 * width;
  scratch[values] = 0;  // Read, and not used, beside the last pixel.
  for (ptrdiff_t y = 0; y < to_height; y++) {
    const uint8_t *row = from + rows.first[y] * stride;
    const float *weights = rows.weights + y * rows.most;
    ptrdiff_t i = 0;
    for (; i + LANES <= values; i += LANES)
      mix_rows(row + i, stride, weights, rows.count[y], scratch + i, LANES);
    for (; i < values; i++) mix_rows(row + i, stride, weights, rows.count[y], scratch + i, 1);

    for (ptrdiff_t x = 0; x < to_width; x++, to += 3) {
      const float *at = scratch + 3 * columns.first[x];
      const float *weight = columns.weights + x * columns.most;
      pixel sum = {0, 0, 0, 0};
      for (ptrdiff_t t = 0; t < columns.count[x]; t++) sum += *(const pixel *)(at + 3 * t) * weight[t];
      for (int c = 0; c < 3; c++) to[c] = level(sum[c]);
    }
  }
}
