/* view.c - the game as one device takes it: alternatives chosen, images, textures and
 * sets measured.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "base/limits.h"

const picture *view_picture(const pa_audit *audit, const audit_view *view,
                            uint32_t image_index) {
    uint32_t chosen = view->chosen[image_index];
    return chosen == NO_INDEX ? NULL : &audit->images.rows[image_index].pictures[chosen];
}

static pa_status measure_images(pa_audit *audit, audit_view *view, pa_error *err) {
    size_t count = (size_t)audit->images.count + 1;
    view->chosen = arena_alloc(&audit->mem, count, sizeof *view->chosen);
    view->decodes = arena_alloc(&audit->mem, count, sizeof *view->decodes);
    if (view->chosen == NULL || view->decodes == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < audit->images.count; i++) {
        view->chosen[i] =
            image_choose(&audit->images.rows[i], &view->reader, audit->g.engine);
        const picture *file = view_picture(audit, view, i);
        view->decodes[i].largest_site = "";
        if (file != NULL && file->is_known) {
            view->decodes[i] =
                decode_cost_of(&file->info, file->file_bytes, &view->model);
        }
    }
    return PA_OK;
}

/* Roots that the build does not store. */
static uint32_t count_lost_roots(const stage *s) {
    uint32_t lost = 0;
    for (uint32_t i = 0; i < s->root_count; i++) {
        lost += s->roots[i] == NO_INDEX;
    }
    return lost;
}

/* Every stage is measured against every other: what that takes is known before most of it
 * is done. */
static pa_status check_steps(const pa_audit *audit, const set_cost *added,
                             uint64_t *held_count, pa_error *err) {
    *held_count += (uint64_t)added->image_count + added->texture_count;
    return *held_count <= PA_MAX_CHANGE_STEPS / audit->stage_count
               ? PA_OK
               : error_set(
                     err, PA_LIMIT,
                     "has %u scenes and states that hold so many images and textures "
                     "that the changes between them cannot be measured",
                     audit->stage_count);
}

/* The set of every stage, and in view->reached all that stages and the start bring. */
static pa_status cost_stages(pa_audit *audit, audit_view *view, closure *walked,
                             pa_error *err) {
    const game *g = &audit->g;
    size_t words = BITSET_WORDS((size_t)g->asset_count + 1);
    view->stages =
        arena_alloc(&audit->mem, (size_t)audit->stage_count + 1, sizeof *view->stages);
    if (view->stages == NULL) {
        return error_nomem(err);
    }
    pa_status status = closure_walk(g, g->startup, g->startup_count, walked, err);
    if (status == PA_OK) {
        status = set_cost_of(audit, view, walked, NULL, &view->startup, err);
        bitset_unite(view->reached, walked->assets, words);
    }
    uint64_t held_count = 0;
    for (uint32_t i = 0; status == PA_OK && i < audit->stage_count; i++) {
        status = closure_walk(g, audit->stages[i].roots, audit->stages[i].root_count,
                              walked, err);
        if (status == PA_OK) {
            bitset_unite(view->reached, walked->assets, words);
            status = set_cost_of(audit, view, walked, NULL, &view->stages[i], err);
            view->stages[i].unknown_documents += count_lost_roots(&audit->stages[i]);
        }
        if (status == PA_OK) {
            status = check_steps(audit, &view->stages[i], &held_count, err);
        }
    }
    return status;
}

/* The addressable assets of a bundle, as copies. */
static pa_status addressable(pa_audit *audit, uint32_t bundle_index, uint32_t **roots,
                             uint32_t *count, pa_error *err) {
    const bundle *b = &audit->g.found.bundles[bundle_index];
    *roots = mem_alloc((size_t)b->entry_count + 1, sizeof **roots);
    if (*roots == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < b->entry_count; i++) {
        bool is_listed = false;
        if (b->entries[i].path.size > 0 && !b->entries[i].is_pack) {
            uint32_t found =
                game_lookup(&audit->g, bundle_index, b->entries[i].uuid, &is_listed);
            if (found != NO_INDEX) {
                (*roots)[(*count)++] = found;
            }
        }
    }
    return PA_OK;
}

