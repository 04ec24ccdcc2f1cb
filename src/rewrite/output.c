/* output.c - write a tree, know what was written, prove that it is there.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/output.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "rewrite/output_parts.h"
#include "sys/file.h"

/* A tree with a hole cannot be copied whole. */
static pa_status check_gaps(const tree *files, pa_error *err) {
    if (tree_gap_count(files) == 0) {
        return PA_OK;
    }
    const tree_gap *gap = tree_gap_get(files, 0);
    return error_set(err, PA_UNSUPPORTED,
                     "%.*s: %s, so that the build cannot be copied whole",
                     STR_ARGS(gap->path), gap->reason);
}

/* The input is never written to: not into a folder of it either. */
static pa_status check_outside(const char *folder, const char *target, pa_error *err) {
    arena scratch = {0};
    str inside = file_real_path(folder, &scratch);
    str parent = str_folder(str_of(target));
    str named = arena_copy(&scratch, parent.size > 0 ? parent : str_of("."));
    str place = named.at == NULL ? (str){0} : file_real_path(named.at, &scratch);
    bool is_inside = place.size >= inside.size &&
                     str_equal(str_part(place, 0, inside.size), inside) &&
                     (place.size == inside.size || place.at[inside.size] == '/');
    bool has_failed = scratch.failed;
    arena_clear(&scratch);
    if (has_failed) {
        return error_nomem(err);
    }
    return is_inside && inside.size > 0
               ? error_set(
                     err, PA_USAGE,
                     "%s lies in the build that is read; name a place outside of it",
                     target)
               : PA_OK;
}

/* What a name says that a file is. */
typedef enum archive_kind { KIND_NONE, KIND_ZIP, KIND_TAR } archive_kind;

static archive_kind kind_of_name(const char *path) {
    static const struct {
        const char *end;
        archive_kind kind;
    } names[] = {{".zip", KIND_ZIP},    {".apk", KIND_ZIP},     {".aab", KIND_ZIP},
                 {".ipa", KIND_ZIP},    {".tar", KIND_TAR},     {".tar.gz", KIND_TAR},
                 {".tgz", KIND_TAR},    {".tar.bz2", KIND_TAR}, {".tar.xz", KIND_TAR},
                 {".tar.zst", KIND_TAR}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_ends(str_of(path), names[i].end)) {
            return names[i].kind;
        }
    }
    return KIND_NONE;
}

static pa_status check_input(const output *out, archive_kind to, pa_error *err) {
    const char *archive = tree_archive(out->files);
    bool is_folder = tree_folder(out->files) != NULL;
    if (!is_folder && archive == NULL) {
        return error_set(err, PA_UNSUPPORTED,
                         "standard input is not rewritten; name the archive's file");
    }
    archive_kind from = is_folder ? KIND_ZIP : kind_of_name(archive);
    return to == KIND_NONE || from == KIND_NONE || from == to
               ? PA_OK
               : error_set(err, PA_USAGE,
                           is_folder ? "a folder goes into a .zip or another folder, not "
                                       "into a tar"
                                     : "a zip stays a zip and a tar a tar; name the "
                                       "output so, or a folder");
}

/* A stage of its own for what is added to archives; its name is not that of the output.
 */
static pa_status open_apart(output *out, const char *target, pa_error *err) {
    buf name = {0};
    buf_format(&name, "%s.added%c", target, '\0');
    if (name.failed) {
        error_nomem(err);
    } else {
        out->apart = stage_open(name.at, err);
    }
    buf_clear(&name);
    return err->status;
}

/* True when a zip of the tree was opened, which may become another one. */
static bool has_mount(const tree *files) {
    size_t count = tree_count(files);
    return count > 0 && tree_is_mounted(files, (tree_id)(count - 1));
}

pa_status output_check_place(const tree *files, const char *place, pa_error *err) {
    const char *folder = tree_folder(files);
    return place == NULL || folder == NULL ? PA_OK : check_outside(folder, place, err);
}

