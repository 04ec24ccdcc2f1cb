/* font_edit.c - glyph by glyph.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/font_edit.h"

static void scale_members(number_edit *e, json_ref object, const char *const *keys) {
    for (; *keys != NULL; keys++) {
        number_scale(e, json_get(&e->at->reader->doc, object, *keys), sides_scale_x);
    }
}

static void scale_glyph(number_edit *e, json_ref glyph) {
    static const char *const distances[] = {"xOffset", "yOffset", "xAdvance", NULL};
    static const char *const sides[] = {"x", "y", "width", "height", NULL};
    const json *doc = &e->at->reader->doc;
    json_ref rect = json_get(doc, glyph, "rect");
    scale_members(e, glyph, distances);
    scale_members(e, rect, sides);
    number_scale_list(e, json_is(doc, rect, JSON_ARRAY) ? rect : JSON_NONE, 1,
                      sides_scale_x, NULL);
}

/* All values of an object. */
static void scale_values(number_edit *e, json_ref object,
                         void (*one)(number_edit *e, json_ref value)) {
    const json *doc = &e->at->reader->doc;
    json_ref key = json_is(doc, object, JSON_OBJECT) && json_count(doc, object) > 0
                       ? json_first(doc, object)
                       : JSON_NONE;
    for (uint32_t left = key == JSON_NONE ? 0 : json_count(doc, object); left > 0;
         left--) {
        json_ref value = json_next(doc, key);
        one(e, value);
        key = json_next(doc, value);
    }
}

static void scale_number(number_edit *e, json_ref value) {
    number_scale(e, value, sides_scale_x);
}

static pa_status edit_font(const void *ctx, const document_site *at, splice_list *list,
                           pa_error *err) {
    static const char *const sizes[] = {"fontSize", "commonHeight", NULL};
    const frame_edit *in = ctx;
    const json *doc = &at->reader->doc;
    document facts = {0};
    pa_status status = document_site_read(at, &facts, err);
    if (status != PA_OK) {
        return status;
    }
    if (facts.font == NULL) {
        return document_site_refuse(
            at, "a copy of a font tells no glyphs, as another one does", err);
    }
    number_edit e = {.at = at,
                     .list = list,
                     .by = frame_edit_change(in, in->font_of[at->asset]),
                     .err = err};
    json_ref config = facts.font->config;
    double size = 0;
    if (json_double(doc, facts.font->size, &size) && size > 0) { /* -1 is none */
        number_scale(&e, facts.font->size, sides_scale_x);
    }
    scale_members(&e, config, sizes);
    scale_values(&e, json_get(doc, config, "fontDefDictionary"), scale_glyph);
    if (in->scales_pairs) {
        scale_values(&e, json_get(doc, config, "kerningDict"), scale_number);
    }
    return e.status;
}

static bool means_font(const void *ctx, uint32_t asset_index) {
    const frame_edit *in = ctx;
    return frame_edit_change(in, in->font_of[asset_index]) != NULL;
}

document_editor font_editor(const frame_edit *in) {
    return (document_editor){in, means_font, edit_font};
}
