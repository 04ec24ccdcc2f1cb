/* atlas.c - frames apart from each other.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/atlas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From the first pixel up to the one behind the last. */
typedef struct span {
    int64_t from;
    int64_t to;
} span;

typedef struct part {
    span old[2];  /* across and down, in pixels of the old image */
    span made[2]; /* new pixels that are made of it */
    span read[2]; /* new pixels that a sampler reads to show it */
} part;

static bool meet(const span *a, const span *b) {
    return a[0].from < b[0].to && b[0].from < a[0].to && a[1].from < b[1].to &&
           b[1].from < a[1].to;
}

static int64_t divide_down(int64_t number, int64_t by) {
    return number >= 0 ? number / by : -((-number + by - 1) / by);
}

/* A sampler at the place p, in new pixels, reads those whose middles are less than 1
 * away: from floor(p - 1/2) to ceil(p - 1/2). */
static void make_side(part *p, int side, double from_px, double size_px,
                      uint32_t factor) {
    span old = {(int64_t)floor(from_px), (int64_t)ceil(from_px + size_px)};
    int64_t twice = 2 * (int64_t)factor;
    p->old[side] = old;
    p->made[side] = (span){divide_down(old.from, factor),
                           divide_down(old.to + (int64_t)factor - 1, factor)};
    p->read[side] =
        (span){divide_down(2 * old.from - (int64_t)factor, twice),
               divide_down(2 * old.to - (int64_t)factor + twice - 1, twice) + 1};
}

static part part_of(const frame_data *frame, uint32_t factor_x, uint32_t factor_y) {
    part p = {0};
    make_side(&p, 0, frame->left_px,
              frame->is_rotated ? frame->height_px : frame->width_px, factor_x);
    make_side(&p, 1, frame->top_px,
              frame->is_rotated ? frame->width_px : frame->height_px, factor_y);
    return p;
}

static int by_left(const void *a, const void *b) {
    const part *left = a;
    const part *right = b;
    return (left->read[0].from > right->read[0].from) -
           (left->read[0].from < right->read[0].from);
}

/* True when one of the parts reaches what is made of another. */
static bool do_mix(part *parts, uint32_t count) {
    qsort(parts, count, sizeof *parts, by_left);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = i + 1; j < count; j++) {
            if (parts[j].read[0].from >= parts[i].read[0].to) {
                break;
            }
            bool is_same = memcmp(&parts[i], &parts[j], sizeof parts[i]) == 0;
            if (!is_same && (meet(parts[i].read, parts[j].made) ||
                             meet(parts[j].read, parts[i].made))) {
                return true;
            }
        }
    }
    return false;
}

const char *atlas_refuses(const frame_data *const *frames, uint32_t count,
                          const sides_change *by, arena *mem) {
    if (by->old_width_px % by->new_width_px != 0 ||
        by->old_height_px % by->new_height_px != 0) {
        return "several sprite frames share it, and its sides are no multiples of the "
               "new "
               "ones: the frames would blur into each other";
    }
    part *parts = arena_alloc(mem, (size_t)count + 1, sizeof *parts);
    if (parts == NULL) {
        return "memory ran out";
    }
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = part_of(frames[i], by->old_width_px / by->new_width_px,
                           by->old_height_px / by->new_height_px);
    }
    return do_mix(parts, count)
               ? "sprite frames on it overlap or lie so close together that they "
                 "would run into each other when they are that small"
               : NULL;
}

/* ---- pixels -------------------------------------------------------------------------
 */

static int64_t clamp(int64_t at, span to) {
    return at < to.from ? to.from : at >= to.to ? to.to - 1 : at;
}

/* The old pixels of all blocks of a part, with its edge where they lie outside of it. */
static pa_status cut_out(image_view image, const part *p, const uint32_t factor[2],
                         buf *out, pa_error *err) {
    span across = {p->made[0].from * factor[0], p->made[0].to * factor[0]};
    span down = {p->made[1].from * factor[1], p->made[1].to * factor[1]};
    out->size = 0;
    for (int64_t y = down.from; y < down.to; y++) {
        const uint8_t *row =
            image.pixels + (size_t)clamp(y, p->old[1]) * image.width_px * 4;
        for (int64_t x = across.from; x < across.to; x++) {
            buf_add(out, (str){(const char *)row + clamp(x, p->old[0]) * 4, 4});
        }
    }
    return out->failed ? error_nomem(err) : PA_OK;
}

static void put_in(const buf *pixels, const part *p, uint32_t width_px, uint8_t *into) {
    size_t row_bytes = (size_t)(p->made[0].to - p->made[0].from) * 4;
    const char *row = pixels->at;
    for (int64_t y = p->made[1].from; y < p->made[1].to; y++) {
        memcpy(into + ((size_t)y * width_px + (size_t)p->made[0].from) * 4, row,
               row_bytes);
        row += row_bytes;
    }
}

pa_status atlas_resize(image_view image, const frame_data *const *frames, uint32_t count,
                       const sides_change *by, const resize_settings *how, buf *out,
                       pa_error *err) {
    const uint32_t factor[2] = {by->old_width_px / by->new_width_px,
                                by->old_height_px / by->new_height_px};
    resize_settings settings = *how;
    size_t start = out->size;
    buf old = {0};
    buf new = {0};
    settings.filter = RESIZE_BOX;
    pa_status status =
        resize(image, by->new_width_px, by->new_height_px, &settings, out, err);
    settings.filter = how->filter;
    settings.edge_x = settings.edge_y = RESIZE_CLAMP;
    for (uint32_t i = 0; status == PA_OK && i < count; i++) {
        part p = part_of(frames[i], factor[0], factor[1]);
        uint32_t width_px = (uint32_t)(p.made[0].to - p.made[0].from);
        uint32_t height_px = (uint32_t)(p.made[1].to - p.made[1].from);
        status = cut_out(image, &p, factor, &old, err);
        if (status != PA_OK) {
            break;
        }
        image_view view = {(const uint8_t *)old.at, width_px * factor[0],
                           height_px * factor[1]};
        new.size = 0;
        status = resize(view, width_px, height_px, &settings, &new, err);
        if (status == PA_OK) {
            put_in(&new, &p, by->new_width_px, (uint8_t *)out->at + start);
        }
    }
    if (status != PA_OK) {
        out->size = start;
    }
    buf_clear(&old);
    buf_clear(&new);
    return status;
}
