// Plain C functions over libvips, for the module Imaging only. GLib and libvips stay in the .c files. And two of glibc that Swift does not see.
//
// Functions that return int answer 0 for success and -1 for failure. They never hand out libvips' error text,
// which all threads share and no caller can claim; on failure they empty it. The caller knows which call failed.
#ifndef CVIPSBRIDGE_H
#define CVIPSBRIDGE_H

#include <spawn.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A lazy image: reading its pixels runs the operations behind it. May be passed between threads.
typedef struct vf_image vf_image;

/// A reader of an image's pixels; bound to the thread that made it.
typedef struct vf_region vf_region;

// start.c ------------------------------------------------------------------------------------------------------

/// Starts libvips once for the process: one thread, no cache, only the loaders named in `vf_loader`, no output on
/// stderr. Call it before anything else here. Sets malloc for the whole process: one heap that keeps what photographs leave.
int vf_start(void);

/// Frees what libvips keeps for the calling thread. Call it at the end of a thread that used this module;
/// nothing happens when libvips was never started.
void vf_thread_shutdown(void);

/// Part 0, 1 or 2 of the version of the libvips in use. Needs no `vf_start`.
int vf_version(int part);

/// Most bytes of pixel memory libvips has held at once since it started.
size_t vf_memory_highwater(void);

// load.c -------------------------------------------------------------------------------------------------------

typedef enum __attribute__((enum_extensibility(closed))) vf_loader {
  VF_JPEG,
  VF_PNG,
  VF_WEBP,
  VF_GIF,
  VF_TIFF,
  VF_HEIF,
} vf_loader;

typedef enum __attribute__((enum_extensibility(closed))) vf_colour {
  VF_COLOUR_GREY,
  VF_COLOUR_RGB,
  VF_COLOUR_CMYK,
  VF_COLOUR_LAB,
  VF_COLOUR_OTHER,
} vf_colour;

typedef enum __attribute__((enum_extensibility(closed))) vf_sample {
  VF_SAMPLE_U8,
  VF_SAMPLE_U16,
  VF_SAMPLE_OTHER,
} vf_sample;

/// What a file's header says about its first page.
typedef struct vf_info {
  int width, height, bands;
  vf_colour colour;
  vf_sample sample;
  int bits_per_sample;
  /// The EXIF or TIFF orientation; 0 where there is none.
  int orientation;
  int pages;
  /// Interlaced PNG or progressive JPEG: the first row costs as much as all rows.
  int interlaced;
  /// JPEG whose channels are not all of the same size.
  int halved_colour;
  int has_alpha;
  int has_profile;
} vf_info;

/// Why `vf_header_from_descriptor` failed.
typedef struct vf_read_failure {
  /// The errno of the read that failed, or 0 when all reads succeeded and the header is bad.
  int error;
} vf_read_failure;

/// Reads the header of the file that begins `start` bytes into an open regular file and has `size` bytes, through
/// pread(2). The file is not mapped, so one that shrinks meanwhile is a read error and never a signal.
int vf_header_from_descriptor(
    int descriptor, int64_t start, int64_t size, vf_loader loader, vf_info *info, vf_read_failure *failure);

/// Opens the first page of a file in memory for one reading from top to bottom. `shrink` is 1, 2, 4 or 8 and only
/// used by JPEG and WebP. `bytes` are not copied: they must outlive the image and all images made from it.
int vf_load(const void *bytes, size_t count, vf_loader loader, int shrink, vf_image *_Nullable *_Nonnull out);

void vf_image_info(vf_image *image, vf_info *info);
void vf_image_release(vf_image *image);

// metadata.c ---------------------------------------------------------------------------------------------------

typedef enum __attribute__((enum_extensibility(closed))) vf_block {
  VF_EXIF,
  VF_XMP,
  VF_IPTC,
} vf_block;

/// A block of metadata as the file holds it, unread. The bytes belong to the image. Fails where there is none.
int vf_metadata(
    vf_image *image, vf_block block, const void *_Nullable *_Nonnull bytes, size_t *count);

