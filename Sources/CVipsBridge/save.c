#include "internal.h"

static int encode(VipsImage *image, vf_loader format, int quality, void **bytes, size_t *count) {
  switch (format) {
    case VF_JPEG:
      return vips_jpegsave_buffer(
          image, bytes, count, "Q", quality, "subsample_mode", VIPS_FOREIGN_SUBSAMPLE_ON, "strip", TRUE, NULL);
    case VF_PNG: return vips_pngsave_buffer(image, bytes, count, "compression", 6, "strip", TRUE, NULL);
    case VF_WEBP: return vips_webpsave_buffer(image, bytes, count, "Q", quality, "strip", TRUE, NULL);
    case VF_TIFF:
      return vips_tiffsave_buffer(
          image, bytes, count, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE, "predictor",
          VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL, "strip", TRUE, NULL);
    case VF_GIF:
    case VF_HEIF: return -1;
  }
  return -1;
}

int vf_encode(vf_image *image, vf_loader format, int quality, void **bytes, size_t *count) {
  *bytes = NULL;
  *count = 0;
  return vf_done(encode(vf_vips(image), format, quality, bytes, count));
}

void vf_bytes_free(void *bytes) { g_free(bytes); }
