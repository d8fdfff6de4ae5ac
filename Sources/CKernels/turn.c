#include "turn.h"

#include <string.h>

static inline void copy_pixel(uint8_t *to, const uint8_t *from) {
  to[0] = from[0];
  to[1] = from[1];
  to[2] = from[2];
}

// Rows stay rows: upside down, mirrored, or both.
static void along_rows(
    const uint8_t *from, ptrdiff_t width, ptrdiff_t height, uint8_t *to, ptrdiff_t step_x, ptrdiff_t step_y) {
  for (ptrdiff_t y = 0; y < height; y++, from += 3 * width, to += step_y) {
    if (step_x == 3) {
      memcpy(to, from, (size_t)width * 3);
    } else {
      for (ptrdiff_t x = 0; x < width; x++) copy_pixel(to + x * step_x, from + 3 * x);
    }
  }
}

// Rows become columns: in tiles, so that what a tile reads and writes stays in the first-level cache.
static void across_rows(
    const uint8_t *from, ptrdiff_t width, ptrdiff_t height, uint8_t *to, ptrdiff_t step_x, ptrdiff_t step_y) {
  enum { tile = 32 };
  for (ptrdiff_t top = 0; top < height; top += tile) {
    ptrdiff_t bottom = top + tile < height ? top + tile : height;
    for (ptrdiff_t left = 0; left < width; left += tile) {
      ptrdiff_t right = left + tile < width ? left + tile : width;
      for (ptrdiff_t x = left; x < right; x++)
        for (ptrdiff_t y = top; y < bottom; y++)
          copy_pixel(to + x * step_x + y * step_y, from + 3 * (y * width + x));
    }
  }
}

void vf_turn_rgb8(
    const uint8_t *from, ptrdiff_t width, ptrdiff_t height, uint8_t *to, ptrdiff_t step_x, ptrdiff_t step_y) {
  if (step_x == 3 || step_x == -3) {
    along_rows(from, width, height, to, step_x, step_y);
  } else {
    across_rows(from, width, height, to, step_x, step_y);
  }
}
