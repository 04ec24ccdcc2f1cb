/* schedule_exact.c - every way of grouping a few items: what was loaded is a set, and how
 * it came to be there does not matter for what follows, so each set is reached once, by
 * the fewest groups and, of those, with the urgent items earliest.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "rewrite/schedule.h"

typedef uint32_t item_set;

typedef struct reached {
    uint32_t groups; /* 0: not reached; counts one more */
    uint32_t lateness;
    item_set before;
} reached;

typedef struct search {
    const schedule_problem *problem;
    uint64_t pool_bytes;
    reached *sets;
    uint64_t *loads;    /* of each set, loaded at once; UINT64_MAX: too large a pool */
    uint64_t *resident; /* of each set */
    item_set *needs;    /* of each set */
} search;

static item_set last_set(const search *s) {
    return (item_set)((UINT32_C(1) << s->problem->count) - 1);
}

static void measure(search *s, item_set set) {
    schedule_sum sum = {0};
    s->needs[set] = 0;
    for (uint32_t i = 0; i < s->problem->count; i++) {
        const schedule_item *item = &s->problem->items[i];
        if (set >> i & 1) {
            schedule_add(&sum, item);
            for (uint32_t j = 0; j < item->need_count; j++) {
                s->needs[set] |= UINT32_C(1) << item->needs[j];
            }
        }
    }
    s->resident[set] = sum.resident_bytes;
    s->loads[set] = schedule_pool_bytes(s->problem, sum.pool_bytes) > s->pool_bytes
                        ? UINT64_MAX
                        : schedule_sum_bytes(s->problem, &sum) + s->problem->base_bytes +
                              s->pool_bytes;
}

static bool may_follow(const search *s, item_set there, item_set group) {
    return (s->needs[group] & ~(there | group)) == 0 && s->loads[group] != UINT64_MAX &&
           s->loads[group] + s->resident[there] <= s->problem->limit_bytes;
}

/* How late a group is for its items, the first item being the most urgent. */
static uint32_t lateness_of(const search *s, item_set group, uint32_t at) {
    uint32_t lateness = 0;
    for (uint32_t i = 0; i < s->problem->count; i++) {
        lateness += (group >> i & 1) * at * (s->problem->count - i);
    }
    return lateness;
}

static void reach(search *s, item_set there, item_set group) {
    const reached *from = &s->sets[there];
    reached *to = &s->sets[there | group];
    reached now = {from->groups + 1, from->lateness + lateness_of(s, group, from->groups),
                   there};
    if (to->groups == 0 || now.groups < to->groups ||
        (now.groups == to->groups && now.lateness < to->lateness)) {
        *to = now;
    }
}

static void search_all(search *s) {
    item_set all = last_set(s);
    for (item_set set = 0; set <= all; set++) {
        measure(s, set);
    }
    s->sets[0].groups = 1;
    for (item_set there = 0; there < all; there++) {
        item_set rest = all & ~there;
        for (item_set group = rest; s->sets[there].groups > 0 && group > 0;
             group = (group - 1) & rest) {
            if (may_follow(s, there, group)) {
                reach(s, there, group);
            }
        }
    }
}

static uint32_t read_groups(const search *s, uint32_t *group_of) {
    item_set set = last_set(s);
    if (s->sets[set].groups == 0) {
        return 0;
    }
    uint32_t count = s->sets[set].groups - 1;
    for (uint32_t group = count; set > 0; set = s->sets[set].before) {
        group--;
        item_set members = set & ~s->sets[set].before;
        for (uint32_t i = 0; i < s->problem->count; i++) {
            if (members >> i & 1) {
                group_of[i] = group;
            }
        }
    }
    return count;
}

pa_status schedule_exact(const schedule_problem *problem, uint64_t pool_bytes,
                         uint32_t *group_of, uint32_t *group_count, pa_error *err) {
    *group_count = 0;
    if (problem->count > SCHEDULE_EXACT_MOST) {
        return PA_OK;
    }
    size_t room = (size_t)1 << problem->count;
    search s = {.problem = problem,
                .pool_bytes = pool_bytes,
                .sets = mem_zero(room, sizeof *s.sets),
                .loads = mem_alloc(room, sizeof *s.loads),
                .resident = mem_alloc(room, sizeof *s.resident),
                .needs = mem_alloc(room, sizeof *s.needs)};
    pa_status status = PA_OK;
    if (s.sets == NULL || s.loads == NULL || s.resident == NULL || s.needs == NULL) {
        status = error_nomem(err);
    } else {
        search_all(&s);
        *group_count = read_groups(&s, group_of);
    }
    mem_free(s.sets);
    mem_free(s.loads);
    mem_free(s.resident);
    mem_free(s.needs);
    return status;
}
