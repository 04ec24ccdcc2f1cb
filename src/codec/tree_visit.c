/* tree_visit.c - hand files to visitors: from a folder many at a time, from an archive in
 * one pass.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/archive.h"
#include "codec/tree.h"
#include "codec/tree_source.h"
#include "sys/file.h"

/* A file that is wanted, and the slot of the caller's list it goes to. */
typedef struct wanted {
    const tree_file *file;
    size_t slot;
} wanted;

typedef struct visit_run {
    const tree *t;
    uint64_t max_bytes;
    tree_visitor visit;
    void *ctx;
    buf *buffers;        /* one a worker */
    const wanted *files; /* of the source at hand */
    /* archives only; guarded by `turn` */
    lock *turn;
    archive_in *archive;
    size_t next;
    uint32_t order;
} visit_run;

/* Gives a file to the visitor; a failure to read it is the visitor's to judge. */
static pa_status give(visit_run *run, unsigned worker, size_t slot, pa_status read,
                      const pa_error *failure, pa_error *err) {
    buf *content = &run->buffers[worker];
    if (read == PA_NOMEM) {
        return error_nomem(err);
    }
    if (read != PA_OK) {
        return run->visit(run->ctx, worker, slot, (bytes){0}, failure, err);
    }
    if (buf_reserve(content, 1) == NULL) {
        return error_nomem(err);
    }
    content->at[content->size] = '\0';
    return run->visit(run->ctx, worker, slot, bytes_of(content->at, content->size), NULL,
                      err);
}

/* The memory of one large file is not kept for the small ones behind it. */
static pa_status hand_over(visit_run *run, unsigned worker, size_t slot, pa_status read,
                           const pa_error *failure, pa_error *err) {
    pa_status status = give(run, worker, slot, read, failure, err);
    if (run->buffers[worker].capacity > PA_MAX_KEPT_BYTES) {
        buf_clear(&run->buffers[worker]);
    }
    return status;
}

static pa_status visit_in_folder(void *ctx, unsigned worker, size_t index,
                                 pa_error *err) {
    visit_run *run = ctx;
    const wanted *want = &run->files[index];
    buf path = {0};
    buf_format(&path, "%s/", run->t->sources[want->file->source].path);
    buf_add(&path, want->file->path);
    buf_add_byte(&path, '\0');
    if (path.failed) {
        buf_clear(&path);
        return error_nomem(err);
    }
    pa_error failure = {0};
    pa_status read = file_read(path.at, run->max_bytes, &run->buffers[worker], &failure);
    buf_clear(&path);
    return hand_over(run, worker, want->slot, read, &failure, err);
}

/* Walks on to the next wanted entry and reads it. Only one worker at a time is in here.
 */
static pa_status read_next_item(visit_run *run, buf *content, size_t *slot,
                                pa_error *failure) {
    const wanted *want = &run->files[run->next++];
    *slot = want->slot;
    archive_item item = {0};
    bool is_end = false;
    while (run->order <= want->file->order) {
        if (archive_is_broken(run->archive)) {
            return error_set(failure, PA_FORMAT, "the archive is damaged before it");
        }
        if (archive_next(run->archive, &item, &is_end, failure) != PA_OK) {
            return failure->status;
        }
        if (is_end) {
            return error_set(failure, PA_FORMAT, "the archive ends before it");
        }
        run->order++;
    }
    return archive_read_item(run->archive, run->max_bytes, content, failure);
}

static pa_status visit_in_archive(void *ctx, unsigned worker, size_t index,
                                  pa_error *err) {
    (void)index; /* the archive decides whose turn it is */
    visit_run *run = ctx;
    pa_error failure = {0};
    size_t slot = 0;
    lock_enter(run->turn);
    pa_status read = read_next_item(run, &run->buffers[worker], &slot, &failure);
    lock_leave(run->turn);
    return hand_over(run, worker, slot, read, &failure, err);
}

static pa_status visit_archive(visit_run *run, const pool *how, const source *from,
                               size_t count, pa_error *err) {
    run->archive =
        archive_open(from->path, bytes_of(from->content.at, from->content.size), err);
    run->turn = lock_new();
    run->next = 0;
    run->order = 0;
    pa_status status = PA_OK;
    if (run->archive == NULL) {
        status = err->status;
    } else if (run->turn == NULL) {
        status = error_nomem(err);
    } else {
        status = pool_run(how, count, visit_in_archive, run, err);
    }
    lock_free(run->turn);
    archive_close(run->archive);
    return status;
}

/* Folders first, then each archive; files of an archive in its own order. */
static int by_source(const void *a, const void *b) {
    const wanted *left = a;
    const wanted *right = b;
    if (left->file->source != right->file->source) {
        return left->file->source < right->file->source ? -1 : 1;
    }
    if (left->file->order != right->file->order) {
        return left->file->order < right->file->order ? -1 : 1;
    }
    return left->slot < right->slot ? -1 : 1;
}

static pa_status visit_sources(visit_run *run, const pool *how, const wanted *files,
                               size_t count, pa_error *err) {
    pa_status status = PA_OK;
    for (size_t first = 0; status == PA_OK && first < count;) {
        size_t end = first;
        while (end < count && files[end].file->source == files[first].file->source) {
            end++;
        }
        const source *from = &run->t->sources[files[first].file->source];
        run->files = files + first;
        status = from->is_folder ? pool_run(how, end - first, visit_in_folder, run, err)
                                 : visit_archive(run, how, from, end - first, err);
        first = end;
    }
    return status;
}

pa_status tree_visit(const tree *t, const pool *how, const tree_id *files, size_t count,
                     uint64_t max_bytes, tree_visitor visit, void *ctx, pa_error *err) {
    if (count == 0) {
        return PA_OK;
    }
    visit_run run = {.t = t, .max_bytes = max_bytes, .visit = visit, .ctx = ctx};
    wanted *list = mem_alloc(count, sizeof *list);
    run.buffers = mem_zero(how->thread_count, sizeof *run.buffers);
    pa_status status = PA_OK;
    if (list == NULL || run.buffers == NULL) {
        status = error_nomem(err);
    } else {
        for (size_t i = 0; i < count; i++) {
            list[i] = (wanted){&t->files[files[i]], i};
        }
        qsort(list, count, sizeof *list, by_source);
        status = visit_sources(&run, how, list, count, err);
    }
    for (unsigned i = 0; run.buffers != NULL && i < how->thread_count; i++) {
        buf_clear(&run.buffers[i]);
    }
    mem_free(run.buffers);
    mem_free(list);
    return status;
}

static pa_status take_content(void *ctx, unsigned worker, size_t slot, bytes content,
                              const pa_error *failure, pa_error *err) {
    (void)worker;
    (void)slot;
    buf *out = ctx;
    if (failure != NULL) {
        return error_set(err, failure->status, "%s", failure->text);
    }
    out->size = 0;
    buf_add(out, str_of_bytes(content));
    return out->failed ? error_nomem(err) : PA_OK;
}

pa_status tree_read(const tree *t, tree_id file, uint64_t max_bytes, buf *out,
                    pa_error *err) {
    return tree_visit(t, &(pool){.thread_count = 1}, &file, 1, max_bytes, take_content,
                      out, err);
}
