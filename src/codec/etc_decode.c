/* etc_decode.c - blocks of ETC1, ETC2 and EAC to pixels.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/limits.h"
#include "codec/etc_block.h"
#include "codec/picture.h"

const uint8_t etc_steps[8][2] = {{2, 8},   {5, 17},  {9, 29},   {13, 42},
                                 {18, 60}, {24, 80}, {33, 106}, {47, 183}};

const uint8_t etc_distances[8] = {3, 6, 11, 16, 23, 32, 41, 64};

const int8_t eac_steps[16][8] = {
    {-3, -6, -9, -15, 2, 5, 8, 14}, {-3, -7, -10, -13, 2, 6, 9, 12},
    {-2, -5, -8, -13, 1, 4, 7, 12}, {-2, -4, -6, -13, 1, 3, 5, 12},
    {-3, -6, -8, -12, 2, 5, 7, 11}, {-3, -7, -9, -11, 2, 6, 8, 10},
    {-4, -7, -8, -11, 3, 6, 7, 10}, {-3, -5, -8, -11, 2, 4, 7, 10},
    {-2, -6, -8, -10, 1, 5, 7, 9},  {-2, -5, -8, -10, 1, 4, 7, 9},
    {-2, -4, -8, -10, 1, 3, 7, 9},  {-2, -5, -7, -10, 1, 4, 6, 9},
    {-3, -4, -7, -10, 2, 3, 6, 9},  {-1, -2, -3, -10, 0, 1, 2, 9},
    {-4, -6, -8, -9, 3, 5, 7, 8},   {-3, -5, -7, -9, 2, 4, 6, 8},
};

void etc_store(uint64_t bits, uint8_t block[ETC_BLOCK_BYTES]) {
    for (size_t i = 0; i < ETC_BLOCK_BYTES; i++) {
        block[i] = (uint8_t)(bits >> (56 - 8 * i));
    }
}

static uint64_t load(const uint8_t block[ETC_BLOCK_BYTES]) {
    uint64_t bits = 0;
    for (size_t i = 0; i < ETC_BLOCK_BYTES; i++) {
        bits = bits << 8 | block[i];
    }
    return bits;
}

/* `count` bits down from bit `top` (63 is the first). */
static unsigned field(uint64_t bits, unsigned top, unsigned count) {
    return (unsigned)(bits >> (top + 1 - count)) & ((1U << count) - 1);
}

static int signed3(unsigned value) {
    return value >= 4 ? (int)value - 8 : (int)value;
}

/* Two bits a pixel: the upper halves of all, then the lower ones. */
static unsigned selector(uint64_t bits, size_t pixel) {
    return field(bits, 16 + (unsigned)pixel, 1) << 1 | field(bits, (unsigned)pixel, 1);
}

/* Base colours with steps: what both versions have. */
static void decode_steps(uint64_t bits, unsigned bases[2][3], uint8_t *pixels) {
    bool is_flipped = field(bits, 32, 1) != 0;
    const unsigned tables[] = {field(bits, 39, 3), field(bits, 36, 3)};
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        size_t half = is_flipped ? i % 4 / 2 : i / 8;
        unsigned which = selector(bits, i);
        int step = etc_steps[tables[half]][which & 1];
        for (size_t c = 0; c < ETC_CHANNELS; c++) {
            int base = (int)bases[half][c];
            pixels[i * 4 + c] = (uint8_t)etc_clamp(which & 2 ? base - step : base + step);
        }
    }
}

static void decode_paints(uint64_t bits, int paints[4][3], uint8_t *pixels) {
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        const int *paint = paints[selector(bits, i)];
        for (size_t c = 0; c < ETC_CHANNELS; c++) {
            pixels[i * 4 + c] = (uint8_t)etc_clamp(paint[c]);
        }
    }
}

static void decode_t(uint64_t bits, uint8_t *pixels) {
    const unsigned first[] = {field(bits, 60, 2) << 2 | field(bits, 57, 2),
                              field(bits, 55, 4), field(bits, 51, 4)};
    const unsigned second[] = {field(bits, 47, 4), field(bits, 43, 4),
                               field(bits, 39, 4)};
    int d = etc_distances[field(bits, 35, 2) << 1 | field(bits, 32, 1)];
    int paints[4][3];
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        int base = (int)etc_expand4(second[c]);
        paints[0][c] = (int)etc_expand4(first[c]);
        paints[1][c] = base + d;
        paints[2][c] = base;
        paints[3][c] = base - d;
    }
    decode_paints(bits, paints, pixels);
}

static void decode_h(uint64_t bits, uint8_t *pixels) {
    const unsigned first[] = {field(bits, 62, 4),
                              field(bits, 58, 3) << 1 | field(bits, 52, 1),
                              field(bits, 51, 1) << 3 | field(bits, 49, 3)};
    const unsigned second[] = {field(bits, 46, 4), field(bits, 42, 4),
                               field(bits, 38, 4)};
    unsigned one = first[0] << 8 | first[1] << 4 | first[2];
    unsigned two = second[0] << 8 | second[1] << 4 | second[2];
    int d =
        etc_distances[field(bits, 34, 1) << 2 | field(bits, 32, 1) << 1 | (one >= two)];
    int paints[4][3];
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        paints[0][c] = (int)etc_expand4(first[c]) + d;
        paints[1][c] = (int)etc_expand4(first[c]) - d;
        paints[2][c] = (int)etc_expand4(second[c]) + d;
        paints[3][c] = (int)etc_expand4(second[c]) - d;
    }
    decode_paints(bits, paints, pixels);
}

