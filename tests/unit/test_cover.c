/* test_cover.c - covers against trying all of them, and against their bounds.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/cover.h"


#include "expect.h"

enum { MAX_ITEMS = 1000, MAX_OPTIONS = 4, MAX_NEEDS = 6 };

/* A cover that owns its numbers. */
typedef struct problem {
    cover is;
    size_t first[MAX_ITEMS + 1];
    uint64_t cost[MAX_ITEMS * MAX_OPTIONS];
    int64_t saving[MAX_NEEDS][MAX_ITEMS * MAX_OPTIONS];
    const int64_t *rows[MAX_NEEDS];
    int64_t need[MAX_NEEDS];
    uint32_t choice[MAX_ITEMS];
} problem;

static problem p;

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return *seed >> 8;
}

static void begin(size_t needs) {
    memset(&p, 0, sizeof p);
    for (size_t t = 0; t < needs; t++) {
        p.rows[t] = p.saving[t];
    }
    p.is = (cover){.first = p.first,
                   .cost = p.cost,
                   .need_count = needs,
                   .saving = p.rows,
                   .need = p.need};
}

static void add_item(void) {
    p.first[p.is.item_count + 1] = p.first[p.is.item_count] + 1;
    p.is.item_count++;
}

static size_t add_option(uint64_t cost) {
    size_t at = p.first[p.is.item_count]++;
    p.cost[at] = cost;
    return at;
}

/* As images are: sides that repeat, formats that save more and more of what they hold,
 * each scene with some of them. */
static void draw(uint32_t seed, size_t items, size_t needs, unsigned percent) {
    static const unsigned left_percent[] = {100, 25, 11, 6};
    begin(needs);
    int64_t most[MAX_NEEDS] = {0};
    for (size_t i = 0; i < items; i++) {
        uint64_t side = 64 << next_random(&seed) % 6;
        uint64_t pixels = side * (side + next_random(&seed) % 3 * 16);
        size_t options = 1 + next_random(&seed) % 3;
        bool is_in[MAX_NEEDS];
        for (size_t t = 0; t < needs; t++) {
            is_in[t] = next_random(&seed) % 3 > 0;
        }
        add_item();
        for (size_t o = 1; o <= options; o++) {
            size_t at = add_option(o * pixels);
            for (size_t t = 0; t < needs; t++) {
                int64_t saved = (int64_t)(pixels * 4 * (100 - left_percent[o]) / 100);
                p.saving[t][at] = is_in[t] ? saved : 0;
                most[t] += is_in[t] && o == options ? saved : 0;
            }
        }
    }
    for (size_t t = 0; t < needs; t++) {
        p.need[t] = most[t] * percent / 100;
    }
}

static bool covers(const uint32_t *choice) {
    for (size_t t = 0; t < p.is.need_count; t++) {
        int64_t saved = 0;
        for (size_t i = 0; i < p.is.item_count; i++) {
            saved += p.saving[t][p.first[i] + choice[i]];
        }
        if (saved < p.need[t]) {
            return false;
        }
    }
    return true;
}

static uint64_t cost_of(const uint32_t *choice) {
    uint64_t sum = 0;
    for (size_t i = 0; i < p.is.item_count; i++) {
        sum += p.cost[p.first[i] + choice[i]];
    }
    return sum;
}

/* UINT64_MAX when no choice covers all. */
static uint64_t cheapest(void) {
    uint32_t choice[MAX_ITEMS] = {0};
    uint64_t best = UINT64_MAX;
    for (size_t at = 0; at < p.is.item_count;) {
        if (covers(choice) && cost_of(choice) < best) {
            best = cost_of(choice);
        }
        for (at = 0; at < p.is.item_count; at++) {
            if (++choice[at] < p.first[at + 1] - p.first[at]) {
                break;
            }
            choice[at] = 0;
        }
    }
    return best;
}

static cover_result solve(void) {
    cover_result told;
    pa_error err = {0};
    cover_solve(&p.is, p.choice, &told, &err);
    expect_no_error(&err);
    assert_int_equal(told.is_covered, told.is_covered && covers(p.choice));
    if (told.is_covered) {
        assert_int_equal(told.cost, cost_of(p.choice));
        assert_true(told.least_cost <= told.cost);
    }
    return told;
}

/* Three items save 10, 6 and 5 for 9, 5 and 5: 11 are cheapest of the last two. */
static void a_small_one_is_solved_by_hand(void **state) {
    (void)state;
    static const int64_t saving[] = {10, 6, 5};
    static const uint64_t cost[] = {9, 5, 5};
    begin(1);
    for (size_t i = 0; i < 3; i++) {
        add_item();
        p.saving[0][add_option(cost[i])] = saving[i];
    }
    p.need[0] = 11;
    cover_result told = solve();
    assert_int_equal(told.cost, 10);
    assert_int_equal(told.least_cost, 10);
    assert_int_equal(p.choice[0], 0);
    p.need[0] = 21;
    told = solve();
    assert_int_equal(told.cost, 19);
    p.need[0] = 22;
    told = solve();
    assert_true(told.is_impossible && !told.is_covered);
}

static void nothing_is_chosen_when_nothing_is_needed(void **state) {
    (void)state;
    draw(7, 20, 3, 0);
    cover_result told = solve();
    assert_true(told.is_covered);
    assert_int_equal(told.cost, 0);
    assert_int_equal(told.least_cost, 0);
}

static void small_ones_are_solved_exactly(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 150; seed++) {
        draw(seed * 7919, 3 + seed % 5, 1 + seed % MAX_NEEDS, 20 + seed % 79);
        uint64_t best = cheapest();
        cover_result told = solve();
        assert_true(told.is_covered);
        assert_int_equal(told.cost, best);
        assert_int_equal(told.least_cost, best);
    }
}

static void what_saves_nothing_or_makes_it_worse_is_left(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        draw(seed * 104729, 6, 3, 40);
        uint32_t drawn = seed;
        for (size_t o = 0; o < p.first[6];
             o++) { /* now and then an option costs memory */
            for (size_t t = 0; p.cost[o] > 0 && t < 3; t++) {
                p.saving[t][o] =
                    next_random(&drawn) % 4 == 0 ? -p.saving[t][o] / 3 : p.saving[t][o];
            }
        }
        uint64_t best = cheapest();
        cover_result told = solve();
        if (best != UINT64_MAX) {
            assert_true(told.is_covered && !told.is_impossible);
            assert_int_equal(told.cost, best);
            assert_int_equal(told.least_cost, best);
        } else {
            assert_false(told.is_covered);
        }
    }
}

static void large_ones_come_within_5_percent_of_their_bound(void **state) {
    (void)state;
    static const struct {
        size_t items, needs;
        unsigned percent;
    } cases[] = {{60, 2, 50}, {200, 6, 70}, {500, 4, 30}, {MAX_ITEMS, 6, 60}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        draw((uint32_t)(i + 1) * 31337, cases[i].items, cases[i].needs, cases[i].percent);
        cover_result told = solve();
        assert_true(told.is_covered);
        assert_true(told.cost * 100 <= told.least_cost * 105);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_one_is_solved_by_hand),
        cmocka_unit_test(nothing_is_chosen_when_nothing_is_needed),
        cmocka_unit_test(small_ones_are_solved_exactly),
        cmocka_unit_test(what_saves_nothing_or_makes_it_worse_is_left),
        cmocka_unit_test(large_ones_come_within_5_percent_of_their_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
