#include "product.h"

#include <string.h>

#include "levels.h"

/// Outputs of a panel. Up to 24 are left for the last one: 8 more sums a row use the registers better than a second, half
/// empty panel.
enum { PANEL = 16, EXTRA = 8, WIDE = PANEL + EXTRA };

/// The most rows that any processor's registers hold sums for.
enum { MOST_ROWS = 12 };

/// Floats of rows that are multiplied by all panels before the next are begun: half of a second-level cache of 128 KB.
enum { BLOCK = 1 << 14 };

/// One row of a panel. The compiler makes it of as many registers as it takes.
typedef float sixteen __attribute__((ext_vector_type(PANEL), aligned(4)));
typedef float eight __attribute__((ext_vector_type(EXTRA), aligned(4)));

VF_INLINE size_t panel_width(size_t outputs_left) {
  return outputs_left > PANEL && outputs_left <= WIDE ? WIDE : PANEL;
}

size_t vf_packed_weights_count(size_t inputs, size_t outputs) {
  size_t count = 0;
  for (size_t first = 0, width; first < outputs; first += width) {
    width = panel_width(outputs - first);
    count += width * (inputs + 1);
  }
  return count;
}

void vf_pack_weights(
    const float *weights, size_t output_stride, size_t input_stride, const float *bias, size_t inputs, size_t outputs,
    float *packed) {
  for (size_t first = 0, width; first < outputs; first += width) {
    width = panel_width(outputs - first);
    for (size_t i = 0; i <= inputs; i++)
      for (size_t o = first; o < first + width; o++)
        *packed++ = o >= outputs ? 0 : i == 0 ? bias[o] : weights[o * output_stride + (i - 1) * input_stride];
  }
}

size_t vf_packed_weight_index(size_t inputs, size_t outputs, size_t output, size_t input) {
  size_t first = output / PANEL * PANEL;
  // What would be a panel of its own may be the end of a wide one.
  if (first > 0 && panel_width(outputs - (first - PANEL)) == WIDE) first -= PANEL;
  return first * (inputs + 1) + panel_width(outputs - first) * (input + 1) + output - first;
}

/// Where a tile begins: in the rows, in the output, and how far from the line's end.
struct place {
  const float *row;
  float *output;
  size_t left;
};

/// What all tiles of a product have in common.
struct task {
  struct vf_rows rows;
  size_t outputs, line_stride;
  float floor, ceiling;
};

VF_INLINE struct place place_of(const struct task *task, float *output, size_t position) {
  const size_t line = position / task->rows.line, column = position % task->rows.line;
  return (struct place){
      task->rows.values + line * task->rows.line_stride + column * task->rows.row_stride,
      output + line * task->line_stride + column * task->outputs, task->rows.line - column};
}

/// One row on. Behind the last row the pointers go astray and are not used.
VF_INLINE void step(const struct task *task, struct place *at) {
  at->row += task->rows.row_stride;
  at->output += task->outputs;
  if (--at->left == 0) {
    at->row += task->rows.line_stride - task->rows.line * task->rows.row_stride;
    at->output += task->line_stride - task->rows.line * task->outputs;
    at->left = task->rows.line;
  }
}

