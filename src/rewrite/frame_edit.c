/* frame_edit.c - number by number.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/frame_edit.h"

#include "base/alloc.h"
#include "rewrite/frame_parts.h"

pa_status frame_edit_open(frame_edit *out, const pa_audit *audit, pa_error *err) {
    const game *g = &audit->g;
    *out = (frame_edit){.scales_pairs = g->engine >= ENGINE(3, 7, 3)};
    out->changes = mem_zero((size_t)audit->images.count + 1, sizeof *out->changes);
    out->image_of = mem_alloc((size_t)g->asset_count + 1, sizeof *out->image_of);
    out->font_of = mem_alloc((size_t)g->asset_count + 1, sizeof *out->font_of);
    if (out->changes == NULL || out->image_of == NULL || out->font_of == NULL) {
        frame_edit_clear(out);
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->asset_count; i++) {
        out->image_of[i] = NO_INDEX;
        out->font_of[i] = NO_INDEX;
    }
    for (uint32_t i = 0; i < g->copy_count; i++) {
        const copy *c = &g->copies[i];
        const copy *frame = font_frame(audit, c);
        uint32_t image_index = frame_image(audit, frame == NULL ? c : frame);
        if (image_index != NO_INDEX) {
            *(frame == NULL ? &out->image_of[c->asset] : &out->font_of[c->asset]) =
                image_index;
        }
    }
    return PA_OK;
}

void frame_edit_clear(frame_edit *in) {
    mem_free(in->changes);
    mem_free(in->image_of);
    mem_free(in->font_of);
    *in = (frame_edit){0};
}

void frame_edit_take(frame_edit *in, uint32_t image_index, const sides_change *by) {
    in->changes[image_index] = *by;
}

const sides_change *frame_edit_change(const frame_edit *in, uint32_t image_index) {
    bool is_changed =
        image_index != NO_INDEX && in->changes[image_index].new_width_px > 0;
    return is_changed ? &in->changes[image_index] : NULL;
}

/* ---- one document -------------------------------------------------------------------
 */

typedef struct editing {
    number_edit numbers;
    bool is_rotated;
} editing;

/* Along the picture, not the texture. */
static scaling across(const editing *e) {
    return e->is_rotated ? sides_scale_y : sides_scale_x;
}

static scaling down(const editing *e) {
    return e->is_rotated ? sides_scale_x : sides_scale_y;
}

/* A member of an object, or of a list, whichever stands there. */
static json_ref member(const editing *e, json_ref of, uint32_t index, const char *key) {
    const json *doc = &e->numbers.at->reader->doc;
    return json_is(doc, of, JSON_ARRAY) ? json_at(doc, of, index)
                                        : json_get(doc, of, key);
}

static void scale_pair(editing *e, json_ref pair, const char *first, const char *second) {
    number_scale(&e->numbers, member(e, pair, 0, first), across(e));
    number_scale(&e->numbers, member(e, pair, 1, second), down(e));
}

static void edit_rect(editing *e, json_ref rect, const frame_data *old) {
    frame_data new = sides_scale_frame(e->numbers.by, old);
    number_put(&e->numbers, member(e, rect, 0, "x"), new.left_px);
    number_put(&e->numbers, member(e, rect, 1, "y"), new.top_px);
    number_put(&e->numbers, member(e, rect, 2, "width"), new.width_px);
    number_put(&e->numbers, member(e, rect, 3, "height"), new.height_px);
}

static void edit_insets(editing *e, json_ref insets) {
    const json *doc = &e->numbers.at->reader->doc;
    for (uint32_t i = 0; i < 4; i++) { /* left, top, right, bottom */
        number_scale(&e->numbers, json_at(doc, insets, i),
                     i % 2 == 0 ? across(e) : down(e));
    }
}

/* 2.4 has lists of x, y, u and v; 3.x has vertices with three numbers, uv with two, and
 * nuv, which are fractions. */
static void edit_vertices(editing *e, json_ref vertices) {
    const json *doc = &e->numbers.at->reader->doc;
    number_scale_list(&e->numbers, json_get(doc, vertices, "x"), 1, across(e), NULL);
    number_scale_list(&e->numbers, json_get(doc, vertices, "y"), 1, down(e), NULL);
    number_scale_list(&e->numbers, json_get(doc, vertices, "u"), 1, sides_scale_x, NULL);
    number_scale_list(&e->numbers, json_get(doc, vertices, "v"), 1, sides_scale_y, NULL);
    number_scale_list(&e->numbers, json_get(doc, vertices, "rawPosition"), 3, across(e),
                      down(e));
    number_scale_list(&e->numbers, json_get(doc, vertices, "uv"), 2, sides_scale_x,
                      sides_scale_y);
    scale_pair(e, json_get(doc, vertices, "minPos"), "x", "y");
    scale_pair(e, json_get(doc, vertices, "maxPos"), "x", "y");
}

/* One number for both directions: it follows when both are scaled alike. */
static void edit_units(editing *e, json_ref units) {
    const sides_change *by = e->numbers.by;
    if ((uint64_t)by->new_width_px * by->old_height_px ==
        (uint64_t)by->new_height_px * by->old_width_px) {
        number_scale(&e->numbers, units, sides_scale_x);
    }
}

static pa_status edit_frame(const void *ctx, const document_site *at, splice_list *list,
                            pa_error *err) {
    const frame_edit *in = ctx;
    const json *doc = &at->reader->doc;
    document facts = {0};
    pa_status status = document_site_read(at, &facts, err);
    if (status != PA_OK) {
        return status;
    }
    if (facts.frame == NULL) {
        return document_site_refuse(
            at, "a copy of a sprite frame tells no rectangle, as another one does", err);
    }
    json_ref content = facts.frame->content;
    editing e = {.numbers = {.at = at,
                             .list = list,
                             .by = frame_edit_change(in, in->image_of[at->asset]),
                             .err = err},
                 .is_rotated = facts.frame->is_rotated};
    edit_rect(&e, json_get(doc, content, "rect"), facts.frame);
    scale_pair(&e, json_get(doc, content, "offset"), "x", "y");
    scale_pair(&e, json_get(doc, content, "originalSize"), "width", "height");
    edit_insets(&e, json_get(doc, content, "capInsets"));
    edit_vertices(&e, json_get(doc, content, "vertices"));
    edit_units(&e, json_get(doc, content, "pixelsToUnit"));
    return e.numbers.status;
}

static bool means_frame(const void *ctx, uint32_t asset_index) {
    const frame_edit *in = ctx;
    return frame_edit_change(in, in->image_of[asset_index]) != NULL;
}

document_editor frame_editor(const frame_edit *in) {
    return (document_editor){in, means_frame, edit_frame};
}
