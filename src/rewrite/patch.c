/* patch.c - edits into documents, documents into configs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/patch.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "rewrite/patch_config.h"
#include "rewrite/patch_image.h"
#include "rewrite/zip_bundles.h"

typedef struct patch {
    const game *g;
    const build_edits *edits;
    image_patch images;
    document_editor of_images;
    changes *what;
    patch_counts *told;
    document_reader reader;
    arena facts;              /* of the document at hand */
    str_list bundle_names;    /* bundles with another version … */
    str_list bundle_versions; /* … and what it is, side by side */
    pa_error *err;
} patch;

/* A text that memory was refused for reads as an absent one: what was said of it does not
 * count. */
static pa_status nomem_for(patch *p) {
    *p->err = (pa_error){0};
    return error_nomem(p->err);
}

static pa_status unsupported(str path, const char *why, pa_error *err) {
    return error_set(err, PA_UNSUPPORTED, "%.*s: %s", STR_ARGS(path), why);
}

/* ---- one place that holds a copy ----------------------------------------------------
 */

pa_status document_site_read(const document_site *at, document *facts, pa_error *err) {
    arena_reset(at->reader->mem);
    at->reader->err = err;
    map_clear(&at->reader->holders);
    return part_read(at->reader, at->part, facts) == PA_OK
               ? PA_OK
               : error_in(err, "%.*s", STR_ARGS(at->path));
}

pa_status document_site_refuse(const document_site *at, const char *why, pa_error *err) {
    return unsupported(at->path, why, err);
}

/* The editors of all other documents, then that of images. */
static const document_editor *editor(const patch *p, size_t index) {
    return index < p->edits->editor_count ? &p->edits->editors[index] : &p->of_images;
}

static uint32_t asset_of(const patch *p, const entry *e) {
    uint32_t asset_index = map_get(&p->g->by_uuid, e->uuid);
    return asset_index == MAP_NONE ? NO_INDEX : asset_index;
}

static bool is_edited(const patch *p, const entry *e) {
    uint32_t asset_index = asset_of(p, e);
    bool is_meant = false;
    for (size_t i = 0; asset_index != NO_INDEX && i <= p->edits->editor_count; i++) {
        is_meant |= editor(p, i)->means(editor(p, i)->ctx, asset_index);
    }
    return is_meant;
}

static pa_status edit_part(patch *p, document_site *at, const entry *e,
                           const document_part *part, splice_list *list) {
    pa_status status = PA_OK;
    if (!is_edited(p, e)) {
        return PA_OK;
    }
    at->asset = asset_of(p, e);
    at->part = part;
    p->told->documents++;
    for (size_t i = 0; status == PA_OK && i <= p->edits->editor_count; i++) {
        const document_editor *by = editor(p, i);
        if (by->means(by->ctx, at->asset)) {
            at->is_first = (at->begun >> i & 1) == 0;
            at->begun |= UINT32_C(1) << i;
            status = by->edit(by->ctx, at, list, p->err);
        }
    }
    return status;
}

/* ---- one file -----------------------------------------------------------------------
 */

static pa_status edit_pack(patch *p, document_site *at, const pack *holder,
                           splice_list *list) {
    part_list parts = {0};
    pa_status status = parts_of_pack(&p->reader, &parts);
    if (status != PA_OK) {
        return error_in(p->err, "%.*s", STR_ARGS(at->path));
    }
    for (uint32_t i = 0; status == PA_OK && i < holder->count && i < parts.count; i++) {
        if (holder->members[i] != NO_INDEX) {
            status = edit_part(p, at, &at->b->entries[holder->members[i]],
                               &parts.items[i], list);
        }
    }
    return status;
}

