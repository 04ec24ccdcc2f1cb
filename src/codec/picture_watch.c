/* picture_watch.c - what decoded pixels show: whether all are opaque, whether all are the
 * same, and the box of those that can be seen.
 *
 * It must cost next to nothing beside decoding: pixels are tested in groups of a fixed
 * size, which is what lets gcc vectorise at -O2, and each question is dropped as soon as
 * it is answered.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "codec/picture_codec.h"

enum { LANES = 16, PIXEL_BYTES = 4, GROUP_BYTES = LANES * PIXEL_BYTES };

/* The alpha byte of a pixel read as a number, right on either byte order. */
static uint32_t alpha_mask(void) {
    static const uint8_t alpha[PIXEL_BYTES] = {0, 0, 0, 255};
    uint32_t mask = 0;
    memcpy(&mask, alpha, sizeof mask);
    return mask;
}

/* Every alpha byte in [at, at + size_bytes) is 255. */
static bool all_opaque(const uint8_t *at, size_t size_bytes) {
    const uint32_t mask = alpha_mask();
    uint32_t lanes[LANES];
    memset(lanes, 0xff, sizeof lanes);
    size_t done = 0;
    for (; done + GROUP_BYTES <= size_bytes; done += GROUP_BYTES) {
        uint32_t pixels[LANES];
        memcpy(pixels, at + done, sizeof pixels);
        for (size_t i = 0; i < LANES; i++) {
            lanes[i] &= pixels[i];
        }
    }
    uint32_t common = mask;
    for (size_t i = 0; i < LANES; i++) {
        common &= lanes[i];
    }
    for (; done < size_bytes; done += PIXEL_BYTES) {
        uint32_t pixel = 0;
        memcpy(&pixel, at + done, sizeof pixel);
        common &= pixel;
    }
    return common == mask;
}

static bool group_is_clear(const uint8_t *at, uint32_t mask) {
    uint32_t pixels[LANES];
    memcpy(pixels, at, sizeof pixels);
    uint32_t any = 0;
    for (size_t i = 0; i < LANES; i++) {
        any |= pixels[i];
    }
    return (any & mask) == 0;
}

/* The first of `count` pixels that is not wholly transparent, or `count`. */
static uint32_t first_visible(const uint8_t *at, uint32_t count) {
    const uint32_t mask = alpha_mask();
    uint32_t x = 0;
    while (x + LANES <= count && group_is_clear(at + (size_t)x * PIXEL_BYTES, mask)) {
        x += LANES;
    }
    while (x < count && at[(size_t)x * PIXEL_BYTES + 3] == 0) {
        x++;
    }
    return x;
}

/* The end of the visible ones among `count` pixels: one behind the last, or 0. */
static uint32_t end_of_visible(const uint8_t *at, uint32_t count) {
    const uint32_t mask = alpha_mask();
    uint32_t x = count;
    while (x >= LANES && group_is_clear(at + (size_t)(x - LANES) * PIXEL_BYTES, mask)) {
        x -= LANES;
    }
    while (x > 0 && at[(size_t)(x - 1) * PIXEL_BYTES + 3] == 0) {
        x--;
    }
    return x;
}

/* Widens the box by one row: beyond its sides first, then, only to learn whether the row
 * shows anything, between them. */
static void watch_row(picture_watch *watch, const uint8_t *at, uint32_t y) {
    uint32_t left = first_visible(at, watch->left_px);
    bool is_seen = left < watch->left_px;
    watch->left_px = left;
    uint32_t right = watch->right_px > left ? watch->right_px : left;
    uint32_t end =
        end_of_visible(at + (size_t)right * PIXEL_BYTES, watch->width_px - right);
    if (end > 0) {
        watch->right_px = right + end;
        is_seen = true;
    } else if (!is_seen) {
        uint32_t span = watch->right_px > left ? watch->right_px - left : 0;
        is_seen = first_visible(at + (size_t)left * PIXEL_BYTES, span) < span;
    }
    if (is_seen) {
        watch->top_px = watch->bottom_px == 0 ? y : watch->top_px;
        watch->bottom_px = y + 1;
    }
}

static void watch_colour(picture_watch *watch, const uint8_t *at, size_t size_bytes) {
    if (watch->rows_done == 0) {
        memcpy(watch->colour, at, PIXEL_BYTES);
    }
    watch->is_one_colour = memcmp(watch->colour, at, PIXEL_BYTES) == 0 &&
                           memcmp(at, at + PIXEL_BYTES, size_bytes - PIXEL_BYTES) == 0;
}

/* Until a pixel is met that is not opaque the box is all there was. */
static void watch_alpha(picture_watch *watch, const uint8_t *at, uint32_t row_count) {
    const size_t row_bytes = (size_t)watch->width_px * PIXEL_BYTES;
    if (watch->is_opaque && all_opaque(at, row_bytes * row_count)) {
        return;
    }
    if (watch->is_opaque && watch->rows_done > 0) {
        watch->left_px = 0;
        watch->right_px = watch->width_px;
        watch->bottom_px = watch->rows_done;
    }
    watch->is_opaque = false;
    for (uint32_t i = 0; i < row_count; i++) {
        watch_row(watch, at + row_bytes * i, watch->rows_done + i);
    }
}

picture_watch picture_watch_of(const picture_info *info) {
    return (picture_watch){.width_px = info->width_px,
                           .has_alpha = info->has_alpha,
                           .is_opaque = true,
                           .is_one_colour = true,
                           .left_px = info->width_px};
}

void picture_watch_rows(picture_watch *watch, const uint8_t *at, uint32_t row_count) {
    if (row_count == 0) {
        return;
    }
    if (watch->is_one_colour) {
        watch_colour(watch, at, (size_t)watch->width_px * PIXEL_BYTES * row_count);
    }
    if (watch->has_alpha) {
        watch_alpha(watch, at, row_count);
    }
    watch->rows_done += row_count;
}

void picture_watch_tell(const picture_watch *watch, picture_facts *out) {
    out->is_opaque = watch->is_opaque;
    out->is_one_colour = watch->is_one_colour;
    if (watch->is_opaque) {
        out->right_px = watch->width_px;
        out->bottom_px = watch->rows_done;
    } else if (watch->bottom_px > 0) {
        out->left_px = watch->left_px;
        out->right_px = watch->right_px;
        out->top_px = watch->top_px;
        out->bottom_px = watch->bottom_px;
    }
}
