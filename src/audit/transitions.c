/* transitions.c - going from any scene to any other: the next one is loaded completely
 * before the last one is freed.
 *
 * peak = R(alive) + load(B without what is alive). Lower: only A is alive. Upper: the
 * larger of that and of A with every scene that never frees its assets, B itself
 * excepted. Source: cocos-engine 3.8.5 cocos/game/director.ts (runSceneImmediate),
 * release-manager.ts. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "base/bitset.h"

/* Assets that are alive, and what they hold. */
typedef struct living {
    uint64_t *assets;
    uint64_t resident_bytes;
} living;

typedef struct pairs {
    const pa_audit *audit;
    audit_view *view;
    size_t words;
} pairs;

/* Adds a scene to what is alive: textures and kept copies count once. */
static void add_scene(const pa_audit *audit, const audit_view *view, const set_cost *cost,
                      living *all, size_t words) {
    for (uint32_t i = 0; i < cost->texture_count; i++) {
        const texture_row *row = &view->textures[cost->textures[i]];
        if (!bitset_has(all->assets, row->asset)) {
            all->resident_bytes += row->cost.gpu_bytes;
        }
    }
    for (uint32_t i = 0; i < cost->image_count; i++) {
        if (!bitset_has(all->assets, audit->images.rows[cost->images[i]].asset)) {
            all->resident_bytes += cost->kept[i];
        }
    }
    bitset_unite(all->assets, cost->assets, words);
}

static pa_status peak_of(const pairs *p, const living *all, uint32_t to, uint64_t *lower,
                         uint64_t *upper, pa_error *err) {
    load_peak load;
    pa_status status =
        set_load_of(p->audit, p->view, &p->view->stages[to], all->assets, &load, err);
    *lower = all->resident_bytes + load.lower_bytes;
    *upper = all->resident_bytes + load.upper_bytes;
    return status;
}

static pa_status make_pair(const pairs *p, uint32_t from, uint32_t to, living *all,
                           pa_error *err) {
    const audit_view *view = p->view;
    const pa_audit *audit = p->audit;
    transition *out = &view->transitions[(size_t)from * audit->stage_count + to];
    uint64_t unused = 0;
    memset(all->assets, 0, p->words * sizeof *all->assets);
    all->resident_bytes = 0;
    add_scene(p->audit, view, &view->stages[from], all, p->words);
    pa_status status = peak_of(p, all, to, &out->lower_bytes, &out->upper_bytes, err);
    bool has_more = false;
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        if (i != from && i != to && !audit->stages[i].auto_release) {
            add_scene(p->audit, view, &view->stages[i], all, p->words);
            has_more = true;
        }
    }
    if (status == PA_OK && has_more) {
        uint64_t upper = 0;
        status = peak_of(p, all, to, &unused, &upper, err);
        out->upper_bytes = upper > out->upper_bytes ? upper : out->upper_bytes;
    }
    return status;
}

/* All pairs that leave one scene: a job. */
static pa_status leave_scene(void *ctx, unsigned worker, size_t from, pa_error *err) {
    (void)worker;
    const pairs *p = ctx;
    living all = {mem_alloc(p->words, sizeof *all.assets), 0};
    pa_status status = all.assets == NULL ? error_nomem(err) : PA_OK;
    for (uint32_t to = 0; status == PA_OK && to < p->audit->stage_count; to++) {
        if (to != from) {
            status = make_pair(p, (uint32_t)from, to, &all, err);
        }
    }
    mem_free(all.assets);
    return status;
}

/* True when a change is dearer than another, or there is no other. */
static bool is_dearer(const transition *one, const transition *other) {
    if (other == NULL || one->upper_bytes != other->upper_bytes) {
        return other == NULL || one->upper_bytes > other->upper_bytes;
    }
    return one->lower_bytes > other->lower_bytes;
}

uint32_t view_worst_predecessor(const pa_audit *audit, const audit_view *view,
                                uint32_t to) {
    size_t count = audit->stage_count;
    uint32_t worst = NO_INDEX;
    const transition *worst_cost = NULL;
    for (uint32_t from = 0; from < count; from++) {
        const transition *cost = &view->transitions[from * count + to];
        if (from != to && is_dearer(cost, worst_cost)) {
            worst = from;
            worst_cost = cost;
        }
    }
    return worst;
}

/* The dearest change by upper bound, and the scene in which most stays when all that
 * never frees was visited before. */
static pa_status find_worst(const pairs *p, pa_error *err) {
    const pa_audit *audit = p->audit;
    audit_view *view = p->view;
    view->worst = (session){0, NO_INDEX, NO_INDEX, NO_INDEX, 0};
    living all = {mem_alloc(p->words, sizeof *all.assets), 0};
    if (all.assets == NULL) {
        return error_nomem(err);
    }
    const transition *worst_cost = NULL;
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        view->worst.never_freed += !audit->stages[i].auto_release;
        memset(all.assets, 0, p->words * sizeof *all.assets);
        all.resident_bytes = 0;
        for (uint32_t j = 0; j < audit->stage_count; j++) {
            if (j == i || !audit->stages[j].auto_release) {
                add_scene(p->audit, view, &view->stages[j], &all, p->words);
            }
            const transition *cost =
                &view->transitions[(size_t)i * audit->stage_count + j];
            if (i != j && is_dearer(cost, worst_cost)) {
                worst_cost = cost;
                view->worst.from = i;
                view->worst.to = j;
            }
        }
        if (view->worst.steady_scene == NO_INDEX ||
            all.resident_bytes > view->worst.steady_bytes) {
            view->worst.steady_scene = i;
            view->worst.steady_bytes = all.resident_bytes;
        }
    }
    mem_free(all.assets);
    return PA_OK;
}

pa_status view_make_transitions(pa_audit *audit, audit_view *view, const pool *how,
                                pa_error *err) {
    size_t count = audit->stage_count;
    view->transitions =
        arena_alloc(&audit->mem, count * count + 1, sizeof *view->transitions);
    if (view->transitions == NULL) {
        return error_nomem(err);
    }
    pairs p = {audit, view, BITSET_WORDS((size_t)audit->g.asset_count + 1)};
    pa_status status = pool_run(how, count, leave_scene, &p, err);
    return status == PA_OK ? find_worst(&p, err) : status;
}
