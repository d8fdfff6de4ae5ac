#include "activation.h"

#include "clones.h"

VF_CLONES void vf_add_bias(float *values, size_t positions, size_t channels, const float *bias) {
  for (size_t p = 0; p < positions; p++)
    for (size_t c = 0; c < channels; c++) values[p * channels + c] += bias[c];
}

VF_CLONES void vf_scale_positions(
    const float *values, size_t positions, size_t channels, const float *factors, float *output) {
  for (size_t p = 0; p < positions; p++) {
    const float factor = factors[p];
    for (size_t c = 0; c < channels; c++) output[p * channels + c] = values[p * channels + c] * factor;
  }
}
