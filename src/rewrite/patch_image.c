/* patch_image.c - formats and sides into the documents of images.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/patch_image.h"

#include <stdio.h>

#include "base/alloc.h"

pa_status image_patch_open(image_patch *out, const game *g, const build_edits *from,
                           pa_error *err) {
    *out = (image_patch){.g = g, .images = from->images, .edits = from->image_edits};
    out->of_asset = mem_alloc((size_t)g->asset_count + 1, sizeof *out->of_asset);
    if (out->of_asset == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->asset_count; i++) {
        out->of_asset[i] = NO_INDEX;
    }
    for (size_t i = 0; i < from->image_count; i++) {
        uint32_t asset_index = from->images->rows[from->image_edits[i].image].asset;
        out->of_asset[asset_index] = (uint32_t)i;
    }
    return PA_OK;
}

void image_patch_clear(image_patch *in) {
    mem_free(in->of_asset);
    *in = (image_patch){0};
}

static const image_edit *edit_of(const image_patch *in, uint32_t asset_index) {
    return in->of_asset[asset_index] == NO_INDEX ? NULL
                                                 : &in->edits[in->of_asset[asset_index]];
}

/* ---- documents ------------------------------------------------------------------------
 */

static str number_text(uint32_t number, arena *mem) {
    char digits[16];
    snprintf(digits, sizeof digits, "%u", (unsigned)number);
    return arena_copy(mem, str_of(digits));
}

/* A side that the document tells; 0 is none. */
static pa_status replace_side(const document_site *at, json_ref value, uint32_t old_px,
                              uint32_t new_px, splice_list *list, pa_error *err) {
    const json *doc = &at->reader->doc;
    if (old_px == 0 || new_px == 0 || !json_is(doc, value, JSON_NUMBER)) {
        return PA_OK;
    }
    str text = number_text(new_px, at->mem);
    return text.at == NULL
               ? error_nomem(err)
               : splice_replace(list, doc->text, json_span(doc, value), text, err);
}

/* Where the alternatives stand: the value of "fmt", a bare string, or in 2.4 what stands
 * before the first comma. */
static str formats_span(const json *doc, const image_data *data, str text_item) {
    if (data->content == JSON_NONE) {
        return str_part(text_item, 0, str_find(text_item, ',', 0));
    }
    if (json_is(doc, data->content, JSON_STRING)) {
        str span = json_span(doc, data->content);
        return str_part(span, 0, str_find(span, ',', 0));
    }
    return json_span(doc, json_get(doc, data->content, "fmt"));
}

static pa_status edit_image(const void *ctx, const document_site *at, splice_list *list,
                            pa_error *err) {
    const image_patch *in = ctx;
    const image_edit *edit = edit_of(in, at->asset);
    const json *doc = &at->reader->doc;
    const image *row = &in->images->rows[edit->image];
    str known = in->g->copies[row->copy].document.image->formats;
    document facts = {0};
    pa_status status = document_site_read(at, &facts, err);
    if (status != PA_OK) {
        return status;
    }
    if (facts.image == NULL || !str_equal(facts.image->formats, known)) {
        return document_site_refuse(
            at, "a copy of an image says something else than the others do", err);
    }
    str span = formats_span(doc, facts.image, at->part->text);
    if (!str_equal(span, known)) {
        return document_site_refuse(
            at, "the formats of an image are written with escapes", err);
    }
    status = splice_replace(list, doc->text, span, edit->formats, err);
    if (status == PA_OK) {
        status = replace_side(at, json_get(doc, facts.image->content, "w"),
                              facts.image->width_px, edit->width_px, list, err);
    }
    return status == PA_OK
               ? replace_side(at, json_get(doc, facts.image->content, "h"),
                              facts.image->height_px, edit->height_px, list, err)
               : status;
}

static bool means_image(const void *ctx, uint32_t asset_index) {
    return edit_of(ctx, asset_index) != NULL;
}

document_editor image_patch_editor(const image_patch *in) {
    return (document_editor){in, means_image, edit_image};
}

/* ---- files --------------------------------------------------------------------------
 */

str image_edit_path(const game *g, const copy *c, const image_edit *edit, str extension,
                    arena *mem) {
    const bundle *b = &g->found.bundles[c->bundle];
    entry named = b->entries[c->entry];
    if (named.native_version.size > 0) {
        named.native_version = name_version(edit->hash, named.native_version, mem);
        if (named.native_version.at == NULL) {
            return (str){0};
        }
    }
    return bundle_file_path(b, &named, true, extension, mem);
}

pa_status image_patch_files(const image_patch *in, uint32_t copy_index, changes *what,
                            patch_counts *told, config_edit *config, pa_error *err) {
    const game *g = in->g;
    const copy *c = &g->copies[copy_index];
    const image_edit *edit = edit_of(in, c->asset);
    if (edit == NULL) {
        return PA_OK;
    }
    const image *row = &in->images->rows[edit->image];
    str old_version = g->found.bundles[c->bundle].entries[c->entry].native_version;
    arena scratch = {0};
    for (uint32_t i = 0; i < row->variant_count; i++) {
        str extension = row->variants[i].extension;
        tree_id file = tree_find(g->files, game_native_path(g, c, extension, &scratch));
        if (file == TREE_NONE) {
            continue;
        }
        change *native = &what->rows[file];
        native->is_gone = (edit->kept >> i & 1) == 0;
        if (!native->is_gone && old_version.size > 0) {
            native->path = image_edit_path(g, c, edit, extension, &what->mem);
            told->renamed++;
        }
    }
    if (old_version.size > 0) {
        config_edit_version(config, c->entry, true,
                            name_version(edit->hash, old_version, &what->mem));
    }
    bool has_failed = scratch.failed || what->mem.failed;
    arena_clear(&scratch);
    return has_failed ? error_nomem(err) : PA_OK;
}
