#include "convert.h"

#include <string.h>

#include "clones.h"

VF_CLONES void vf_widen_half(const uint16_t *half, size_t count, float *restrict output) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t sign = (uint32_t)(half[i] & 0x8000) << 16;
    const uint32_t magnitude = (uint32_t)(half[i] & 0x7fff) << 13;
    // The exponent's bias grows from 15 to 127. A multiplication does it for subnormals as well.
    float value;
    memcpy(&value, &magnitude, sizeof value);
    value *= 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = magnitude >= 0x0f800000 ? magnitude | 0x7f800000 : bits;
    bits |= sign;
    memcpy(output + i, &bits, sizeof bits);
  }
}
