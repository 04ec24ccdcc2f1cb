/* content_font.c - where a bitmap font's glyphs lie in its sprite frame.
 *
 * Sources: cocos-engine 3.8.5 cocos/2d/assets/{bitmap-font,label-atlas}.ts; 2.4
 * cocos2d/core/assets/{CCBitmapFont,CCLabelAtlas}.js: `fntConfig`, in 2.4 `_fntConfig`.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/document.h"

/* What memory is refused for is missing, and the arena remembers it. */
static font_data *font_of(document_reader *in) {
    font_data *font = in->out->font;
    if (font == NULL) {
        font = arena_alloc(in->mem, 1, sizeof *font);
    }
    if (font != NULL && in->out->font == NULL) {
        *font = (font_data){.config = JSON_NONE, .size = JSON_NONE};
        in->out->font = font;
    }
    return font;
}

static void read_glyphs(document_reader *in, font_data *font) {
    const json *doc = &in->doc;
    json_ref glyphs = json_get(doc, font->config, "fontDefDictionary");
    uint32_t count = json_is(doc, glyphs, JSON_OBJECT) ? json_count(doc, glyphs) : 0;
    font->glyph_count = 0;
    font->glyphs = arena_alloc(in->mem, (size_t)count + 1, sizeof *font->glyphs);
    json_ref key = count == 0 ? JSON_NONE : json_first(doc, glyphs);
    for (uint32_t i = 0; font->glyphs != NULL && i < count; i++) {
        json_ref glyph = json_next(doc, key);
        frame_data rect = {.content = glyph};
        if (content_read_rect(doc, json_get(doc, glyph, "rect"), &rect)) {
            font->glyphs[font->glyph_count++] = rect;
        }
        key = json_next(doc, glyph);
    }
}

void content_take_font(document_reader *in, str key, json_ref value) {
    bool is_config = str_is(key, "fntConfig") || str_is(key, "_fntConfig");
    font_data *font = is_config || str_is(key, "fontSize") ? font_of(in) : NULL;
    if (font != NULL && is_config) {
        font->config = value;
        read_glyphs(in, font);
    } else if (font != NULL) {
        font->size = value;
    }
}
