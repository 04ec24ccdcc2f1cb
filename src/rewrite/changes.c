/* changes.c - a row for every file of the tree.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/changes.h"

#include "base/alloc.h"

pa_status changes_open(changes *out, const tree *files, pa_error *err) {
    size_t count = tree_count(files);
    *out = (changes){.files = files, .count = count};
    out->rows = mem_zero(count + 1, sizeof *out->rows);
    return out->rows == NULL ? error_nomem(err) : PA_OK;
}

void changes_clear(changes *in) {
    for (size_t i = 0; in->rows != NULL && i < in->count; i++) {
        buf_clear(&in->rows[i].text);
    }
    mem_free(in->rows);
    arena_clear(&in->mem);
    *in = (changes){0};
}

pa_status changes_read(const changes *in, tree_id file, uint64_t max_bytes, buf *out,
                       pa_error *err) {
    const change *row = &in->rows[file];
    if (!row->is_edited && !row->is_fetched) {
        pa_status status = tree_read(in->files, file, max_bytes, out, err);
        return status == PA_OK
                   ? PA_OK
                   : error_in(err, "%.*s", STR_ARGS(tree_get(in->files, file)->path));
    }
    out->size = 0;
    buf_add(out, buf_str(&row->text));
    return out->failed ? error_nomem(err) : PA_OK;
}

typedef struct fetching {
    changes *in;
    const tree_id *files;
} fetching;

static pa_status keep(void *ctx, unsigned worker, size_t slot, bytes content,
                      const pa_error *failure, pa_error *err) {
    (void)worker;
    fetching *f = ctx;
    change *row = &f->in->rows[f->files[slot]];
    if (failure == NULL && !row->is_edited) {
        row->text.size = 0;
        buf_add(&row->text, str_of_bytes(content));
        row->is_fetched = true;
    }
    return row->text.failed ? error_nomem(err) : PA_OK;
}

pa_status changes_fetch(changes *in, const tree_id *files, size_t count,
                        uint64_t max_bytes, pa_error *err) {
    bool is_folder = tree_folder(in->files) != NULL;
    tree_id *wanted = mem_alloc(count + 1, sizeof *wanted);
    size_t wanted_count = 0;
    if (wanted == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_folder || tree_is_mounted(in->files, files[i])) {
            wanted[wanted_count++] = files[i];
        }
    }
    fetching f = {in, wanted};
    pa_status status = tree_visit(in->files, &(pool){.thread_count = 1}, wanted,
                                  wanted_count, max_bytes, keep, &f, err);
    mem_free(wanted);
    return status;
}

void changes_forget(changes *in) {
    for (size_t i = 0; i < in->count; i++) {
        change *row = &in->rows[i];
        if (row->is_fetched && !row->is_edited) {
            buf_clear(&row->text);
        }
        row->is_fetched = false;
    }
}

void changes_edit(changes *in, tree_id file, buf *text) {
    change *row = &in->rows[file];
    buf_clear(&row->text);
    row->text = *text;
    row->is_edited = true;
    *text = (buf){0};
}

str changes_path(const changes *in, tree_id file) {
    const change *row = &in->rows[file];
    return row->path.size > 0 ? row->path : tree_get(in->files, file)->path;
}

bool change_is_none(const change *row) {
    return !row->is_edited && !row->is_gone && row->path.size == 0;
}
