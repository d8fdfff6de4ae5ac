#include "internal.h"

int vf_profile_to_srgb(vf_image *in, const char *fallback, vf_image **out) {
  VipsImage *image = NULL;
  int result = vips_icc_transform(
      vf_vips(in), &image, "srgb", "embedded", TRUE, "input_profile", fallback, "depth", 8, NULL);
  return vf_made(result, image, out);
}

int vf_space_to_srgb(vf_image *in, vf_image **out) {
  VipsImage *image = NULL;
  return vf_made(vips_colourspace(vf_vips(in), &image, VIPS_INTERPRETATION_sRGB, NULL), image, out);
}

int vf_relabel(vf_image *in, vf_colour colour, vf_image **out) {
  int deep = vips_image_get_format(vf_vips(in)) == VIPS_FORMAT_USHORT;
  VipsInterpretation meaning =
      colour == VF_COLOUR_GREY ? (deep ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W)
                               : (deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB);
  VipsImage *image = NULL;
  return vf_made(vips_copy(vf_vips(in), &image, "interpretation", meaning, NULL), image, out);
}

int vf_bands(vf_image *in, int first, int count, vf_image **out) {
  VipsImage *image = NULL;
  return vf_made(vips_extract_band(vf_vips(in), &image, first, "n", count, NULL), image, out);
}

int vf_to_u8(vf_image *in, vf_image **out) {
  VipsImage *image = NULL;
  int deep = vips_image_get_format(vf_vips(in)) == VIPS_FORMAT_USHORT;
  return vf_made(vips_cast_uchar(vf_vips(in), &image, "shift", deep, NULL), image, out);
}

int vf_flatten(vf_image *colour, vf_image *alpha, const uint8_t *background, vf_image **out) {
  VipsImage *joined = NULL, *image = NULL;
  if (vips_bandjoin2(vf_vips(colour), vf_vips(alpha), &joined, NULL)) return vf_made(-1, NULL, out);
  double values[] = {background[0], background[1], background[2]};
  VipsArrayDouble *array = vips_array_double_new(values, 3);
  int result = vips_flatten(joined, &image, "background", array, "max_alpha", 255.0, NULL);
  vips_area_unref(VIPS_AREA(array));
  g_object_unref(joined);
  return vf_made(result, image, out);
}
