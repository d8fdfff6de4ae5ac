#include "normalise.h"

#include "clones.h"

/// Sixteen pixels at a time, so that each vector lane keeps its channel's mean and scale.
enum { GROUP = 48 };

VF_CLONES void vf_normalise_rgb(
    const uint8_t *rgb, size_t pixels, const float mean[3], const float scale[3], float *restrict output) {
  float means[GROUP], scales[GROUP];
  for (int i = 0; i < GROUP; i++) {
    means[i] = mean[i % 3];
    scales[i] = scale[i % 3];
  }
  const size_t count = pixels * 3;
  size_t i = 0;
  for (; i + GROUP <= count; i += GROUP)
    for (int j = 0; j < GROUP; j++) output[i + j] = ((float)rgb[i + j] - means[j]) / scales[j];
  for (; i < count; i++) output[i] = ((float)rgb[i] - mean[i % 3]) / scale[i % 3];
}