/* What the names of one bundle bring beyond scenes and start. */
static pa_status cost_names(pa_audit *audit, audit_view *view, uint32_t bundle_index,
                            closure *walked, pa_error *err) {
    const game *g = &audit->g;
    uint32_t *roots = NULL;
    uint32_t root_count = 0;
    pa_status status = addressable(audit, bundle_index, &roots, &root_count, err);
    if (status == PA_OK) {
        status = closure_walk(g, roots, root_count, walked, err);
    }
    if (status == PA_OK) {
        name_only_row *row = &view->name_only[view->name_only_count];
        row->bundle = bundle_index;
        row->root_count = 0;
        for (uint32_t i = 0; i < root_count; i++) {
            row->root_count += !bitset_has(view->reached, g->copies[roots[i]].asset);
        }
        bitset_unite(view->named, walked->assets,
                     BITSET_WORDS((size_t)g->asset_count + 1));
        if (row->root_count > 0) {
            view->name_only_count++;
            status = set_cost_of(audit, view, walked, view->reached, &row->cost, err);
        }
    }
    mem_free(roots);
    return status;
}

/* What the rules file declares to stay for ever once it was loaded. */
static pa_status cost_persistent(pa_audit *audit, audit_view *view, closure *walked,
                                 pa_error *err) {
    uint32_t *roots = NULL;
    size_t count = 0;
    size_t capacity = 0;
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < audit->rules.persistent_count; i++) {
        const rules_pattern *pattern = &audit->rules.persistent[i];
        size_t before = count;
        status = audit_match_pattern(audit, pattern, &roots, &count, &capacity, err);
        if (status == PA_OK && count == before && !audit->allows_unmatched) {
            status =
                error_set(err, PA_USAGE, "%s: line %u: no name is called '%.*s:%.*s'",
                          audit->rules_path, pattern->line, STR_ARGS(pattern->bundle),
                          STR_ARGS(pattern->path));
        }
    }
    if (status == PA_OK && count > 0) {
        status = closure_walk(&audit->g, roots, count, walked, err);
    }
    if (status == PA_OK && count > 0) {
        status = set_cost_of(audit, view, walked, NULL, &view->persistent, err);
    }
    mem_free(roots);
    return status;
}

static void sum_undeclared(audit_view *view) {
    for (uint32_t i = 0; i < view->texture_count; i++) {
        uint32_t asset_index = view->textures[i].asset;
        if (bitset_has(view->named, asset_index) &&
            !bitset_has(view->reached, asset_index)) {
            view->undeclared_gpu_bytes += view->textures[i].cost.gpu_bytes;
        }
    }
}

static pa_status cost_sets(pa_audit *audit, audit_view *view, pa_error *err) {
    size_t words = BITSET_WORDS((size_t)audit->g.asset_count + 1);
    view->reached = arena_alloc(&audit->mem, words, sizeof *view->reached);
    view->named = arena_alloc(&audit->mem, words, sizeof *view->named);
    view->name_only = arena_alloc(&audit->mem, audit->g.found.bundle_count + 1,
                                  sizeof *view->name_only);
    closure walked = {0};
    pa_status status =
        view->reached == NULL || view->named == NULL || view->name_only == NULL
            ? error_nomem(err)
            : PA_OK;
    if (status == PA_OK) {
        status = cost_stages(audit, view, &walked, err);
    }
    for (uint32_t i = 0; status == PA_OK && i < audit->g.found.bundle_count; i++) {
        status = cost_names(audit, view, i, &walked, err);
    }
    if (status == PA_OK) {
        sum_undeclared(view);
        bitset_unite(view->named, view->reached, words);
        status = cost_persistent(audit, view, &walked, err);
    }
    closure_clear(&walked);
    return status;
}

pa_status view_make(pa_audit *audit, audit_view *view, pa_error *err) {
    pa_status status = measure_images(audit, view, err);
    if (status == PA_OK) {
        status = view_list_textures(audit, view, err);
    }
    return status == PA_OK ? cost_sets(audit, view, err) : status;
}
