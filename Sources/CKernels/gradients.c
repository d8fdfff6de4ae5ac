#include "gradients.h"

#include "clones.h"

VF_CLONES void vf_col2im(
    const float *rows, struct vf_map out, struct vf_walk walk, float *restrict result, struct vf_map in) {
  const ptrdiff_t channels = in.channels;
  for (int oy = 0; oy < out.height; oy++) {
    for (int ox = 0; ox < out.width; ox++) {
      for (int ky = 0; ky < walk.kernel; ky++) {
        const int y = oy * walk.stride - walk.pad_top + ky;
        for (int kx = 0; kx < walk.kernel; kx++, rows += channels) {
          const int x = ox * walk.stride - walk.pad_left + kx;
          if (y < 0 || y >= in.height || x < 0 || x >= in.width) continue;
          float *target = result + ((ptrdiff_t)y * in.width + x) * channels;
          for (ptrdiff_t c = 0; c < channels; c++) target[c] += rows[c];
        }
      }
    }
  }
}

VF_CLONES void vf_add_row(const float *row, float factor, size_t positions, size_t channels, float *restrict result) {
  for (size_t p = 0; p < positions; p++)
    for (size_t c = 0; c < channels; c++) result[p * channels + c] += row[c] * factor;
}

VF_CLONES void vf_add_position_products(
    const float *a, const float *b, size_t positions, size_t channels, float *restrict result) {
  enum { LANES = 16 };
  for (size_t p = 0; p < positions; p++, a += channels, b += channels) {
    float lanes[LANES] = {0};
    size_t c = 0;
    for (; c + LANES <= channels; c += LANES)
      for (int i = 0; i < LANES; i++) lanes[i] += a[c + i] * b[c + i];
    float sum = 0;
    for (; c < channels; c++) sum += a[c] * b[c];
    for (int i = 0; i < LANES; i++) sum += lanes[i];
    result[p] += sum;
  }
}

VF_CLONES void vf_add_scaled_positions(
    const float *values, const float *factors, size_t positions, size_t channels, float *restrict result) {
  for (size_t p = 0; p < positions; p++)
    for (size_t c = 0; c < channels; c++) result[p * channels + c] += values[p * channels + c] * factors[p];
}

VF_CLONES void vf_add_scaled(const float *values, float factor, size_t count, float *restrict result) {
  for (size_t i = 0; i < count; i++) result[i] += values[i] * factor;
}
