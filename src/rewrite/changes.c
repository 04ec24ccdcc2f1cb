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
    if (!row->is_edited) {
        pa_status status = tree_read(in->files, file, max_bytes, out, err);
        return status == PA_OK
                   ? PA_OK
                   : error_in(err, "%.*s", STR_ARGS(tree_get(in->files, file)->path));
    }
    out->size = 0;
    buf_add(out, buf_str(&row->text));
    return out->failed ? error_nomem(err) : PA_OK;
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
