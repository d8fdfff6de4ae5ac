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

/// Pixels of an output row that are added up at once: each sum by itself would wait for its last addition.
enum { GROUP = 4 };

VF_INLINE void store(pixel sum, uint8_t *to) {
  sum = __builtin_elementwise_max(sum + 0.5f, (pixel){0, 0, 0, 0});
  sum = __builtin_elementwise_min(sum, (pixel){255, 255, 255, 255});
  for (int c = 0; c < 3; c++) to[c] = (uint8_t)sum[c];
}

/// `group` pixels of an output row from the `x`th on, out of mixed rows.
VF_INLINE void mix_columns(const float *row, struct vf_taps columns, ptrdiff_t x, int group, uint8_t *restrict to) {
  const float *at[GROUP], *weights[GROUP];
  pixel sum[GROUP];
  ptrdiff_t shared = columns.count[x];
  for (int g = 0; g < group; g++) {
    at[g] = row + 3 * columns.first[x + g];
    weights[g] = columns.weights + (x + g) * columns.most;
    sum[g] = (pixel){0, 0, 0, 0};
    if (columns.count[x + g] < shared) shared = columns.count[x + g];
  }
  for (ptrdiff_t t = 0; t < shared; t++)
    for (int g = 0; g < group; g++) sum[g] += *(const pixel *)(at[g] + 3 * t) * weights[g][t];
  for (int g = 0; g < group; g++) {
    for (ptrdiff_t t = shared; t < columns.count[x + g]; t++) sum[g] += *(const pixel *)(at[g] + 3 * t) * weights[g][t];
    store(sum[g], to + 3 * g);
  }
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

    ptrdiff_t x = 0;
    for (; x + GROUP <= to_width; x += GROUP, to += 3 * GROUP) mix_columns(scratch, columns, x, GROUP, to);
    for (; x < to_width; x++, to += 3) mix_columns(scratch, columns, x, 1, to);
  }
}