// colour.c -----------------------------------------------------------------------------------------------------

/// Through the embedded profile to 8-bit sRGB; where it is missing or broken, through the fallback ("srgb", "cmyk").
int vf_profile_to_srgb(vf_image *in, const char *fallback, vf_image *_Nullable *_Nonnull out);

/// To sRGB by the image's colour space alone.
int vf_space_to_srgb(vf_image *in, vf_image *_Nullable *_Nonnull out);

/// The same numbers read as grey or RGB of the image's depth.
int vf_relabel(vf_image *in, vf_colour colour, vf_image *_Nullable *_Nonnull out);

/// `count` bands from the band `first` on.
int vf_bands(vf_image *in, int first, int count, vf_image *_Nullable *_Nonnull out);

/// To 8 bits a sample: 16-bit ones lose the low byte, others are clipped to 0...255.
int vf_to_u8(vf_image *in, vf_image *_Nullable *_Nonnull out);

/// `colour` (3 bands, 8 bits) over the background, by `alpha` (1 band, 8 bits).
int vf_flatten(
    vf_image *colour, vf_image *alpha, const uint8_t *background, vf_image *_Nullable *_Nonnull out);

// pixels.c -----------------------------------------------------------------------------------------------------

/// An image over interleaved 8-bit sRGB pixels, not copied: they must outlive the image and all made from it.
int vf_image_from_pixels(const void *pixels, int width, int height, vf_image *_Nullable *_Nonnull out);

int vf_region_new(vf_image *image, vf_region *_Nullable *_Nonnull out);

/// Computes a rectangle of an image of 3 bands and 8 bits and copies it to rows of `stride` bytes.
int vf_region_read(vf_region *region, int left, int top, int width, int height, uint8_t *to, size_t stride);

void vf_region_release(vf_region *region);

// operations.c -------------------------------------------------------------------------------------------------

/// Averages boxes of `factor` x `factor` pixels; the size is rounded up.
int vf_box_shrink(vf_image *in, int factor, vf_image *_Nullable *_Nonnull out);

/// The image in the top left corner of one of `width` x `height`, with alpha, and transparent elsewhere.
int vf_extend(vf_image *in, int width, int height, vf_image *_Nullable *_Nonnull out);

/// Cuts the `width` x `height` pixels about (`center_x`, `center_y`) turned by `radians` clockwise, bicubic. Centres
/// are continuous: the first pixel covers 0...1. What lies outside is black, but the border does not bleed into it.
int vf_rotated_crop(
    vf_image *in, double center_x, double center_y, double radians, int width, int height,
    vf_image *_Nullable *_Nonnull out);

/// The point most likely to draw the eye, in pixels of the image.
int vf_attention(vf_image *in, int *x, int *y);

// text.c -------------------------------------------------------------------------------------------------------

/// Draws one line of bold text, in Pango markup, with letters of this many pixels: one byte of coverage a pixel, cut to the
/// ink. Fails where there is nothing to draw. The bytes belong to the caller: `vf_bytes_free`.
int vf_text(
    const char *markup, int pixels, uint8_t *_Nullable *_Nonnull coverage, int *width, int *height);

// save.c -------------------------------------------------------------------------------------------------------

/// Encodes as VF_JPEG, VF_PNG, VF_WEBP or VF_TIFF, without metadata. `quality` 1...100 concerns JPEG and WebP.
/// The bytes belong to the caller: `vf_bytes_free`.
int vf_encode(
    vf_image *image, vf_loader format, int quality, void *_Nullable *_Nonnull bytes, size_t *count);

void vf_bytes_free(void *bytes);

// process.c ----------------------------------------------------------------------------------------------------

/// pipe2(2) with O_CLOEXEC: no process that starts meanwhile inherits the ends, reading and writing. Sets errno.
int vf_pipe(int ends[_Nonnull 2]);

/// Lets a process that is spawned begin in a directory. Answers an errno, or 0.
int vf_spawn_in(posix_spawn_file_actions_t *actions, const char *directory);

#pragma clang assume_nonnull end

#endif
