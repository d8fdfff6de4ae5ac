#include <math.h>

#include "internal.h"

int vf_box_shrink(vf_image *in, int factor, vf_image **out) {
  VipsImage *image = NULL;
  int result = vips_shrink(vf_vips(in), &image, (double)factor, (double)factor, "ceil", TRUE, NULL);
  return vf_made(result, image, out);
}

/// Bicubic: the pixel with the centre p goes to matrix * (p + before) + after. libvips counts centres at whole numbers.
static int affine(
    VipsImage *in, const double matrix[4], const double before[2], const double after[2], int width, int height,
    VipsImage **out) {
  VipsInterpolate *bicubic = vips_interpolate_new("bicubic");
  int window[] = {0, 0, width, height};
  VipsArrayInt *area = vips_array_int_new(window, 4);
  int result = vips_affine(
      in, out, matrix[0], matrix[1], matrix[2], matrix[3], "interpolate", bicubic, "oarea", area, "idx", before[0],
      "idy", before[1], "odx", after[0], "ody", after[1], "extend", VIPS_EXTEND_COPY, NULL);
  vips_area_unref(VIPS_AREA(area));
  g_object_unref(bicubic);
  return result;
}

/// Makes no side longer.
static int reduce(VipsImage *in, int width, int height, VipsKernel kernel, VipsImage **out) {
  VipsImage *reduced = NULL;
  if (vips_resize(
          in, &reduced, (double)width / in->Xsize, "vscale", (double)height / in->Ysize, "kernel", kernel, NULL))
    return -1;
  // Where the scale was rounded the other way, this repeats or drops the last row or column.
  int result = vips_embed(reduced, out, 0, 0, width, height, "extend", VIPS_EXTEND_COPY, NULL);
  g_object_unref(reduced);
  return result;
}

/// Makes no side shorter. vips_resize would shift the picture by half a pixel here.
static int enlarge(VipsImage *in, int width, int height, VipsImage **out) {
  double matrix[] = {(double)width / in->Xsize, 0, 0, (double)height / in->Ysize};
  double before[] = {0.5, 0.5}, after[] = {-0.5, -0.5};
  return affine(in, matrix, before, after, width, height, out);
}

int vf_resize(vf_image *in, int width, int height, vf_kernel kernel, vf_image **out) {
  VipsImage *source = vf_vips(in), *reduced = NULL, *image = NULL;
  int least_width = VIPS_MIN(width, source->Xsize), least_height = VIPS_MIN(height, source->Ysize);
  VipsKernel chosen = kernel == VF_KERNEL_CUBIC ? VIPS_KERNEL_CUBIC : VIPS_KERNEL_LANCZOS3;
  if (reduce(source, least_width, least_height, chosen, &reduced)) return vf_made(-1, NULL, out);
  if (least_width == width && least_height == height) return vf_made(0, reduced, out);
  int result = enlarge(reduced, width, height, &image);
  g_object_unref(reduced);
  return vf_made(result, image, out);
}

int vf_rotated_crop(
    vf_image *in, double center_x, double center_y, double radians, int width, int height, vf_image **out) {
  double matrix[] = {cos(radians), sin(radians), -sin(radians), cos(radians)};
  double before[] = {0.5 - center_x, 0.5 - center_y}, after[] = {width * 0.5 - 0.5, height * 0.5 - 0.5};
  VipsImage *image = NULL;
  return vf_made(affine(vf_vips(in), matrix, before, after, width, height, &image), image, out);
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
