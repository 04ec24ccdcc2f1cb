/* patch.c - images into documents, documents into configs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/patch.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "bundle/parts.h"
#include "codec/splice.h"
#include "rewrite/patch_config.h"

typedef struct patch {
    const game *g;
    const image_table *images;
    const image_edit *edits;
    uint32_t *of_asset; /* edit of each asset, or NO_INDEX */
    changes *what;
    patch_counts *told;
    document_reader reader;
    arena facts;              /* of the document at hand */
    str_list bundle_names;    /* bundles with another version … */
    str_list bundle_versions; /* … and what it is, side by side */
    pa_error *err;
} patch;

static pa_status unsupported(patch *p, str path, const char *why) {
    return error_set(p->err, PA_UNSUPPORTED, "%.*s: %s", STR_ARGS(path), why);
}

/* A text that memory was refused for reads as an absent one: what was said of it does not
 * count. */
static pa_status nomem_for(patch *p) {
    *p->err = (pa_error){0};
    return error_nomem(p->err);
}

static const image_edit *edit_of(const patch *p, const entry *e) {
    uint32_t asset_index = map_get(&p->g->by_uuid, e->uuid);
    uint32_t found = asset_index == MAP_NONE ? NO_INDEX : p->of_asset[asset_index];
    return found == NO_INDEX ? NULL : &p->edits[found];
}

static const entry *entry_of_copy(const game *g, const copy *c) {
    return &g->found.bundles[c->bundle].entries[c->entry];
}

str image_edit_path(const game *g, const copy *c, const image_edit *edit, str extension,
                    arena *mem) {
    entry named = *entry_of_copy(g, c);
    if (named.native_version.size > 0) {
        named.native_version = name_version(edit->hash, named.native_version, mem);
        if (named.native_version.at == NULL) {
            return (str){0};
        }
    }
    return bundle_file_path(&g->found.bundles[c->bundle], &named, true, extension, mem);
}

/* ---- one place that holds a copy ----------------------------------------------------
 */

static str number_text(uint32_t number, arena *mem) {
    char digits[16];
    snprintf(digits, sizeof digits, "%u", (unsigned)number);
    return arena_copy(mem, str_of(digits));
}

