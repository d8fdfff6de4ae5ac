#include "internal.h"

int vf_metadata(vf_image *image, vf_block block, const void **bytes, size_t *count) {
  const char *name = block == VF_EXIF ? VIPS_META_EXIF_NAME : block == VF_XMP ? VIPS_META_XMP_NAME : VIPS_META_IPTC_NAME;
  *bytes = NULL;
  *count = 0;
  if (vips_image_get_typeof(vf_vips(image), name) == 0) return -1;
  return vf_done(vips_image_get_blob(vf_vips(image), name, bytes, count));
}
