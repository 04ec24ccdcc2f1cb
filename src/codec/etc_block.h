/* etc_block.h - what the files of the ETC codec share: one block, its pixels numbered as
 * the format does, column by column from the top left. Private to them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ETC_BLOCK_H
#define PA_CODEC_ETC_BLOCK_H

#include "codec/etc.h"

enum { ETC_PIXELS = 16, ETC_BLOCK_BYTES = 8, ETC_CHANNELS = 3 };

/** The smaller and the larger step of each table; both signs occur. */
extern const uint8_t etc_steps[8][2];
/** Distances of the paint colours of T and H. */
extern const uint8_t etc_distances[8];
extern const int8_t eac_steps[16][8];

/** The bits of a colour block, first byte uppermost. */
void etc_store(uint64_t bits, uint8_t block[ETC_BLOCK_BYTES]);

/** Fills the three colours (and alpha 255) of 16 RGBA8 pixels. ETC1 knows no T, H and
 * planar: it takes the second base modulo 32. */
void etc_decode_color(const uint8_t block[ETC_BLOCK_BYTES], bool is_etc1,
                      uint8_t pixels[ETC_PIXELS * 4]);
/** Fills their alpha. */
void eac_decode_alpha(const uint8_t block[ETC_BLOCK_BYTES],
                      uint8_t pixels[ETC_PIXELS * 4]);

/** What is to be encoded: numbers 0 … 255, and what an error of each pixel counts. */
typedef struct etc_source {
    float color[ETC_CHANNELS][ETC_PIXELS];
    float weight[ETC_PIXELS];
    float mean[ETC_CHANNELS]; /**< weighed */
    float total_weight;       /**< 0 only if all are */
} etc_source;

/** The best found so far. */
typedef struct etc_best {
    float error; /**< sum of squares over channels and pixels, weighed */
    uint64_t bits;
} etc_best;

/** Each replaces `best` if it finds a smaller error. */
void etc1_search(const etc_source *source, etc_effort effort, etc_best *best);
void etc_planar_search(const etc_source *source, etc_effort effort, etc_best *best);
void etc_th_search(const etc_source *source, etc_effort effort, etc_best *best);

/** The best EAC block. */
void eac_search(const uint8_t alpha[ETC_PIXELS], etc_effort effort,
                uint8_t block[ETC_BLOCK_BYTES]);

static inline unsigned etc_expand4(unsigned value) {
    return value << 4 | value;
}
static inline unsigned etc_expand5(unsigned value) {
    return value << 3 | value >> 2;
}
static inline unsigned etc_expand6(unsigned value) {
    return value << 2 | value >> 4;
}
static inline unsigned etc_expand7(unsigned value) {
    return value << 1 | value >> 6;
}

/** To the nearest of 0 … `max`, of a value 0 … 255. */
static inline unsigned etc_quantize(float value, unsigned max) {
    float scaled = value * (float)max / 255.0F + 0.5F;
    return scaled <= 0 ? 0 : scaled >= (float)max ? max : (unsigned)scaled;
}

static inline int etc_clamp(int value) {
    return value < 0 ? 0 : value > 255 ? 255 : value;
}

#endif
