/* make_picture.h - picture files made in memory for tests. All abort when memory runs
 * out, so that a test need not check. Pixels are a fixed pattern of the size asked for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_TESTS_MAKE_PICTURE_H
#define PA_TESTS_MAKE_PICTURE_H

#include "base/text.h"

typedef struct made_file {
    uint8_t *at;
    size_t size;
    size_t capacity;
} made_file;

static inline bytes made_bytes(const made_file *file) {
    return (bytes){file->at, file->size};
}

/** Zero bytes of a file: what a writer appends to. */
void made_add(made_file *file, const void *at, size_t size);
void made_add_le(made_file *file, uint64_t value, size_t size);
void made_add_be(made_file *file, uint64_t value, size_t size);
void made_add_fill(made_file *file, uint8_t value, size_t size);
void made_free(made_file *file);

/** width * height RGBA8; opaque or with all kinds of alpha. To be freed with free. */
uint8_t *make_pixels(uint32_t width_px, uint32_t height_px, bool is_opaque);

/** Any PNG form, its samples a pattern. `colour_type` is the number in the file. */
typedef struct png_form {
    uint32_t width_px;
    uint32_t height_px;
    uint8_t bit_depth;
    uint8_t colour_type;
    bool has_trns;
    bool is_interlaced;
} png_form;
made_file make_png(png_form form);

/** A PNG of exactly these RGBA8 pixels. */
made_file make_png_of(const uint8_t *pixels, uint32_t width_px, uint32_t height_px);

typedef enum jpeg_form {
    JPEG_FORM_GRAY,
    JPEG_FORM_444,
    JPEG_FORM_420,
    JPEG_FORM_PROGRESSIVE,
    JPEG_FORM_CMYK
} jpeg_form;
made_file make_jpeg(jpeg_form form, uint32_t width_px, uint32_t height_px);

typedef enum webp_form {
    WEBP_FORM_LOSSY,
    WEBP_FORM_LOSSY_ALPHA,
    WEBP_FORM_LOSSLESS
} webp_form;
made_file make_webp(webp_form form, uint32_t width_px, uint32_t height_px);

/** A lossless WebP of exactly these RGBA8 pixels, of invisible ones too. */
made_file make_webp_of(const uint8_t *pixels, uint32_t width_px, uint32_t height_px);

/** An uncompressed BMP of the opaque pattern; of 8 bits and fewer, of a gray ramp. */
made_file make_bmp(uint16_t bits, uint32_t width_px, uint32_t height_px,
                   bool is_top_down);

made_file make_astc(uint8_t block_width_px, uint8_t block_height_px, uint32_t width_px,
                    uint32_t height_px);
made_file make_pkm(const char *version, uint16_t type, uint32_t width_px,
                   uint32_t height_px, size_t payload_bytes);

typedef struct pvr_form {
    uint64_t format;
    uint32_t width_px;
    uint32_t height_px;
    uint32_t faces;
    uint32_t levels;
    size_t metadata_bytes;
    size_t payload_bytes;
} pvr_form;
made_file make_pvr2(pvr_form form);
made_file make_pvr3(pvr_form form);

/** A container of these files, which are freed. */
made_file make_cmip(made_file *levels, uint32_t count);

/** A container of ASTC 4x4 levels that halve. */
made_file make_cmip_astc(uint32_t width_px, uint32_t height_px, uint32_t count);

#endif
