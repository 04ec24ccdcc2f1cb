/* encode.h - one picture into the file of one alternative.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_ENCODE_H
#define PA_REWRITE_ENCODE_H

#include "bundle/images.h"
#include "codec/gpu_format.h"
#include "codec/picture.h"
#include "codec/quality.h"
#include "codec/resize.h"
#include "rewrite/plan.h"

/** What one thread keeps from picture to picture. Zero-initialise it; clear it. */
typedef struct encoder_set {
    struct astc_encoder *astc;
    action astc_for;       /**< what it was made for */
    buf decoded;           /**< the picture as it comes out again */
    buf levels[2];         /**< a level and the next */
    picture_scratch plain; /**< the same of a plain picture */
} encoder_set;

/** How an alternative is made of pixels. */
typedef struct encode_request {
    const action *wanted;
    bool is_opaque;
    uint32_t levels;     /**< above 1: a container with as many, each half of the last */
    resize_settings mip; /**< how a level is made of the last */
} encode_request;

/** What an alternative is. */
typedef struct encoded {
    gpu_format gpu;  /**< GPU_RGBA8 for a plain picture */
    uint32_t levels; /**< 1, or those of a container */
    quality quality; /**< of what comes out again against what went in */
} encoded;

/** ".astc", ".pkm", ".webp", ".png", ".jpg". */
str encode_extension(const action *wanted);

/** The format that an action makes of a picture. */
gpu_format encode_format(const action *wanted, bool is_opaque);

/** The action that makes an old alternative again, of other pixels: as its file is, not
 * as it is called. False for what is not encoded: PVR, BMP, containers, alpha below. */
bool encode_again(const variant *old, const picture *file, action *out);

/** Bytes of all levels on the GPU, of a texture with one layer. */
uint64_t encoded_bytes(gpu_format format, uint32_t width_px, uint32_t height_px,
                       uint32_t levels);

/** Bytes of a file before its blocks: headers, and the table of a container. */
uint32_t encoded_header_bytes(uint32_t levels);

/** Bytes that encoding holds beside the pixels. */
uint64_t encode_bytes(const action *wanted, uint32_t width_px, uint32_t height_px);

/** Encodes, decodes what came out and compares. The file is appended to `out`. */
pa_status encode_picture(encoder_set *with, image_view pixels, const encode_request *how,
                         buf *out, encoded *told, pa_error *err);

void encoder_set_clear(encoder_set *with);

#endif
