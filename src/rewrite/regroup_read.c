/* regroup_read.c - list them, read them in parallel, take them apart.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/regroup_read.h"

#include "base/alloc.h"
#include "base/limits.h"

uint32_t source_entry(const game *g, const source_file *file, uint32_t index) {
    const bundle *b = &g->found.bundles[file->bundle];
    return file->pack == NO_INDEX ? file->entry : b->packs[file->pack].members[index];
}

loose_family source_family(const source_files *in, const source_file *file) {
    loose_form form = file->documents.items[0].form;
    if (form == LOOSE_VERBOSE) {
        return in->has_lists ? FAMILY_VERBOSE : FAMILY_COUNT;
    }
    return form == LOOSE_TEXT && !in->has_compiled ? FAMILY_TEXTS : FAMILY_COMPILED;
}

void source_files_clear(source_files *in) {
    for (uint32_t i = 0; i < in->count; i++) {
        buf_clear(&in->items[i].text);
    }
    mem_free(in->items);
    shared_rows_clear(&in->rows);
    arena_clear(&in->mem);
    *in = (source_files){0};
}

/* ---- which ------------------------------------------------------------------------ */

static pa_status add_file(const game *g, source_files *out, uint32_t bundle_index,
                          uint32_t entry_index, uint32_t pack_index, pa_error *err) {
    const bundle *b = &g->found.bundles[bundle_index];
    arena scratch = {0};
    str path =
        bundle_file_path(b, &b->entries[entry_index], false, str_of(".json"), &scratch);
    tree_id file = tree_find(g->files, path);
    pa_status status = arena_status(&scratch, err);
    arena_clear(&scratch);
    if (status != PA_OK || file == TREE_NONE || tree_is_mounted(g->files, file)) {
        return status;
    }
    if (mem_grow(&out->items, &out->capacity, (size_t)out->count + 1,
                 sizeof *out->items) != 0) {
        return error_nomem(err);
    }
    out->items[out->count++] = (source_file){
        .bundle = bundle_index, .entry = entry_index, .pack = pack_index, .file = file};
    return PA_OK;
}

static bool can_move(const bundle *b, uint32_t entry_index) {
    return b->first_copy[entry_index] != NO_INDEX &&
           b->entries[entry_index].extension.size == 0;
}

/* Every member is an asset of the bundle, in this pack and in no other. */
static bool is_whole_pack(const bundle *b, const pack *p, const uint32_t *memberships) {
    bool is_whole = p->count > 0;
    for (uint32_t i = 0; i < p->count; i++) {
        is_whole = is_whole && p->members[i] != NO_INDEX && can_move(b, p->members[i]) &&
                   memberships[p->members[i]] == 1;
    }
    return is_whole;
}

static pa_status list_files(const game *g, source_files *out, uint32_t bundle_index,
                            pa_error *err) {
    const bundle *b = &g->found.bundles[bundle_index];
    uint32_t *memberships = mem_zero((size_t)b->entry_count + 1, sizeof *memberships);
    pa_status status = memberships == NULL ? error_nomem(err) : PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < b->pack_count; i++) {
        for (uint32_t j = 0; j < b->packs[i].count; j++) {
            uint32_t member = b->packs[i].members[j];
            memberships[member == NO_INDEX ? b->entry_count : member]++;
        }
    }
    for (uint32_t i = 0; status == PA_OK && i < b->pack_count; i++) {
        if (is_whole_pack(b, &b->packs[i], memberships)) {
            status = add_file(g, out, bundle_index, b->packs[i].entry, i, err);
        }
    }
    for (uint32_t i = 0; status == PA_OK && i < b->entry_count; i++) {
        if (can_move(b, i) && b->entries[i].pack == NO_INDEX) {
            status = add_file(g, out, bundle_index, i, NO_INDEX, err);
        }
    }
    mem_free(memberships);
    return status;
}

/* ---- their texts ------------------------------------------------------------------ */

typedef struct visiting {
    source_files *out;
    const changes *what;
} visiting;

static pa_status take_text(void *ctx, unsigned worker, size_t slot, bytes content,
                           const pa_error *failure, pa_error *err) {
    (void)worker;
    const visiting *v = ctx;
    source_file *f = &v->out->items[slot];
    const change *row = &v->what->rows[f->file];
    str text = failure == NULL ? str_of_bytes(content) : (str){0};
    buf_add(&f->text, row->is_edited ? buf_str(&row->text) : text);
    return f->text.failed ? error_nomem(err) : PA_OK;
}

static pa_status read_texts(const game *g, const changes *what, const pool *how,
                            source_files *out, pa_error *err) {
    tree_id *files = mem_alloc((size_t)out->count + 1, sizeof *files);
    visiting v = {out, what};
    if (files == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < out->count; i++) {
        files[i] = out->items[i].file;
    }
    pa_status status = tree_visit(g->files, how, files, out->count, PA_MAX_DOCUMENT_BYTES,
                                  take_text, &v, err);
    mem_free(files);
    return status;
}

/* ---- their documents -------------------------------------------------------------- */

/* All documents of a file are of one kind, and as many as the config says. */
static bool is_even(const game *g, const source_file *f) {
    const bundle *b = &g->found.bundles[f->bundle];
    uint32_t wanted = f->pack == NO_INDEX ? 1 : b->packs[f->pack].count;
    bool is_even = f->documents.count == wanted;
    for (uint32_t i = 1; is_even && i < f->documents.count; i++) {
        is_even = (f->documents.items[i].form == LOOSE_VERBOSE) ==
                  (f->documents.items[0].form == LOOSE_VERBOSE);
    }
    return is_even;
}

static pa_status take_apart(const game *g, source_files *out, pa_error *err) {
    arena facts = {0};
    document_reader reader = {.mem = &facts};
    uint32_t kept = 0;
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < out->count; i++) {
        source_file f = out->items[i];
        out->items[i] = (source_file){0}; /* a text has one owner */
        pa_error defect = {0};
        status = loose_read(&reader, buf_str(&f.text), f.pack != NO_INDEX, &out->rows,
                            &out->mem, &f.documents, &defect);
        if (status == PA_NOMEM || (status == PA_OK && is_even(g, &f))) {
            bool is_verbose = f.documents.items[0].form == LOOSE_VERBOSE;
            out->has_lists |= is_verbose && f.pack != NO_INDEX;
            out->has_compiled |= f.documents.items[0].form == LOOSE_COMPILED;
            out->items[kept++] = f;
        } else {
            buf_clear(&f.text);
        }
        if (status == PA_NOMEM) {
            error_nomem(err);
        } else {
            status = PA_OK; /* what cannot be moved stays */
        }
    }
    if (status == PA_OK) {
        out->count = kept;
    }
    document_reader_clear(&reader);
    arena_clear(&facts);
    return status;
}

pa_status source_files_read(const game *g, const changes *what, const pool *how,
                            source_files *out, pa_error *err) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->found.bundle_count; i++) {
        status = list_files(g, out, i, err);
    }
    if (status == PA_OK) {
        status = read_texts(g, what, how, out, err);
    }
    return status == PA_OK ? take_apart(g, out, err) : status;
}
