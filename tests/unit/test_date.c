/* test_date.c - calendar days, by numbers worked by hand, and sizes in words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"
#include "base/units.h"
#include "expect.h"

static void days_are_counted_from_1970(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int32_t days;
    } rows[] = {{"1970-01-01", 0},
                {"1970-12-31", 364},
                {"1972-02-29", 365 * 2 + 31 + 28},
                {"1972-03-01", 365 * 2 + 31 + 29},
                {"2000-03-01", 365 * 30 + 7 + 31 + 29}, /* 1972 … 1996 have 7 leap days */
                {"2026-12-31", 20818},                  /* 1798675200 s / 86400 */
                {"2100-03-01", 47541}};                 /* 2100 is no leap year */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t days = -1;
        char back[11];
        assert_true(date_to_days(str_of(rows[i].text), &days));
        assert_int_equal(days, rows[i].days);
        date_of_days(days, back);
        assert_string_equal(back, rows[i].text);
    }
}

static void what_is_no_day_is_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",           "2026-1-01",   "2026-13-01", "2026-00-01",
        "2026-02-29", "2100-02-29",  "2026-04-31", "1969-12-31",
        "2026/01/01", "2026-01-01x", "2026-01-00"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t days = 7;
        assert_false(date_to_days(str_of(rows[i]), &days));
        assert_int_equal(days, 7);
    }
}

static void sizes_are_rounded_to_a_tenth(void **state) {
    (void)state;
    static const struct {
        uint64_t size_bytes;
        const char *text;
    } rows[] = {{0, "0 bytes"},
                {1, "1 byte"},
                {1023, "1023 bytes"},
                {1024, "1.0 KiB"},
                {1024 + 51, "1.0 KiB"}, /* 0.0498 */
                {1024 + 52, "1.1 KiB"}, /* 0.0508 */
                {1048575, "1024.0 KiB"},
                {1048576, "1.0 MiB"},
                {UINT64_C(574624192), "548.0 MiB"},
                {UINT64_C(1) << 40, "1048576.0 MiB"},
                {UINT64_MAX, "17592186044416.0 MiB"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_string_equal(bytes_text(rows[i].size_bytes).at, rows[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_counted_from_1970),
        cmocka_unit_test(what_is_no_day_is_refused),
        cmocka_unit_test(sizes_are_rounded_to_a_tenth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
