/* content_loads.c - what stays when it is not needed any more, and what only code loads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/content_search.h"
#include "base/alloc.h"
#include "base/bitset.h"
#include "base/units.h"

/* A texture that only code can load is worth a state in the rules file from here on: a
 * 1024 x 1024 image without compression. */
#define NAME_ONLY_LEAST_BYTES (UINT64_C(4) << 20)

/* A scene whose document could be read: only that says what becomes of its assets. */
static bool is_known(const pa_audit *audit, const stage *s) {
    return !s->is_state && s->roots[0] != NO_INDEX &&
           audit->g.copies[s->roots[0]].is_decoded;
}

static bool never_frees(const pa_audit *audit, const stage *s) {
    return is_known(audit, s) && !s->auto_release;
}

/* Adds what a scene holds to a view's sum, each texture and image once. `seen` has a bit
 * for each texture, then for each image. What the start holds stays anyway. */
static void add_scene(content_search *s, size_t v, const set_cost *cost, uint64_t *seen) {
    const audit_view *view = &s->audit->views[v];
    uint64_t size_bytes = 0;
    for (uint32_t i = 0; i < cost->texture_count; i++) {
        const texture_row *row = &view->textures[cost->textures[i]];
        if (!bitset_has(seen, cost->textures[i]) &&
            !bitset_has(view->startup.assets, row->asset)) {
            size_bytes += row->cost.gpu_bytes;
        }
        bitset_add(seen, cost->textures[i]);
    }
    for (uint32_t i = 0; i < cost->image_count; i++) {
        size_t bit = (size_t)view->texture_count + cost->images[i];
        if (!bitset_has(seen, bit) &&
            !bitset_has(view->startup.assets,
                        s->audit->images.rows[cost->images[i]].asset)) {
            size_bytes += cost->kept[i];
        }
        bitset_add(seen, bit);
    }
    if (size_bytes > 0) {
        content_mark(s, v, size_bytes);
    }
}

static pa_status mark_scenes(content_search *s) {
    const pa_audit *audit = s->audit;
    size_t words =
        BITSET_WORDS((size_t)content_texture_count(s) + audit->images.count + 1);
    for (size_t v = 0; v < audit->view_count; v++) {
        uint64_t *seen = mem_zero(words, sizeof *seen);
        if (seen == NULL) {
            return error_nomem(s->err);
        }
        for (uint32_t i = 0; i < audit->stage_count; i++) {
            if (never_frees(audit, &audit->stages[i])) {
                add_scene(s, v, &audit->views[v].stages[i], seen);
            }
        }
        mem_free(seen);
    }
    return PA_OK;
}

static uint32_t count_scenes(const pa_audit *audit) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        count += is_known(audit, &audit->stages[i]);
    }
    return count;
}

static uint64_t most_marked(const content_search *s) {
    uint64_t most = 0;
    for (size_t v = 0; v < s->audit->view_count; v++) {
        most = s->marked_bytes[v] > most ? s->marked_bytes[v] : most;
    }
    return most;
}

/* With one scene nothing is ever left. */
pa_status content_auto_release(content_search *s) {
    const pa_audit *audit = s->audit;
    uint32_t scenes = count_scenes(audit);
    content_begin(s);
    pa_status status = scenes < 2 ? PA_OK : mark_scenes(s);
    if (status != PA_OK || most_marked(s) < CONTENT_LEAST_BYTES) {
        return status;
    }
    for (uint32_t i = 0; status == PA_OK && i < audit->stage_count; i++) {
        if (never_frees(audit, &audit->stages[i])) {
            uint64_t size_bytes = set_resident_bytes(&audit->views[0].stages[i]);
            status =
                content_member(s, size_bytes, "%.*s: %s", STR_ARGS(audit->stages[i].name),
                               bytes_text(size_bytes).at);
        }
    }
    size_t count = s->members.count;
    return status != PA_OK
               ? status
               : content_add(s, RULE_AUTO_RELEASE_OFF, (str){0}, (str){0},
                             "%zu of %u scenes leave%s autoReleaseAssets off: "
                             "visited once, %s %s until the game ends",
                             count, scenes, count == 1 ? "s" : "",
                             count == 1 ? "it holds" : "they together hold",
                             bytes_text(most_marked(s)).at);
}

/* The names of one bundle that bring much. */
typedef struct names {
    const loadable **rows; /* by bundle, then heaviest first */
    size_t count;
} names;

static int by_bundle(const void *a, const void *b) {
    const loadable *left = *(const loadable *const *)a;
    const loadable *right = *(const loadable *const *)b;
    if (left->bundle != right->bundle) {
        return left->bundle < right->bundle ? -1 : 1;
    }
    return (left > right) - (left < right); /* the list has the heaviest first */
}

