#include "activation.h"

#include "clones.h"

VF_CLONES void vf_bias_activate(
    float *values, size_t positions, size_t channels, const float *bias, const float *addend,
    enum vf_activation activation) {
  const float floor = activation == VF_LINEAR ? -__builtin_inff() : 0;
  const float ceiling = activation == VF_RELU6 ? 6 : __builtin_inff();
  for (size_t p = 0; p < positions; p++) {
    float *restrict row = values + p * channels;
    const float *extra = addend ? addend + p * channels : NULL;
    if (extra)
      for (size_t c = 0; c < channels; c++) row[c] += extra[c];
    for (size_t c = 0; c < channels; c++) {
      float value = row[c] + bias[c];
      value = value < floor ? floor : value;
      row[c] = value > ceiling ? ceiling : value;
    }
  }
}

VF_CLONES void vf_scale_positions(
    const float *values, size_t positions, size_t channels, const float *factors, float *output) {
  for (size_t p = 0; p < positions; p++) {
    const float factor = factors[p];
    for (size_t c = 0; c < channels; c++) output[p * channels + c] = values[p * channels + c] * factor;
  }
}
