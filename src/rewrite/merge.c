/* merge.c - merges into a plan, and out of one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/merge.h"

#include "base/alloc.h"
#include "bundle/uuid.h"
#include "rewrite/twins.h"

/* ---- the plan -----------------------------------------------------------------------
 */

static pa_status map_open(const game *g, arena *mem, merge_map *out, pa_error *err) {
    out->into = arena_alloc(mem, (size_t)g->asset_count + 1, sizeof *out->into);
    for (uint32_t i = 0; out->into != NULL && i < g->asset_count; i++) {
        out->into[i] = NO_INDEX;
    }
    return out->into == NULL ? error_nomem(err) : PA_OK;
}

static bool is_scaled(const candidate_list *found, uint32_t image_index) {
    bool is_any = false;
    for (size_t i = 0; i < found->count; i++) {
        is_any |= found->rows[i].image == image_index && found->rows[i].is_scaled;
    }
    return is_any;
}

static pa_status add_action(const twin_list *m, const twin *from, const twin *into,
                            plan *out, pa_error *err) {
    const game *g = &m->audit->g;
    const audit_view *view = &m->audit->views[0];
    const texture_row *old = &view->textures[view->texture_of_asset[from->asset]];
    action row = {.kind = ACTION_MERGE,
                  .asset = g->assets[from->asset].uuid,
                  .into = g->assets[into->asset].uuid,
                  .before_bytes = old->cost.gpu_bytes};
    return plan_add(out, &row, err);
}

/* Into the first of its equals, from `first` on, that it may be. */
static pa_status merge_one(const twin_list *m, candidate_list *found, size_t first,
                           size_t at, plan *out, pa_error *err) {
    const game *g = &m->audit->g;
    const twin *from = &m->rows[at];
    const char *reason = NULL;
    for (size_t i = first; i < at; i++) {
        const twin *into = &m->rows[i];
        bool is_wanted = (found->deeds[into->image] & RECIPE_MERGE) != 0 &&
                         found->merged.into[into->asset] == NO_INDEX;
        if (!is_wanted) {
            continue;
        }
        reason = is_scaled(found, from->image) || is_scaled(found, into->image)
                     ? "it gets other sides"
                     : twins_refuse(m, from, into);
        if (reason == NULL) {
            found->merged.into[from->asset] = into->asset;
            found->merged.count++;
            return add_action(m, from, into, out, err);
        }
    }
    return reason == NULL ? PA_OK
                          : plan_refuse(out, g->assets[from->asset].uuid,
                                        game_asset_path(g, from->asset), reason, err);
}

pa_status merge_plan(const pa_audit *audit, candidate_list *found, const pool *how,
                     plan *out, pa_error *err) {
    twin_list m = {0};
    bool is_wanted = false;
    for (uint32_t i = 0; i < audit->images.count; i++) {
        is_wanted |= (found->deeds[i] & RECIPE_MERGE) != 0;
    }
    if (!is_wanted) {
        return PA_OK;
    }
    pa_status status = map_open(&audit->g, &out->mem, &found->merged, err);
    if (status == PA_OK) {
        status = twins_find(audit, found->users, how, &m, err);
    }
    size_t first = 0;
    for (size_t i = 0; status == PA_OK && i < m.count; i++) {
        first = i > 0 && twins_are_equal(&m.rows[i], &m.rows[first]) ? first : i;
        if (i > first && (found->deeds[m.rows[i].image] & RECIPE_MERGE) != 0) {
            status = merge_one(&m, found, first, i, out, err);
        }
    }
    twin_list_clear(&m);
    return status;
}

/* ---- the rewrite --------------------------------------------------------------------
 */

static pa_status refuse(const action *row, size_t index, const char *why, pa_error *err) {
    return error_set(err, PA_USAGE, "action %zu of the plan: texture %.*s: %s", index + 1,
                     STR_ARGS(row->asset), why);
}

static const twin *find_twin(const twin_list *m, str uuid, arena *scratch) {
    uint32_t asset_index = map_get(&m->audit->g.by_uuid, uuid_decode(scratch, uuid));
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].asset == asset_index) {
            return &m->rows[i];
        }
    }
    return NULL;
}

static bool is_downscaled(const twin_list *m, const plan *asked, const twin *one) {
    const game *g = &m->audit->g;
    bool is_any = false;
    for (size_t i = 0; i < asked->count; i++) {
        is_any |= asked->actions[i].kind == ACTION_DOWNSCALE &&
                  map_get(&g->by_uuid, asked->actions[i].asset) ==
                      m->audit->images.rows[one->image].asset;
    }
    return is_any;
}

static pa_status read_merge(const twin_list *m, const plan *asked, size_t index,
                            arena *mem, merge_map *out, pa_error *err) {
    const action *row = &asked->actions[index];
    const twin *from = find_twin(m, row->asset, mem);
    const twin *into = find_twin(m, row->into, mem);
    if (from == NULL || into == NULL || from == into || !twins_are_equal(from, into)) {
        return refuse(row, index,
                      "it and the one it is merged into are not two of equal pixels",
                      err);
    }
    const char *reason = twins_refuse(m, from, into);
    if (reason == NULL && (out->into[from->asset] != NO_INDEX)) {
        reason = "it is merged twice";
    }
    if (reason == NULL &&
        (is_downscaled(m, asked, from) || is_downscaled(m, asked, into))) {
        reason = "it or the one it is merged into gets other sides";
    }
    out->into[from->asset] = into->asset;
    out->count++;
    return reason == NULL ? PA_OK : refuse(row, index, reason, err);
}

/* What stands for another one is itself. */
static pa_status check_chains(const game *g, const merge_map *in, pa_error *err) {
    for (uint32_t i = 0; i < g->asset_count; i++) {
        if (in->into[i] != NO_INDEX && in->into[in->into[i]] != NO_INDEX) {
            return error_set(err, PA_USAGE,
                             "texture %.*s is merged into one that is merged itself",
                             STR_ARGS(g->assets[i].uuid));
        }
    }
    return PA_OK;
}

pa_status merge_read(const pa_audit *audit, const plan *asked, const pool *how,
                     arena *mem, merge_map *out, pa_error *err) {
    twin_list m = {0};
    image_users *users = NULL;
    if (plan_count(asked, ACTION_MERGE) == 0) {
        return PA_OK;
    }
    pa_status status = map_open(&audit->g, mem, out, err);
    if (status == PA_OK) {
        status = use_of_images(audit, mem, &users, err);
    }
    if (status == PA_OK) {
        status = twins_find(audit, users, how, &m, err);
    }
    for (size_t i = 0; status == PA_OK && i < asked->count; i++) {
        if (asked->actions[i].kind == ACTION_MERGE) {
            status = read_merge(&m, asked, i, mem, out, err);
        }
    }
    if (status == PA_OK) {
        status = check_chains(&audit->g, out, err);
    }
    twin_list_clear(&m);
    return status == PA_OK ? arena_status(mem, err) : status;
}