/* "ui/wall" of "ui/wall/texture" and "ui/wall/spriteFrame", which are one image. */
static str image_name(str path) {
    static const char *const parts[] = {"/texture", "/spriteFrame"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (str_ends(path, parts[i])) {
            return str_part(path, 0, path.size - strlen(parts[i]));
        }
    }
    return path;
}

static bool is_declared(const pa_audit *audit, const loadable *row) {
    const uint64_t *kept = audit->views[0].persistent.assets;
    return kept != NULL && bitset_has(kept, row->asset);
}

static pa_status add_members(content_search *s, const loadable *const *rows,
                             size_t count) {
    map known = {0};
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        str name = image_name(rows[i]->path);
        uint32_t holder = 0;
        if (!map_add(&known, name, (uint32_t)i, &holder)) {
            status = error_nomem(s->err);
        } else if (holder == i) {
            status =
                content_member(s, rows[i]->only_by_name_bytes, "%.*s: %s", STR_ARGS(name),
                               bytes_text(rows[i]->only_by_name_bytes).at);
        }
    }
    map_clear(&known);
    return status;
}

/* What the names bring together in the first view, each texture once. */
static pa_status sum_names(content_search *s, const loadable *const *rows, size_t count,
                           uint64_t *size_bytes) {
    const pa_audit *audit = s->audit;
    const audit_view *view = &audit->views[0];
    uint32_t *roots = mem_alloc(count + 1, sizeof *roots);
    closure walked = {0};
    pa_status status = roots == NULL ? error_nomem(s->err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        bool is_listed = false;
        roots[i] = game_lookup(&audit->g, rows[i]->bundle,
                               audit->g.assets[rows[i]->asset].uuid, &is_listed);
    }
    if (status == PA_OK) {
        status = closure_walk(&audit->g, roots, count, &walked, s->err);
    }
    for (uint32_t i = 0; status == PA_OK && i < walked.count; i++) {
        uint32_t asset_index = audit->g.copies[walked.copies[i]].asset;
        uint32_t texture = view->texture_of_asset[asset_index];
        if (texture != NO_INDEX && !bitset_has(view->reached, asset_index)) {
            *size_bytes += view->textures[texture].cost.gpu_bytes;
        }
    }
    closure_clear(&walked);
    mem_free(roots);
    return status;
}

static pa_status report_names(content_search *s, const loadable *const *rows,
                              size_t count) {
    const bundle *b = &s->audit->g.found.bundles[rows[0]->bundle];
    uint64_t size_bytes = 0;
    content_begin(s);
    pa_status status = add_members(s, rows, count);
    if (status == PA_OK) {
        status = sum_names(s, rows, count, &size_bytes);
    }
    content_mark_all(s, size_bytes);
    size_t named = s->members.count;
    return status != PA_OK
               ? status
               : content_add(s, RULE_NAME_ONLY_LARGE,
                             tree_get(s->audit->g.files, b->config)->path, (str){0},
                             "%zu name%s of bundle '%.*s' bring%s more than %s%s "
                             "that no scene and no declared state reaches",
                             named, content_plural(named), STR_ARGS(b->name),
                             named == 1 ? "s" : "", bytes_text(NAME_ONLY_LEAST_BYTES).at,
                             named == 1 ? "" : " each");
}

static pa_status report_bundles(content_search *s, names *list) {
    qsort(list->rows, list->count, sizeof *list->rows, by_bundle);
    pa_status status = PA_OK;
    size_t end = 0;
    for (size_t i = 0; status == PA_OK && i < list->count; i = end) {
        end = i + 1;
        while (end < list->count && list->rows[end]->bundle == list->rows[i]->bundle) {
            end++;
        }
        status = report_names(s, list->rows + i, end - i);
    }
    return status;
}

pa_status content_name_only(content_search *s) {
    const loadable_list *all = &s->audit->loadables;
    names list = {mem_alloc(all->count + 1, sizeof *list.rows), 0};
    if (list.rows == NULL) {
        return error_nomem(s->err);
    }
    for (size_t i = 0; i < all->count; i++) {
        if (all->rows[i].only_by_name_bytes > NAME_ONLY_LEAST_BYTES &&
            !is_declared(s->audit, &all->rows[i])) {
            list.rows[list.count++] = &all->rows[i];
        }
    }
    pa_status status = list.count == 0 ? PA_OK : report_bundles(s, &list);
    mem_free(list.rows);
    return status;
}
