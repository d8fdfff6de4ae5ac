#include "depthwise_row.h"

#include <string.h>

#include "levels.h"

/// Channels of a vector; the most outputs whose sums are held at once; the largest kernel with a row held beside them.
enum { LANES = 8, MOST_OUTPUTS = 8, MOST_TAPS = 5 };

typedef float lanes __attribute__((ext_vector_type(LANES), aligned(4)));

#define UNROLLED _Pragma("clang loop unroll(full)")

static size_t vectors(size_t channels) { return (channels + LANES - 1) / LANES; }

/// The first channel of a vector. The last one overlaps the one before it where channels do not fill it: what it computes
/// again has the same bits.
VF_INLINE size_t first_channel(size_t vector, size_t channels) {
  if ((vector + 1) * LANES <= channels) return vector * LANES;
  return channels > LANES ? channels - LANES : 0;
}

size_t vf_packed_kernels_count(int kernel, size_t channels) {
  return vectors(channels) * LANES * (size_t)(kernel * kernel + 1);
}

void vf_pack_kernels(const float *weights, const float *bias, int kernel, size_t channels, float *packed) {
  for (size_t v = 0; v < vectors(channels); v++) {
    const size_t first = first_channel(v, channels);
    for (size_t tap = 0; tap <= (size_t)(kernel * kernel); tap++)
      for (size_t c = first; c < first + LANES; c++)
        *packed++ = c >= channels ? 0 : tap == 0 ? bias[c] : weights[(tap - 1) * channels + c];
  }
}

/// One vector of channels of `outputs` neighbours. `column` is where in the rows the first one begins. Everything but the
/// rows is known to the compiler, so that a value is loaded once for all outputs that it belongs to.
VF_INLINE void strip(
    const float *const *rows, size_t column, int kernel, int stride, size_t channels, const float *restrict packed,
    float floor, float ceiling, float *restrict output, int outputs, _Bool fused) {
  lanes sum[MOST_OUTPUTS];
  UNROLLED for (int o = 0; o < outputs; o++) sum[o] = *(const lanes *)packed;
  packed += LANES;
  for (int y = 0; y < kernel; y++, packed += kernel * LANES) {
    const float *row = rows[y] + column;
    lanes weight[MOST_TAPS];
    UNROLLED for (int x = 0; x < kernel; x++) weight[x] = *(const lanes *)(packed + x * LANES);
    UNROLLED for (int i = 0; i < (outputs - 1) * stride + kernel; i++) {
      const lanes value = *(const lanes *)(row + (size_t)i * channels);
      UNROLLED for (int o = 0; o < outputs; o++) {
        const int x = i - o * stride;
        if (x >= 0 && x < kernel) sum[o] = VF_FMA(value, weight[x], sum[o]);
      }
    }
  }
  UNROLLED for (int o = 0; o < outputs; o++) {
    VF_BOUND(lanes, sum[o], floor, ceiling);
    *(lanes *)(output + (size_t)o * channels) = sum[o];
  }
}

/// All channels of `outputs` neighbours, from output `x` on.
VF_INLINE void neighbours(
    const float *const *rows, int kernel, int stride, size_t channels, const float *packed, float floor,
    float ceiling, float *output, size_t x, int outputs, _Bool fused) {
  for (size_t v = 0; v < vectors(channels); v++, packed += (kernel * kernel + 1) * LANES) {
    const size_t first = first_channel(v, channels);
    strip(
        rows, x * (size_t)stride * channels + first, kernel, stride, channels, packed, floor, ceiling,
        output + x * channels + first, outputs, fused);
  }
}

/// A row in shares of up to eight outputs, as equal as can be.
VF_INLINE void whole_row(
    const float *const *rows, int kernel, int stride, size_t channels, const float *packed, float floor,
    float ceiling, float *output, size_t width, _Bool fused) {
#define SHARE(n) \
  case n: \
    neighbours(rows, kernel, stride, channels, packed, floor, ceiling, output, x, n, fused); \
    break;
  for (size_t x = 0, share; x < width; x += share) {
    const size_t shares = (width - x + MOST_OUTPUTS - 1) / MOST_OUTPUTS;
    share = (width - x + shares - 1) / shares;
    switch (share) { SHARE(1) SHARE(2) SHARE(3) SHARE(4) SHARE(5) SHARE(6) SHARE(7) SHARE(8) }
  }
}

/// Any kernel, any stride, and fewer channels than a vector has.
VF_INLINE void any_row(
    const float *const *rows, int kernel, int stride, size_t channels, const float *packed, float floor,
    float ceiling, float *output, size_t width, _Bool fused) {
  const size_t bytes = (channels < LANES ? channels : LANES) * sizeof(float);
  for (size_t v = 0; v < vectors(channels); v++, packed += (kernel * kernel + 1) * LANES) {
    const size_t first = first_channel(v, channels);
    for (size_t x = 0; x < width; x++) {
      lanes sum = *(const lanes *)packed;
      for (int tap = 0; tap < kernel * kernel; tap++) {
        const size_t position = x * (size_t)stride + (size_t)(tap % kernel);
        lanes value = (lanes)0;
        memcpy(&value, rows[tap / kernel] + position * channels + first, bytes);
        sum = VF_FMA(value, *(const lanes *)(packed + (tap + 1) * LANES), sum);
      }
      VF_BOUND(lanes, sum, floor, ceiling);
      memcpy(output + x * channels + first, &sum, bytes);
    }
  }
}

VF_INLINE void depthwise_row(
    const float *const *rows, int kernel, int stride, size_t channels, const float *packed,
    enum vf_activation activation, float *output, size_t width, _Bool fused) {
  const float floor = VF_FLOOR(activation), ceiling = VF_CEILING(activation);
#define WALK(k, s) \
  if (kernel == k && stride == s && channels >= LANES) { \
    whole_row(rows, k, s, channels, packed, floor, ceiling, output, width, fused); \
    return; \
  }
  WALK(3, 1)
  WALK(3, 2)
  WALK(5, 1)
  WALK(5, 2)
  any_row(rows, kernel, stride, channels, packed, floor, ceiling, output, width, fused);
}

VF_BY_LEVEL(
    vf_depthwise_row,
    (const float *const *rows, int kernel, int stride, size_t channels, const float *packed,
     enum vf_activation activation, float *output, size_t width),
    (rows, kernel, stride, channels, packed, activation, output, width),
    depthwise_row(rows, kernel, stride, channels, packed, activation, output, width, 1),
    depthwise_row(rows, kernel, stride, channels, packed, activation, output, width, 1),
    depthwise_row(rows, kernel, stride, channels, packed, activation, output, width, 0))
