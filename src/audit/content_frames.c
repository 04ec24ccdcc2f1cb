/* content_frames.c - what sprite frames show of their textures, and what lies beside an
 * atlas.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/content_search.h"
#include "base/alloc.h"

/* All frames together show at most this part of a texture that is far too large: less
 * is what padding and powers of two cost anyway. */
enum { SHOWN_SHARE = 4 };

/* True when all rectangles lie in the texture: 3.x takes the whole texture for one that
 * does not. */
static bool is_inside(const texture_use *use, const texture_row *row) {
    return !use->has_whole && use->left_px >= 0 && use->top_px >= 0 &&
           use->right_px <= row->shape.width_px && use->bottom_px <= row->shape.height_px;
}

/* An image that shows no more than its frames do is found by what it holds: nearly empty,
 * or with a wide border. */
static bool is_empty_outside(const content_search *s, size_t view,
                             const texture_row *row) {
    const picture *file = content_pixels(s, view, row->images[0]);
    if (file == NULL) {
        return false;
    }
    const picture_facts *f = &file->facts;
    uint64_t visible = (uint64_t)(f->right_px - f->left_px) * (f->bottom_px - f->top_px);
    return f->is_one_colour ||
           visible * 2 <= (uint64_t)file->info.width_px * file->info.height_px;
}

static pa_status check_shown(content_search *s, uint32_t index) {
    const texture_use *use = &s->textures[index];
    double shown = (use->right_px - use->left_px) * (use->bottom_px - use->top_px);
    const texture_row *seen = NULL;
    content_begin(s);
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const texture_row *row = content_texture(s, v, index);
        if (row == NULL || !is_inside(use, row) || is_empty_outside(s, v, row)) {
            continue;
        }
        double all = (double)row->shape.width_px * row->shape.height_px;
        double wasted = (double)row->cost.gpu_bytes * (1 - shown / all);
        if (shown * SHOWN_SHARE <= all && wasted >= (double)CONTENT_LEAST_BYTES) {
            seen = row;
            content_mark(s, v, (uint64_t)wasted);
        }
    }
    return seen == NULL
               ? PA_OK
               : content_add(s, RULE_TEXTURE_OVERSIZED, content_texture_path(s, index),
                             s->audit->g.assets[seen->asset].uuid,
                             "of a texture of %u x %u the %u sprite frame%s on it show%s "
                             "%.0f x %.0f",
                             seen->shape.width_px, seen->shape.height_px,
                             use->frame_count, content_plural(use->frame_count),
                             use->frame_count == 1 ? "s" : "",
                             use->right_px - use->left_px, use->bottom_px - use->top_px);
}

pa_status content_oversized(content_search *s) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < content_texture_count(s); i++) {
        const texture_use *use = &s->textures[i];
        if (use->frame_count > 0 && use->other_count == 0) {
            status = check_shown(s, i);
        }
    }
    return status;
}

/* A frame that an atlas took in, and the image that it came from. */
typedef struct original {
    uint32_t atlas; /* rows of the image table */
    uint32_t image;
} original;

typedef struct original_list {
    original *rows;
    size_t count;
    size_t capacity;
} original_list;

/* The builder names an auto atlas "1" and eight hexadecimal digits; everything else has a
 * uuid. */
