/* schedule.c - sums of groups, and which way of making them is taken.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/schedule.h"

#include <string.h>

#include "base/alloc.h"

enum { EXTRA_COUNT = sizeof((schedule_sum){0}).extra / sizeof(uint64_t) };

void schedule_add(schedule_sum *sum, const schedule_item *item) {
    sum->resident_bytes += item->resident_bytes;
    sum->load_bytes += item->load_bytes;
    sum->pool_bytes += item->pool_bytes;
    if (item->last_bytes > sum->last_bytes) {
        sum->last_bytes = item->last_bytes;
    }
    uint64_t value = item->extra_bytes;
    for (unsigned i = 0; i < EXTRA_COUNT && value > 0; i++) {
        if (value > sum->extra[i]) {
            uint64_t smaller = sum->extra[i];
            sum->extra[i] = value;
            value = smaller;
        }
    }
}

uint64_t schedule_sum_bytes(const schedule_problem *problem, const schedule_sum *sum) {
    uint64_t all = sum->load_bytes + sum->last_bytes;
    for (unsigned i = 0; i < EXTRA_COUNT && i < problem->threads; i++) {
        all += sum->extra[i];
    }
    return all;
}

uint64_t schedule_pool_bytes(const schedule_problem *problem, uint64_t sum_bytes) {
    uint64_t step = problem->pool_step_bytes;
    return step == 0 ? sum_bytes : (sum_bytes + step - 1) / step * step;
}

uint64_t schedule_load_bytes(const schedule_problem *problem, const uint32_t *items,
                             size_t count) {
    schedule_sum sum = {0};
    for (size_t i = 0; i < count; i++) {
        schedule_add(&sum, &problem->items[items[i]]);
    }
    return schedule_sum_bytes(problem, &sum) +
           schedule_pool_bytes(problem, sum.pool_bytes);
}

/* The best of the ways found so far. */
typedef struct choice {
    uint32_t *group_of;
    uint32_t group_count; /* 0: none */
    uint32_t *trial;
} choice;

static void take_if_fewer(const schedule_problem *problem, choice *best,
                          uint32_t group_count) {
    if (group_count > 0 && (best->group_count == 0 || group_count < best->group_count)) {
        memcpy(best->group_of, best->trial, problem->count * sizeof *best->group_of);
        best->group_count = group_count;
    }
}

static pa_status try_pool(const schedule_problem *problem, uint64_t pool_bytes,
                          choice *best, pa_error *err) {
    uint32_t most = best->group_count == 0 ? UINT32_MAX : best->group_count;
    uint32_t found = 0;
    pa_status status = schedule_pack(problem, pool_bytes, most, best->trial, &found, err);
    take_if_fewer(problem, best, found);
    bool is_small =
        problem->count <= problem->exact_count && problem->count <= SCHEDULE_EXACT_MOST;
    if (status == PA_OK && is_small && best->group_count != 1) {
        status = schedule_exact(problem, pool_bytes, best->trial, &found, err);
        bool is_better_order = found > 0 && found == best->group_count;
        best->group_count = is_better_order ? 0 : best->group_count;
        take_if_fewer(problem, best, found);
    }
    return status;
}

/* Larger pools let more be loaded at once and leave less for everything else: sizes from
 * the least possible one by doubling. */
static pa_status try_pools(const schedule_problem *problem, choice *best, pa_error *err) {
    uint64_t largest = 0;
    uint64_t all = 0;
    for (uint32_t i = 0; i < problem->count; i++) {
        uint64_t own = problem->items[i].pool_bytes;
        largest = own > largest ? own : largest;
        all += own;
    }
    largest = schedule_pool_bytes(problem, largest);
    all = schedule_pool_bytes(problem, all);
    pa_status status = PA_OK;
    for (uint64_t pool = largest; status == PA_OK && pool < all; pool *= 2) {
        status = try_pool(problem, pool, best, err);
    }
    return status == PA_OK ? try_pool(problem, all, best, err) : status;
}

pa_status schedule_make(const schedule_problem *problem, arena *mem, schedule *out,
                        pa_error *err) {
    *out = (schedule){.fits = problem->count == 0 &&
                              problem->base_bytes <= problem->limit_bytes};
    choice best = {.group_of =
                       arena_alloc(mem, (size_t)problem->count + 1, sizeof(uint32_t)),
                   .trial = mem_alloc((size_t)problem->count + 1, sizeof(uint32_t))};
    pa_status status =
        best.group_of == NULL || best.trial == NULL ? error_nomem(err) : PA_OK;
    if (status == PA_OK && problem->count > 0) {
        status = try_pools(problem, &best, err);
    }
    mem_free(best.trial);
    out->group_of = best.group_of;
    out->group_count = best.group_count;
    out->fits = out->fits || best.group_count > 0;
    return status == PA_OK && !out->fits ? schedule_prove(problem, mem, out, err)
                                         : status;
}
