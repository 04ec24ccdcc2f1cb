/* image_encode.h - plain picture files from pixels: WebP, PNG, JPEG, by the libraries
 * that read them.
 *
 * All append a whole file to `out` and leave it as it was when they fail: with PA_LIMIT
 * for sizes that limits.h or the format does not allow, PA_NOMEM, PA_USAGE for settings
 * out of range. The same pixels and settings give the same bytes, for one version of the
 * library: nothing of the day or the machine gets in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_IMAGE_ENCODE_H
#define PA_CODEC_IMAGE_ENCODE_H

#include "base/buf.h"
#include "codec/image_view.h"

enum { WEBP_MAX_SIDE_PX = 16383, JPEG_MAX_SIDE_PX = 65500 };

typedef enum webp_mode {
    WEBP_MODE_LOSSY,        /**< colour lossy by blocks, alpha exact */
    WEBP_MODE_LOSSLESS,     /**< every pixel as it was */
    WEBP_MODE_NEAR_LOSSLESS /**< lossless of pixels that were rounded a little */
} webp_mode;

typedef struct webp_settings {
    webp_mode mode;
    /** 0 … 100. Lossy: quality, 85 is a good one. Near-lossless: 100 rounds nothing, 60
     *  is a good one. Lossless: no meaning. */
    uint8_t quality;
    /** libwebp's method, 0 (fast) … 6 (small); 4 is a good one. 6 is ten times slower
     *  where there is alpha. */
    uint8_t method;
    /** Colours under alpha 0 may become others. Right only for textures that are
     *  premultiplied before they are sampled. Without it, near-lossless may round nothing
     *  where there is alpha: libwebp does one or the other. */
    bool drops_hidden;
} webp_settings;

/** Sides up to WEBP_MAX_SIDE_PX. */
pa_status webp_encode(image_view image, const webp_settings *how, buf *out,
                      pa_error *err);

/** Bytes that webp_encode holds at the same time beside the pixels, the file included,
 *  rounded up; for the memory budget. The size of `image` was checked. */
uint64_t webp_encode_bytes(image_view image, const webp_settings *how);

typedef enum png_effort {
    PNG_FAST, /**< the smallest colour type, one filter: about 10 MP/s */
    PNG_SMALL /**< the smallest of all tries at the highest level: about 0.5 MP/s */
} png_effort;

typedef struct png_settings {
    png_effort effort;
    /** Gray pictures as such. The native engine decodes these to other texture formats
     *  than RGBA8: see picture_info.channels. */
    bool allows_gray;
    bool allows_palette; /**< up to 256 colours as such, 1 to 8 bits a pixel */
} png_settings;

/** Lossless, hidden colours included. RGB when all is opaque, RGBA else, or what the
 *  settings allow beyond. No ancillary chunk but tRNS. */
pa_status png_encode(image_view image, const png_settings *how, buf *out, pa_error *err);
uint64_t png_encode_bytes(image_view image, const png_settings *how);

typedef struct jpeg_settings {
    uint8_t quality;     /**< 1 … 100 */
    bool is_444;         /**< colour at full size, not at half (4:2:0) */
    bool is_progressive; /**< some 10 % smaller; decoders need more memory */
} jpeg_settings;

/** Sides up to JPEG_MAX_SIDE_PX. PA_USAGE when a pixel is not opaque. */
pa_status jpeg_encode(image_view image, const jpeg_settings *how, buf *out,
                      pa_error *err);
uint64_t jpeg_encode_bytes(image_view image, const jpeg_settings *how);

#endif
