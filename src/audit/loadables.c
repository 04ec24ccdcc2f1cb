/* loadables.c - the cost of names and folders of names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "base/limits.h"

/* An addressable asset. */
typedef struct name {
    uint32_t bundle;
    str path;
    uint32_t copy;
} name;

typedef struct listing {
    pa_audit *audit;
    const audit_view *view;
    loadable_list *out;
    name *names; /* by bundle, then path */
    size_t name_count;
    closure walked;
    pa_error *err;
} listing;

static int by_path(const void *a, const void *b) {
    const name *left = a;
    const name *right = b;
    if (left->bundle != right->bundle) {
        return left->bundle < right->bundle ? -1 : 1;
    }
    int order = str_order(left->path, right->path);
    return order != 0 ? order : (left->copy > right->copy) - (left->copy < right->copy);
}

static int heaviest_first(const void *a, const void *b) {
    const loadable *left = a;
    const loadable *right = b;
    if (left->only_by_name_bytes != right->only_by_name_bytes) {
        return left->only_by_name_bytes > right->only_by_name_bytes ? -1 : 1;
    }
    if (left->gpu_bytes != right->gpu_bytes) {
        return left->gpu_bytes > right->gpu_bytes ? -1 : 1;
    }
    if (left->bundle != right->bundle) {
        return left->bundle < right->bundle ? -1 : 1;
    }
    return str_order(left->path, right->path);
}

static pa_status list_names(listing *l) {
    const game *g = &l->audit->g;
    size_t room = 1;
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        room += g->found.bundles[i].entry_count;
    }
    l->names = mem_alloc(room, sizeof *l->names);
    if (l->names == NULL) {
        return error_nomem(l->err);
    }
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        const bundle *b = &g->found.bundles[i];
        for (uint32_t j = 0; j < b->entry_count; j++) {
            bool is_listed = false;
            uint32_t found = b->entries[j].path.size == 0 || b->entries[j].is_pack
                                 ? NO_INDEX
                                 : game_lookup(g, i, b->entries[j].uuid, &is_listed);
            if (found != NO_INDEX && g->copies[found].document.kind != ASSET_SCENE) {
                l->names[l->name_count++] = (name){i, b->entries[j].path, found};
            }
        }
    }
    qsort(l->names, l->name_count, sizeof *l->names, by_path);
    return PA_OK;
}

/* What loading some names brings. */
static pa_status measure_name(listing *l, const uint32_t *roots, size_t count,
                              loadable *out) {
    const audit_view *view = l->view;
    pa_status status = closure_walk(&l->audit->g, roots, count, &l->walked, l->err);
    for (uint32_t i = 0; status == PA_OK && i < l->walked.count; i++) {
        uint32_t asset_index = l->audit->g.copies[l->walked.copies[i]].asset;
        uint32_t image_index = l->audit->images.of_asset[asset_index];
        uint32_t texture_index = view->texture_of_asset[asset_index];
        if (image_index != NO_INDEX) {
            out->image_count++;
            out->decoded_bytes += view->decodes[image_index].finished_bytes;
        }
        if (texture_index != NO_INDEX) {
            uint64_t size = view->textures[texture_index].cost.gpu_bytes;
            out->gpu_bytes += size;
            out->only_by_name_bytes += bitset_has(view->reached, asset_index) ? 0 : size;
        }
    }
    return status;
}

static pa_status measure_names(listing *l) {
    loadable_list *out = l->out;
    out->rows = arena_alloc(&l->audit->mem, l->name_count + 1, sizeof *out->rows);
    if (out->rows == NULL) {
        return error_nomem(l->err);
    }
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < l->name_count; i++) {
        const name *n = &l->names[i];
        loadable *row = &out->rows[out->count++];
        *row = (loadable){.bundle = n->bundle,
                          .path = n->path,
                          .asset = l->audit->g.copies[n->copy].asset,
                          .name_count = 1};
        status = measure_name(l, &n->copy, 1, row);
    }
    return status;
}

