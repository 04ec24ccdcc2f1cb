/* order_stages.c - the stages of one load: planned by sums, then measured by the same
 * function that measures the scenes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bitset.h"
#include "base/limits.h"
#include "rewrite/order.h"

enum { VULKAN_STEP_BYTES = 16 << 20, TRIES = 8 };

/* Everything of one load that lives only while it is planned. */
typedef struct planning {
    order_work *work;
    order_plan *plan;
    const set_cost *set;
    order_items items;
    set_cost part;   /* lists with room for all */
    uint64_t *there; /* what is certain and what earlier stages brought */
    arena mem;
} planning;

static pa_status begin(planning *p, pa_error *err) {
    const pa_order *order = p->work->order;
    pa_status status = order_list_items(p->work, p->set, &p->mem, &p->items, err);
    size_t words = BITSET_WORDS((size_t)order->audit->g.asset_count + 1);
    p->there = arena_alloc(&p->mem, words, sizeof *p->there);
    p->part.images =
        arena_alloc(&p->mem, (size_t)p->set->image_count + 1, sizeof(uint32_t));
    p->part.kept =
        arena_alloc(&p->mem, (size_t)p->set->image_count + 1, sizeof(uint64_t));
    p->part.textures =
        arena_alloc(&p->mem, (size_t)p->set->texture_count + 1, sizeof(uint32_t));
    return status == PA_OK ? arena_status(&p->mem, err) : status;
}

/* Large decodes apart, within what is equally urgent: sprites, and the rest. */
static pa_status spread_decodes(planning *p, order_item *rows, uint32_t count,
                                pa_error *err) {
    const pa_order *order = p->work->order;
    uint64_t *sizes = arena_alloc(&p->mem, (size_t)count + 1, sizeof *sizes);
    uint32_t *places = arena_alloc(&p->mem, (size_t)count + 1, sizeof *places);
    order_item *old = arena_alloc(&p->mem, (size_t)count + 1, sizeof *old);
    if (sizes == NULL || places == NULL || old == NULL) {
        return error_nomem(err);
    }
    memcpy(old, rows, count * sizeof *old);
    for (uint32_t from = 0, to = 0; from < count; from = to) {
        bool is_sprite = bitset_has(order->sprites, old[from].asset);
        while (to < count && bitset_has(order->sprites, old[to].asset) == is_sprite) {
            sizes[to - from] = old[to].decode_bytes;
            to++;
        }
        order_spread(sizes, to - from, order->view->model.decode_threads, places);
        for (uint32_t i = 0; i < to - from; i++) {
            rows[from + i] = old[from + places[i]];
        }
    }
    return PA_OK;
}

/* The items of a group, in the order of loading. */
static pa_status list_group(planning *p, const schedule *groups, uint32_t group,
                            order_item *rows, order_stage *own, pa_error *err) {
    order_plan *plan = p->plan;
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->items.count; i++) {
        if (groups->group_of[i] == group) {
            rows[count++] = p->items.rows[i];
        }
    }
    pa_status status = p->work->order->audit->rules.first_count +
                                   p->work->order->audit->rules.last_count ==
                               0
                           ? spread_decodes(p, rows, count, err)
                           : PA_OK;
    *own = (order_stage){.asset_from = plan->asset_count, .asset_count = count};
    for (uint32_t i = 0; i < count; i++) {
        plan->assets[plan->asset_count++] = rows[i].asset;
    }
    return status;
}

/* Resident bytes of the set being measured that are counted as there already. */
static uint64_t counted_before(const planning *p) {
    const pa_order *order = p->work->order;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < p->part.texture_count; i++) {
        const texture_row *row = &order->view->textures[p->part.textures[i]];
        sum += bitset_has(p->work->alive.assets, row->asset) ? row->cost.gpu_bytes : 0;
    }
    for (uint32_t i = 0; i < p->part.image_count; i++) {
        uint32_t asset_index = order->audit->images.rows[p->part.images[i]].asset;
        sum += bitset_has(p->work->alive.assets, asset_index) ? p->part.kept[i] : 0;
    }
    return sum;
}

static pa_status measure_stage(planning *p, const order_item *rows, order_stage *own,
                               uint64_t *held_bytes, uint64_t *pool_bytes,
                               pa_error *err) {
    const pa_order *order = p->work->order;
    order_set_of(p->work, p->set, rows, own->asset_count, &p->part);
    load_peak peak = {0};
    pa_status status = set_load_of(order->audit, order->view, &p->part, p->there,
                                   &p->work->scratch, &peak, err);
    uint64_t counted = counted_before(p);
    *pool_bytes = peak.pool_bytes > *pool_bytes ? peak.pool_bytes : *pool_bytes;
    own->load_bytes = peak.upper_bytes - peak.pool_bytes + *pool_bytes - counted;
    own->peak_bytes = *held_bytes + own->load_bytes;
    *held_bytes += peak.resident_bytes + peak.leak_bytes - counted;
    own->resident_bytes = *held_bytes;
    own->decoded_bytes = peak.decoded_bytes;
    own->image_count = p->part.image_count;
    for (uint32_t i = 0; i < p->part.texture_count; i++) {
        bitset_add(p->there, order->view->textures[p->part.textures[i]].asset);
    }
    for (uint32_t i = 0; i < p->part.image_count; i++) {
        bitset_add(p->there, order->audit->images.rows[p->part.images[i]].asset);
    }
    return status;
}