static pa_status open_target(output *out, const char *target, pa_error *err) {
    const char *folder = tree_folder(out->files);
    archive_kind kind = kind_of_name(target);
    pa_status status = check_gaps(out->files, err);
    if (status == PA_OK) {
        status = check_input(out, kind, err);
    }
    if (status == PA_OK && folder != NULL) {
        status = check_outside(folder, target, err);
    }
    if (status != PA_OK) {
        return status;
    }
    if (kind != KIND_NONE) {
        out->archive = file_out_open(target, err);
    } else {
        out->folder = stage_open(target, err);
    }
    return err->status == PA_OK && (kind != KIND_NONE || has_mount(out->files))
               ? open_apart(out, target, err)
               : err->status;
}

output *output_open(const tree *files, const char *target, pa_error *err) {
    output *out = mem_zero(1, sizeof *out);
    if (out == NULL) {
        error_nomem(err);
        return NULL;
    }
    out->files = files;
    out->guard = lock_new();
    if (out->guard == NULL) {
        error_nomem(err);
    }
    if (err->status != PA_OK || open_target(out, target, err) != PA_OK) {
        output_free(out);
        return NULL;
    }
    return out;
}

pa_status output_remember(output *out, const written *row, str content, pa_error *err) {
    written told = *row;
    told.size_bytes = content.size;
    told.hash = XXH3_128bits(content.at, content.size);
    lock_enter(out->guard);
    told.path = arena_copy(&out->mem, row->path);
    bool has_room =
        told.path.at != NULL &&
        mem_grow(&out->rows, &out->capacity, out->count + 1, sizeof *out->rows) == 0;
    if (has_room) {
        out->rows[out->count++] = told;
        out->within += told.zip != TREE_NONE;
        bool counts = told.zip == TREE_NONE && out->folder != NULL;
        out->bytes += counts ? content.size : 0;
    }
    lock_leave(out->guard);
    return has_room ? PA_OK : error_nomem(err);
}

static pa_status put(output *out, stage *to, const written *row, str content,
                     const char *like, pa_error *err) {
    pa_status status = stage_write(to, row->path, content, like, err);
    return status == PA_OK ? output_remember(out, row, content, err) : status;
}

pa_status output_add(output *out, str path, tree_id zip, str content, pa_error *err) {
    bool is_apart = out->folder == NULL || zip != TREE_NONE;
    written row = {.path = path, .zip = zip, .is_added = true};
    return put(out, is_apart ? out->apart : out->folder, &row, content, NULL, err);
}

/* Those of the build before those in its zip bundles. */
static int by_path(const void *a, const void *b) {
    const written *left = a;
    const written *right = b;
    bool is_left_within = left->zip != TREE_NONE;
    bool is_right_within = right->zip != TREE_NONE;
    return is_left_within != is_right_within ? (is_left_within ? 1 : -1)
                                             : str_order(left->path, right->path);
}

void output_sort(output *out) {
    if (out->count > 0) {
        qsort(out->rows, out->count, sizeof *out->rows, by_path);
    }
}

size_t output_added_count(const output *out, tree_id zip) {
    size_t count = 0;
    for (size_t i = 0; i < out->count; i++) {
        count += out->rows[i].is_added && out->rows[i].zip == zip;
    }
    return count;
}

bool output_has_added(const output *out, str path) {
    bool is_any = false;
    for (size_t i = 0; !is_any && i < out->count; i++) {
        const written *row = &out->rows[i];
        is_any = row->is_added && row->zip == TREE_NONE && str_equal(row->path, path);
    }
    return is_any;
}

static pa_status visit_row(const output *out, const written *row, added_visitor visit,
                           void *ctx, pa_error *err) {
    bool is_apart = out->folder == NULL || row->zip != TREE_NONE;
    buf path = {0};
    buf content = {0};
    buf_format(&path, "%s/%.*s%c", stage_path(is_apart ? out->apart : out->folder),
               STR_ARGS(row->path), '\0');
    pa_status status = path.failed
                           ? error_nomem(err)
                           : file_read(path.at, PA_MAX_NATIVE_BYTES, &content, err);
    if (status == PA_OK) {
        status = visit(ctx, row->path, buf_str(&content), err);
    }
    buf_clear(&content);
    buf_clear(&path);
    return status;
}