static bool is_auto_atlas(str uuid) {
    bool is_name = uuid.size == 9 && uuid.at[0] == '1';
    for (size_t i = 1; is_name && i < uuid.size; i++) {
        char c = uuid.at[i];
        is_name = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    return is_name;
}

static str uuid_of(const content_search *s, uint32_t image_index) {
    return s->audit->g.assets[s->audit->images.rows[image_index].asset].uuid;
}

/* The image of the atlas that a frame points at, or NO_INDEX. */
static uint32_t atlas_of(const content_search *s, const copy *frame) {
    const pa_audit *audit = s->audit;
    for (uint32_t i = 0; i < frame->document.reference_count; i++) {
        uint32_t target = frame->targets[i];
        uint32_t texture =
            target == NO_INDEX
                ? NO_INDEX
                : audit->views[0].texture_of_asset[audit->g.copies[target].asset];
        if (texture == NO_INDEX || audit->views[0].textures[texture].image_count == 0) {
            continue;
        }
        uint32_t image_index = audit->views[0].textures[texture].images[0];
        if (is_auto_atlas(uuid_of(s, image_index))) {
            return image_index;
        }
    }
    return NO_INDEX;
}

/* Bytes of all files of an image. */
static uint64_t file_bytes(const content_search *s, uint32_t image_index) {
    const image *row = &s->audit->images.rows[image_index];
    uint64_t total = 0;
    for (uint32_t i = 0; i < row->variant_count; i++) {
        tree_id file = row->pictures[i].file;
        total += file == TREE_NONE ? 0 : tree_get(s->audit->g.files, file)->size_bytes;
    }
    return total;
}

/* In 3.x a frame carries its image's uuid before the '@'; in 2.4 nothing tells where it
 * came from. */
static uint32_t image_behind(const content_search *s, const copy *frame) {
    str uuid = s->audit->g.assets[frame->asset].uuid;
    size_t at = str_find(uuid, '@', 0);
    uint32_t asset_index =
        at == uuid.size ? MAP_NONE : map_get(&s->audit->g.by_uuid, str_part(uuid, 0, at));
    return asset_index == MAP_NONE ? NO_INDEX : s->audit->images.of_asset[asset_index];
}

static pa_status list_originals(content_search *s, original_list *out) {
    const game *g = &s->audit->g;
    for (uint32_t i = 0; i < g->copy_count; i++) {
        const copy *c = &g->copies[i];
        uint32_t atlas =
            c->document.kind == ASSET_SPRITE_FRAME ? atlas_of(s, c) : NO_INDEX;
        uint32_t image_index = atlas == NO_INDEX ? NO_INDEX : image_behind(s, c);
        if (image_index == NO_INDEX || file_bytes(s, image_index) == 0) {
            continue;
        }
        if (mem_grow(&out->rows, &out->capacity, out->count + 1, sizeof *out->rows) !=
            0) {
            return error_nomem(s->err);
        }
        out->rows[out->count++] = (original){atlas, image_index};
    }
    return PA_OK;
}

static int by_atlas(const void *a, const void *b) {
    const original *left = a;
    const original *right = b;
    if (left->atlas != right->atlas) {
        return left->atlas < right->atlas ? -1 : 1;
    }
    return (left->image > right->image) - (left->image < right->image);
}

/* One atlas with its originals, each perhaps several times. */
static pa_status report_atlas(content_search *s, const original *rows, size_t count) {
    content_begin(s);
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        if (i > 0 && rows[i].image == rows[i - 1].image) {
            continue;
        }
        uint64_t size_bytes = file_bytes(s, rows[i].image);
        content_mark_all(s, size_bytes);
        status = content_member(s, size_bytes, "%.*s",
                                STR_ARGS(content_image_path(s, rows[i].image)));
    }
    size_t images = s->members.count;
    return status != PA_OK
               ? status
               : content_add(
                     s, RULE_ATLAS_ORIGINALS, content_image_path(s, rows[0].atlas),
                     uuid_of(s, rows[0].atlas),
                     "%zu image%s that this auto atlas took in %s shipped beside it",
                     images, content_plural(images), images == 1 ? "is" : "are");
}

pa_status content_atlas_originals(content_search *s) {
    original_list list = {0};
    pa_status status = list_originals(s, &list);
    if (status == PA_OK && list.count > 1) {
        qsort(list.rows, list.count, sizeof *list.rows, by_atlas);
    }
    size_t end = 0;
    for (size_t i = 0; status == PA_OK && i < list.count; i = end) {
        end = i + 1;
        while (end < list.count && list.rows[end].atlas == list.rows[i].atlas) {
            end++;
        }
        status = report_atlas(s, list.rows + i, end - i);
    }
    mem_free(list.rows);
    return status;
}