/* The names from `first` on that begin with `folder`: they stand side by side. */
static size_t end_of_folder(const listing *l, size_t first, str folder) {
    size_t end = first;
    while (end < l->name_count && l->names[end].bundle == l->names[first].bundle &&
           str_equal(str_part(l->names[end].path, 0, folder.size), folder)) {
        end++;
    }
    return end;
}

static pa_status measure_folder(listing *l, size_t first, str folder, uint32_t *roots) {
    loadable_list *out = l->out;
    size_t end = end_of_folder(l, first, folder);
    if (end - first < 2) {
        return PA_OK; /* a folder of one is that one */
    }
    for (size_t i = first; i < end; i++) {
        roots[i - first] = l->names[i].copy;
    }
    loadable *row = &out->folders[out->folder_count++];
    *row = (loadable){.bundle = l->names[first].bundle,
                      .path = folder,
                      .asset = NO_INDEX,
                      .name_count = (uint32_t)(end - first)};
    return measure_name(l, roots, end - first, row);
}

/* True when "ui/wall/" is no folder but an image "ui/wall" with its sub-assets behind it.
 */
static bool is_asset(const listing *l, uint32_t bundle_index, str folder) {
    name wanted = {bundle_index, str_part(folder, 0, folder.size - 1), 0};
    size_t low = 0;
    size_t high = l->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_path(&l->names[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < l->name_count && l->names[low].bundle == bundle_index &&
           str_equal(l->names[low].path, wanted.path);
}

/* True when a name is the first one of a folder. */
static bool opens_folder(const listing *l, size_t index, str folder) {
    if (is_asset(l, l->names[index].bundle, folder)) {
        return false;
    }
    if (index == 0 || l->names[index - 1].bundle != l->names[index].bundle) {
        return true;
    }
    return !str_equal(str_part(l->names[index - 1].path, 0, folder.size), folder);
}

/* Steps to the next folder that a path lies in: "ui/", "ui/wall/", … Each name is
 * measured again for every one of them, so they end at the depth of real folders. */
static bool next_folder(str path, str *folder, unsigned *depth) {
    size_t slash = str_find(path, '/', folder->size);
    *folder = str_part(path, 0, slash + 1);
    return slash < path.size && ++*depth <= PA_MAX_FOLDER_DEPTH;
}

static pa_status measure_folders(listing *l) {
    loadable_list *out = l->out;
    size_t room = 1;
    for (size_t i = 0; i < l->name_count; i++) {
        str folder = {0};
        for (unsigned depth = 0; next_folder(l->names[i].path, &folder, &depth);) {
            room += opens_folder(l, i, folder);
        }
    }
    out->folders = arena_alloc(&l->audit->mem, room, sizeof *out->folders);
    uint32_t *roots = mem_alloc(l->name_count + 1, sizeof *roots);
    pa_status status =
        out->folders == NULL || roots == NULL ? error_nomem(l->err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < l->name_count; i++) {
        str folder = {0};
        for (unsigned depth = 0;
             status == PA_OK && next_folder(l->names[i].path, &folder, &depth);) {
            if (opens_folder(l, i, folder)) {
                status = measure_folder(l, i, folder, roots);
            }
        }
    }
    mem_free(roots);
    return status;
}

pa_status loadables_of(pa_audit *audit, const audit_view *view, loadable_list *out,
                       pa_error *err) {
    *out = (loadable_list){0};
    listing l = {.audit = audit, .view = view, .out = out, .err = err};
    pa_status status = list_names(&l);
    if (status == PA_OK) {
        status = measure_names(&l);
    }
    if (status == PA_OK) {
        status = measure_folders(&l);
    }
    if (out->count > 1) {
        qsort(out->rows, out->count, sizeof *out->rows, heaviest_first);
    }
    if (out->folder_count > 1) {
        qsort(out->folders, out->folder_count, sizeof *out->folders, heaviest_first);
    }
    closure_clear(&l.walked);
    mem_free(l.names);
    return status;
}
