/* order.c - every scene alone, and every change from one to another.
 *
 * What may be there while a scene is loaded is what transitions.c counts: the scene that
 * is left, everything that never frees, what the rules file calls persistent. Only the
 * scene that is left is there for certain; what else may be there is counted as held, and
 * loaded none the less.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/order.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bitset.h"

const char *order_outcome_name(order_outcome what) {
    static const char *const names[] = {[ORDER_AT_ONCE] = "at_once",
                                        [ORDER_IN_STAGES] = "in_stages",
                                        [ORDER_IMPOSSIBLE] = "impossible",
                                        [ORDER_NOT_FOUND] = "not_found"};
    return names[what];
}

const char *gain_name(gain_kind kind) {
    static const char *const names[] = {[GAIN_EMPTY_SCENE] = "empty_scene",
                                        [GAIN_AUTO_RELEASE] = "auto_release",
                                        [GAIN_AUTO_RELEASE_EMPTY_SCENE] =
                                            "auto_release_and_empty_scene",
                                        [GAIN_RELEASE_BUNDLE] = "release_bundle"};
    return names[kind];
}

static size_t words_of(const pa_order *order) {
    return BITSET_WORDS((size_t)order->audit->g.asset_count + 1);
}

static void clear_living(const order_work *work, living *all) {
    memset(all->assets, 0, words_of(work->order) * sizeof *all->assets);
    all->resident_bytes = 0;
}

static pa_status open_work(order_work *work, pa_order *order, arena *mem, pa_error *err) {
    size_t words = words_of(order);
    size_t images = (size_t)order->audit->images.count + 1;
    *work = (order_work){.order = order,
                         .alive.assets = arena_alloc(mem, words, sizeof(uint64_t)),
                         .certain.assets = arena_alloc(mem, words, sizeof(uint64_t)),
                         .trial.assets = arena_alloc(mem, words, sizeof(uint64_t)),
                         .never.assets = arena_alloc(mem, words, sizeof(uint64_t)),
                         .uses = arena_alloc(mem, images, sizeof(uint32_t)),
                         .slots = arena_alloc(mem, images, sizeof(uint32_t)),
                         .stamps = arena_alloc(mem, images, sizeof(uint32_t))};
    return arena_status(mem, err);
}

static pa_status plan_scene(order_work *work, uint32_t to, pa_error *err) {
    pa_order *order = work->order;
    order_plan *plan = &order->scenes[order->scene_count++];
    *plan = (order_plan){.to = to,
                         .from = NO_INDEX,
                         .at_once_bytes = order->view->stages[to].load.upper_bytes};
    clear_living(work, &work->alive);
    clear_living(work, &work->certain);
    pa_status status = order_plan_load(work, plan, err);
    return status == PA_OK ? order_list_decodes(work, plan, err) : status;
}

static void list_never(order_work *work, uint32_t to) {
    const pa_audit *audit = work->order->audit;
    const audit_view *view = work->order->view;
    clear_living(work, &work->never);
    if (view->persistent.assets != NULL) {
        living_add(audit, view, &view->persistent, &work->never);
    }
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        if (i != to && !audit->stages[i].auto_release) {
            living_add(audit, view, &view->stages[i], &work->never);
        }
    }
}

static pa_status plan_change(order_work *work, uint32_t from, uint32_t to,
                             pa_error *err) {
    pa_order *order = work->order;
    const audit_view *view = order->view;
    order_plan *plan = &order->changes[order->change_count++];
    const transition *cost =
        &view->transitions[(size_t)from * order->audit->stage_count + to];
    memcpy(work->alive.assets, work->never.assets,
           words_of(order) * sizeof *work->alive.assets);
    work->alive.resident_bytes = work->never.resident_bytes;
    living_add(order->audit, view, &view->stages[from], &work->alive);
    clear_living(work, &work->certain);
    living_add(order->audit, view, &view->stages[from], &work->certain);
    *plan = (order_plan){.to = to,
                         .from = from,
                         .alive_bytes = work->alive.resident_bytes,
                         .at_once_bytes = cost->upper_bytes};
    pa_status status = order_plan_load(work, plan, err);
    return status == PA_OK && plan->outcome != ORDER_AT_ONCE
               ? order_list_gains(work, plan, err)
               : status;
}

static pa_status plan_all(pa_order *order, str glob, arena *mem, pa_error *err) {
    const pa_audit *audit = order->audit;
    order_work work;
    pa_status status = open_work(&work, order, mem, err);
    for (uint32_t to = 0; status == PA_OK && to < audit->stage_count; to++) {
        const stage *s = &audit->stages[to];
        if (glob.size > 0 && !str_glob(glob, s->name) && !str_glob(glob, s->url)) {
            continue;
        }
        status = plan_scene(&work, to, err);
        list_never(&work, to);
        for (uint32_t from = 0; status == PA_OK && from < audit->stage_count; from++) {
            if (from != to) {
                status = plan_change(&work, from, to, err);
            }
        }
    }
    load_scratch_clear(&work.scratch);
    if (status == PA_OK && order->scene_count == 0 && glob.size > 0) {
        return error_set(err, PA_USAGE,
                         "no scene is called '%.*s'; without --scene all are planned",
                         STR_ARGS(glob));
    }
    return status;
}

static pa_status check_audit(const pa_audit *audit, pa_error *err) {
    if (audit->depth == PA_DEPTH_GRAPH) {
        return error_set(err, PA_USAGE,
                         "an audit without images has no costs to plan by");
    }
    if (audit->view_count != 1 || audit->views[0].device == NULL) {
        return error_set(err, PA_USAGE,
                         "a load order is made for one device: --device NAME; 'packaudit "
                         "devices' lists them");
    }
    return PA_OK;
}

static pa_status make(pa_order *order, str glob, pa_error *err) {
    size_t count = order->audit->stage_count;
    order->scenes = arena_alloc(&order->mem, count + 1, sizeof *order->scenes);
    order->changes = arena_alloc(&order->mem, count * count + 1, sizeof *order->changes);
    if (order->scenes == NULL || order->changes == NULL) {
        return error_nomem(err);
    }
    pa_status status = order_hash_build(order, err);
    if (status == PA_OK) {
        status = order_rank(order, err);
    }
    arena mem = {0};
    if (status == PA_OK) {
        status = plan_all(order, glob, &mem, err);
    }
    arena_clear(&mem);
    return status;
}

pa_order *pa_order_make(const pa_audit *audit, const char *glob, pa_error *err) {
    *err = (pa_error){0};
    if (check_audit(audit, err) != PA_OK) {
        return NULL;
    }
    pa_order *order = mem_zero(1, sizeof *order);
    if (order == NULL) {
        error_nomem(err);
        return NULL;
    }
    order->audit = audit;
    order->view = &audit->views[0];
    if (make(order, str_of(glob), err) != PA_OK) {
        pa_order_free(order);
        return NULL;
    }
    return order;
}

void pa_order_free(pa_order *order) {
    if (order != NULL) {
        arena_clear(&order->mem);
        mem_free(order);
    }
}

static bool all_fit(const order_plan *plans, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (plans[i].outcome >= ORDER_IMPOSSIBLE) {
            return false;
        }
    }
    return true;
}

bool pa_order_fits(const pa_order *order) {
    return all_fit(order->scenes, order->scene_count) &&
           all_fit(order->changes, order->change_count);
}
