#include "batchnorm.h"

#include "clones.h"

VF_CLONES void vf_channel_sums(const float *values, size_t positions, size_t channels, double *restrict sums) {
  for (size_t p = 0; p < positions; p++)
    for (size_t c = 0; c < channels; c++) sums[c] += (double)values[p * channels + c];
}

VF_CLONES void vf_channel_squares(
    const float *values, size_t positions, size_t channels, const double *means, double *restrict sums) {
  for (size_t p = 0; p < positions; p++) {
    for (size_t c = 0; c < channels; c++) {
      const double distance = (double)values[p * channels + c] - means[c];
      sums[c] += distance * distance;
    }
  }
}

VF_CLONES void vf_scale_shift_activate(
    const float *values, size_t positions, size_t channels, const float *factors, const float *shifts,
    enum vf_activation activation, float *restrict output) {
  const float floor = activation == VF_LINEAR ? -__builtin_inff() : 0;
  const float ceiling = activation == VF_RELU6 ? 6 : __builtin_inff();
  for (size_t p = 0; p < positions; p++) {
    for (size_t c = 0; c < channels; c++) {
      float value = values[p * channels + c] * factors[c] + shifts[c];
      value = value < floor ? floor : value;
      output[p * channels + c] = value > ceiling ? ceiling : value;
    }
  }
}

VF_CLONES void vf_activation_gradient(
    const float *gradient, const float *output, size_t count, enum vf_activation activation, float *result) {
  const float floor = activation == VF_LINEAR ? -__builtin_inff() : 0;
  const float ceiling = activation == VF_RELU6 ? 6 : __builtin_inff();
  for (size_t i = 0; i < count; i++) result[i] = output[i] > floor && output[i] < ceiling ? gradient[i] : 0;
}

VF_CLONES void vf_gradient_sums(
    const float *gradient, const float *values, size_t positions, size_t channels, double *restrict sums,
    double *restrict products) {
  for (size_t p = 0; p < positions; p++) {
    for (size_t c = 0; c < channels; c++) {
      const double g = (double)gradient[p * channels + c];
      sums[c] += g;
      products[c] += g * (double)values[p * channels + c];
    }
  }
}

VF_CLONES void vf_add_combination(
    const float *gradient, const float *values, size_t positions, size_t channels, const float *a, const float *b,
    const float *c, float *restrict result) {
  for (size_t p = 0; p < positions; p++) {
    const float *g = gradient + p * channels;
    float *row = result + p * channels;
    if (values) {
      const float *x = values + p * channels;
      for (size_t i = 0; i < channels; i++) row[i] += g[i] * a[i] + x[i] * b[i] + c[i];
    } else {
      for (size_t i = 0; i < channels; i++) row[i] += g[i] * a[i];
    }
  }
}
