/* transitions.c - going from any stage to any other: the next one is loaded completely
 * before the last one is freed.
 *
 * peak = R(alive) + load(B without what is alive). Lower: only A is alive. Upper: the
 * larger of that and of A with every stage that never frees its assets, B itself
 * excepted. Source: cocos-engine 3.8.5 cocos/game/director.ts (runSceneImmediate),
 * release-manager.ts. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "base/bitset.h"

/* What one thread works with. */
typedef struct worker {
    living never_freed; /* without the stage that is loaded */
    living all;
    load_scratch scratch;
} worker;

typedef struct pairs {
    const pa_audit *audit;
    audit_view *view;
    size_t words;
    worker *workers;
} pairs;

void living_add(const pa_audit *audit, const audit_view *view, const set_cost *cost,
                living *all) {
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
    bitset_unite(all->assets, cost->assets,
                 BITSET_WORDS((size_t)audit->g.asset_count + 1));
}

static void add_set(const pairs *p, const set_cost *cost, living *all) {
    living_add(p->audit, p->view, cost, all);
}

static void add_stage(const pairs *p, uint32_t index, living *all) {
    add_set(p, &p->view->stages[index], all);
}

static void copy_living(const pairs *p, living *to, const living *from) {
    memcpy(to->assets, from->assets, p->words * sizeof *to->assets);
    to->resident_bytes = from->resident_bytes;
}

static void clear_living(const pairs *p, living *all) {
    memset(all->assets, 0, p->words * sizeof *all->assets);
    all->resident_bytes = 0;
}

/* Everything that stays for ever once it was visited, but for one stage; true if there is
 * any. */
static bool add_never_freed(const pairs *p, uint32_t without, living *all) {
    bool has_any = p->view->persistent.assets != NULL;
    if (has_any) {
        add_set(p, &p->view->persistent, all);
    }
    for (uint32_t i = 0; i < p->audit->stage_count; i++) {
        if (i != without && !p->audit->stages[i].auto_release) {
            add_stage(p, i, all);
            has_any = true;
        }
    }
    return has_any;
}

static transition peak_of(const pairs *p, const living *all, uint32_t to,
                          load_scratch *scratch, pa_error *err) {
    load_peak load = {0};
    set_load_of(p->audit, p->view, &p->view->stages[to], all->assets, scratch, &load,
                err);
    return (transition){all->resident_bytes + load.lower_bytes,
                        all->resident_bytes + load.upper_bytes};
}

/* All pairs that arrive at one stage: a job. */
static pa_status arrive(void *ctx, unsigned worker_index, size_t to_index,
                        pa_error *err) {
    const pairs *p = ctx;
    worker *w = &p->workers[worker_index];
    uint32_t to = (uint32_t)to_index;
    uint32_t count = p->audit->stage_count;
    clear_living(p, &w->never_freed);
    bool has_never_freed = add_never_freed(p, to, &w->never_freed);
    transition settled = peak_of(p, &w->never_freed, to, &w->scratch, err);
    for (uint32_t from = 0; err->status == PA_OK && from < count; from++) {
        if (from == to) {
            continue;
        }
        clear_living(p, &w->all);
        add_stage(p, from, &w->all);
        transition cost = peak_of(p, &w->all, to, &w->scratch, err);
        uint64_t upper = cost.upper_bytes;
        if (!p->audit->stages[from].auto_release) {
            upper = settled.upper_bytes; /* it is among what is never freed */
        } else if (has_never_freed) {
            copy_living(p, &w->all, &w->never_freed);
            add_stage(p, from, &w->all);
            upper = peak_of(p, &w->all, to, &w->scratch, err).upper_bytes;
        }
        cost.upper_bytes = upper > cost.upper_bytes ? upper : cost.upper_bytes;
        p->view->transitions[(size_t)from * count + to] = cost;
    }
    return err->status;
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

/* The dearest change by upper bound. */
static void find_worst_change(const pairs *p, session *worst) {
    size_t count = p->audit->stage_count;
    const transition *worst_cost = NULL;
    for (uint32_t from = 0; from < count; from++) {
        for (uint32_t to = 0; to < count; to++) {
            const transition *cost = &p->view->transitions[from * count + to];
            if (from != to && is_dearer(cost, worst_cost)) {
                worst_cost = cost;
                worst->from = from;
                worst->to = to;
            }
        }
    }
}

/* The stage in which most stays when all that never frees was visited before. */
static void find_worst_rest(const pairs *p, worker *w, session *worst) {
    clear_living(p, &w->never_freed);
    add_never_freed(p, NO_INDEX, &w->never_freed);
    for (uint32_t i = 0; i < p->audit->stage_count; i++) {
        worst->never_freed += !p->audit->stages[i].auto_release;
        copy_living(p, &w->all, &w->never_freed);
        add_stage(p, i, &w->all);
        if (worst->steady_stage == NO_INDEX ||
            w->all.resident_bytes > worst->steady_bytes) {
            worst->steady_stage = i;
            worst->steady_bytes = w->all.resident_bytes;
        }
    }
}

static pa_status make_workers(pairs *p, unsigned count, pa_error *err) {
    p->workers = mem_zero(count, sizeof *p->workers);
    for (unsigned i = 0; p->workers != NULL && i < count; i++) {
        worker *w = &p->workers[i];
        w->never_freed.assets = mem_zero(p->words, sizeof(uint64_t));
        w->all.assets = mem_zero(p->words, sizeof(uint64_t));
        if (w->never_freed.assets == NULL || w->all.assets == NULL) {
            return error_nomem(err);
        }
    }
    return p->workers == NULL ? error_nomem(err) : PA_OK;
}

static void free_workers(pairs *p, unsigned count) {
    for (unsigned i = 0; p->workers != NULL && i < count; i++) {
        mem_free(p->workers[i].never_freed.assets);
        mem_free(p->workers[i].all.assets);
        load_scratch_clear(&p->workers[i].scratch);
    }
    mem_free(p->workers);
}

pa_status view_make_transitions(pa_audit *audit, audit_view *view, const pool *how,
                                pa_error *err) {
    size_t count = audit->stage_count;
    view->worst = (session){0, NO_INDEX, NO_INDEX, NO_INDEX, 0};
    view->transitions =
        arena_alloc(&audit->mem, count * count + 1, sizeof *view->transitions);
    if (view->transitions == NULL) {
        return error_nomem(err);
    }
    pairs p = {audit, view, BITSET_WORDS((size_t)audit->g.asset_count + 1), NULL};
    pa_status status = make_workers(&p, how->thread_count, err);
    if (status == PA_OK) {
        status = pool_run(how, count, arrive, &p, err);
    }
    if (status == PA_OK) {
        find_worst_change(&p, &view->worst);
        find_worst_rest(&p, &p.workers[0], &view->worst);
    }
    free_workers(&p, how->thread_count);
    return status;
}
