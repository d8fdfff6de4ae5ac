#include "depthwise_gradients.h"

#include <stddef.h>
#include <string.h>

#include "clones.h"

VF_INLINE int most(int a, int b) { return a > b ? a : b; }
VF_INLINE int least(int a, int b) { return a < b ? a : b; }

// By the input ------------------------------------------------------------------------------------------------

/// Channels whose sums are held in registers at once.
enum { LANES = 32, WEIGHT_LANES = 16 };

/// The taps [first, end) of a kernel of stride 1 under which an input cell lies, along one axis. Tap t belongs to the output
/// `place - t`.
struct reach {
  int first, end, place;
};

VF_INLINE struct reach reach_of(int cell, int pad, int kernel, int outputs) {
  const int place = cell + pad;
  return (struct reach){most(0, place - outputs + 1), least(kernel, place + 1), place};
}

/// `lanes` channels of one input cell: a sum over all outputs that it took part in.
VF_INLINE void gather(
    const float *restrict gradient, ptrdiff_t row, ptrdiff_t channels, const float *restrict weights, int kernel,
    struct reach down, struct reach along, bool adds, float *restrict result, int lanes) {
  float sum[LANES];
  for (int c = 0; c < lanes; c++) sum[c] = adds ? result[c] : 0;
  for (int y = down.first; y < down.end; y++) {
    for (int x = along.first; x < along.end; x++) {
      const float *value = gradient + (down.place - y) * row + (along.place - x) * channels;
      const float *weight = weights + (y * kernel + x) * channels;
      for (int c = 0; c < lanes; c++) sum[c] += value[c] * weight[c];
    }
  }
  for (int c = 0; c < lanes; c++) result[c] = sum[c];
}

/// All channels of one input cell. Where a cell has all taps of the kernel, their number is known to the compiler.
VF_INLINE void gather_cell(
    const float *restrict gradient, ptrdiff_t row, ptrdiff_t channels, const float *restrict weights, int kernel,
    struct reach down, struct reach along, bool adds, float *restrict result) {
  ptrdiff_t c = 0;
  for (; c + LANES <= channels; c += LANES)
    gather(gradient + c, row, channels, weights + c, kernel, down, along, adds, result + c, LANES);
  for (; c + 8 <= channels; c += 8)
    gather(gradient + c, row, channels, weights + c, kernel, down, along, adds, result + c, 8);
  for (; c < channels; c++)
    gather(gradient + c, row, channels, weights + c, kernel, down, along, adds, result + c, 1);
}

VF_INLINE void gather_all(
    const float *restrict gradient, struct vf_map out, const float *restrict weights, struct vf_walk walk, int kernel,
    bool adds, float *restrict result, struct vf_map in) {
  const ptrdiff_t channels = in.channels, row = (ptrdiff_t)out.width * channels;
  for (int iy = 0; iy < in.height; iy++) {
    const struct reach down = reach_of(iy, walk.pad_top, kernel, out.height);
    for (int ix = 0; ix < in.width; ix++, result += channels) {
      const struct reach along = reach_of(ix, walk.pad_left, kernel, out.width);
      if (down.first == 0 && down.end == kernel && along.first == 0 && along.end == kernel)
        gather_cell(
            gradient, row, channels, weights, kernel, (struct reach){0, kernel, down.place},
            (struct reach){0, kernel, along.place}, adds, result);
      else
        gather_cell(gradient, row, channels, weights, kernel, down, along, adds, result);
    }
  }
}

/// With a stride an input cell has few taps, and which ones changes from cell to cell: here the outputs hand out instead.
VF_INLINE void scatter_all(
    const float *restrict gradient, struct vf_map out, const float *restrict weights, struct vf_walk walk, bool adds,
    float *restrict result, struct vf_map in) {
  const ptrdiff_t channels = in.channels;
  if (!adds) memset(result, 0, sizeof(float) * (size_t)in.height * (size_t)in.width * (size_t)channels);
  for (int oy = 0; oy < out.height; oy++) {
    const int top = oy * walk.stride - walk.pad_top;
    const int y0 = most(0, -top), y1 = least(walk.kernel, in.height - top);
    for (int ox = 0; ox < out.width; ox++, gradient += channels) {
      const int left = ox * walk.stride - walk.pad_left;
      const int x0 = most(0, -left), x1 = least(walk.kernel, in.width - left);
      for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++) {
          float *target = result + ((ptrdiff_t)(top + y) * in.width + left + x) * channels;
          const float *weight = weights + (y * walk.kernel + x) * channels;
          for (ptrdiff_t c = 0; c < channels; c++) target[c] += gradient[c] * weight[c];
        }
      }
    }
  }
}

