/* frame_parts.c - rectangles, whoever shows them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/frame_parts.h"

/* The image of a texture, or the first of several. */
static uint32_t texture_image(const pa_audit *audit, const copy *texture) {
    const texture_data *data = texture->document.texture;
    if (data == NULL) {
        return NO_INDEX;
    }
    if (data->image_count == 0) {
        return audit->images.of_asset[texture->asset]; /* 2.4: it is both */
    }
    uint32_t first = texture->targets[data->image_from];
    return first == NO_INDEX ? NO_INDEX
                             : audit->images.of_asset[audit->g.copies[first].asset];
}

uint32_t frame_image(const pa_audit *audit, const copy *c) {
    if (c->document.kind != ASSET_SPRITE_FRAME) {
        return NO_INDEX;
    }
    for (uint32_t i = 0; i < c->document.reference_count; i++) {
        uint32_t target = c->targets[i];
        if (target != NO_INDEX && audit->g.copies[target].document.texture != NULL) {
            return texture_image(audit, &audit->g.copies[target]);
        }
    }
    return NO_INDEX;
}

const copy *font_frame(const pa_audit *audit, const copy *c) {
    for (uint32_t i = 0; c->document.font != NULL && i < c->document.reference_count;
         i++) {
        const copy *to =
            c->targets[i] == NO_INDEX ? NULL : &audit->g.copies[c->targets[i]];
        if (to != NULL && to->document.kind == ASSET_SPRITE_FRAME) {
            return to;
        }
    }
    return NULL;
}

pa_status font_frames(const pa_audit *audit, arena *mem, bool **out, pa_error *err) {
    const game *g = &audit->g;
    *out = arena_alloc(mem, (size_t)g->asset_count + 1, sizeof **out);
    if (*out == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->copy_count; i++) {
        const copy *frame = font_frame(audit, &g->copies[i]);
        if (frame != NULL) {
            (*out)[frame->asset] = true;
        }
    }
    return PA_OK;
}

static bool is_same_part(const frame_data *a, const frame_data *b) {
    return a->left_px == b->left_px && a->top_px == b->top_px &&
           a->width_px == b->width_px && a->height_px == b->height_px &&
           a->is_rotated == b->is_rotated;
}

static void take(image_frames *row, const frame_data *part) {
    row->items[row->count++] = part;
    row->are_several |= !is_same_part(row->items[0], part);
}

static void fix(image_frames *row, const char *why) {
    row->fixed = row->fixed == NULL ? why : row->fixed;
}

/* Glyphs as parts of the texture; a blank has none. */
static pa_status take_font(const pa_audit *audit, const copy *c, arena *mem,
                           image_frames *row, pa_error *err) {
    const frame_data *frame = font_frame(audit, c)->document.frame;
    const font_data *font = c->document.font;
    frame_data *parts = arena_alloc(mem, (size_t)font->glyph_count + 1, sizeof *parts);
    if (parts == NULL) {
        return error_nomem(err);
    }
    row->are_glyphs = true;
    if (frame == NULL || frame->is_rotated || font->glyph_count == 0) {
        fix(row, "the glyphs of a bitmap font lie on their side in it, or are not told");
        return PA_OK;
    }
    for (uint32_t i = 0; i < font->glyph_count; i++) {
        parts[i] = font->glyphs[i];
        parts[i].left_px += frame->left_px - frame->trim_left_px;
        parts[i].top_px += frame->top_px - frame->trim_top_px;
        if (parts[i].width_px > 0 && parts[i].height_px > 0) {
            take(row, &parts[i]);
        }
    }
    return PA_OK;
}

/* ---- Spine --------------------------------------------------------------------------
 */

/* From 3.8 on, where no native code reads the atlas, a region is a fraction of the page
 * that the text tells, whatever the texture is: its sides may change without the text.
 * Before, and in native code, it is one of the texture, in whole pixels (3.8.5
 * native/cocos/editor-support/spine-wasm and spine/Atlas.cpp; spine-creator-support
 * spine-cocos2dx.cpp; 3.7.4 cocos/spine/lib/spine-core.js). */
static const char *spine_fixes(const pa_audit *audit, const copy *c, uint32_t image_count,
                               const picture_info *sides) {
    const spine_data *spine = c->document.spine;
    if (audit->g.engine < ENGINE(3, 8, 0) || audit->g.target == TARGET_NATIVE) {
        return "a Spine atlas counts its pixels, in whole numbers";
    }
    if (spine == NULL || spine->is_odd || spine->page_count != 1 || image_count != 1) {
        return "a Spine atlas of it has several pages, or is of a kind that is not known";
    }
    return sides == NULL || spine->width_px != sides->width_px ||
                   spine->height_px != sides->height_px
               ? "a Spine atlas of it tells other sides than it has"
               : NULL;
}

