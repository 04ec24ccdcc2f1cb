/* schedule.h - things that are loaded one group after the other, so that what is held at
 * once stays under a limit: which group each belongs to, or which of them prove that
 * there is no way.
 *
 * A group X that is loaded when L is there already holds at its worst
 *      base + sum resident(L) + sum load(X) + max last(X) + the T largest extra(X) + pool
 * which is load_cost.h with its terms named by how they add up. Pools of staging are kept
 * by the engine once they were needed, so that a plan reserves the largest one
 * throughout.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_SCHEDULE_H
#define PA_REWRITE_SCHEDULE_H

#include "base/arena.h"

typedef struct schedule_item {
    uint64_t resident_bytes; /**< what stays of it */
    uint64_t load_bytes;     /**< adds up over what is loaded together; not less than
                                resident_bytes */
    uint64_t last_bytes;     /**< only the largest counts */
    uint64_t extra_bytes;    /**< only the T largest count */
    uint64_t pool_bytes;     /**< adds up, then whole steps */
    const uint32_t *needs;   /**< items of its group or an earlier one; without cycles */
    uint32_t need_count;
} schedule_item;

typedef struct schedule_problem {
    const schedule_item *items; /**< the most urgent first */
    uint32_t count;
    uint64_t base_bytes; /**< held by others all the time */
    uint64_t limit_bytes;
    unsigned threads;         /**< T, at most LOAD_MAX_THREADS */
    uint64_t pool_step_bytes; /**< 0: a pool is the plain sum */
    uint32_t exact_count;     /**< problems up to this size are searched completely */
} schedule_problem;

/** Items that a complete search takes: 3^10 groups are looked at in a few milliseconds.
 */
enum { SCHEDULE_EXACT_ITEMS = 10, SCHEDULE_EXACT_MOST = 12 };

typedef struct schedule {
    bool fits;
    uint32_t *group_of; /**< of each item, when it fits */
    uint32_t group_count;
    uint32_t *proof; /**< else: items that whoever loads them has to hold together, as few
                        as possible, ascending; none when a way was only not found */
    uint32_t proof_count;
    uint64_t proof_bytes; /**< at least, base included */
} schedule;

/** In memory of `mem`. PA_NOMEM is the one failure. Without pools the answer is certain:
 * fits is false only when no order exists. */
pa_status schedule_make(const schedule_problem *problem, arena *mem, schedule *out,
                        pa_error *err);

/** What the items marked hold at once when they are loaded alone, pool included, base
 * not. */
uint64_t schedule_load_bytes(const schedule_problem *problem, const uint32_t *items,
                             size_t count);

/* Steps of it. `pool_bytes` is reserved, and no group may need more of it. */

/** schedule_pack.c: from the last group to the first. 0 groups when it does not fit, or
 * takes `most` groups or more. */
pa_status schedule_pack(const schedule_problem *problem, uint64_t pool_bytes,
                        uint32_t most, uint32_t *group_of, uint32_t *group_count,
                        pa_error *err);

/** schedule_exact.c: fewest groups of all orders, then the urgent ones early. */
pa_status schedule_exact(const schedule_problem *problem, uint64_t pool_bytes,
                         uint32_t *group_of, uint32_t *group_count, pa_error *err);

/** schedule_proof.c */
pa_status schedule_prove(const schedule_problem *problem, arena *mem, schedule *out,
                         pa_error *err);

/** Sums of a group being made. Zero-initialise it. */
typedef struct schedule_sum {
    uint64_t resident_bytes;
    uint64_t load_bytes;
    uint64_t last_bytes;
    uint64_t pool_bytes;
    uint64_t extra[8]; /**< largest first */
} schedule_sum;

void schedule_add(schedule_sum *sum, const schedule_item *item);

/** Without the pool. */
uint64_t schedule_sum_bytes(const schedule_problem *problem, const schedule_sum *sum);

uint64_t schedule_pool_bytes(const schedule_problem *problem, uint64_t sum_bytes);

#endif
