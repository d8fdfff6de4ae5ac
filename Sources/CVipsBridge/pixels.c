#include <string.h>

#include "internal.h"

int vf_image_from_pixels(const void *pixels, int width, int height, vf_image **out) {
  size_t count = (size_t)width * (size_t)height * 3;
  VipsImage *plain = vips_image_new_from_memory(pixels, count, width, height, 3, VIPS_FORMAT_UCHAR);
  if (!plain) return vf_made(-1, NULL, out);
  VipsImage *image = NULL;
  int result = vips_copy(plain, &image, "interpretation", VIPS_INTERPRETATION_sRGB, NULL);
  g_object_unref(plain);
  return vf_made(result, image, out);
}

int vf_region_new(vf_image *image, vf_region **out) {
  *out = (vf_region *)vips_region_new(vf_vips(image));
  return vf_done(*out ? 0 : -1);
}

int vf_region_read(vf_region *handle, int left, int top, int width, int height, uint8_t *to, size_t stride) {
  VipsRegion *region = (VipsRegion *)handle;
  VipsRect area = {left, top, width, height};
  VipsRect whole = {0, 0, region->im->Xsize, region->im->Ysize};
  if (VIPS_IMAGE_SIZEOF_PEL(region->im) != 3 || !vips_rect_includesrect(&whole, &area)) return vf_done(-1);
  if (vips_region_prepare(region, &area)) return vf_done(-1);
  for (int y = 0; y < height; y++)
    memcpy(to + (size_t)y * stride, VIPS_REGION_ADDR(region, left, top + y), (size_t)width * 3);
  return 0;
}

void vf_region_release(vf_region *region) { g_object_unref((VipsRegion *)region); }
