/* tree.c - the list of files, and visits to them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ckd.h"
#include "base/limits.h"
#include "codec/archive.h"
#include "codec/tree_source.h"
#include "sys/file.h"

size_t tree_count(const tree *t) {
    return t->count;
}

const tree_file *tree_get(const tree *t, tree_id file) {
    return &t->files[file];
}

const char *tree_folder(const tree *t) {
    return t->sources[0].is_folder ? t->sources[0].path : NULL;
}

const char *tree_archive(const tree *t) {
    return t->sources[0].is_folder ? NULL : t->sources[0].path;
}

bool tree_is_mounted(const tree *t, tree_id file) {
    return t->files[file].source > 0;
}

bool tree_lies_in(const tree *t, tree_id file, tree_id zip) {
    const tree_file *row = &t->files[file];
    return row->source > 0 && t->sources[row->source].zip == zip;
}

const char *tree_zip(const tree *t, tree_id zip, bytes *content) {
    *content = (bytes){0};
    for (size_t i = 1; i < t->source_count; i++) {
        const source *from = &t->sources[i];
        if (from->zip == zip) {
            *content = bytes_of(from->content.at, from->content.size);
            return from->path;
        }
    }
    return NULL;
}

tree_id tree_find(const tree *t, str path) {
    return map_get(&t->by_path, path);
}

size_t tree_empty_count(const tree *t) {
    return t->empty_count;
}

str tree_empty_get(const tree *t, size_t index) {
    return t->empty[index];
}

size_t tree_gap_count(const tree *t) {
    return t->gap_count;
}

const tree_gap *tree_gap_get(const tree *t, size_t index) {
    return &t->gaps[index];
}

static pa_status add_gap(tree *t, str path, const char *reason, pa_error *err) {
    if (t->gap_count >= PA_MAX_GAPS) {
        return error_set(err, PA_LIMIT, "holds more than %d files that cannot be taken",
                         PA_MAX_GAPS);
    }
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

static pa_status list_folder(tree *t, const char *path, pa_error *err) {
    uint32_t self = (uint32_t)t->source_count;
    pa_status status = add_source(t, (source){.path = path, .is_folder = true}, err);
    if (status != PA_OK) {
        return status;
    }
    folder_list list = {0};
    status = folder_walk(&t->mem, path, &list, err);
    for (size_t i = 0; status == PA_OK && i < list.count; i++) {
        status = add_file(
            t, (tree_file){list.files[i].path, list.files[i].size_bytes, self, 0}, err);
    }
    for (size_t i = 0; status == PA_OK && i < list.gap_count; i++) {
        status = add_gap(t, list.gaps[i].path, list.gaps[i].reason, err);
    }
    t->empty = list.empty;
    t->empty_count = list.empty_count;
    list.empty = NULL;
    folder_list_clear(&list);
    return status;
}

/* How the entries of an archive become files of the tree. */
typedef struct placing {
    str strip;
    str place;
    str within; /* what stands before the name of an entry that is not taken */
} placing;

static pa_status add_entry_gap(tree *t, const archive_item *item, const placing *how,
                               const char *reason, pa_error *err) {
    str path = arena_join(&t->mem, (str[]){how->within, item->name}, 2);
    return add_gap(t, path, reason, err);
}

static pa_status list_item(tree *t, const archive_item *item, tree_file file,
                           const placing *how, pa_error *err) {
    if (!item->is_file) {
        return item->is_link
                   ? add_entry_gap(t, item, how, "is a link, which is not followed", err)
                   : PA_OK;
    }
    if (item->is_encrypted) {
        return add_entry_gap(t, item, how, "is encrypted", err);
    }
    if (item->name.size == 0) {
        return add_entry_gap(t, item, how, "has a name that cannot be read", err);
    }
    str clean = tree_clean_path(&t->mem, item->name);
    if (t->mem.failed) {
        return error_nomem(err);
    }
    if (clean.size == 0) {
        return add_entry_gap(t, item, how, "has a path that leads out of the archive",
                             err);
    }
    if (clean.size <= how->strip.size ||
        !str_equal(str_part(clean, 0, how->strip.size), how->strip)) {
        return PA_OK;
    }
    file.path = arena_join(
        &t->mem, (str[]){how->place, str_part(clean, how->strip.size, clean.size)}, 2);
    return file.path.at == NULL ? error_nomem(err) : add_file(t, file, err);
}

