/* schedule_pack.c - groups from the last to the first.
 *
 * Seen from the end, what is there while group X is loaded is R(all) less what X and the
 * later groups leave. So X fits when
 *      sum (load - resident) + max last + T largest extra  <=  slack + R(later)
 *      slack = limit - base - pool - R(all)
 * and each group that was placed gives the one before it more room. An item that fits
 * goes on fitting, and the last item of any order that works fits now: when nothing
 * fits, no order exists.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "rewrite/schedule.h"

/* Which of the items that fit goes last. */
typedef enum preference {
    PREFER_RANK,     /* the least urgent */
    PREFER_RATIO,    /* that leaves most for what it asks */
    PREFER_SMALL,    /* that asks least */
    PREFER_RESIDENT, /* that leaves most */
    PREFERENCE_COUNT
} preference;

typedef struct candidate {
    double key; /* the largest first */
    uint32_t item;
} candidate;

typedef struct packing {
    const schedule_problem *problem;
    candidate *left;
    uint32_t left_count;
    uint32_t *users; /* of each item: those not placed yet */
    uint64_t pool_bytes;
    uint64_t room_bytes; /* slack + R(later) */
    uint32_t group;      /* counted from the end */
    bool has_needs;
} packing;

/* Looking through all items for each group is what takes time; past this many looks only
 * the first way is tried. */
enum { MAX_LOOKS = 4000000 };

static uint64_t transient_of(const schedule_item *item) {
    return item->load_bytes - item->resident_bytes + item->last_bytes + item->extra_bytes;
}

static double key_of(const schedule_problem *problem, uint32_t i, preference how) {
    const schedule_item *item = &problem->items[i];
    double transient = (double)transient_of(item);
    switch (how) {
    case PREFER_RATIO:
        return (double)item->resident_bytes / (transient + 1.0);
    case PREFER_SMALL:
        return -transient;
    case PREFER_RESIDENT:
        return (double)item->resident_bytes;
    default:
        return (double)i;
    }
}

static int best_first(const void *a, const void *b) {
    const candidate *left = a;
    const candidate *right = b;
    if (left->key < right->key || left->key > right->key) {
        return left->key > right->key ? -1 : 1;
    }
    return (left->item < right->item) - (left->item > right->item);
}

static bool fits(const packing *p, const schedule_sum *sum) {
    return schedule_sum_bytes(p->problem, sum) - sum->resident_bytes <= p->room_bytes &&
           schedule_pool_bytes(p->problem, sum->pool_bytes) <= p->pool_bytes;
}

static void place(packing *p, uint32_t item, uint32_t *group_of) {
    group_of[item] = p->group;
    for (uint32_t i = 0; i < p->problem->items[item].need_count; i++) {
        p->users[p->problem->items[item].needs[i]]--;
    }
}

/* One look at everything that is left; what was placed is taken out. */
static bool fill(packing *p, schedule_sum *sum, uint32_t *group_of) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < p->left_count; i++) {
        uint32_t item = p->left[i].item;
        schedule_sum more = *sum;
        schedule_add(&more, &p->problem->items[item]);
        if (p->users[item] == 0 && fits(p, &more)) {
            *sum = more;
            place(p, item, group_of);
        } else {
            p->left[kept++] = p->left[i];
        }
    }
    bool has_placed = kept < p->left_count;
    p->left_count = kept;
    return has_placed;
}

static void begin(packing *p, preference how) {
    const schedule_problem *problem = p->problem;
    for (uint32_t i = 0; i < problem->count; i++) {
        p->left[i] = (candidate){key_of(problem, i, how), i};
        p->users[i] = 0;
    }
    for (uint32_t i = 0; i < problem->count; i++) {
        for (uint32_t j = 0; j < problem->items[i].need_count; j++) {
            p->users[problem->items[i].needs[j]]++;
            p->has_needs = true;
        }
    }
    qsort(p->left, problem->count, sizeof *p->left, best_first);
    p->left_count = problem->count;
    p->group = 0;
}

/* Groups, or 0. */
static uint32_t pack(packing *p, uint64_t slack_bytes, uint32_t most,
                     uint32_t *group_of) {
    p->room_bytes = slack_bytes;
    while (p->left_count > 0) {
        schedule_sum sum = {0};
        bool has_placed = fill(p, &sum, group_of);
        for (bool again = has_placed && p->has_needs; again;) {
            again = fill(p, &sum, group_of);
        }
        if (!has_placed || ++p->group >= most) {
            return 0;
        }
        p->room_bytes += sum.resident_bytes;
    }
    for (uint32_t i = 0; i < p->problem->count; i++) {
        group_of[i] = p->group - 1 - group_of[i];
    }
    return p->group;
}

static bool slack_of(const schedule_problem *problem, uint64_t pool_bytes,
                     uint64_t *slack_bytes) {
    uint64_t held = problem->base_bytes + pool_bytes;
    for (uint32_t i = 0; i < problem->count; i++) {
        held += problem->items[i].resident_bytes;
    }
    *slack_bytes = problem->limit_bytes - held;
    return held <= problem->limit_bytes;
}

/* All ways; the first one of the fewest groups counts. */
static void pack_best(packing *p, uint64_t slack_bytes, uint32_t most, uint32_t *trial,
                      uint32_t *group_of, uint32_t *group_count) {
    for (int how = 0; how < PREFERENCE_COUNT; how++) {
        begin(p, (preference)how);
        uint32_t found = pack(p, slack_bytes, most, trial);
        if (found > 0) {
            *group_count = most = found;
            for (uint32_t i = 0; i < p->problem->count; i++) {
                group_of[i] = trial[i];
            }
        }
        uint64_t looks = (uint64_t)p->group * p->problem->count;
        if (most <= 2 || looks > MAX_LOOKS) {
            return;
        }
    }
}

pa_status schedule_pack(const schedule_problem *problem, uint64_t pool_bytes,
                        uint32_t most, uint32_t *group_of, uint32_t *group_count,
                        pa_error *err) {
    *group_count = 0;
    uint64_t slack_bytes = 0;
    if (!slack_of(problem, pool_bytes, &slack_bytes)) {
        return PA_OK;
    }
    size_t room = (size_t)problem->count + 1;
    packing p = {.problem = problem,
                 .pool_bytes = pool_bytes,
                 .left = mem_alloc(room, sizeof *p.left),
                 .users = mem_alloc(room, sizeof *p.users)};
    uint32_t *trial = mem_alloc(room, sizeof *trial);
    pa_status status = PA_OK;
    if (p.left == NULL || p.users == NULL || trial == NULL) {
        status = error_nomem(err);
    } else {
        pack_best(&p, slack_bytes, most, trial, group_of, group_count);
    }
    mem_free(p.left);
    mem_free(p.users);
    mem_free(trial);
    return status;
}
