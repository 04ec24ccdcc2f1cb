/* etc.c - pictures to blocks and PKM files.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/etc.h"

#include <float.h>

#include "base/limits.h"
#include "codec/etc_block.h"

/* Nobody sees the colour of a transparent pixel, but a sampler blends it with its
 * neighbours: it counts a little. */
static const float HIDDEN_WEIGHT = 1.0F / 256;

/* A squared error, of a channel of a pixel, that T and H need not try to beat. */
static const float GOOD_ENOUGH = 6;

static void store_u16be(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static uint32_t round_up(uint32_t side_px) {
    return (side_px + 3) / 4 * 4;
}

uint32_t etc_block_rows(uint32_t height_px) {
    return round_up(height_px) / 4;
}

void etc_header(gpu_format format, uint32_t width_px, uint32_t height_px,
                uint8_t header[ETC_HEADER_BYTES]) {
    memcpy(header, format == GPU_ETC1_RGB ? "PKM 10" : "PKM 20", 6);
    store_u16be(header + 6, format == GPU_ETC1_RGB ? 0 : format == GPU_ETC2_RGB ? 1 : 3);
    store_u16be(header + 8, round_up(width_px));
    store_u16be(header + 10, round_up(height_px));
    store_u16be(header + 12, width_px);
    store_u16be(header + 14, height_px);
}

/* --- one block --- */

/** The pixels of a block as they lie in the picture, and as the format numbers them. */
typedef struct block_pixels {
    uint8_t rgba[ETC_PIXELS * 4];
    uint16_t inside; /**< a bit a pixel: it is one of the picture */
} block_pixels;

/* Pixels behind the border repeat the last and count nothing. */
static void load_block(image_view image, uint32_t left, uint32_t top, block_pixels *out) {
    out->inside = 0;
    for (uint32_t i = 0; i < ETC_PIXELS; i++) {
        uint32_t x = left + i / 4;
        uint32_t y = top + i % 4;
        bool is_inside = x < image.width_px && y < image.height_px;
        x = x < image.width_px ? x : image.width_px - 1;
        y = y < image.height_px ? y : image.height_px - 1;
        out->inside |= (uint16_t)(is_inside << i);
        memcpy(out->rgba + 4 * i, image.pixels + ((size_t)y * image.width_px + x) * 4, 4);
    }
}

static void make_source(const block_pixels *block, bool has_alpha, etc_source *out) {
    float sum[ETC_CHANNELS] = {0};
    float total = 0;
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        const uint8_t *p = block->rgba + 4 * i;
        float alpha = has_alpha ? (float)p[3] / 255.0F : 1;
        float seen = alpha * alpha > HIDDEN_WEIGHT ? alpha * alpha : HIDDEN_WEIGHT;
        out->weight[i] = (block->inside >> i & 1) != 0 ? seen : 0;
        total += out->weight[i];
        for (size_t c = 0; c < ETC_CHANNELS; c++) {
            out->color[c][i] = p[c];
            sum[c] += out->weight[i] * out->color[c][i];
        }
    }
    out->total_weight = total;
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        out->mean[c] = sum[c] / total;
    }
}

static void encode_color(const block_pixels *block, gpu_format format, etc_effort effort,
                         uint8_t *to) {
    etc_source source;
    make_source(block, format == GPU_ETC2_RGBA, &source);
    etc_best best = {FLT_MAX, 0};
    etc1_search(&source, effort, &best);
    if (format != GPU_ETC1_RGB) {
        float enough = effort == ETC_FAST ? 4 * GOOD_ENOUGH : GOOD_ENOUGH;
        etc_planar_search(&source, effort, &best);
        if (best.error > enough * ETC_CHANNELS * source.total_weight) {
            etc_th_search(&source, effort, &best);
        }
    }
    etc_store(best.bits, to);
}

static void encode_block(const block_pixels *block, gpu_format format, etc_effort effort,
                         uint8_t *to) {
    if (format == GPU_ETC2_RGBA) {
        uint8_t alpha[ETC_PIXELS];
        for (size_t i = 0; i < ETC_PIXELS; i++) {
            alpha[i] = block->rgba[4 * i + 3];
        }
        eac_search(alpha, effort, to);
        to += ETC_BLOCK_BYTES;
    }
    encode_color(block, format, effort, to);
}

void etc_encode_rows(image_view image, gpu_format format, etc_effort effort,
                     uint32_t first, uint32_t count, uint8_t *blocks) {
    size_t block_bytes = gpu_format_get(format)->block_bytes;
    block_pixels now;
    block_pixels before;
    for (uint32_t row = first; row < first + count; row++) {
        for (uint32_t left = 0; left < image.width_px; left += 4) {
            load_block(image, left, row * 4, &now);
            /* What repeats, as empty parts of atlases do, is searched for once a row. */
            if (left > 0 && now.inside == before.inside &&
                memcmp(now.rgba, before.rgba, sizeof now.rgba) == 0) {
                memcpy(blocks, blocks - block_bytes, block_bytes);
            } else {
                encode_block(&now, format, effort, blocks);
                before = now;
            }
            blocks += block_bytes;
        }
    }
}

pa_status etc_encode(image_view image, gpu_format format, etc_effort effort, buf *out,
                     pa_error *err) {
    if ((format != GPU_ETC1_RGB && format != GPU_ETC2_RGB && format != GPU_ETC2_RGBA) ||
        effort >= ETC_EFFORT_COUNT) {
        return error_set(err, PA_USAGE, "etc: no encoder for %s, effort %d",
                         gpu_format_get(format)->name, (int)effort);
    }
    pa_status status = image_view_check(image, ETC_MAX_SIDE_PX, "etc", err);
    if (status != PA_OK) {
        return status;
    }
    size_t size = ETC_HEADER_BYTES +
                  (size_t)gpu_format_level_bytes(format, image.width_px, image.height_px);
    uint8_t *room = (uint8_t *)buf_reserve(out, size);
    if (room == NULL) {
        return error_nomem(err);
    }
    etc_header(format, image.width_px, image.height_px, room);
    etc_encode_rows(image, format, effort, 0, etc_block_rows(image.height_px),
                    room + ETC_HEADER_BYTES);
    out->size += size;
    return PA_OK;
}