/* Adds an entry to what an archive claims to hold, while that is believable. */
static pa_status check_claim(const archive_in *in, const archive_item *item,
                             uint32_t order, uint64_t *claimed_bytes, pa_error *err) {
    if (order >= PA_MAX_FILES) {
        return error_set(err, PA_LIMIT, "holds more than %d entries", PA_MAX_FILES);
    }
    if (ckd_add_u64(claimed_bytes, *claimed_bytes, item->size_bytes) ||
        *claimed_bytes > PA_MAX_ARCHIVE_TOTAL_BYTES) {
        return error_set(err, PA_LIMIT, "claims to hold more than %llu GiB",
                         (unsigned long long)(PA_MAX_ARCHIVE_TOTAL_BYTES >> 30));
    }
    uint64_t room = archive_size(in) * PA_MAX_EXPANSION_RATIO + PA_RATIO_FREE_BYTES;
    return *claimed_bytes <= room
               ? PA_OK
               : error_set(
                     err, PA_LIMIT,
                     "claims to expand from %llu bytes to %llu and more, above %d:1",
                     (unsigned long long)archive_size(in),
                     (unsigned long long)*claimed_bytes, PA_MAX_EXPANSION_RATIO);
}

static pa_status list_archive(tree *t, source added, const placing *how, pa_error *err) {
    uint32_t self = (uint32_t)t->source_count;
    pa_status status = add_source(t, added, err);
    if (status != PA_OK) {
        buf_clear(&added.content);
        return status;
    }
    archive_in *in =
        archive_open(added.path, bytes_of(added.content.at, added.content.size), err);
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
        status = check_claim(in, &item, order, &claimed_bytes, err);
        if (status == PA_OK) {
            tree_file file = {{0}, item.size_bytes, self, order};
            status = list_item(t, &item, file, how, err);
        }
    }
    archive_close(in);
    return status == PA_OK ? arena_status(&t->mem, err) : status;
}

static int by_path(const void *a, const void *b) {
    const tree_file *left = a;
    const tree_file *right = b;
    int order = str_order(left->path, right->path);
    return order != 0 ? order
                      : (left->order > right->order) - (left->order < right->order);
}

/* Sorts the files from `first` on, drops later ones of the same path and enters them by
 * path. */
static pa_status index_files(tree *t, size_t first, pa_error *err) {
    if (t->count > first) {
        qsort(t->files + first, t->count - first, sizeof *t->files, by_path);
    }
    size_t kept = first;
    pa_status status = PA_OK;
    for (size_t i = first; status == PA_OK && i < t->count; i++) {
        tree_file file = t->files[i];
        uint32_t found = 0;
        if (!map_add(&t->by_path, file.path, (uint32_t)kept, &found)) {
            status = error_nomem(err);
        } else if (found == kept) {
            t->files[kept++] = file;
        } else {
            status = add_gap(t, file.path, "stands twice; the first one is taken", err);
        }
    }
    t->count = kept; /* after a failure, too: the others have no path to be found by */
    return status;
}

static pa_status list_path(tree *t, const char *path, pa_error *err) {
    static const placing as_is = {{0}, {0}, {0}};
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

/* Memory that mounted archives hold; the first source is what was opened itself. */
static uint64_t held_bytes(const tree *t) {
    uint64_t total = 0;
    for (size_t i = 1; i < t->source_count; i++) {
        total += t->sources[i].content.size;
    }
    return total;
}

pa_status tree_mount(tree *t, tree_id zip, str strip, str place, pa_error *err) {
    const tree_file *file = tree_get(t, zip);
    const source *holder = &t->sources[file->source];
    source added = {.zip = zip};
    if (holder->is_folder) {
        str path = arena_join(&t->mem,
                              (str[]){str_of(holder->path), str_of("/"), file->path}, 3);
        if (path.at == NULL) {
            return error_nomem(err);
        }
        added.path = path.at;
    } else if (tree_read(t, zip, PA_MAX_NESTED_ARCHIVE_BYTES - held_bytes(t),
                         &added.content, err) != PA_OK) {
        buf_clear(&added.content);
        return err->status;
    }
    size_t first = t->count;
    str within = arena_join(&t->mem, (str[]){file->path, str_of("/")}, 2);
    pa_status status = list_archive(t, added, &(placing){strip, place, within}, err);
    if (status != PA_OK) {
        t->count = first;
        return status;
    }
    return index_files(t, first, err);
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
    mem_free(t->empty);
    map_clear(&t->by_path);
    arena_clear(&t->mem);
    mem_free(t);
}