/// `count` rows times one panel, of whose outputs `valid` exist, and on to the row behind them.
VF_INLINE void tile(
    const struct task *task, struct place *at, const float *restrict panel, size_t valid, const float *addend,
    int count, _Bool wide, _Bool fused) {
  const size_t width = wide ? WIDE : PANEL;
  const float *row[MOST_ROWS];
  float *output[MOST_ROWS];
  sixteen sum[MOST_ROWS];
  eight extra[MOST_ROWS];
  for (int r = 0; r < count; r++) {
    row[r] = at->row;
    output[r] = at->output;
    step(task, at);
    sum[r] = *(const sixteen *)panel;
    if (wide) extra[r] = *(const eight *)(panel + PANEL);
  }
  for (size_t segment = 0; segment < task->rows.segments; segment++) {
    for (size_t i = 0; i < task->rows.length; i++) {
      panel += width;
      for (int r = 0; r < count; r++) {
        sum[r] = VF_FMA((sixteen)row[r][i], *(const sixteen *)panel, sum[r]);
        if (wide) extra[r] = VF_FMA((eight)row[r][i], *(const eight *)(panel + PANEL), extra[r]);
      }
    }
    for (int r = 0; r < count; r++) row[r] += task->rows.segment_stride;
  }
  if (valid >= width) {
    for (int r = 0; r < count; r++) {
      if (addend) sum[r] += *(const sixteen *)(addend + r * task->outputs);
      VF_BOUND(sixteen, sum[r], task->floor, task->ceiling);
      *(sixteen *)output[r] = sum[r];
      if (!wide) continue;
      if (addend) extra[r] += *(const eight *)(addend + r * task->outputs + PANEL);
      VF_BOUND(eight, extra[r], task->floor, task->ceiling);
      *(eight *)(output[r] + PANEL) = extra[r];
    }
  } else {
    for (int r = 0; r < count; r++) {
      float values[WIDE];
      memcpy(values, &sum[r], sizeof sum[r]);
      if (wide) memcpy(values + PANEL, &extra[r], sizeof extra[r]);
      for (size_t o = 0; o < valid; o++) {
        float value = addend ? values[o] + addend[r * task->outputs + o] : values[o];
        VF_BOUND(float, value, task->floor, task->ceiling);
        output[r][o] = value;
      }
    }
  }
}

/// Rows of the next tile: the most, but two middling tiles at the end rather than a full one and a few rows.
VF_INLINE int tile_rows(size_t left, int most) {
  if (left <= (size_t)most) return (int)left;
  return left < (size_t)most + most / 2 ? (int)(left + 1) / 2 : most;
}

/// `count` positions, from `at` on, times one panel.
VF_INLINE void column(
    const struct task *task, struct place at, size_t count, const float *panel, size_t valid, const float *addend,
    int most, int most_wide, _Bool fused) {
#define TILE(n, wide) \
  case n: \
    if (n <= (wide ? most_wide : most)) tile(task, &at, panel, valid, addend, n, wide, fused); \
    break;
  const _Bool wide = panel_width(valid) == WIDE;
  for (size_t rows; count > 0; count -= rows) {
    rows = tile_rows(count, wide ? most_wide : most);
    if (wide)
      switch (rows) { TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1) TILE(7, 1) TILE(8, 1) }
    else
      switch (rows) {
        TILE(1, 0) TILE(2, 0) TILE(3, 0) TILE(4, 0) TILE(5, 0) TILE(6, 0)
        TILE(7, 0) TILE(8, 0) TILE(9, 0) TILE(10, 0) TILE(11, 0) TILE(12, 0)
      }
    if (addend) addend += rows * task->outputs;
  }
}

VF_INLINE void product(
    struct vf_rows rows, const float *packed, size_t outputs, const float *addend, enum vf_activation activation,
    float *output, size_t line_stride, int most, int most_wide, _Bool fused) {
  const struct task task = {rows, outputs, line_stride, VF_FLOOR(activation), VF_CEILING(activation)};
  const size_t inputs = rows.segments * rows.length, positions = rows.lines * rows.line;
  // Whole tiles of either kind.
  const size_t tiles = 2 * (size_t)MOST_ROWS, block = (BLOCK / inputs / tiles + 1) * tiles;
  for (size_t begin = 0, count; begin < positions; begin += count) {
    count = positions - begin < 2 * block ? positions - begin : block;
    const float *panel = packed;
    for (size_t first = 0, width; first < outputs; first += width, panel += width * (inputs + 1)) {
      width = panel_width(outputs - first);
      column(
          &task, place_of(&task, output + first, begin), count, panel, outputs - first,
          addend ? addend + begin * outputs + first : NULL, most, most_wide, fused);
    }
  }
}

VF_BY_LEVEL(
    vf_product,
    (struct vf_rows rows, const float *packed, size_t outputs, const float *addend, enum vf_activation activation,
     float *output, size_t line_stride),
    (rows, packed, outputs, addend, activation, output, line_stride),
    product(rows, packed, outputs, addend, activation, output, line_stride, MOST_ROWS, 8, 1),
    product(rows, packed, outputs, addend, activation, output, line_stride, 6, 4, 1),
    product(rows, packed, outputs, addend, activation, output, line_stride, 2, 1, 0))
