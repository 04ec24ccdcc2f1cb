/* test_schedule.c - groups under a limit, held against a search of every order.
 *
 * The search is written on its own: it goes through all sequences of groups by depth,
 * with sums worked out anew each time. SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/schedule.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "expect.h"

enum { MOST = 7, CASES = 3000, LARGE = 5000 };

typedef struct case_data {
    schedule_item items[MOST];
    uint32_t needs[MOST][MOST];
    schedule_problem problem;
} case_data;

static uint64_t state;

static uint64_t draw(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static uint64_t largest_extras(const case_data *c, unsigned group) {
    uint64_t sum = 0;
    unsigned taken = 0;
    for (unsigned t = 0; t < c->problem.threads; t++) {
        int best = -1;
        for (uint32_t i = 0; i < c->problem.count; i++) {
            bool is_free = (group >> i & 1) && !(taken >> i & 1);
            if (is_free &&
                (best < 0 || c->items[i].extra_bytes > c->items[best].extra_bytes)) {
                best = (int)i;
            }
        }
        if (best >= 0) {
            taken |= 1U << best;
            sum += c->items[best].extra_bytes;
        }
    }
    return sum;
}

/* The peak of loading a group when others are there, by the formula of schedule.h. */
static uint64_t peak_of(const case_data *c, unsigned there, unsigned group,
                        uint64_t *pool) {
    uint64_t sum = c->problem.base_bytes;
    uint64_t last = 0;
    uint64_t own_pool = 0;
    for (uint32_t i = 0; i < c->problem.count; i++) {
        const schedule_item *item = &c->items[i];
        sum += there >> i & 1 ? item->resident_bytes : 0;
        if (group >> i & 1) {
            sum += item->load_bytes;
            last = item->last_bytes > last ? item->last_bytes : last;
            own_pool += item->pool_bytes;
        }
    }
    *pool = own_pool > *pool ? own_pool : *pool;
    return sum + last + largest_extras(c, group) + *pool;
}

static bool has_its_needs(const case_data *c, unsigned there, unsigned group) {
    for (uint32_t i = 0; i < c->problem.count; i++) {
        for (uint32_t j = 0; (group >> i & 1) && j < c->items[i].need_count; j++) {
            if (!((there | group) >> c->items[i].needs[j] & 1)) {
                return false;
            }
        }
    }
    return true;
}

/* The fewest groups that finish when `there` is loaded; `most` when there is no way with
 * fewer. */
static unsigned search(const case_data *c, unsigned there, uint64_t pool, unsigned most) {
    unsigned all = (1U << c->problem.count) - 1;
    if (there == all) {
        return 0;
    }
    unsigned rest = all & ~there;
    for (unsigned group = rest; most > 1 && group > 0; group = (group - 1) & rest) {
        uint64_t now = pool;
        if (has_its_needs(c, there, group) &&
            peak_of(c, there, group, &now) <= c->problem.limit_bytes) {
            unsigned found = 1 + search(c, there | group, now, most - 1);
            most = found < most ? found : most;
        }
    }
    return most;
}

static void make_case(case_data *c, bool has_pools) {
    memset(c, 0, sizeof *c);
    c->problem = (schedule_problem){.items = c->items,
                                    .count = 2 + (uint32_t)draw(MOST - 1),
                                    .base_bytes = draw(3) * 20,
                                    .threads = 1 + (unsigned)draw(3)};
    uint64_t resident = c->problem.base_bytes;
    uint64_t load = 0;
    for (uint32_t i = 0; i < c->problem.count; i++) {
        schedule_item *item = &c->items[i];
        item->resident_bytes = draw(40);
        item->load_bytes = item->resident_bytes + draw(60);
        item->last_bytes = draw(15);
        item->extra_bytes = draw(3) == 0 ? draw(25) : 0;
        item->pool_bytes = has_pools ? draw(20) : 0;
        item->needs = c->needs[i];
        for (uint32_t j = 0; j < i && draw(2) == 0; j++) {
            if (draw(4) == 0) {
                c->needs[i][item->need_count++] = j;
            }
        }
        resident += item->resident_bytes;
        load += item->load_bytes;
    }
    c->problem.limit_bytes = resident + draw(load / 2 + 40);
}

/* The peak of a plan; groups must be in use, and needs be met. */
static uint64_t peak_of_plan(const case_data *c, const schedule *plan) {
    unsigned there = 0;
    uint64_t pool = 0;
    uint64_t peak = 0;
    for (uint32_t group = 0; group < plan->group_count; group++) {
        unsigned members = 0;
        for (uint32_t i = 0; i < c->problem.count; i++) {
            members |= plan->group_of[i] == group ? 1U << i : 0;
        }
        assert_true(members != 0);
        assert_true(has_its_needs(c, there, members));
        uint64_t now = peak_of(c, there, members, &pool);
        peak = now > peak ? now : peak;
        there |= members;
    }
    assert_int_equal(there, (1U << c->problem.count) - 1);
    return peak;
}

/* Everything that an item needs, however indirectly: needs come before their users. */
static unsigned all_needs(const case_data *c, uint32_t item) {
    unsigned found = 0;
    for (uint32_t j = 0; j < c->items[item].need_count; j++) {
        found |= 1U << c->needs[item][j] | all_needs(c, c->needs[item][j]);
    }
    return found;
}

/* Whichever member comes last, the others are there: each must be too much. One that
 * another member needs is never last. */