/* All documents of a file that is a pack, or holds that of an entry. */
static pa_status edit_text(patch *p, const bundle *b, const entry *e, const pack *holder,
                           str path, str text, splice_list *list) {
    document_site at = {
        .g = p->g, .b = b, .path = path, .reader = &p->reader, .mem = &p->what->mem};
    arena_reset(&p->reader.scratch);
    arena_reset(&p->facts);
    p->reader.mem = &p->facts;
    p->reader.err = p->err;
    if (json_parse(&p->reader.doc, text, p->err) != PA_OK) {
        return error_in(p->err, "%.*s", STR_ARGS(path));
    }
    document_part whole = part_of_file(&p->reader.doc);
    return holder != NULL ? edit_pack(p, &at, holder, list)
                          : edit_part(p, &at, e, &whole, list);
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
 * asset. */
static pa_status edit_file(patch *p, const bundle *b, uint32_t entry_index,
                           const pack *holder, config_edit *config) {
    arena scratch = {0};
    const entry *e = &b->entries[entry_index];
    str path = bundle_file_path(b, e, false, str_of(".json"), &scratch);
    tree_id file = path.at == NULL ? TREE_NONE : tree_find(p->g->files, path);
    buf text = {0};
    buf edited = {0};
    splice_list list = {0};
    pa_status status = PA_OK;
    if (file == TREE_NONE) {
        status = unsupported(path, "the file with a document to edit is absent", p->err);
    } else {
        status = changes_read(p->what, file, PA_MAX_DOCUMENT_BYTES, &text, p->err);
    }
    if (status == PA_OK) {
        status = edit_text(p, b, e, holder, path, buf_str(&text), &list);
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

/* ---- one bundle ---------------------------------------------------------------------
 */

static bool has_edited_member(const patch *p, const bundle *b, const pack *holder) {
    bool is_any = false;
    for (uint32_t i = 0; !is_any && i < holder->count; i++) {
        is_any = holder->members[i] != NO_INDEX &&
                 is_edited(p, &b->entries[holder->members[i]]);
    }
    return is_any;
}

/* Adds the import file of an entry to a list. */
static pa_status list_file(patch *p, const bundle *b, uint32_t entry_index,
                           tree_id *files, size_t *count) {
    arena scratch = {0};
    str path =
        bundle_file_path(b, &b->entries[entry_index], false, str_of(".json"), &scratch);
    tree_id file = path.at == NULL ? TREE_NONE : tree_find(p->g->files, path);
    bool has_failed = scratch.failed;
    arena_clear(&scratch);
    if (file != TREE_NONE) {
        files[(*count)++] = file;
    }
    return has_failed ? nomem_for(p) : PA_OK;
}

/* All files that edit_documents will read. */
static pa_status list_documents(patch *p, const bundle *b, tree_id *files,
                                size_t *count) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < b->pack_count; i++) {
        if (has_edited_member(p, b, &b->packs[i])) {
            status = list_file(p, b, b->packs[i].entry, files, count);
        }
    }
    for (uint32_t i = 0; status == PA_OK && i < b->entry_count; i++) {
        if (b->first_copy[i] != NO_INDEX && b->entries[i].pack == NO_INDEX &&
            is_edited(p, &b->entries[i])) {
            status = list_file(p, b, i, files, count);
        }
    }
    if (*count > 0) {
        files[(*count)++] = b->config;
    }
    return status;
}

static pa_status fetch_documents(patch *p) {
    const discovery *found = &p->g->found;
    size_t most = 1;
    for (size_t i = 0; i < found->bundle_count; i++) {
        most += (size_t)found->bundles[i].pack_count + found->bundles[i].entry_count + 1;
    }
    tree_id *files = mem_alloc(most, sizeof *files);
    size_t count = 0;
    pa_status status = files == NULL ? error_nomem(p->err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < found->bundle_count; i++) {
        status = list_documents(p, &found->bundles[i], files, &count);
    }
    if (status == PA_OK) {
        status = changes_fetch(p->what, files, count, PA_MAX_DOCUMENT_BYTES, p->err);
    }
    mem_free(files);
    return status;
}

static pa_status edit_documents(patch *p, const bundle *b, config_edit *config) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < b->pack_count; i++) {
        if (has_edited_member(p, b, &b->packs[i])) {
            status = edit_file(p, b, b->packs[i].entry, &b->packs[i], config);
        }
    }
    for (uint32_t i = 0; status == PA_OK && i < b->entry_count; i++) {
        if (b->first_copy[i] == NO_INDEX || !is_edited(p, &b->entries[i])) {
            continue;
        }
        if (b->entries[i].pack == NO_INDEX) {
            status = edit_file(p, b, i, NULL, config);
        }
        if (status == PA_OK) {
            status = image_patch_files(&p->images, b->first_copy[i], p->what, p->told,
                                       config, p->err);
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
    if (status == PA_OK) {
        status = zip_version_edit(&p->images, b, p->what, p->told, &config, p->err);
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
                           : fetch_documents(p);
    for (size_t i = 0; status == PA_OK && i < found->bundle_count; i++) {
        status = edit_bundle(p, &found->bundles[i]);
    }
    if (status == PA_OK && p->bundle_names.count > 0) {
        status =
            settings_edit(p->g, &p->bundle_names, &p->bundle_versions, p->what, p->err);
    }
    changes_forget(p->what);
    return status;
}

pa_status patch_build(const game *g, const build_edits *edits, changes *what,
                      patch_counts *told, pa_error *err) {
    patch p = {.g = g, .edits = edits, .what = what, .told = told, .err = err};
    pa_status status = image_patch_open(&p.images, g, edits, err);
    p.of_images = image_patch_editor(&p.images);
    if (status == PA_OK && (edits->image_count > 0 || edits->editor_count > 0)) {
        status = edit_bundles(&p);
    }
    document_reader_clear(&p.reader);
    arena_clear(&p.facts);
    image_patch_clear(&p.images);
    return status == PA_OK ? arena_status(&what->mem, err) : status;
}
