/* folder.c - list all files below a folder, in an order that depends on their names only.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "sys/file.h"

/* A folder being walked, and those that contain it: a link back to one of them would
 * never end. */
typedef struct open_folder {
    const struct open_folder *above;
    uint64_t device;
    uint64_t inode;
    unsigned depth;
} open_folder;

typedef struct walk {
    arena *mem;
    folder_list *list;
    buf path;         /* of the folder or file at hand, with a NUL */
    size_t root_size; /* bytes of `path` that are the root and its '/' */
    uint32_t folder_count;
    pa_error *err;
} walk;

static pa_status add_gap(walk *w, const char *reason) {
    folder_list *list = w->list;
    if (list->gap_count >= PA_MAX_GAPS) {
        return error_set(w->err, PA_LIMIT,
                         "holds more than %d files that cannot be taken", PA_MAX_GAPS);
    }
    str relative = str_part(buf_str(&w->path), w->root_size, w->path.size - 1);
    str path = arena_copy(w->mem, relative);
    if (path.at == NULL || mem_grow(&list->gaps, &list->gap_capacity, list->gap_count + 1,
                                    sizeof *list->gaps) != 0) {
        return error_nomem(w->err);
    }
    list->gaps[list->gap_count++] = (folder_gap){path, reason};
    return PA_OK;
}

static pa_status add_file(walk *w, const struct stat *info) {
    folder_list *list = w->list;
    if (list->count >= PA_MAX_FILES) {
        return error_set(w->err, PA_LIMIT, "holds more than %d files", PA_MAX_FILES);
    }
    str relative = str_part(buf_str(&w->path), w->root_size, w->path.size - 1);
    str path = arena_copy(w->mem, relative);
    if (path.at == NULL || mem_grow(&list->files, &list->capacity, list->count + 1,
                                    sizeof *list->files) != 0) {
        return error_nomem(w->err);
    }
    list->files[list->count++] = (folder_file){path, (uint64_t)info->st_size};
    return PA_OK;
}

static pa_status add_empty(walk *w) {
    folder_list *list = w->list;
    if (w->path.size <= w->root_size) {
        return PA_OK; /* the root itself */
    }
    str relative = str_part(buf_str(&w->path), w->root_size, w->path.size - 1);
    str path = arena_copy(w->mem, relative);
    if (path.at == NULL || mem_grow(&list->empty, &list->empty_capacity,
                                    list->empty_count + 1, sizeof *list->empty) != 0) {
        return error_nomem(w->err);
    }
    list->empty[list->empty_count++] = path;
    return PA_OK;
}

static bool is_inside_itself(const open_folder *folder) {
    if (folder->inode == 0) {
        return false; /* systems without inodes: the depth limit ends the walk */
    }
    for (const open_folder *up = folder->above; up != NULL; up = up->above) {
        if (up->device == folder->device && up->inode == folder->inode) {
            return true;
        }
    }
    return false;
}

static pa_status walk_folder(walk *w, const open_folder *above);

/* Takes one entry, whose path stands in w->path. */
static pa_status walk_entry(walk *w, const open_folder *above) {
    struct stat info;
    if (w->path.size - w->root_size > PA_MAX_PATH_BYTES) {
        return add_gap(w, "has a path that is too long");
    }
    if (stat(w->path.at, &info) != 0) {
        return add_gap(w, "cannot be examined");
    }
    if (S_ISREG(info.st_mode)) {
        return add_file(w, &info);
    }
    return S_ISDIR(info.st_mode) ? walk_folder(w, above) : PA_OK;
}

/* Walks the folder whose path stands in w->path; recursion ends at PA_MAX_FOLDER_DEPTH.
 */
static pa_status walk_folder(walk *w, const open_folder *above) {
    struct stat info;
    open_folder here = {.above = above, .depth = above == NULL ? 0 : above->depth + 1};
    if (stat(w->path.at, &info) == 0) {
        here.device = (uint64_t)info.st_dev;
        here.inode = (uint64_t)info.st_ino;
    }
    if (is_inside_itself(&here)) {
        return add_gap(w, "links to a folder that contains it");
    }
    if (here.depth > PA_MAX_FOLDER_DEPTH) {
        return add_gap(w, "lies too deep");
    }
    if (++w->folder_count > PA_MAX_FOLDERS) {
        return error_set(w->err, PA_LIMIT,
                         "has more than %d folders; do links lead through them again?",
                         PA_MAX_FOLDERS);
    }
    DIR *folder = opendir(w->path.at);
    if (folder == NULL) {
        return add_gap(w, "cannot be opened");
    }
    size_t folder_size = w->path.size - 1;
    bool is_empty = true;
    pa_status status = PA_OK;
    while (status == PA_OK) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            w->path.at[folder_size] = '\0';
            w->path.size = folder_size + 1;
            status = errno != 0 ? add_gap(w, "cannot be read to its end")
                     : is_empty ? add_empty(w)
                                : PA_OK;
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        is_empty = false;
        w->path.size = folder_size;
        if (folder_size > 0 && w->path.at[folder_size - 1] != '/') {
            buf_add_byte(&w->path, '/');
        }
        buf_add_text(&w->path, entry->d_name);
        buf_add_byte(&w->path, '\0');
        status = w->path.failed ? error_nomem(w->err) : walk_entry(w, &here);
    }
    closedir(folder);
    return status;
}

static int by_file_path(const void *a, const void *b) {
    return str_order(((const folder_file *)a)->path, ((const folder_file *)b)->path);
}

static int by_gap_path(const void *a, const void *b) {
    return str_order(((const folder_gap *)a)->path, ((const folder_gap *)b)->path);
}

pa_status folder_walk(arena *mem, const char *path, folder_list *out, pa_error *err) {
    walk w = {.mem = mem, .list = out, .err = err};
    buf_add_text(&w.path, path);
    w.root_size = w.path.size;
    if (w.root_size > 0 && path[w.root_size - 1] != '/') {
        w.root_size++;
    }
    buf_add_byte(&w.path, '\0');
    pa_status status = w.path.failed ? error_nomem(err) : walk_folder(&w, NULL);
    buf_clear(&w.path);
    if (out->count > 0) {
        qsort(out->files, out->count, sizeof *out->files, by_file_path);
    }
    if (out->gap_count > 0) {
        qsort(out->gaps, out->gap_count, sizeof *out->gaps, by_gap_path);
    }
    return status;
}

void folder_list_clear(folder_list *list) {
    mem_free(list->files);
    mem_free(list->gaps);
    mem_free(list->empty);
    *list = (folder_list){0};
}