VF_CLONES void vf_depthwise_input_gradient(
    const float *gradient, struct vf_map out, const float *weights, struct vf_walk walk, bool adds,
    float *restrict result, struct vf_map in) {
  if (walk.stride > 1)
    scatter_all(gradient, out, weights, walk, adds, result, in);
  else if (walk.kernel == 3)
    gather_all(gradient, out, weights, walk, 3, adds, result, in);
  else if (walk.kernel == 5)
    gather_all(gradient, out, weights, walk, 5, adds, result, in);
  else
    gather_all(gradient, out, weights, walk, walk.kernel, adds, result, in);
}

// By the weights ----------------------------------------------------------------------------------------------

/// The greatest kernel of which a row of sums is held in registers.
enum { MOST = 5 };

/// Adds to the taps of one kernel row what the outputs [begin, end) of one row give with a row of the input.
VF_INLINE void correlate(
    const float *restrict gradient, int begin, int end, const float *restrict line, ptrdiff_t channels, int kernel,
    int stride, int pad, float *restrict result, int lanes) {
  float sum[MOST][WEIGHT_LANES];
  for (int x = 0; x < kernel; x++)
    for (int c = 0; c < lanes; c++) sum[x][c] = result[x * channels + c];
  for (int ox = begin; ox < end; ox++) {
    const float *g = gradient + ox * channels, *value = line + (ox * stride - pad) * channels;
    for (int x = 0; x < kernel; x++)
      for (int c = 0; c < lanes; c++) sum[x][c] += g[c] * value[x * channels + c];
  }
  for (int x = 0; x < kernel; x++)
    for (int c = 0; c < lanes; c++) result[x * channels + c] = sum[x][c];
}

/// The same for outputs whose kernel hangs over the edge, and for large kernels.
VF_INLINE void correlate_at_edge(
    const float *restrict gradient, int begin, int end, const float *restrict line, int width, ptrdiff_t channels,
    int kernel, int stride, int pad, float *restrict result, int lanes) {
  for (int ox = begin; ox < end; ox++) {
    const int left = ox * stride - pad;
    for (int x = most(0, -left); x < least(kernel, width - left); x++)
      for (int c = 0; c < lanes; c++)
        result[x * channels + c] += gradient[ox * channels + c] * line[(left + x) * channels + c];
  }
}

VF_INLINE void correlate_row(
    const float *restrict gradient, int outputs, const float *restrict line, int width, ptrdiff_t channels, int kernel,
    int stride, int pad, float *restrict result, int lanes) {
  // The outputs all of whose taps lie on the map; none where that is unknown to the compiler or too much for it.
  const int begin = least(outputs, (pad + stride - 1) / stride);
  const int last = width + pad < kernel || kernel > MOST ? 0 : (width + pad - kernel) / stride + 1;
  const int end = most(begin, least(outputs, last));
  correlate_at_edge(gradient, 0, begin, line, width, channels, kernel, stride, pad, result, lanes);
  if (kernel <= MOST) correlate(gradient, begin, end, line, channels, kernel, stride, pad, result, lanes);
  correlate_at_edge(gradient, end, outputs, line, width, channels, kernel, stride, pad, result, lanes);
}

VF_INLINE void correlate_all(
    const float *restrict gradient, struct vf_map out, const float *restrict input, struct vf_map in,
    struct vf_walk walk, int kernel, float *restrict result) {
  const ptrdiff_t channels = in.channels;
  for (int oy = 0; oy < out.height; oy++) {
    const int top = oy * walk.stride - walk.pad_top;
    const float *g = gradient + (ptrdiff_t)oy * out.width * channels;
    ptrdiff_t first = 0;
    for (int lanes = WEIGHT_LANES; first < channels; first += lanes) {
      if (first + lanes > channels) lanes = 1;
      for (int y = most(0, -top); y < least(kernel, in.height - top); y++) {
        const float *line = input + (ptrdiff_t)(top + y) * in.width * channels + first;
        float *taps = result + (ptrdiff_t)y * kernel * channels + first;
        if (lanes == WEIGHT_LANES)
          correlate_row(
              g + first, out.width, line, in.width, channels, kernel, walk.stride, walk.pad_left, taps, WEIGHT_LANES);
        else
          correlate_row(g + first, out.width, line, in.width, channels, kernel, walk.stride, walk.pad_left, taps, 1);
      }
    }
  }
}

VF_CLONES void vf_depthwise_weight_gradient(
    const float *gradient, struct vf_map out, const float *input, struct vf_map in, struct vf_walk walk,
    float *restrict result) {
  if (walk.kernel == 3)
    correlate_all(gradient, out, input, in, walk, 3, result);
  else if (walk.kernel == 5)
    correlate_all(gradient, out, input, in, walk, 5, result);
  else
    correlate_all(gradient, out, input, in, walk, walk.kernel, result);
}
