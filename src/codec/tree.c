/* tree.c - the list of files, and visits to them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/map.h"
#include "codec/archive.h"
#include "sys/file.h"

/* Where files come from. An archive is reopened for every visit: it is read front to back. */
typedef struct source {
    const char *path; /* the folder or archive, NULL for an archive in `content` */
    buf content;
    bool is_folder;
} source;

struct tree {
    arena mem;
    source *sources;
    size_t source_count;
    size_t source_capacity;
    tree_file *files;
    size_t count;
    size_t capacity;
    tree_gap *gaps;
    size_t gap_count;
    size_t gap_capacity;
    map by_path;
};

size_t tree_count(const tree *t) {
    return t->count;
}

const tree_file *tree_get(const tree *t, tree_id file) {
    return &t->files[file];
}

tree_id tree_find(const tree *t, str path) {
    return map_get(&t->by_path, path);
}

size_t tree_gap_count(const tree *t) {
    return t->gap_count;
}

const tree_gap *tree_gap_get(const tree *t, size_t index) {
    return &t->gaps[index];
}

static pa_status add_gap(tree *t, str path, const char *reason, pa_error *err) {
    str copy = arena_copy(&t->mem, path);
    if (copy.at == NULL ||
        mem_grow(&t->gaps, &t->gap_capacity, t->gap_count + 1, sizeof *t->gaps) != 0) {
        return error_nomem(err);
    }
    t->gaps[t->gap_count++] = (tree_gap){copy, reason};
    return PA_OK;
}

static pa_status add_source(tree *t, source added, pa_error *err) {
    if (mem_grow(&t->sources, &t->source_capacity, t->source_count + 1,
                 sizeof *t->sources) != 0) {
        return error_nomem(err);
    }
    t->sources[t->source_count++] = added;
    return PA_OK;
}

static pa_status add_file(tree *t, tree_file file, pa_error *err) {
    if (t->count >= PA_MAX_FILES) {
        return error_set(err, PA_LIMIT, "holds more than %d files", PA_MAX_FILES);
    }
    if (mem_grow(&t->files, &t->capacity, t->count + 1, sizeof *t->files) != 0) {
        return error_nomem(err);
    }
    t->files[t->count++] = file;
    return PA_OK;
}

str tree_clean_path(arena *mem, str name) {
    if (name.size == 0 || name.size > PA_MAX_PATH_BYTES || name.at[0] == '/' ||
        name.at[0] == '\\' || (name.size > 1 && name.at[1] == ':')) {
        return (str){0};
    }
    char *clean = arena_alloc(mem, name.size + 2, 1);
    if (clean == NULL) {
        return (str){0};
    }
    size_t size = 0;
    for (size_t i = 0; i <= name.size;) {
        size_t end = i;
        while (end < name.size && name.at[end] != '/' && name.at[end] != '\\') {
            end++;
        }
        str part = str_part(name, i, end);
        if (str_is(part, "..")) {
            return (str){0};
        }
        if (part.size > 0 && !str_is(part, ".")) {
            if (size > 0) {
                clean[size++] = '/';
            }
            memcpy(clean + size, part.at, part.size);
            size += part.size;
        }
        i = end + 1;
    }
    return size == 0 ? (str){0} : (str){clean, size};
}

/* ---- opening -------------------------------------------------------------------------- */

static pa_status list_folder(tree *t, const char *path, pa_error *err) {
    uint32_t self = (uint32_t)t->source_count;
    pa_status status = add_source(t, (source){.path = path, .is_folder = true}, err);
    if (status != PA_OK) {
        return status;
    }
    folder_list list = {0};
    status = folder_walk(&t->mem, path, &list, err);
    for (size_t i = 0; status == PA_OK && i < list.count; i++) {
        status = add_file(t, (tree_file){list.files[i].path, list.files[i].size_bytes, self, 0},
                          err);
    }
    for (size_t i = 0; status == PA_OK && i < list.gap_count; i++) {
        status = add_gap(t, list.gaps[i].path, list.gaps[i].reason, err);
    }
    folder_list_clear(&list);
    return status;
}

/* How the entries of an archive become files of the tree. */
typedef struct placing {
    str strip;
    str place;
} placing;

