// What the .c files of this module share.
#ifndef CVIPSBRIDGE_INTERNAL_H
#define CVIPSBRIDGE_INTERNAL_H

#include <vips/vips.h>

#include "CVipsBridge.h"

static inline VipsImage *vf_vips(vf_image *image) { return (VipsImage *)image; }

/// The answer of a façade function: libvips' result, its error text emptied on failure.
static inline int vf_done(int result) {
  if (result == 0) return 0;
  vips_error_clear();
  return -1;
}

/// The same for functions that make an image.
static inline int vf_made(int result, VipsImage *image, vf_image **out) {
  *out = result == 0 ? (vf_image *)image : NULL;
  return vf_done(result);
}

#endif
