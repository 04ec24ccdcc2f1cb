/* output.c - write a tree, know what was written, prove that it is there.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/output.h"

#include <xxhash.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/file_out.h"
#include "sys/stage.h"

/* A file as it was written. */
typedef struct written {
    str path;
    uint64_t size_bytes;
    XXH128_hash_t hash;
} written;

struct output {
    const tree *files;
    stage *folder;     /* NULL for an archive */
    file_out *archive; /* NULL for a folder */
    lock *guard;       /* of what stands below */
    arena mem;
    written *rows;
    size_t count;
    size_t capacity;
    uint64_t bytes;
};

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
static pa_status check_place(const char *folder, const char *target, pa_error *err) {
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

static pa_status open_target(output *out, const char *target, pa_error *err) {
    const char *folder = tree_folder(out->files);
    pa_status status = check_gaps(out->files, err);
    if (status == PA_OK && folder == NULL && tree_archive(out->files) == NULL) {
        status = error_set(err, PA_UNSUPPORTED,
                           "standard input is not rewritten; name the archive's file");
    }
    if (status == PA_OK && folder != NULL) {
        status = check_place(folder, target, err);
    }
    if (status != PA_OK) {
        return status;
    }
    if (folder == NULL) {
        out->archive = file_out_open(target, err);
    } else {
        out->folder = stage_open(target, err);
    }
    return err->status;
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

static pa_status remember(output *out, str path, str content, pa_error *err) {
    XXH128_hash_t hash = XXH3_128bits(content.at, content.size);
    lock_enter(out->guard);
    str kept = arena_copy(&out->mem, path);
    bool has_room = kept.at != NULL && mem_grow(&out->rows, &out->capacity,
                                                out->count + 1, sizeof *out->rows) == 0;
    if (has_room) {
        out->rows[out->count++] = (written){kept, content.size, hash};
        out->bytes += content.size;
    }
    lock_leave(out->guard);
    return has_room ? PA_OK : error_nomem(err);
}

static pa_status put(output *out, str path, str content, const char *like,
                     pa_error *err) {
    if (out->folder == NULL) {
        return error_set(
            err, PA_UNSUPPORTED,
            "archives are only copied; unpack the build, rewrite its folder");
    }
    pa_status status = stage_write(out->folder, path, content, like, err);
    return status == PA_OK ? remember(out, path, content, err) : status;
}

pa_status output_add(output *out, str path, str content, pa_error *err) {
    return put(out, path, content, NULL, err);
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
    buf like = {0};
    buf_format(&like, "%s/%.*s", tree_folder(c->out->files), STR_ARGS(old_path));
    buf_add_byte(&like, '\0');
    pa_status status =
        like.failed ? error_nomem(err)
                    : put(c->out, changes_path(c->what, file),
                          row->is_edited ? buf_str(&row->text) : str_of_bytes(content),
                          like.at, err);
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
    return status;
}

/* ---- proof ------------------------------------------------------------------------ */

typedef struct proof {
    const output *out;
    const tree *staged;
} proof;

static pa_status compare(void *ctx, unsigned worker, size_t slot, bytes content,
                         const pa_error *failure, pa_error *err) {
    (void)worker;
    const proof *p = ctx;
    const written *row = &p->out->rows[slot];
    bool is_same = failure == NULL && content.size == row->size_bytes &&
                   XXH128_isEqual(XXH3_128bits(content.at, content.size), row->hash);
    return is_same ? PA_OK
                   : error_set(err, PA_OUTPUT,
                               "%.*s: what was written does not read back: %s",
                               STR_ARGS(row->path),
                               failure == NULL ? "other bytes" : failure->text);
}

static pa_status prove_files(proof *p, const pool *how, pa_error *err) {
    const output *out = p->out;
    if (tree_count(p->staged) != out->count) {
        return error_set(err, PA_OUTPUT, "%zu files were written, %zu are there",
                         out->count, tree_count(p->staged));
    }
    tree_id *files = mem_alloc(out->count + 1, sizeof *files);
    if (files == NULL) {
        return error_nomem(err);
    }
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < out->count; i++) {
        files[i] = tree_find(p->staged, out->rows[i].path);
        if (files[i] == TREE_NONE) {
            status = error_set(err, PA_OUTPUT, "%.*s: was written and is not there",
                               STR_ARGS(out->rows[i].path));
        }
    }
    if (status == PA_OK) {
        status = tree_visit(p->staged, how, files, out->count, PA_MAX_NATIVE_BYTES,
                            compare, p, err);
    }
    mem_free(files);
    return status;
}

static pa_status prove(const output *out, const pool *how, pa_error *err) {
    tree *staged = NULL;
    pa_status status = tree_open(&staged, stage_path(out->folder), err);
    if (status == PA_OK) {
        proof p = {out, staged};
        status = prove_files(&p, how, err);
    }
    tree_free(staged);
    return status;
}

/* ---- an archive: nothing in it changes ----------------------------------------------
 */

static pa_status copy_archive(output *out, pa_error *err) {
    enum { BLOCK_BYTES = 1 << 18 };
    file_in *in = file_open(tree_archive(out->files), err);
    char *block = mem_alloc(BLOCK_BYTES, 1);
    pa_status status = in == NULL || block == NULL ? error_nomem(err) : PA_OK;
    for (long got = 1; status == PA_OK && got > 0;) {
        got = file_in_read(in, block, BLOCK_BYTES);
        if (got < 0) {
            status =
                error_set(err, PA_IO, "%s: cannot be read", tree_archive(out->files));
        } else {
            status = file_out_add(out->archive, (str){block, (size_t)got}, err);
            out->bytes += (uint64_t)got;
        }
    }
    mem_free(block);
    file_in_close(in);
    out->count = 1;
    return status == PA_OK ? file_out_flush(out->archive, err) : status;
}

static pa_status refuse_changes(const changes *what, pa_error *err) {
    for (size_t i = 0; i < what->count; i++) {
        if (!change_is_none(&what->rows[i])) {
            return error_set(
                err, PA_UNSUPPORTED,
                "archives are only copied; unpack the build, rewrite its folder");
        }
    }
    return PA_OK;
}

pa_status output_finish(output *out, const changes *what, const pool *how,
                        pa_error *err) {
    if (out->folder == NULL) {
        pa_status status = refuse_changes(what, err);
        return status == PA_OK ? copy_archive(out, err) : status;
    }
    pa_status status = copy_files(out, what, how, err);
    return status == PA_OK ? prove(out, how, err) : status;
}

const char *output_staged(const output *out) {
    return out->folder == NULL ? file_out_path(out->archive) : stage_path(out->folder);
}

uint64_t output_bytes(const output *out) {
    return out->bytes;
}

size_t output_count(const output *out) {
    return out->count;
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