pa_status output_visit_added(output *out, tree_id zip, added_visitor visit, void *ctx,
                             pa_error *err) {
    output_sort(out);
    size_t count = out->count; /* the visitor may add some */
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        written row = out->rows[i];
        if (row.is_added && row.zip == zip) {
            status = visit_row(out, &row, visit, ctx, err);
        }
    }
    return status;
}

/* ---- all files of the input ------------------------------------------------------- */

typedef struct copying {
    output *out;
    const changes *what;
    const tree_id *files;
} copying;

static pa_status copy_file(void *ctx, unsigned worker, size_t slot, bytes content,
                           const pa_error *failure, pa_error *err) {
    (void)worker;
    const copying *c = ctx;
    tree_id file = c->files[slot];
    str old_path = tree_get(c->out->files, file)->path;
    const change *row = &c->what->rows[file];
    if (failure != NULL) {
        return error_set(err, PA_IO, "%.*s: %s", STR_ARGS(old_path), failure->text);
    }
    const char *folder = tree_folder(c->out->files);
    buf like = {0};
    buf_format(&like, "%s/%.*s%c", folder == NULL ? "" : folder, STR_ARGS(old_path),
               '\0');
    written told = {.path = changes_path(c->what, file), .zip = TREE_NONE};
    pa_status status =
        like.failed ? error_nomem(err)
                    : put(c->out, c->out->folder, &told,
                          row->is_edited ? buf_str(&row->text) : str_of_bytes(content),
                          folder == NULL ? NULL : like.at, err);
    buf_clear(&like);
    return status;
}

static pa_status copy_files(output *out, const changes *what, const pool *how,
                            pa_error *err) {
    tree_id *files = mem_alloc(what->count + 1, sizeof *files);
    size_t count = 0;
    if (files == NULL) {
        return error_nomem(err);
    }
    for (tree_id id = 0; id < what->count; id++) {
        if (!what->rows[id].is_gone && !tree_is_mounted(out->files, id)) {
            files[count++] = id;
        }
    }
    copying c = {out, what, files};
    pa_status status = tree_visit(out->files, how, files, count, PA_MAX_NATIVE_BYTES,
                                  copy_file, &c, err);
    mem_free(files);
    for (size_t i = 0; status == PA_OK && i < tree_empty_count(out->files); i++) {
        status = stage_make_folder(out->folder, tree_empty_get(out->files, i), err);
    }
    return status;
}

/* ---- all of it ------------------------------------------------------------------ */

pa_status output_finish(output *out, const changes *what, const pool *how,
                        pa_error *err) {
    pa_status status = out->folder == NULL ? output_write_archive(out, what, how, err)
                                           : copy_files(out, what, how, err);
    return status == PA_OK && out->count > 0 ? output_prove(out, how, err) : status;
}

const char *output_staged(const output *out) {
    return out->folder == NULL ? file_out_path(out->archive) : stage_path(out->folder);
}

uint64_t output_bytes(const output *out) {
    return out->bytes;
}

size_t output_count(const output *out) {
    return out->count - out->within + out->untouched;
}

bool output_drops_signature(const output *out) {
    return out->drops_signature;
}

pa_status output_commit(output *out, pa_error *err) {
    return out->folder == NULL ? file_out_commit(out->archive, err)
                               : stage_commit(out->folder, err);
}

void output_free(output *out) {
    if (out == NULL) {
        return;
    }
    stage_discard(out->folder);
    stage_discard(out->apart);
    file_out_discard(out->archive);
    lock_free(out->guard);
    mem_free(out->rows);
    arena_clear(&out->mem);
    mem_free(out);
}

void output_place_beside(const char *target, const char *named, const char *ending,
                         buf *out) {
    str bare = str_of(target);
    while (bare.size > 1 && bare.at[bare.size - 1] == '/') {
        bare.size--;
    }
    buf_add(out, named != NULL ? str_of(named) : bare);
    buf_add_text(out, named != NULL ? "" : ending);
    buf_add_byte(out, '\0');
}