static void check_proof(const case_data *c, const schedule *plan) {
    uint64_t base = c->problem.base_bytes;
    unsigned members = 0;
    unsigned needed = 0;
    for (uint32_t i = 0; i < plan->proof_count; i++) {
        members |= 1U << plan->proof[i];
        needed |= all_needs(c, plan->proof[i]);
    }
    assert_true(plan->proof_bytes > c->problem.limit_bytes);
    assert_true(plan->proof_count > 0 || base > c->problem.limit_bytes);
    for (uint32_t i = 0; i < plan->proof_count; i++) {
        unsigned last = 1U << plan->proof[i];
        uint64_t pool = 0;
        assert_true((needed & last) != 0 ||
                    peak_of(c, members & ~last, last, &pool) >= plan->proof_bytes);
    }
}

static void compare(case_data *c, uint32_t exact_count, unsigned slack) {
    arena mem = {0};
    pa_error err = {0};
    schedule plan;
    c->problem.exact_count = exact_count;
    assert_int_equal(schedule_make(&c->problem, &mem, &plan, &err), PA_OK);
    unsigned most = c->problem.count + 1;
    unsigned best = search(c, 0, 0, most);
    assert_int_equal(plan.fits, best < most);
    if (plan.fits) {
        assert_true(peak_of_plan(c, &plan) <= c->problem.limit_bytes);
        assert_true(plan.group_count <= best + slack);
    } else {
        check_proof(c, &plan);
    }
    arena_clear(&mem);
}

static void test_few_items_are_as_good_as_every_order(void **unused) {
    (void)unused;
    state = 88172645463325252u;
    for (int i = 0; i < CASES; i++) {
        case_data c;
        make_case(&c, false);
        compare(&c, SCHEDULE_EXACT_ITEMS, 0);
    }
}

static void test_packing_finds_an_order_whenever_there_is_one(void **unused) {
    (void)unused;
    state = 362436069362436069u;
    for (int i = 0; i < CASES; i++) {
        case_data c;
        make_case(&c, false);
        compare(&c, 0, 1);
    }
}

static void test_kept_pools_never_break_the_limit(void **unused) {
    (void)unused;
    state = 521288629521288629u;
    unsigned found = 0;
    unsigned possible = 0;
    for (int i = 0; i < CASES; i++) {
        case_data c;
        arena mem = {0};
        pa_error err = {0};
        schedule plan;
        make_case(&c, true);
        c.problem.exact_count = i % 2 == 0 ? SCHEDULE_EXACT_ITEMS : 0;
        assert_int_equal(schedule_make(&c.problem, &mem, &plan, &err), PA_OK);
        possible += search(&c, 0, 0, c.problem.count + 1) <= c.problem.count;
        if (plan.fits) {
            assert_true(peak_of_plan(&c, &plan) <= c.problem.limit_bytes);
            found++;
        } else if (plan.proof_count > 0) {
            assert_true(search(&c, 0, 0, c.problem.count + 1) > c.problem.count);
        }
        arena_clear(&mem);
    }
    assert_true(found * 100 >= possible * 95);
}

static void test_urgent_items_come_first(void **unused) {
    (void)unused;
    schedule_item items[4];
    for (int i = 0; i < 4; i++) {
        items[i] = (schedule_item){.resident_bytes = 10, .load_bytes = 20};
    }
    schedule_problem problem = {.items = items,
                                .count = 4,
                                .limit_bytes = 60,
                                .threads = 1,
                                .exact_count = SCHEDULE_EXACT_ITEMS};
    arena mem = {0};
    pa_error err = {0};
    schedule plan;
    assert_int_equal(schedule_make(&problem, &mem, &plan, &err), PA_OK);
    assert_int_equal(plan.group_count, 2);
    for (int i = 1; i < 4; i++) {
        assert_true(plan.group_of[i - 1] <= plan.group_of[i]);
    }
    arena_clear(&mem);
}

static void test_thousands_of_items_take_less_than_a_second(void **unused) {
    (void)unused;
    state = 123456789123456789u;
    schedule_item *items = calloc(LARGE, sizeof *items);
    uint64_t resident = 0;
    for (int i = 0; i < LARGE; i++) {
        items[i].resident_bytes = 1 + draw(4000000);
        items[i].load_bytes = items[i].resident_bytes * 2;
        items[i].last_bytes = items[i].resident_bytes;
        resident += items[i].resident_bytes;
    }
    static const uint64_t rooms[] = {9000000, 40000000, 400000000, 4000000000};
    for (int i = 0; i < 4; i++) {
        schedule_problem problem = {.items = items,
                                    .count = LARGE,
                                    .threads = 3,
                                    .limit_bytes = resident + rooms[i],
                                    .exact_count = SCHEDULE_EXACT_ITEMS};
        arena mem = {0};
        pa_error err = {0};
        schedule plan;
        clock_t begun = clock();
        assert_int_equal(schedule_make(&problem, &mem, &plan, &err), PA_OK);
        assert_true(clock() - begun < CLOCKS_PER_SEC);
        assert_true(plan.fits);
        arena_clear(&mem);
    }
    free(items);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few_items_are_as_good_as_every_order),
        cmocka_unit_test(test_packing_finds_an_order_whenever_there_is_one),
        cmocka_unit_test(test_kept_pools_never_break_the_limit),
        cmocka_unit_test(test_urgent_items_come_first),
        cmocka_unit_test(test_thousands_of_items_take_less_than_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
