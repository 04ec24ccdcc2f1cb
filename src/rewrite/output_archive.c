/* output_archive.c - the build as an archive: made of an archive, or of a folder.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/limits.h"
#include "codec/archive_copy.h"
#include "rewrite/output_parts.h"
#include "sys/file.h"

static pa_status put(void *ctx, str content, pa_error *err) {
    output *out = ctx;
    out->bytes += content.size;
    return file_out_add(out->archive, content, err);
}

/* ---- byte by byte ------------------------------------------------------------------ */

static bool is_untouched(const output *out, const changes *what) {
    bool is_same = out->count == 0 && tree_folder(out->files) == NULL;
    for (size_t i = 0; is_same && i < what->count; i++) {
        is_same = change_is_none(&what->rows[i]);
    }
    return is_same;
}

static pa_status copy_whole(output *out, pa_error *err) {
    enum { BLOCK_BYTES = 1 << 18 };
    file_in *in = file_open(tree_archive(out->files), err);
    char *block = mem_alloc(BLOCK_BYTES, 1);
    pa_status status = in == NULL || block == NULL ? error_nomem(err) : PA_OK;
    for (long got = 1; status == PA_OK && got > 0;) {
        got = file_in_read(in, block, BLOCK_BYTES);
        status = got < 0 ? error_set(err, PA_IO, "%s: cannot be read",
                                     tree_archive(out->files))
                         : put(out, (str){block, (size_t)got}, err);
    }
    mem_free(block);
    file_in_close(in);
    for (tree_id id = 0; id < tree_count(out->files); id++) {
        out->untouched += !tree_is_mounted(out->files, id);
    }
    return status;
}

/* ---- file by file ------------------------------------------------------------------ */

typedef struct writing {
    output *out;
    const changes *what;
    const pool *how;
    const tree_id *files; /* of the visit */
    archive_copy *copy;
} writing;

static bool should_stop(const writing *w) {
    return w->how->should_stop != NULL && w->how->should_stop(w->how->stop_ctx);
}

/* What the plan says of an entry of the old archive. */
static pa_status ask(void *ctx, str path, entry_change *out, pa_error *err) {
    const writing *w = ctx;
    tree_id file = tree_find(w->out->files, path);
    if (should_stop(w)) {
        return error_set(err, PA_CANCELLED, "interrupted");
    }
    if (file == TREE_NONE || tree_is_mounted(w->out->files, file)) {
        return PA_OK; /* what the tree does not take stays */
    }
    const change *row = &w->what->rows[file];
    *out = (entry_change){.path = row->path,
                          .content = buf_str(&row->text),
                          .is_edited = row->is_edited,
                          .is_gone = row->is_gone};
    return PA_OK;
}

static pa_status take_added(void *ctx, str path, str content, pa_error *err) {
    const writing *w = ctx;
    return should_stop(w) ? error_set(err, PA_CANCELLED, "interrupted")
                          : archive_copy_add(w->copy, path, content, err);
}

/* Every old file: into the list, and from a folder into the archive. */
static pa_status take_old(void *ctx, unsigned worker, size_t slot, bytes content,
                          const pa_error *failure, pa_error *err) {
    (void)worker;
    const writing *w = ctx;
    tree_id file = w->files[slot];
    str old_path = tree_get(w->out->files, file)->path;
    const change *row = &w->what->rows[file];
    if (failure != NULL) {
        return error_set(err, PA_IO, "%.*s: %s", STR_ARGS(old_path), failure->text);
    }
    str text = row->is_edited ? buf_str(&row->text) : str_of_bytes(content);
    written told = {.path = changes_path(w->what, file), .zip = TREE_NONE};
    pa_status status = output_remember(w->out, &told, text, err);
    return status == PA_OK && w->copy != NULL
               ? archive_copy_add(w->copy, told.path, text, err)
               : status;
}

/* Files of the archive are only read for the list, by many threads; files of a folder go
 * in one after the other. */
static pa_status visit_old(writing *w, bool is_folder, pa_error *err) {
    tree_id *files = mem_alloc(w->what->count + 1, sizeof *files);
    size_t count = 0;
    if (files == NULL) {
        return error_nomem(err);
    }
    for (tree_id id = 0; id < w->what->count; id++) {
        if (!w->what->rows[id].is_gone && !tree_is_mounted(w->out->files, id)) {
            files[count++] = id;
        }
    }
    w->files = files;
    pool how = *w->how;
    how.thread_count = is_folder ? 1 : how.thread_count;
    pa_status status = tree_visit(w->out->files, &how, files, count, PA_MAX_NATIVE_BYTES,
                                  take_old, w, err);
    mem_free(files);
    return status;
}

static pa_status write_files(output *out, const changes *what, const pool *how,
                             pa_error *err) {
    const char *path = tree_archive(out->files);
    bool is_folder = tree_folder(out->files) != NULL;
    writing w = {.out = out, .what = what, .how = how};
    pa_status status = is_folder ? PA_OK : visit_old(&w, false, err);
    if (status == PA_OK) {
        w.copy = archive_copy_open(is_folder ? NULL : path, (bytes){0}, put, out, err);
        status = w.copy == NULL ? err->status : PA_OK;
    }
    if (status == PA_OK) {
        status = is_folder ? visit_old(&w, true, err)
                           : archive_copy_entries(w.copy, ask, &w, err);
    }
    if (status == PA_OK) {
        status = output_visit_added(out, TREE_NONE, take_added, &w, err);
    }
    if (status == PA_OK) {
        status = archive_copy_finish(w.copy, err);
        out->drops_signature = archive_copy_drops_signature(w.copy);
    }
    archive_copy_free(w.copy);
    return status == PA_OK || status == PA_CANCELLED || is_folder
               ? status
               : error_in(err, "%s", path);
}

pa_status output_write_archive(output *out, const changes *what, const pool *how,
                               pa_error *err) {
    out->bytes = 0;
    pa_status status =
        is_untouched(out, what) ? copy_whole(out, err) : write_files(out, what, how, err);
    return status == PA_OK ? file_out_flush(out->archive, err) : status;
}