/* Fills the plan's stages; its peak is the highest of theirs. */
static pa_status make_stages(planning *p, const schedule *groups, pa_error *err) {
    order_plan *plan = p->plan;
    arena *mem = &p->work->order->mem;
    size_t words = BITSET_WORDS((size_t)p->work->order->audit->g.asset_count + 1);
    plan->stages =
        arena_alloc(mem, (size_t)groups->group_count + 1, sizeof *plan->stages);
    plan->assets = arena_alloc(mem, (size_t)p->items.count + 1, sizeof *plan->assets);
    order_item *rows = arena_alloc(&p->mem, (size_t)p->items.count + 1, sizeof *rows);
    if (plan->stages == NULL || plan->assets == NULL || rows == NULL) {
        return error_nomem(err);
    }
    memcpy(p->there, p->work->certain.assets, words * sizeof *p->there);
    plan->asset_count = 0;
    plan->peak_bytes = plan->alive_bytes;
    plan->stage_count = groups->group_count;
    uint64_t held_bytes = plan->alive_bytes;
    uint64_t pool_bytes = 0;
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < groups->group_count; i++) {
        order_stage *own = &plan->stages[i];
        status = list_group(p, groups, i, rows, own, err);
        if (status == PA_OK) {
            status = measure_stage(p, rows, own, &held_bytes, &pool_bytes, err);
        }
        if (own->peak_bytes > plan->peak_bytes) {
            plan->peak_bytes = own->peak_bytes;
        }
    }
    return status;
}

static pa_status take_proof(planning *p, const schedule *groups, pa_error *err) {
    order_plan *plan = p->plan;
    uint64_t limit = p->work->order->view->device->image_budget_bytes;
    plan->outcome = groups->proof_bytes > limit ? ORDER_IMPOSSIBLE : ORDER_NOT_FOUND;
    plan->proof_bytes = groups->proof_bytes;
    plan->proof_count = groups->proof_count;
    plan->proof = arena_alloc(&p->work->order->mem, (size_t)groups->proof_count + 1,
                              sizeof *plan->proof);
    if (plan->proof == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < groups->proof_count; i++) {
        plan->proof[i] = p->items.rows[groups->proof[i]].asset;
    }
    return PA_OK;
}

/* Pools that are cut into blocks can be larger than their sum says: the plan is then made
 * again with as much less. */
static pa_status plan_in_stages(planning *p, pa_error *err) {
    const audit_view *view = p->work->order->view;
    uint64_t limit = view->device->image_budget_bytes;
    schedule_problem problem = {
        .items = p->items.costs,
        .count = p->items.count,
        .base_bytes = p->plan->alive_bytes,
        .limit_bytes = limit,
        .threads = view->model.decode_threads,
        .pool_step_bytes = view->model.backend == BACKEND_VULKAN ? VULKAN_STEP_BYTES : 0,
        .exact_count = SCHEDULE_EXACT_ITEMS};
    pa_status status = PA_OK;
    p->plan->outcome = ORDER_NOT_FOUND;
    for (int i = 0; status == PA_OK && i < TRIES; i++) {
        schedule groups;
        status = schedule_make(&problem, &p->mem, &groups, err);
        if (status != PA_OK || !groups.fits) {
            return status == PA_OK && i == 0 ? take_proof(p, &groups, err) : status;
        }
        status = make_stages(p, &groups, err);
        if (p->plan->peak_bytes <= limit) {
            p->plan->outcome = ORDER_IN_STAGES;
            return status;
        }
        uint64_t over = p->plan->peak_bytes - limit;
        problem.limit_bytes -= over < problem.limit_bytes ? over : problem.limit_bytes;
    }
    p->plan->stage_count = 0;
    return status;
}

static pa_status count_work(order_work *work, uint32_t count, pa_error *err) {
    work->planned += count;
    return work->planned <= PA_MAX_ORDER_ITEMS
               ? PA_OK
               : error_set(err, PA_LIMIT,
                           "so many changes of scene do not fit at once that not all can "
                           "be planned; --scene names those to plan");
}

pa_status order_plan_load(order_work *work, order_plan *plan, pa_error *err) {
    const pa_order *order = work->order;
    plan->outcome = ORDER_AT_ONCE;
    plan->peak_bytes = plan->at_once_bytes;
    if (plan->at_once_bytes <= order->view->device->image_budget_bytes) {
        return PA_OK;
    }
    planning p = {.work = work, .plan = plan, .set = &order->view->stages[plan->to]};
    pa_status status = begin(&p, err);
    if (status == PA_OK) {
        status = count_work(work, p.items.count, err);
    }
    if (status == PA_OK) {
        status = plan_in_stages(&p, err);
    }
    arena_clear(&p.mem);
    return status;
}
