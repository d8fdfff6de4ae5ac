#include "batchnorm.h"

#include "clones.h"

/// Numbers of so many positions are added up in single precision before they go to sums in double precision: as exact as the
/// numbers themselves, and a fraction of the conversions. So many channels at a time have their sums in the nearest cache.
enum { ROWS = 16, CHUNK = 256 };

VF_INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

VF_INLINE void add_up(
    const float *restrict some, const float *restrict others, size_t count, double *restrict sums,
    double *restrict other_sums) {
  for (size_t c = 0; c < count; c++) {
    sums[c] += (double)some[c];
    other_sums[c] += (double)others[c];
  }
}

VF_CLONES void vf_channel_sums(const float *values, size_t positions, size_t channels, double *restrict sums) {
  for (size_t p = 0; p < positions; p++)
    for (size_t c = 0; c < channels; c++) sums[c] += (double)values[p * channels + c];
}

VF_CLONES void vf_channel_moments(
    const float *values, size_t positions, size_t channels, const float *origins, double *restrict sums,
    double *restrict squares) {
  for (size_t first = 0; first < channels; first += CHUNK) {
    const size_t count = least(CHUNK, channels - first);
    for (size_t top = 0; top < positions; top += ROWS) {
      float sum[CHUNK], square[CHUNK];
      for (size_t c = 0; c < count; c++) sum[c] = square[c] = 0;
      for (size_t p = top; p < least(top + ROWS, positions); p++) {
        const float *row = values + p * channels + first;
        for (size_t c = 0; c < count; c++) {
          const float distance = row[c] - origins[first + c];
          sum[c] += distance;
          square[c] += distance * distance;
        }
      }
      add_up(sum, square, count, sums + first, squares + first);
    }
  }
}

struct limits {
  float floor, ceiling;
};

VF_INLINE struct limits limits_of(enum vf_activation activation) {
  return (struct limits){
      activation == VF_LINEAR ? -__builtin_inff() : 0, activation == VF_RELU6 ? 6 : __builtin_inff()};
}

/// Whether an activation passed a value on as it was.
VF_INLINE bool passes(float value, struct limits limits) { return value > limits.floor && value < limits.ceiling; }

VF_CLONES void vf_scale_shift_activate(
    const float *values, size_t positions, size_t channels, const float *factors, const float *shifts,
    enum vf_activation activation, float *restrict output) {
  const struct limits limits = limits_of(activation);
  for (size_t p = 0; p < positions; p++) {
    for (size_t c = 0; c < channels; c++) {
      float value = values[p * channels + c] * factors[c] + shifts[c];
      value = value < limits.floor ? limits.floor : value;
      output[p * channels + c] = value > limits.ceiling ? limits.ceiling : value;
    }
  }
}

VF_CLONES void vf_activation_gradient(
    float *restrict gradient, const float *restrict output, size_t count, enum vf_activation activation) {
  const struct limits limits = limits_of(activation);
  for (size_t i = 0; i < count; i++) gradient[i] = passes(output[i], limits) ? gradient[i] : 0;
}

VF_CLONES void vf_normalisation_sums(
    const float *gradient, const float *values, size_t positions, size_t channels,
    struct vf_normalisation normalisation, const float *origins, double *restrict sums, double *restrict products) {
  const struct limits limits = limits_of(normalisation.activation);
  for (size_t first = 0; first < channels; first += CHUNK) {
    const size_t count = least(CHUNK, channels - first);
    const float *factors = normalisation.factors + first, *shifts = normalisation.shifts + first;
    for (size_t top = 0; top < positions; top += ROWS) {
      float sum[CHUNK], product[CHUNK];
      for (size_t c = 0; c < count; c++) sum[c] = product[c] = 0;
      for (size_t p = top; p < least(top + ROWS, positions); p++) {
        const float *g = gradient + p * channels + first, *x = values + p * channels + first;
        for (size_t c = 0; c < count; c++) {
          const float counted = passes(x[c] * factors[c] + shifts[c], limits) ? g[c] : 0;
          sum[c] += counted;
          product[c] += counted * (x[c] - origins[first + c]);
        }
      }
      add_up(sum, product, count, sums + first, products + first);
    }
  }
}

VF_CLONES void vf_normalisation_gradient(
    const float *gradient, const float *values, size_t positions, size_t channels,
    struct vf_normalisation normalisation, const float *a, const float *b, const float *c, bool adds,
    float *restrict result) {
  const struct limits limits = limits_of(normalisation.activation);
  const float *factors = normalisation.factors, *shifts = normalisation.shifts;
  for (size_t p = 0; p < positions; p++) {
    const float *g = gradient + p * channels, *x = values + p * channels;
    float *row = result + p * channels;
    if (adds) {
      for (size_t i = 0; i < channels; i++)
        row[i] += (passes(x[i] * factors[i] + shifts[i], limits) ? g[i] : 0) * a[i] + x[i] * b[i] + c[i];
    } else {
      for (size_t i = 0; i < channels; i++)
        row[i] = (passes(x[i] * factors[i] + shifts[i], limits) ? g[i] : 0) * a[i] + x[i] * b[i] + c[i];
    }
  }
}