static void decode_planar(uint64_t bits, uint8_t *pixels) {
    const unsigned origin[] = {etc_expand6(field(bits, 62, 6)),
                               etc_expand7(field(bits, 56, 1) << 6 | field(bits, 54, 6)),
                               etc_expand6(field(bits, 48, 1) << 5 |
                                           field(bits, 44, 2) << 3 | field(bits, 41, 3))};
    const unsigned right[] = {etc_expand6(field(bits, 38, 5) << 1 | field(bits, 32, 1)),
                              etc_expand7(field(bits, 31, 7)),
                              etc_expand6(field(bits, 24, 6))};
    const unsigned below[] = {etc_expand6(field(bits, 18, 6)),
                              etc_expand7(field(bits, 12, 7)),
                              etc_expand6(field(bits, 5, 6))};
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        int x = (int)i / 4;
        int y = (int)i % 4;
        for (size_t c = 0; c < ETC_CHANNELS; c++) {
            int o = (int)origin[c];
            int sum = x * ((int)right[c] - o) + y * ((int)below[c] - o) + 4 * o + 2;
            pixels[i * 4 + c] = (uint8_t)etc_clamp(sum >> 2);
        }
    }
}

/* The first channel whose second base leaves 0 … 31 says which mode of ETC2 it is. */
static void decode_differential(uint64_t bits, bool is_etc1, uint8_t *pixels) {
    static void (*const others[])(uint64_t bits, uint8_t * pixels) = {decode_t, decode_h,
                                                                      decode_planar};
    unsigned bases[2][3];
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        unsigned top = 63 - 8 * (unsigned)c;
        unsigned first = field(bits, top, 5);
        int second = (int)first + signed3(field(bits, top - 5, 3));
        if (!is_etc1 && (second < 0 || second > 31)) {
            others[c](bits, pixels);
            return;
        }
        bases[0][c] = etc_expand5(first);
        bases[1][c] = etc_expand5((unsigned)second & 31);
    }
    decode_steps(bits, bases, pixels);
}

void etc_decode_color(const uint8_t block[ETC_BLOCK_BYTES], bool is_etc1,
                      uint8_t pixels[ETC_PIXELS * 4]) {
    uint64_t bits = load(block);
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        pixels[i * 4 + 3] = 255;
    }
    if (field(bits, 33, 1) != 0) {
        decode_differential(bits, is_etc1, pixels);
        return;
    }
    unsigned bases[2][3];
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        unsigned top = 63 - 8 * (unsigned)c;
        bases[0][c] = etc_expand4(field(bits, top, 4));
        bases[1][c] = etc_expand4(field(bits, top - 4, 4));
    }
    decode_steps(bits, bases, pixels);
}

void eac_decode_alpha(const uint8_t block[ETC_BLOCK_BYTES],
                      uint8_t pixels[ETC_PIXELS * 4]) {
    uint64_t bits = load(block);
    int base = (int)field(bits, 63, 8);
    int factor = (int)field(bits, 55, 4);
    const int8_t *steps = eac_steps[field(bits, 51, 4)];
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        unsigned which = field(bits, 47 - 3 * (unsigned)i, 3);
        pixels[i * 4 + 3] = (uint8_t)etc_clamp(base + steps[which] * factor);
    }
}

/* --- whole files --- */

static void decode_block(const uint8_t *block, gpu_format format, uint8_t *pixels) {
    bool has_alpha = format == GPU_ETC2_RGBA;
    etc_decode_color(block + (has_alpha ? ETC_BLOCK_BYTES : 0), format == GPU_ETC1_RGB,
                     pixels);
    if (has_alpha) {
        eac_decode_alpha(block, pixels);
    }
}

static void decode_all(const uint8_t *block, const picture_info *info, uint8_t *to) {
    uint8_t pixels[ETC_PIXELS * 4];
    for (uint32_t top = 0; top < info->height_px; top += 4) {
        for (uint32_t left = 0; left < info->width_px; left += 4) {
            decode_block(block, info->gpu, pixels);
            block += gpu_format_get(info->gpu)->block_bytes;
            for (size_t i = 0; i < ETC_PIXELS; i++) {
                size_t x = left + i / 4;
                size_t y = top + i % 4;
                if (x < info->width_px && y < info->height_px) {
                    memcpy(to + (y * info->width_px + x) * 4, pixels + 4 * i, 4);
                }
            }
        }
    }
}

pa_status etc_decode(bytes file, buf *out, pa_error *err) {
    picture_info info;
    pa_status status = picture_probe(file, &info, err);
    if (status != PA_OK) {
        return status;
    }
    if (info.format != PICTURE_PKM || info.gpu == GPU_UNKNOWN) {
        return error_set(err, PA_FORMAT, "not a pkm file of ETC1 or ETC2");
    }
    uint64_t needed =
        gpu_format_level_bytes(info.gpu, info.encoded_width_px, info.encoded_height_px);
    if (info.payload_bytes != needed) {
        return error_set(err, PA_FORMAT,
                         "pkm has %" PRIu64 " bytes of blocks, needs %" PRIu64,
                         info.payload_bytes, needed);
    }
    size_t size = (size_t)info.width_px * info.height_px * 4;
    uint8_t *room = (uint8_t *)buf_reserve(out, size);
    if (room == NULL) {
        return error_nomem(err);
    }
    decode_all(file.at + ETC_HEADER_BYTES, &info, room);
    out->size += size;
    return PA_OK;
}
