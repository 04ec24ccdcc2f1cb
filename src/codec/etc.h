/* etc.h - ETC1 and ETC2 textures in PKM files: encoder and decoder.
 *
 * Of each block every mode that the format has is judged by its squared error, weighed by
 * alpha as a picture is shown: individual and differential of ETC1; T, H and planar of
 * ETC2; EAC for alpha. The same bytes on every machine.
 *
 * Source: Khronos Data Format Specification 1.3, chapters 21 and 22.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ETC_H
#define PA_CODEC_ETC_H

#include "base/buf.h"
#include "codec/gpu_format.h"
#include "codec/image_view.h"

enum {
    ETC_HEADER_BYTES = 16,
    /** Sides are rounded up to 4 and stored in 16 bits. */
    ETC_MAX_SIDE_PX = 65532,
    /** Rises when the same pixels give other blocks: for caches. */
    ETC_ENCODER_VERSION = 1
};

/** How far to search. */
typedef enum etc_effort { ETC_FAST, ETC_GOOD, ETC_EFFORT_COUNT } etc_effort;

/** Appends a whole PKM file. `format` is GPU_ETC1_RGB, GPU_ETC2_RGB or GPU_ETC2_RGBA,
 *  else PA_USAGE; the first two drop alpha. PA_LIMIT for sizes beyond limits.h or
 *  ETC_MAX_SIDE_PX, PA_NOMEM. On failure `out` has what it had. */
pa_status etc_encode(image_view image, gpu_format format, etc_effort effort, buf *out,
                     pa_error *err);

/** Rows of blocks of a picture of this height. */
uint32_t etc_block_rows(uint32_t height_px);

/** A part of the same blocks, so that several threads can share one large picture:
 *  `count` rows of blocks from row `first`, both within etc_block_rows, written to
 *  `blocks`: room for count * ceil(width / 4) blocks of 8 bytes, of GPU_ETC2_RGBA 16.
 *  The picture was checked with image_view_check. */
void etc_encode_rows(image_view image, gpu_format format, etc_effort effort,
                     uint32_t first, uint32_t count, uint8_t *blocks);

/** The header that belongs before them. */
void etc_header(gpu_format format, uint32_t width_px, uint32_t height_px,
                uint8_t header[ETC_HEADER_BYTES]);

/** Appends the width * height RGBA8 pixels of a PKM file of any encoder. PA_FORMAT when
 *  it is none, or not of exactly its size. */
pa_status etc_decode(bytes file, buf *out, pa_error *err);

#endif
