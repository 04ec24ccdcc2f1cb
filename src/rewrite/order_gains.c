/* order_gains.c - what a change of scene gains when less is there while the next scene is
 * loaded.
 *
 * The engine loads the next scene completely, runs it, and frees the last one in the next
 * tick if its autoReleaseAssets is set: cocos-engine 3.8.5 cocos/game/director.ts
 * (runSceneImmediate), cocos/asset/asset-manager/release-manager.ts (_autoRelease).
 * bundle.releaseAll frees everything that the bundle brought, in use or not (bundle.ts),
 * so that only bundles are named of which the scene that is left has nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "rewrite/order.h"

static size_t words_of(const order_work *work) {
    return BITSET_WORDS((size_t)work->order->audit->g.asset_count + 1);
}

static void copy_living(const order_work *work, living *to, const living *from) {
    memcpy(to->assets, from->assets, words_of(work) * sizeof *to->assets);
    to->resident_bytes = from->resident_bytes;
}

/* Everything that never goes, but for one scene more. */
static void list_never(order_work *work, uint32_t to, uint32_t but, living *all) {
    const pa_audit *audit = work->order->audit;
    const audit_view *view = work->order->view;
    memset(all->assets, 0, words_of(work) * sizeof *all->assets);
    all->resident_bytes = 0;
    if (view->persistent.assets != NULL) {
        living_add(audit, view, &view->persistent, all);
    }
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        if (i != to && i != but && !audit->stages[i].auto_release) {
            living_add(audit, view, &view->stages[i], all);
        }
    }
}

static pa_status add_gain(order_work *work, order_plan *plan, gain_kind kind,
                          str bundle_name, uint64_t later_bytes, pa_error *err) {
    const pa_order *order = work->order;
    load_peak load = {0};
    pa_status status =
        set_load_of(order->audit, order->view, &order->view->stages[plan->to],
                    work->trial.assets, &work->scratch, &load, err);
    uint64_t peak = work->trial.resident_bytes + load.upper_bytes;
    order_gain gain = {kind, bundle_name, peak, 0, later_bytes};
    if (peak < plan->at_once_bytes) {
        gain.saved_bytes = plan->at_once_bytes - peak;
    } else {
        gain.peak_bytes = plan->at_once_bytes;
    }
    if (gain.saved_bytes + gain.later_bytes > 0) {
        plan->gains[plan->gain_count++] = gain;
    }
    return status;
}

/* What stays of the scene that is left although nothing else that stays has it. */
static uint64_t only_of(order_work *work, const order_plan *plan) {
    const pa_order *order = work->order;
    list_never(work, plan->to, plan->from, &work->trial);
    living_add(order->audit, order->view, &order->view->stages[plan->to], &work->trial);
    uint64_t before = work->trial.resident_bytes;
    living_add(order->audit, order->view, &order->view->stages[plan->from], &work->trial);
    return work->trial.resident_bytes - before;
}

static uint32_t bundle_of(const game *g, uint32_t asset_index) {
    return g->copies[g->assets[asset_index].first_copy].bundle;
}

/* GPU bytes of an asset that is there, and that the next scene does not have. */
static uint64_t freed_bytes(const order_work *work, const order_plan *plan,
                            uint32_t asset_index) {
    const audit_view *view = work->order->view;
    uint32_t row = view->texture_of_asset[asset_index];
    bool is_freed = row != NO_INDEX && bitset_has(work->alive.assets, asset_index) &&
                    !bitset_has(view->stages[plan->to].assets, asset_index);
    return is_freed ? view->textures[row].cost.gpu_bytes : 0;
}

/* Of each bundle what releasing it frees; 0 when the scene that is left has any of it. */
static void weigh_bundles(const order_work *work, const order_plan *plan,
                          uint64_t *freed) {
    const game *g = &work->order->audit->g;
    const set_cost *left = &work->order->view->stages[plan->from];
    for (uint32_t i = 0; i < g->asset_count; i++) {
        freed[bundle_of(g, i)] += freed_bytes(work, plan, i);
    }
    for (uint32_t i = 0; i < g->asset_count; i++) {
        if (bitset_has(left->assets, i)) {
            freed[bundle_of(g, i)] = 0;
        }
    }
}

/* What is there without one bundle. */
static void take_bundle(order_work *work, const order_plan *plan, uint32_t bundle_index) {
    const game *g = &work->order->audit->g;
    copy_living(work, &work->trial, &work->alive);
    for (uint32_t i = 0; i < g->asset_count; i++) {
        if (bundle_of(g, i) == bundle_index && freed_bytes(work, plan, i) > 0) {
            work->trial.resident_bytes -= freed_bytes(work, plan, i);
            work->trial.assets[i / 64] &= ~(UINT64_C(1) << (i % 64));
        }
    }
}

static pa_status list_bundle_gains(order_work *work, order_plan *plan, uint64_t *freed,
                                   pa_error *err) {
    const discovery *found = &work->order->audit->g.found;
    pa_status status = PA_OK;
    weigh_bundles(work, plan, freed);
    for (uint32_t i = 0; status == PA_OK && i < found->bundle_count; i++) {
        if (freed[i] > 0) {
            take_bundle(work, plan, i);
            status =
                add_gain(work, plan, GAIN_RELEASE_BUNDLE, found->bundles[i].name, 0, err);
        }
    }
    return status;
}

static int most_first(const void *a, const void *b) {
    const order_gain *left = a;
    const order_gain *right = b;
    if (left->saved_bytes != right->saved_bytes) {
        return left->saved_bytes > right->saved_bytes ? -1 : 1;
    }
    if (left->later_bytes != right->later_bytes) {
        return left->later_bytes > right->later_bytes ? -1 : 1;
    }
    if (left->kind != right->kind) {
        return left->kind < right->kind ? -1 : 1;
    }
    return str_order(left->bundle, right->bundle);
}

/* The scene that is left goes first: because it frees itself, or is made to. */
static pa_status list_scene_gains(order_work *work, order_plan *plan, pa_error *err) {
    const pa_order *order = work->order;
    bool is_freed = order->audit->stages[plan->from].auto_release;
    pa_status status = PA_OK;
    if (is_freed) {
        list_never(work, plan->to, NO_INDEX, &work->trial);
        status = add_gain(work, plan, GAIN_EMPTY_SCENE, (str){0}, 0, err);
    } else {
        uint64_t later = only_of(work, plan);
        copy_living(work, &work->trial, &work->alive);
        status = add_gain(work, plan, GAIN_AUTO_RELEASE, (str){0}, later, err);
        list_never(work, plan->to, plan->from, &work->trial);
        if (status == PA_OK) {
            status =
                add_gain(work, plan, GAIN_AUTO_RELEASE_EMPTY_SCENE, (str){0}, later, err);
        }
    }
    return status;
}

pa_status order_list_gains(order_work *work, order_plan *plan, pa_error *err) {
    size_t bundles = work->order->audit->g.found.bundle_count;
    uint64_t *freed = mem_zero(bundles + 1, sizeof *freed);
    plan->gains = arena_alloc(&work->order->mem, bundles + 4, sizeof *plan->gains);
    pa_status status = freed == NULL || plan->gains == NULL
                           ? error_nomem(err)
                           : list_scene_gains(work, plan, err);
    if (status == PA_OK) {
        status = list_bundle_gains(work, plan, freed, err);
    }
    if (status == PA_OK) {
        qsort(plan->gains, plan->gain_count, sizeof *plan->gains, most_first);
    }
    mem_free(freed);
    return status;
}