/* A side that the document tells; 0 is none. */
static pa_status replace_side(patch *p, json_ref value, uint32_t old_px, uint32_t new_px,
                              splice_list *list) {
    const json *doc = &p->reader.doc;
    if (old_px == 0 || new_px == 0 || !json_is(doc, value, JSON_NUMBER)) {
        return PA_OK;
    }
    str text = number_text(new_px, &p->what->mem);
    return text.at == NULL
               ? error_nomem(p->err)
               : splice_replace(list, doc->text, json_span(doc, value), text, p->err);
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

static pa_status edit_part(patch *p, str path, const document_part *from,
                           const image_edit *edit, splice_list *list) {
    const json *doc = &p->reader.doc;
    const image *row = &p->images->rows[edit->image];
    str known = p->g->copies[row->copy].document.image->formats;
    document facts = {0};
    arena_reset(&p->facts);
    p->reader.mem = &p->facts;
    p->reader.err = p->err;
    map_clear(&p->reader.holders);
    if (part_read(&p->reader, from, &facts) != PA_OK) {
        return error_in(p->err, "%.*s", STR_ARGS(path));
    }
    if (facts.image == NULL || !str_equal(facts.image->formats, known)) {
        return unsupported(p, path,
                           "a copy of an image says something else than the others do");
    }
    str span = formats_span(doc, facts.image, from->text);
    if (!str_equal(span, known)) {
        return unsupported(p, path, "the formats of an image are written with escapes");
    }
    p->told->documents++;
    pa_status status = splice_replace(list, doc->text, span, edit->formats, p->err);
    if (status == PA_OK) {
        status = replace_side(p, json_get(doc, facts.image->content, "w"),
                              facts.image->width_px, edit->width_px, list);
    }
    return status == PA_OK ? replace_side(p, json_get(doc, facts.image->content, "h"),
                                          facts.image->height_px, edit->height_px, list)
                           : status;
}

/* ---- one file -----------------------------------------------------------------------
 */

static pa_status edit_pack(patch *p, const bundle *b, const pack *holder, str path,
                           splice_list *list) {
    part_list parts = {0};
    p->reader.mem = &p->facts;
    p->reader.err = p->err;
    pa_status status = parts_of_pack(&p->reader, &parts);
    if (status != PA_OK) {
        return error_in(p->err, "%.*s", STR_ARGS(path));
    }
    for (uint32_t i = 0; status == PA_OK && i < holder->count && i < parts.count; i++) {
        const image_edit *edit = holder->members[i] == NO_INDEX
                                     ? NULL
                                     : edit_of(p, &b->entries[holder->members[i]]);
        if (edit != NULL) {
            status = edit_part(p, path, &parts.items[i], edit, list);
        }
    }
    return status;
}

/* Gives an edited file its new text, and a new name if its name tells its version. */
static pa_status keep_text(patch *p, const bundle *b, uint32_t entry_index, tree_id file,
                           buf *text, config_edit *config) {
    const entry *e = &b->entries[entry_index];
    if (e->import_version.size > 0) {
        entry named = *e;
        named.import_version =
            name_version(hash_content(buf_str(text)), e->import_version, &p->what->mem);
        change *row = &p->what->rows[file];
        row->path = bundle_file_path(b, &named, false, str_of(".json"), &p->what->mem);
        if (named.import_version.at == NULL || row->path.at == NULL) {
            return error_nomem(p->err);
        }
        p->told->renamed++;
        config_edit_version(config, entry_index, false, named.import_version);
    }
    changes_edit(p->what, file, text);
    return PA_OK;
}

/* Edits the import file of an entry: a pack's, or one that holds the document of an
 * image. */
static pa_status edit_file(patch *p, const bundle *b, uint32_t entry_index,
                           const pack *holder, config_edit *config) {
    arena scratch = {0};
    str path =
        bundle_file_path(b, &b->entries[entry_index], false, str_of(".json"), &scratch);
    tree_id file = path.at == NULL ? TREE_NONE : tree_find(p->g->files, path);
    buf text = {0};
    buf edited = {0};
    splice_list list = {0};
    pa_status status = PA_OK;
    if (file == TREE_NONE) {
        status = unsupported(p, path, "the file with the document of an image is absent");
    } else if (tree_is_mounted(p->g->files, file)) {
        status = unsupported(p, path, "lies in a zip bundle, which is not edited");
    } else {
        status = changes_read(p->what, file, PA_MAX_DOCUMENT_BYTES, &text, p->err);
    }
    if (status == PA_OK) {
        arena_reset(&p->reader.scratch);
        arena_reset(&p->facts);
        status = json_parse(&p->reader.doc, buf_str(&text), p->err);
        status = status == PA_OK ? PA_OK : error_in(p->err, "%.*s", STR_ARGS(path));
    }
    if (status == PA_OK) {
        document_part whole = part_of_file(&p->reader.doc);
        status = holder != NULL ? edit_pack(p, b, holder, path, &list)
                                : edit_part(p, path, &whole,
                                            edit_of(p, &b->entries[entry_index]), &list);
    }
    if (status == PA_OK) {
        status = splice_apply(&list, buf_str(&text), &edited, p->err);
    }
    if (status == PA_OK) {
        status = keep_text(p, b, entry_index, file, &edited, config);
    }
    if (scratch.failed || p->facts.failed || p->reader.scratch.failed) {
        status = nomem_for(p);
    }
    splice_clear(&list);
    buf_clear(&edited);
    buf_clear(&text);
    arena_clear(&scratch);
    return status;
}

/* ---- the files of an image ------------------------------------------------------------
 */

/* Files that stay get the new name, the others go. */
static pa_status edit_natives(patch *p, uint32_t copy_index, config_edit *config) {
    const copy *c = &p->g->copies[copy_index];
    const image_edit *edit = &p->edits[p->of_asset[c->asset]];
    const image *row = &p->images->rows[edit->image];
    bool is_named = entry_of_copy(p->g, c)->native_version.size > 0;
    arena scratch = {0};
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < row->variant_count; i++) {
        str extension = row->variants[i].extension;
        tree_id file =
            tree_find(p->g->files, game_native_path(p->g, c, extension, &scratch));
        if (file == TREE_NONE) {
            continue;
        }
        change *native = &p->what->rows[file];
        native->is_gone = (edit->kept >> i & 1) == 0;
        if (!native->is_gone && is_named) {
            native->path = image_edit_path(p->g, c, edit, extension, &p->what->mem);
            status = native->path.at == NULL ? error_nomem(p->err) : PA_OK;
            p->told->renamed++;
        }
    }
    if (status == PA_OK && is_named) {
        str version = name_version(edit->hash, entry_of_copy(p->g, c)->native_version,
                                   &p->what->mem);
        config_edit_version(config, c->entry, true, version);
    }
    if (scratch.failed || p->what->mem.failed) {
        status = nomem_for(p);
    }
    arena_clear(&scratch);
    return status;
}

