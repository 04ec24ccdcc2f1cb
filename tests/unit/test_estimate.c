/* test_estimate.c - the time that is left.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/estimate.h"

#include "expect.h"

static void what_is_left_takes_as_long_as_what_was_done(void **state) {
    (void)state;
    static const struct {
        uint64_t elapsed_ms, done, total, left_s;
    } cases[] = {
        {10000, 50, 100, 10},            /* half */
        {10000, 25, 100, 30},            /* a quarter in 10 s: 30 s for three */
        {2000, 3, 4, 1},                 /* 667 ms, rounded up */
        {1000, 100, 10000, 99},          /* a hundredth in 1 s */
        {60000, 4194304, 12582912, 120}, /* of 12 Mi pixels 4 */
        {5000, 7, 7, 0},                 /* nothing */
        {3600000, UINT64_C(1) << 60, UINT64_C(1) << 61, 3600},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t left_s = 99;
        assert_true(
            estimate_left(cases[i].elapsed_ms, cases[i].done, cases[i].total, &left_s));
        assert_int_equal(left_s, cases[i].left_s);
    }
}

static void a_guess_is_not_told(void **state) {
    (void)state;
    uint64_t left_s = 0;
    assert_false(estimate_left(999, 50, 100, &left_s));     /* too early */
    assert_false(estimate_left(10000, 0, 100, &left_s));    /* nothing done */
    assert_false(estimate_left(10000, 0, 0, &left_s));      /* not known */
    assert_false(estimate_left(10000, 99, 10000, &left_s)); /* below a hundredth */
    assert_false(estimate_left(10000, 101, 100, &left_s));  /* more than there is */
}

static void times_are_told_no_finer_than_they_are_known(void **state) {
    (void)state;
    static const struct {
        uint64_t seconds;
        const char *text;
    } cases[] = {{0, "0 s"},           {59, "59 s"},         {60, "1 min 0 s"},
                 {194, "3 min 10 s"},  {195, "3 min 20 s"},  {3594, "59 min 50 s"},
                 {3595, "1 h 0 min"},  {7500, "2 h 5 min"},  {7649, "2 h 5 min"},
                 {7650, "2 h 10 min"}, {90000, "25 h 0 min"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(time_text(cases[i].seconds).at, cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_takes_as_long_as_what_was_done),
        cmocka_unit_test(a_guess_is_not_told),
        cmocka_unit_test(times_are_told_no_finer_than_they_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