static pa_status list_item(tree *t, const archive_item *item, tree_file file,
                           const placing *how, pa_error *err) {
    if (!item->is_file) {
        return item->is_link ? add_gap(t, item->name, "is a link, which is not followed", err)
                             : PA_OK;
    }
    if (item->is_encrypted) {
        return add_gap(t, item->name, "is encrypted", err);
    }
    str clean = tree_clean_path(&t->mem, item->name);
    if (clean.size == 0) {
        return add_gap(t, item->name, "has a path that leads out of the archive", err);
    }
    if (clean.size <= how->strip.size ||
        !str_equal(str_part(clean, 0, how->strip.size), how->strip)) {
        return PA_OK;
    }
    file.path = arena_join(&t->mem,
                           (str[]){how->place, str_part(clean, how->strip.size, clean.size)}, 2);
    return file.path.at == NULL ? error_nomem(err) : add_file(t, file, err);
}

static pa_status list_archive(tree *t, source added, const placing *how, pa_error *err) {
    uint32_t self = (uint32_t)t->source_count;
    pa_status status = add_source(t, added, err);
    if (status != PA_OK) {
        buf_clear(&added.content);
        return status;
    }
    archive_in *in = archive_open(added.path, bytes_of(added.content.at, added.content.size), err);
    if (in == NULL) {
        return err->status;
    }
    uint64_t claimed_bytes = 0;
    bool is_end = false;
    archive_item item = {0};
    for (uint32_t order = 0; status == PA_OK; order++) {
        status = archive_next(in, &item, &is_end, err);
        if (status != PA_OK || is_end) {
            break;
        }
        claimed_bytes += item.size_bytes;
        if (item.size_bytes > PA_MAX_ARCHIVE_TOTAL_BYTES ||
            claimed_bytes > PA_MAX_ARCHIVE_TOTAL_BYTES) {
            status = error_set(err, PA_LIMIT, "claims to hold more than %llu GiB",
                               (unsigned long long)(PA_MAX_ARCHIVE_TOTAL_BYTES >> 30));
            break;
        }
        status = list_item(t, &item, (tree_file){{0}, item.size_bytes, self, order}, how, err);
    }
    uint64_t room = archive_size(in) * PA_MAX_EXPANSION_RATIO + PA_RATIO_FREE_BYTES;
    if (status == PA_OK && claimed_bytes > room) {
        status = error_set(err, PA_LIMIT,
                           "claims to expand from %llu to %llu bytes, more than %d:1",
                           (unsigned long long)archive_size(in),
                           (unsigned long long)claimed_bytes, PA_MAX_EXPANSION_RATIO);
    }
    archive_close(in);
    return status;
}

static int by_path(const void *a, const void *b) {
    const tree_file *left = a;
    const tree_file *right = b;
    int order = str_order(left->path, right->path);
    return order != 0 ? order : (left->order > right->order) - (left->order < right->order);
}

/* Sorts the files from `first` on, drops later ones of the same path and enters them by path. */
static pa_status index_files(tree *t, size_t first, pa_error *err) {
    if (t->count > first) {
        qsort(t->files + first, t->count - first, sizeof *t->files, by_path);
    }
    size_t kept = first;
    for (size_t i = first; i < t->count; i++) {
        tree_file file = t->files[i];
        uint32_t found = 0;
        if (!map_add(&t->by_path, file.path, (uint32_t)kept, &found)) {
            return error_nomem(err);
        }
        if (found == kept) {
            t->files[kept++] = file;
        } else {
            pa_status status =
                add_gap(t, file.path, "stands twice; the first one is taken", err);
            if (status != PA_OK) {
                return status;
            }
        }
    }
    t->count = kept;
    return PA_OK;
}