static const picture_info *plain_sides(const image *row) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (row->pictures[i].is_known && row->pictures[i].info.format < PICTURE_PVR) {
            return &row->pictures[i].info;
        }
    }
    return NULL;
}

/* The image behind a reference to a texture, or NO_INDEX. */
static uint32_t image_behind(const pa_audit *audit, const copy *c, uint32_t index) {
    const copy *texture =
        c->targets[index] == NO_INDEX ? NULL : &audit->g.copies[c->targets[index]];
    return texture == NULL ? NO_INDEX : texture_image(audit, texture);
}

static uint32_t count_spine_images(const pa_audit *audit, const copy *c) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->document.reference_count; i++) {
        count += image_behind(audit, c, i) != NO_INDEX;
    }
    return count;
}

static bool is_spine(const copy *c) {
    return str_is(c->document.class_name, "sp.SkeletonData");
}

static void take_spine(const pa_audit *audit, const copy *c, image_frames *rows) {
    uint32_t image_count = count_spine_images(audit, c);
    for (uint32_t i = 0; i < c->document.reference_count; i++) {
        uint32_t image_index = image_behind(audit, c, i);
        if (image_index == NO_INDEX) {
            continue;
        }
        image_frames *row = &rows[image_index];
        const char *why = spine_fixes(audit, c, image_count,
                                      plain_sides(&audit->images.rows[image_index]));
        row->are_regions = true;
        if (why != NULL) {
            fix(row, why);
            continue;
        }
        for (uint32_t j = 0; j < c->document.spine->region_count; j++) {
            const frame_data *region = &c->document.spine->regions[j];
            if (region->width_px > 0 && region->height_px > 0) {
                take(row, region);
            }
        }
    }
}

/* ---- all of them --------------------------------------------------------------------
 */

static pa_status take_parts(const pa_audit *audit, const copy *c, const bool *is_font,
                            arena *mem, image_frames *row, pa_error *err) {
    if (c->document.font != NULL) {
        return take_font(audit, c, mem, row, err);
    }
    if (c->document.frame == NULL) {
        fix(row, "a sprite frame of it tells no rectangle");
    } else if (!is_font[c->asset]) {
        take(row, c->document.frame);
    }
    return PA_OK;
}

/* The image that a document shows parts of, and how many. */
static uint32_t parts_of(const pa_audit *audit, const copy *c, uint32_t *count) {
    const copy *frame = font_frame(audit, c);
    *count = frame == NULL ? 1 : c->document.font->glyph_count;
    return frame_image(audit, frame == NULL ? c : frame);
}

static void make_room_for_spine(const pa_audit *audit, const copy *c,
                                image_frames *rows) {
    const spine_data *spine = c->document.spine;
    for (uint32_t i = 0; spine != NULL && i < c->document.reference_count; i++) {
        uint32_t image_index = image_behind(audit, c, i);
        if (image_index != NO_INDEX) {
            rows[image_index].count += spine->region_count;
        }
    }
}

static pa_status make_room(const pa_audit *audit, arena *mem, image_frames *rows,
                           pa_error *err) {
    for (uint32_t i = 0; i < audit->g.copy_count; i++) {
        uint32_t count = 0;
        uint32_t image_index = parts_of(audit, &audit->g.copies[i], &count);
        if (image_index != NO_INDEX) {
            rows[image_index].count += count;
        }
        if (is_spine(&audit->g.copies[i])) {
            make_room_for_spine(audit, &audit->g.copies[i], rows);
        }
    }
    for (uint32_t i = 0; i < audit->images.count; i++) {
        image_frames *row = &rows[i];
        row->items = arena_alloc(mem, (size_t)row->count + 1, sizeof *row->items);
        row->count = 0;
        if (row->items == NULL) {
            return error_nomem(err);
        }
    }
    return PA_OK;
}

pa_status frame_parts_take(const pa_audit *audit, const bool *is_font, arena *mem,
                           image_frames *rows, pa_error *err) {
    pa_status status = make_room(audit, mem, rows, err);
    for (uint32_t i = 0; status == PA_OK && i < audit->g.copy_count; i++) {
        const copy *c = &audit->g.copies[i];
        uint32_t count = 0;
        uint32_t image_index = parts_of(audit, c, &count);
        if (image_index != NO_INDEX) {
            status = take_parts(audit, c, is_font, mem, &rows[image_index], err);
        }
        if (status == PA_OK && is_spine(c)) {
            take_spine(audit, c, rows);
        }
    }
    return status;
}
