/* content_files.c - files in the folders of bundles that the engine never asks for.
 *
 * The engine makes the address of a file of an id and the hash that the config has for
 * it; the rest of the name follows from the platform and the device. So a file is known
 * when its id is listed and its hash is the one listed, whatever its extension.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/content_search.h"
#include "base/alloc.h"

/* Folders "…/import/" and "…/native/" of all bundles: 2 * bundle, + 1 if native. */
typedef struct bases {
    arena mem;
    map by_folder;
} bases;

/* A file that no config implies. */
typedef struct stray {
    uint32_t bundle;
    tree_id file;
} stray;

typedef struct stray_list {
    stray *rows;
    size_t count;
    size_t capacity;
} stray_list;

/* A base without a name would be the bundle's folder, where scripts lie, too. */
static bool add_base(bases *out, const bundle *b, str base, uint32_t value) {
    if (base.size == 0) {
        return true;
    }
    uint32_t unused = 0;
    str folder = arena_join(&out->mem, (str[]){b->folder, base}, 2);
    return folder.at != NULL && map_add(&out->by_folder, folder, value, &unused);
}

static pa_status list_bases(content_search *s, bases *out) {
    const discovery *found = &s->audit->g.found;
    for (uint32_t i = 0; i < found->bundle_count; i++) {
        const bundle *b = &found->bundles[i];
        if (!add_base(out, b, b->import_base, 2 * i) ||
            !add_base(out, b, b->native_base, 2 * i + 1)) {
            return error_nomem(s->err);
        }
    }
    return PA_OK;
}

/* The engine's files lie two folders below a base, a font's three; what lies deeper it
 * has no names for, and nobody knows whose it is. */
enum { MOST_STEPS = 3 };

/* The base that a file lies in, and the rest of its path; MAP_NONE if none. */
static uint32_t base_of(const bases *all, str path, str *rest) {
    size_t end = path.size;
    for (int step = 0; step < MOST_STEPS; step++) {
        str before = str_part(path, 0, end);
        end = str_find_last(before, '/');
        if (end == before.size) {
            break;
        }
        uint32_t found = map_get(&all->by_folder, str_part(path, 0, end + 1));
        if (found != MAP_NONE) {
            *rest = str_part(path, end + 1, path.size);
            return found;
        }
    }
    return MAP_NONE;
}

static bool is_hash(str text) {
    bool is_hex = text.size >= 5;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];
        is_hex &= (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    return is_hex;
}

/* What stands between the id and the extension is the hash that the config has, or,
 * where it has none, part of an extension. */
static bool is_version(str middle, str wanted) {
    if (wanted.size == 0) {
        return !is_hash(middle);
    }
    return str_equal(str_part(middle, 0, wanted.size), wanted) &&
           (middle.size == wanted.size || middle.at[wanted.size] == '.');
}

/* "ab/abcd….HASH.ext", or of a font "ab/abcd….HASH/name.ttf". */
static bool is_implied(const bundle *b, bool is_native, str rest) {
    size_t slash = str_find(rest, '/', 0);
    str folder = str_part(rest, 0, slash);
    str tail = str_part(rest, slash + 1, rest.size);
    size_t inner = str_find(tail, '/', 0);
    bool is_font = inner < tail.size;
    str name = str_part(tail, 0, inner);
    size_t dot = str_find(name, '.', 0);
    size_t last = is_font ? name.size : str_find_last(name, '.');
    const entry *e = bundle_find(b, str_part(name, 0, dot));
    if (e == NULL || !str_equal(folder, str_part(name, 0, 2))) {
        return false;
    }
    str middle = dot < last ? str_part(name, dot + 1, last) : (str){0};
    return is_version(middle, is_native ? e->native_version : e->import_version);
}

static pa_status list_strays(content_search *s, const bases *all, stray_list *out) {
    const game *g = &s->audit->g;
    for (tree_id id = 0; id < tree_count(g->files); id++) {
        str rest = {0};
        uint32_t base = base_of(all, tree_get(g->files, id)->path, &rest);
        if (base == MAP_NONE ||
            is_implied(&g->found.bundles[base / 2], base % 2 == 1, rest)) {
            continue;
        }
        if (mem_grow(&out->rows, &out->capacity, out->count + 1, sizeof *out->rows) !=
            0) {
            return error_nomem(s->err);
        }
        out->rows[out->count++] = (stray){base / 2, id};
    }
    return PA_OK;
}

static int by_bundle(const void *a, const void *b) {
    const stray *left = a;
    const stray *right = b;
    if (left->bundle != right->bundle) {
        return left->bundle < right->bundle ? -1 : 1;
    }
    return (left->file > right->file) - (left->file < right->file);
}

static pa_status report_bundle(content_search *s, const stray *rows, size_t count) {
    const game *g = &s->audit->g;
    const bundle *b = &g->found.bundles[rows[0].bundle];
    pa_status status = PA_OK;
    content_begin(s);
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        const tree_file *file = tree_get(g->files, rows[i].file);
        content_mark_all(s, file->size_bytes);
        status = content_member(s, file->size_bytes, "%.*s", STR_ARGS(file->path));
    }
    return status != PA_OK
               ? status
               : content_add(s, RULE_FILE_UNKNOWN, tree_get(g->files, b->config)->path,
                             (str){0},
                             "%zu file%s of bundle '%.*s' ha%s an id or a hash that its "
                             "config does not list",
                             count, content_plural(count), STR_ARGS(b->name),
                             count == 1 ? "s" : "ve");
}

static pa_status report_strays(content_search *s, stray_list *list) {
    if (list->count > 1) {
        qsort(list->rows, list->count, sizeof *list->rows, by_bundle);
    }
    pa_status status = PA_OK;
    size_t end = 0;
    for (size_t i = 0; status == PA_OK && i < list->count; i = end) {
        end = i + 1;
        while (end < list->count && list->rows[end].bundle == list->rows[i].bundle) {
            end++;
        }
        status = report_bundle(s, list->rows + i, end - i);
    }
    return status;
}

pa_status content_file_unknown(content_search *s) {
    bases all = {0};
    stray_list strays = {0};
    pa_status status = list_bases(s, &all);
    if (status == PA_OK) {
        status = list_strays(s, &all, &strays);
    }
    if (status == PA_OK) {
        status = report_strays(s, &strays);
    }
    mem_free(strays.rows);
    map_clear(&all.by_folder);
    arena_clear(&all.mem);
    return status;
}
