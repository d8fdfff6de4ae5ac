#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

// Truncated files fail; wrong bits that a codec can carry on from do not.
#define FIRST_PAGE "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED

// A file ------------------------------------------------------------------------------------------------------

typedef struct {
  int descriptor;
  int64_t start, position, size;
  int error;
} file;

static gint64 file_read(VipsSourceCustom *source, void *buffer, gint64 length, gpointer data) {
  (void)source;
  file *f = data;
  for (;;) {
    int64_t rest = f->size - f->position;
    if (rest <= 0) return 0;
    ssize_t n = pread(f->descriptor, buffer, (size_t)(length < rest ? length : rest), f->start + f->position);
    if (n >= 0) {
      f->position += n;
      return n;
    }
    if (errno == EINTR) continue;
    f->error = errno;
    return -1;
  }
}

static gint64 file_seek(VipsSourceCustom *source, gint64 offset, int whence, gpointer data) {
  (void)source;
  file *f = data;
  int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? f->position : f->size;
  int64_t position;
  if (__builtin_add_overflow(base, offset, &position) || position < 0) return -1;
  return f->position = position;
}

static int load_from_source(VipsSource *source, vf_loader loader, VipsImage **out) {
  switch (loader) {
    case VF_JPEG: return vips_jpegload_source(source, out, FIRST_PAGE, NULL);
    case VF_PNG: return vips_pngload_source(source, out, FIRST_PAGE, NULL);
    case VF_WEBP: return vips_webpload_source(source, out, FIRST_PAGE, NULL);
    case VF_GIF: return vips_gifload_source(source, out, FIRST_PAGE, NULL);
    case VF_TIFF: return vips_tiffload_source(source, out, FIRST_PAGE, NULL);
    case VF_HEIF: return vips_heifload_source(source, out, FIRST_PAGE, NULL);
  }
  return -1;
}

int vf_header_from_descriptor(
    int descriptor, int64_t start, int64_t size, vf_loader loader, vf_info *info, vf_read_failure *failure) {
  file f = {.descriptor = descriptor, .start = start, .size = size};
  VipsSourceCustom *source = vips_source_custom_new();
  g_signal_connect(source, "read", G_CALLBACK(file_read), &f);
  g_signal_connect(source, "seek", G_CALLBACK(file_seek), &f);

  VipsImage *image = NULL;
  int result = load_from_source(VIPS_SOURCE(source), loader, &image);
  if (result == 0) {
    vf_image_info((vf_image *)image, info);
    g_object_unref(image);
  }
  g_object_unref(source);
  failure->error = f.error;
  return vf_done(result);
}

// Bytes -------------------------------------------------------------------------------------------------------

int vf_load(const void *bytes, size_t count, vf_loader loader, int shrink, vf_image **out) {
  void *data = (void *)bytes;
  VipsImage *image = NULL;
  int result = -1;
  switch (loader) {
    case VF_JPEG: result = vips_jpegload_buffer(data, count, &image, FIRST_PAGE, "shrink", shrink, NULL); break;
    case VF_PNG: result = vips_pngload_buffer(data, count, &image, FIRST_PAGE, NULL); break;
    case VF_WEBP: result = vips_webpload_buffer(data, count, &image, FIRST_PAGE, "scale", 1.0 / shrink, NULL); break;
    case VF_GIF: result = vips_gifload_buffer(data, count, &image, FIRST_PAGE, NULL); break;
    case VF_TIFF: result = vips_tiffload_buffer(data, count, &image, FIRST_PAGE, NULL); break;
    case VF_HEIF: result = vips_heifload_buffer(data, count, &image, FIRST_PAGE, NULL); break;
  }
  return vf_made(result, image, out);
}

// Facts -------------------------------------------------------------------------------------------------------

static vf_colour colour_of(VipsImage *image) {
  switch (vips_image_get_interpretation(image)) {
    case VIPS_INTERPRETATION_B_W:
    case VIPS_INTERPRETATION_GREY16: return VF_COLOUR_GREY;
    case VIPS_INTERPRETATION_RGB:
    case VIPS_INTERPRETATION_sRGB:
    case VIPS_INTERPRETATION_scRGB:
    case VIPS_INTERPRETATION_RGB16: return VF_COLOUR_RGB;
    case VIPS_INTERPRETATION_CMYK: return VF_COLOUR_CMYK;
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_LABQ: return VF_COLOUR_LAB;
    default: return VF_COLOUR_OTHER;
  }
}

static vf_sample sample_of(VipsImage *image) {
  switch (vips_image_get_format(image)) {
    case VIPS_FORMAT_UCHAR: return VF_SAMPLE_U8;
    case VIPS_FORMAT_USHORT: return VF_SAMPLE_U16;
    default: return VF_SAMPLE_OTHER;
  }
}

static int integer(VipsImage *image, const char *name) {
  int value = 0;
  if (vips_image_get_typeof(image, name) == 0 || vips_image_get_int(image, name, &value)) vips_error_clear();
  return value;
}

static int halves_colour(VipsImage *image) {
  const char *name = "jpeg-chroma-subsample", *value = NULL;
  if (vips_image_get_typeof(image, name) == 0) return 0;
  if (vips_image_get_string(image, name, &value)) {
    vips_error_clear();
    return 0;
  }
  return strcmp(value, "4:2:0") == 0;
}

void vf_image_info(vf_image *handle, vf_info *info) {
  VipsImage *image = vf_vips(handle);
  memset(info, 0, sizeof *info);
  info->width = vips_image_get_width(image);
  info->height = vips_image_get_height(image);
  info->bands = vips_image_get_bands(image);
  info->colour = colour_of(image);
  info->sample = sample_of(image);
  info->bits_per_sample = (int)vips_format_sizeof(vips_image_get_format(image)) * 8;
  info->orientation = integer(image, VIPS_META_ORIENTATION);
  info->pages = vips_image_get_n_pages(image);
  info->interlaced = integer(image, "interlaced") || integer(image, "jpeg-multiscan");
  info->halved_colour = halves_colour(image);
  info->has_alpha = vips_image_hasalpha(image);
  info->has_profile = vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0;
}

void vf_image_release(vf_image *image) { g_object_unref(vf_vips(image)); }