/* ---- one bundle ---------------------------------------------------------------------
 */

static bool has_edited_member(const patch *p, const bundle *b, const pack *holder) {
    for (uint32_t i = 0; i < holder->count; i++) {
        if (holder->members[i] != NO_INDEX &&
            edit_of(p, &b->entries[holder->members[i]]) != NULL) {
            return true;
        }
    }
    return false;
}

static pa_status edit_documents(patch *p, const bundle *b, config_edit *config) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < b->pack_count; i++) {
        if (has_edited_member(p, b, &b->packs[i])) {
            status = edit_file(p, b, b->packs[i].entry, &b->packs[i], config);
        }
    }
    for (uint32_t i = 0; status == PA_OK && i < b->entry_count; i++) {
        uint32_t copy_index = b->first_copy[i];
        if (copy_index == NO_INDEX ||
            p->of_asset[p->g->copies[copy_index].asset] == NO_INDEX) {
            continue;
        }
        if (b->entries[i].pack == NO_INDEX) {
            status = edit_file(p, b, i, NULL, config);
        }
        if (status == PA_OK) {
            status = edit_natives(p, copy_index, config);
        }
    }
    return status;
}

static pa_status edit_bundle(patch *p, const bundle *b) {
    config_edit config = {.g = p->g, .b = b};
    pa_status status = config_edit_open(&config, p->err);
    if (status == PA_OK) {
        status = edit_documents(p, b, &config);
    }
    str version = {0};
    if (status == PA_OK) {
        status = config_edit_write(&config, p->what, p->told, &version, p->err);
    }
    if (status == PA_OK && version.size > 0) {
        p->bundle_names.items[p->bundle_names.count++] = b->name;
        p->bundle_versions.items[p->bundle_versions.count++] = version;
    }
    config_edit_clear(&config);
    return status;
}

static pa_status edit_bundles(patch *p) {
    const discovery *found = &p->g->found;
    arena *mem = &p->what->mem;
    p->bundle_names.items = arena_alloc(mem, found->bundle_count + 1, sizeof(str));
    p->bundle_versions.items = arena_alloc(mem, found->bundle_count + 1, sizeof(str));
    pa_status status = p->bundle_names.items == NULL || p->bundle_versions.items == NULL
                           ? error_nomem(p->err)
                           : PA_OK;
    for (size_t i = 0; status == PA_OK && i < found->bundle_count; i++) {
        status = edit_bundle(p, &found->bundles[i]);
    }
    if (status == PA_OK && p->bundle_names.count > 0) {
        status =
            settings_edit(p->g, &p->bundle_names, &p->bundle_versions, p->what, p->err);
    }
    return status;
}

pa_status patch_build(const game *g, const image_table *images, const image_edit *edits,
                      size_t count, changes *what, patch_counts *told, pa_error *err) {
    patch p = {
        .g = g, .images = images, .edits = edits, .what = what, .told = told, .err = err};
    p.of_asset = mem_alloc((size_t)g->asset_count + 1, sizeof *p.of_asset);
    if (p.of_asset == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->asset_count; i++) {
        p.of_asset[i] = NO_INDEX;
    }
    for (size_t i = 0; i < count; i++) {
        p.of_asset[images->rows[edits[i].image].asset] = (uint32_t)i;
    }
    pa_status status = count > 0 ? edit_bundles(&p) : PA_OK;
    document_reader_clear(&p.reader);
    arena_clear(&p.facts);
    mem_free(p.of_asset);
    return status == PA_OK ? arena_status(&what->mem, err) : status;
}
