#include "im2col.h"

#include <stddef.h>
#include <string.h>

void vf_im2col(const float *input, struct vf_map in, struct vf_walk walk, struct vf_map out, float *rows) {
  const ptrdiff_t channels = in.channels, strip = walk.kernel * channels;
  for (int oy = 0; oy < out.height; oy++) {
    for (int ox = 0; ox < out.width; ox++) {
      const int left = ox * walk.stride - walk.pad_left;
      const int x0 = left < 0 ? -left : 0;
      const int x1 = left + walk.kernel > in.width ? in.width - left : walk.kernel;
      for (int ky = 0; ky < walk.kernel; ky++, rows += strip) {
        const int y = oy * walk.stride - walk.pad_top + ky;
        if (y < 0 || y >= in.height || x1 <= x0) {
          memset(rows, 0, strip * sizeof(float));
          continue;
        }
        const float *line = input + ((ptrdiff_t)y * in.width + left + x0) * channels;
        memset(rows, 0, x0 * channels * sizeof(float));
        memcpy(rows + x0 * channels, line, (x1 - x0) * channels * sizeof(float));
        memset(rows + x1 * channels, 0, (walk.kernel - x1) * channels * sizeof(float));
      }
    }
  }
}
