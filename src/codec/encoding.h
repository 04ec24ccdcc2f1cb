/* encoding.h - what a picture can be encoded to, by the names that people write.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ENCODING_H
#define PA_CODEC_ENCODING_H

#include "base/buf.h"

typedef enum encoding {
    ENCODE_ASTC,
    ENCODE_ETC1,
    ENCODE_ETC2, /**< RGB for an opaque image, RGBA otherwise */
    ENCODE_WEBP,
    ENCODE_WEBP_NEAR, /**< lossless of pixels that were rounded a little */
    ENCODE_PNG,
    ENCODE_JPEG,
    ENCODING_COUNT
} encoding;

/** An encoding with what belongs to its name. */
typedef struct encoding_kind {
    encoding to;
    uint32_t block_width_px; /**< ASTC */
    uint32_t block_height_px;
    uint32_t near; /**< near-lossless WebP: 0 rounds most, 100 nothing */
} encoding_kind;

/** What is known, for messages. */
#define ENCODING_NAMES                                                                   \
    "astc-WxH (4x4 to 12x12), etc2, etc1, webp, webp-near-N (0 to 100), png, jpg"

/** "astc-6x6", "etc2", "etc1", "webp", "webp-near-60", "png", "jpg"; false when it is
 * none. */
bool encoding_parse(str name, encoding_kind *out);

/** Appends that name. */
void encoding_put(const encoding_kind *in, buf *out);

/** True for lossy WebP and JPEG, which take a quality from 1 to 100. */
bool encoding_has_quality(encoding to);

/** True for those whose encoder may search more or less: not for WebP and JPEG. */
bool encoding_has_preset(encoding to);

/** The quality when nobody says one: 80 of WebP, 85 of JPEG, what stands in the name of
 * near-lossless WebP, else 100. */
uint32_t encoding_usual_quality(const encoding_kind *kind);

#endif
