#include <math.h>

#include "internal.h"

int vf_box_shrink(vf_image *in, int factor, vf_image **out) {
  VipsImage *image = NULL;
  int result = vips_shrink(vf_vips(in), &image, (double)factor, (double)factor, "ceil", TRUE, NULL);
  return vf_made(result, image, out);
}

int vf_extend(vf_image *in, int width, int height, vf_image **out) {
  VipsImage *opaque = NULL, *image = NULL;
  int result = vips_image_hasalpha(vf_vips(in)) ? vips_copy(vf_vips(in), &opaque, NULL)
                                                : vips_addalpha(vf_vips(in), &opaque, NULL);
  if (result == 0) {
    result = vips_embed(opaque, &image, 0, 0, width, height, "extend", VIPS_EXTEND_BLACK, NULL);
    g_object_unref(opaque);
  }
  return vf_made(result, image, out);
}

/// Bicubic: the pixel with the centre p goes to turn * (p - center) + the middle of the result. libvips counts centres at
/// whole numbers.
int vf_rotated_crop(
    vf_image *in, double center_x, double center_y, double radians, int width, int height, vf_image **out) {
  VipsInterpolate *bicubic = vips_interpolate_new("bicubic");
  int window[] = {0, 0, width, height};
  VipsArrayInt *area = vips_array_int_new(window, 4);
  VipsImage *image = NULL;
  int result = vips_affine(
      vf_vips(in), &image, cos(radians), sin(radians), -sin(radians), cos(radians), "interpolate", bicubic, "oarea", area,
      "idx", 0.5 - center_x, "idy", 0.5 - center_y, "odx", width * 0.5 - 0.5, "ody", height * 0.5 - 0.5, "extend",
      VIPS_EXTEND_COPY, NULL);
  vips_area_unref(VIPS_AREA(area));
  g_object_unref(bicubic);
  return vf_made(result, image, out);
}

int vf_attention(vf_image *in, int *x, int *y) {
  VipsImage *source = vf_vips(in), *image = NULL;
  int side = VIPS_MIN(source->Xsize, source->Ysize);
  int result = vips_smartcrop(
      source, &image, side, side, "interesting", VIPS_INTERESTING_ATTENTION, "attention_x", x, "attention_y", y,
      NULL);
  if (result == 0) g_object_unref(image);
  return vf_done(result);
}
