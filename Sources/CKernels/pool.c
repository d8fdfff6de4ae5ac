#include "pool.h"

#include "clones.h"

VF_CLONES void vf_mean_positions(const float *values, size_t positions, size_t channels, float *restrict mean) {
  for (size_t c = 0; c < channels; c++) mean[c] = 0;
  for (size_t p = 0; p < positions; p++)
    for (size_t c = 0; c < channels; c++) mean[c] += values[p * channels + c];
  for (size_t c = 0; c < channels; c++) mean[c] /= (float)positions;
}
