/* astc_encode.h - ASTC blocks and files by libastcenc: every 2D block size, linear LDR.
 *
 * The blocks are those that the program astcenc of the same library makes with -cl and
 * the same preset.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ASTC_ENCODE_H
#define PA_CODEC_ASTC_ENCODE_H

#include "base/buf.h"
#include "codec/gpu_format.h"
#include "codec/image_view.h"

typedef enum astc_preset {
    ASTC_FASTEST,
    ASTC_FAST,
    ASTC_MEDIUM,
    ASTC_THOROUGH,
    ASTC_PRESET_COUNT
} astc_preset;

/** Name of a preset: "fastest", … */
const char *astc_preset_name(astc_preset preset);

enum { ASTC_HEADER_BYTES = 16 };

/** The tables of one block size at one preset, for one thread at a time. Making them
 *  takes 1 to 11 ms, it claims 34 MB, whatever the block size: keep one a thread. */
typedef struct astc_encoder astc_encoder;

/** `format` is one of GPU_ASTC_4X4 … GPU_ASTC_12X12, else PA_USAGE. PA_UNSUPPORTED when
 *  the library refuses this processor, or where presets of several kinds cannot be had in
 *  one process (astc_library.cpp). Free it with astc_encoder_free. */
pa_status astc_encoder_new(gpu_format format, astc_preset preset, astc_encoder **out,
                           pa_error *err);
void astc_encoder_free(astc_encoder *encoder); /**< accepts NULL */

/** Appends a whole .astc file: 16 bytes of header, then the blocks. PA_LIMIT for sizes
 *  beyond limits.h, PA_NOMEM. On failure `out` has what it had. */
pa_status astc_encode(astc_encoder *encoder, image_view image, buf *out, pa_error *err);

/** Rows of blocks of a picture of this height. */
uint32_t astc_block_rows(gpu_format format, uint32_t height_px);

/** A part of the same blocks, so that several threads can share one large picture:
 *  `count` rows of blocks from row `first`, both within astc_block_rows, written to
 *  `blocks`: room for count * ceil(width / block width) * 16 bytes. The picture was
 *  checked with image_view_check. */
pa_status astc_encode_rows(astc_encoder *encoder, image_view image, uint32_t first,
                           uint32_t count, uint8_t *blocks, pa_error *err);

/** The header that belongs before them. */
void astc_header(gpu_format format, uint32_t width_px, uint32_t height_px,
                 uint8_t header[ASTC_HEADER_BYTES]);

/** Appends the width * height RGBA8 pixels of a whole .astc file of any encoder. HDR
 *  blocks and broken ones come out magenta, as the format wants it. PA_FORMAT when the
 *  file is no ASTC of 2D blocks or not of exactly its size. */
pa_status astc_decode(bytes file, buf *out, pa_error *err);

/** The same of a file that this encoder made, by the tables that it has: making those
 *  takes longer than decoding a small picture. */
pa_status astc_decode_own(astc_encoder *encoder, bytes file, buf *out, pa_error *err);

#endif
