/* frame_edit.c - number by number.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/frame_edit.h"

#include "base/alloc.h"
#include "rewrite/frame_use.h"

pa_status frame_edit_open(frame_edit *out, const pa_audit *audit, pa_error *err) {
    const game *g = &audit->g;
    *out = (frame_edit){.audit = audit};
    out->changes = mem_zero((size_t)audit->images.count + 1, sizeof *out->changes);
    out->image_of = mem_alloc((size_t)g->asset_count + 1, sizeof *out->image_of);
    if (out->changes == NULL || out->image_of == NULL) {
        frame_edit_clear(out);
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->asset_count; i++) {
        out->image_of[i] = NO_INDEX;
    }
    for (uint32_t i = 0; i < g->copy_count; i++) {
        uint32_t image_index = frame_image(audit, &g->copies[i]);
        if (image_index != NO_INDEX) {
            out->image_of[g->copies[i].asset] = image_index;
        }
    }
    return PA_OK;
}

void frame_edit_clear(frame_edit *in) {
    mem_free(in->changes);
    mem_free(in->image_of);
    *in = (frame_edit){0};
}

void frame_edit_take(frame_edit *in, uint32_t image_index, const sides_change *by) {
    in->changes[image_index] = *by;
}

static const sides_change *change_of(const frame_edit *in, uint32_t asset_index) {
    uint32_t image_index = in->image_of[asset_index];
    bool is_changed =
        image_index != NO_INDEX && in->changes[image_index].new_width_px > 0;
    return is_changed ? &in->changes[image_index] : NULL;
}

/* ---- one document -------------------------------------------------------------------
 */

typedef struct editing {
    const document_site *at;
    splice_list *list;
    const sides_change *by;
    bool is_rotated;
    pa_status status; /* of the first failure */
    pa_error *err;
} editing;

typedef double (*scaling)(const sides_change *by, double pixels);

/* Along the picture, not the texture. */
static scaling across(const editing *e) {
    return e->is_rotated ? sides_scale_y : sides_scale_x;
}

static scaling down(const editing *e) {
    return e->is_rotated ? sides_scale_x : sides_scale_y;
}

/* A number that stays the same keeps its text. */
static void put(editing *e, json_ref value, double number) {
    const json *doc = &e->at->reader->doc;
    double old = 0;
    if (e->status != PA_OK || !json_double(doc, value, &old) || old == number) {
        return;
    }
    str text = sides_number(number, e->at->mem);
    e->status = text.at == NULL ? error_nomem(e->err)
                                : splice_replace(e->list, doc->text,
                                                 json_span(doc, value), text, e->err);
}

static void scale(editing *e, json_ref value, scaling how) {
    double old = 0;
    if (json_double(&e->at->reader->doc, value, &old)) {
        put(e, value, how(e->by, old));
    }
}

/* A member of an object, or of a list, whichever stands there. */
static json_ref member(const editing *e, json_ref of, uint32_t index, const char *key) {
    const json *doc = &e->at->reader->doc;
    return json_is(doc, of, JSON_ARRAY) ? json_at(doc, of, index)
                                        : json_get(doc, of, key);
}

static void scale_pair(editing *e, json_ref pair, const char *first, const char *second) {
    scale(e, member(e, pair, 0, first), across(e));
    scale(e, member(e, pair, 1, second), down(e));
}

/* Numbers in turn, `stride` to a vertex: the first two are scaled. */
static void scale_list(editing *e, json_ref list, uint32_t stride, scaling first,
                       scaling second) {
    const json *doc = &e->at->reader->doc;
    uint32_t count = json_is(doc, list, JSON_ARRAY) ? json_count(doc, list) : 0;
    json_ref item = count == 0 ? JSON_NONE : json_first(doc, list);
    for (uint32_t i = 0; i < count; i++) {
        if (i % stride < 2) {
            scale(e, item, i % stride == 0 ? first : second);
        }
        item = json_next(doc, item);
    }
}

static void edit_rect(editing *e, json_ref rect, const frame_data *old) {
    frame_data new = sides_scale_frame(e->by, old);
    put(e, member(e, rect, 0, "x"), new.left_px);
    put(e, member(e, rect, 1, "y"), new.top_px);
    put(e, member(e, rect, 2, "width"), new.width_px);
    put(e, member(e, rect, 3, "height"), new.height_px);
}

static void edit_insets(editing *e, json_ref insets) {
    const json *doc = &e->at->reader->doc;
    for (uint32_t i = 0; i < 4; i++) { /* left, top, right, bottom */
        scale(e, json_at(doc, insets, i), i % 2 == 0 ? across(e) : down(e));
    }
}

/* 2.4 has lists of x, y, u and v; 3.x has vertices with three numbers, uv with two, and
 * nuv, which are fractions. */
static void edit_vertices(editing *e, json_ref vertices) {
    const json *doc = &e->at->reader->doc;
    scale_list(e, json_get(doc, vertices, "x"), 1, across(e), NULL);
    scale_list(e, json_get(doc, vertices, "y"), 1, down(e), NULL);
    scale_list(e, json_get(doc, vertices, "u"), 1, sides_scale_x, NULL);
    scale_list(e, json_get(doc, vertices, "v"), 1, sides_scale_y, NULL);
    scale_list(e, json_get(doc, vertices, "rawPosition"), 3, across(e), down(e));
    scale_list(e, json_get(doc, vertices, "uv"), 2, sides_scale_x, sides_scale_y);
    scale_pair(e, json_get(doc, vertices, "minPos"), "x", "y");
    scale_pair(e, json_get(doc, vertices, "maxPos"), "x", "y");
}

/* One number for both directions: it follows when both are scaled alike. */
static void edit_units(editing *e, json_ref units) {
    const sides_change *by = e->by;
    if ((uint64_t)by->new_width_px * by->old_height_px ==
        (uint64_t)by->new_height_px * by->old_width_px) {
        scale(e, units, sides_scale_x);
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
    editing e = {.at = at,
                 .list = list,
                 .by = change_of(in, at->asset),
                 .is_rotated = facts.frame->is_rotated,
                 .err = err};
    edit_rect(&e, json_get(doc, content, "rect"), facts.frame);
    scale_pair(&e, json_get(doc, content, "offset"), "x", "y");
    scale_pair(&e, json_get(doc, content, "originalSize"), "width", "height");
    edit_insets(&e, json_get(doc, content, "capInsets"));
    edit_vertices(&e, json_get(doc, content, "vertices"));
    edit_units(&e, json_get(doc, content, "pixelsToUnit"));
    return e.status;
}

static bool means_frame(const void *ctx, uint32_t asset_index) {
    return change_of(ctx, asset_index) != NULL;
}

document_editor frame_editor(const frame_edit *in) {
    return (document_editor){in, means_frame, edit_frame};
}
