#pragma once
#include <stddef.h>
#include <stdint.h>

/// Widens IEEE half precision (given as bits) to single precision, exactly: subnormals, infinities and NaN too.
void vf_widen_half(const uint16_t *_Nonnull half, size_t count, float *_Nonnull output);