static pa_status list_path(tree *t, const char *path, pa_error *err) {
    static const placing as_is = {{0}, {0}};
    str copy = arena_copy(&t->mem, str_of(path));
    if (copy.at == NULL) {
        return error_nomem(err);
    }
    if (strcmp(path, "-") == 0) {
        source in = {0};
        if (file_read_stdin(PA_MAX_NESTED_ARCHIVE_BYTES, &in.content, err) != PA_OK) {
            buf_clear(&in.content);
            return err->status;
        }
        return list_archive(t, in, &as_is, err);
    }
    switch (file_kind_of(path)) {
    case FILE_FOLDER:
        return list_folder(t, copy.at, err);
    case FILE_ABSENT:
        return error_set(err, PA_IO, "there is no such file or folder");
    case FILE_REGULAR:
        return list_archive(t, (source){.path = copy.at}, &as_is, err);
    case FILE_OTHER:
        break;
    }
    return error_set(err, PA_IO, "is neither a folder nor a file");
}

pa_status tree_open(tree **out, const char *path, pa_error *err) {
    tree *t = mem_zero(1, sizeof *t);
    if (t == NULL) {
        return error_nomem(err);
    }
    pa_status status = list_path(t, path, err);
    if (status == PA_OK) {
        status = index_files(t, 0, err);
    }
    if (status != PA_OK) {
        tree_free(t);
        return status;
    }
    *out = t;
    return PA_OK;
}

pa_status tree_mount(tree *t, tree_id zip, str strip, str place, pa_error *err) {
    const tree_file *file = tree_get(t, zip);
    const source *holder = &t->sources[file->source];
    source added = {0};
    if (holder->is_folder) {
        str path = arena_join(&t->mem, (str[]){str_of(holder->path), str_of("/"), file->path}, 3);
        if (path.at == NULL) {
            return error_nomem(err);
        }
        added.path = path.at;
    } else if (tree_read(t, zip, PA_MAX_NESTED_ARCHIVE_BYTES, &added.content, err) != PA_OK) {
        buf_clear(&added.content);
        return err->status;
    }
    size_t first = t->count;
    pa_status status = list_archive(t, added, &(placing){strip, place}, err);
    return status == PA_OK ? index_files(t, first, err) : status;
}

void tree_free(tree *t) {
    if (t == NULL) {
        return;
    }
    for (size_t i = 0; i < t->source_count; i++) {
        buf_clear(&t->sources[i].content);
    }
    mem_free(t->sources);
    mem_free(t->files);
    mem_free(t->gaps);
    map_clear(&t->by_path);
    arena_clear(&t->mem);
    mem_free(t);
}

/* ---- visits --------------------------------------------------------------------------- */

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
    buf *buffers; /* one a worker */
    const wanted *files; /* of the source at hand */
    /* archives only; guarded by `turn` */
    lock *turn;
    archive_in *archive;
    size_t next;
    uint32_t order;
} visit_run;

/* Hands a file over; a failure to read it is the visitor's to judge. */
static pa_status hand_over(visit_run *run, unsigned worker, size_t slot, pa_status read,
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
    return run->visit(run->ctx, worker, slot, bytes_of(content->at, content->size), NULL, err);
}

static pa_status visit_in_folder(void *ctx, unsigned worker, size_t index, pa_error *err) {
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

/* Walks on to the next wanted entry and reads it. Only one worker at a time is in here. */
static pa_status read_next_item(visit_run *run, buf *content, size_t *slot, pa_error *failure) {
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

static pa_status visit_in_archive(void *ctx, unsigned worker, size_t index, pa_error *err) {
    (void)index; /* the archive decides whose turn it is */
    visit_run *run = ctx;
    pa_error failure = {0};
    size_t slot = 0;
    lock_enter(run->turn);
    pa_status read = read_next_item(run, &run->buffers[worker], &slot, &failure);
    lock_leave(run->turn);
    return hand_over(run, worker, slot, read, &failure, err);
}

static pa_status visit_archive(visit_run *run, const pool *how, const source *from, size_t count,
                               pa_error *err) {
    run->archive = archive_open(from->path, bytes_of(from->content.at, from->content.size), err);
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

static pa_status visit_sources(visit_run *run, const pool *how, const wanted *files, size_t count,
                               pa_error *err) {
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

pa_status tree_read(const tree *t, tree_id file, uint64_t max_bytes, buf *out, pa_error *err) {
    return tree_visit(t, &(pool){.thread_count = 1}, &file, 1, max_bytes, take_content, out, err);
}
