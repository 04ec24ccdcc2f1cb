/* strays.c - a file is known by its id and its hash.
 *
 * The engine makes the address of a file of an id and the hash that the config has for
 * it; the rest of the name follows from the platform and the device. So a file is known
 * when its id is listed and its hash is the one listed, whatever its extension.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/strays.h"

#include <stdlib.h>

#include "base/alloc.h"

/* Folders "…/import/" and "…/native/" of all bundles: 2 * bundle, + 1 if native. */
typedef struct bases {
    arena mem;
    map by_folder;
} bases;

/* A base without a name would be the bundle's folder, where scripts lie, too. */
static bool add_base(bases *out, const bundle *b, str base, uint32_t value) {
    if (base.size == 0) {
        return true;
    }
    uint32_t unused = 0;
    str folder = arena_join(&out->mem, (str[]){b->folder, base}, 2);
    return folder.at != NULL && map_add(&out->by_folder, folder, value, &unused);
}

static pa_status list_bases(const game *g, bases *out, pa_error *err) {
    const discovery *found = &g->found;
    for (uint32_t i = 0; i < found->bundle_count; i++) {
        const bundle *b = &found->bundles[i];
        if (!add_base(out, b, b->import_base, 2 * i) ||
            !add_base(out, b, b->native_base, 2 * i + 1)) {
            return error_nomem(err);
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

static pa_status list_files(const game *g, const bases *all, stray_list *out,
                            pa_error *err) {
    for (tree_id id = 0; id < tree_count(g->files); id++) {
        str rest = {0};
        uint32_t base = base_of(all, tree_get(g->files, id)->path, &rest);
        if (base == MAP_NONE ||
            is_implied(&g->found.bundles[base / 2], base % 2 == 1, rest)) {
            continue;
        }
        if (mem_grow(&out->rows, &out->capacity, out->count + 1, sizeof *out->rows) !=
            0) {
            return error_nomem(err);
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

pa_status strays_list(const game *g, stray_list *out, pa_error *err) {
    bases all = {0};
    pa_status status = list_bases(g, &all, err);
    if (status == PA_OK) {
        status = list_files(g, &all, out, err);
    }
    if (out->count > 1) {
        qsort(out->rows, out->count, sizeof *out->rows, by_bundle);
    }
    map_clear(&all.by_folder);
    arena_clear(&all.mem);
    return status;
}

void stray_list_clear(stray_list *in) {
    mem_free(in->rows);
    *in = (stray_list){0};
}
