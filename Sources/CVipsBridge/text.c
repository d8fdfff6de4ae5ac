#include <string.h>

#include "internal.h"

int vf_text(const char *markup, int pixels, uint8_t **coverage, int *width, int *height) {
  *coverage = NULL;
  *width = *height = 0;
  char font[32];
  g_snprintf(font, sizeof font, "Sans Bold %dpx", pixels);

  VipsImage *image = NULL;
  if (vips_text(&image, markup, "font", font, "dpi", 72, NULL)) return vf_done(-1);
  VipsRegion *region = vips_region_new(image);
  VipsRect whole = {0, 0, image->Xsize, image->Ysize};
  int result = VIPS_IMAGE_SIZEOF_PEL(image) == 1 ? vips_region_prepare(region, &whole) : -1;
  if (result == 0) {
    uint8_t *bytes = g_malloc_n((gsize)whole.width, (gsize)whole.height);
    for (int y = 0; y < whole.height; y++)
      memcpy(bytes + (size_t)y * (size_t)whole.width, VIPS_REGION_ADDR(region, 0, y), (size_t)whole.width);
    *coverage = bytes;
    *width = whole.width;
    *height = whole.height;
  }
  g_object_unref(region);
  g_object_unref(image);
  return vf_done(result);
}
