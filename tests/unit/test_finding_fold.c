/* test_finding_fold.c - many findings of one cause become one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/finding_fold.h"

#include "expect.h"

static void add(finding_list *list, rule_id rule, const char *file, uint64_t size_bytes,
                const char *text) {
    pa_error err = {0};
    finding_add(list, rule, str_of(file), (str){0}, &err, "%s", text);
    expect_no_error(&err);
    finding_last(list)->bytes = size_bytes;
}

static void the_heaviest_stay_and_the_others_are_one(void **state) {
    (void)state;
    finding_list list = {0};
    pa_error err = {0};
    add(&list, RULE_PIXELS_TWICE, "a", 10, "small");
    add(&list, RULE_IMAGE_BROKEN, "b", 5, "another rule");
    add(&list, RULE_PIXELS_TWICE, "c", 500, "large");
    add(&list, RULE_PIXELS_TWICE, "d", 20, "middle");
    finding_folding how = {RULE_PIXELS_TWICE, 20, 100, 2, true, "groups"};
    assert_int_equal(finding_fold(&list, &how, &err), PA_OK);
    assert_int_equal(list.count, 3);
    expect_text(list.rows[0].message, "2 groups");
    expect_text(list.rows[0].file, "d");
    assert_int_equal(list.rows[0].bytes, 30);
    assert_int_equal(list.rows[0].member_count, 2);
    expect_text(list.rows[0].members[0], "d: middle");
    expect_text(list.rows[0].members[1], "a: small");
    expect_text(list.rows[1].message, "another rule");
    expect_text(list.rows[2].message, "large");
    finding_list_clear(&list);
}

static void members_that_say_the_same_are_places_only(void **state) {
    (void)state;
    finding_list list = {0};
    pa_error err = {0};
    add(&list, RULE_IMAGE_MISSING, "b", 0, "absent");
    add(&list, RULE_IMAGE_MISSING, "a", 0, "absent");
    finding_folding how = {RULE_IMAGE_MISSING, 0, 0, 2, false, "files are absent"};
    assert_int_equal(finding_fold(&list, &how, &err), PA_OK);
    assert_int_equal(list.count, 1);
    expect_text(list.rows[0].members[0], "a");
    expect_text(list.rows[0].members[1], "b");
    finding_list_clear(&list);
}

static void fewer_than_the_least_stay(void **state) {
    (void)state;
    finding_list list = {0};
    pa_error err = {0};
    finding_folding how = {RULE_IMAGE_MISSING, 0, 0, 3, false, "files are absent"};
    assert_int_equal(finding_fold(&list, &how, &err), PA_OK);
    add(&list, RULE_IMAGE_MISSING, "b", 0, "absent");
    add(&list, RULE_IMAGE_MISSING, "a", 0, "absent");
    assert_int_equal(finding_fold(&list, &how, &err), PA_OK);
    assert_int_equal(list.count, 2);
    expect_text(list.rows[0].file, "b");
    finding_list_clear(&list);
}

static void a_long_list_is_cut_and_says_so(void **state) {
    (void)state;
    finding_list list = {0};
    pa_error err = {0};
    for (int i = 0; i < FINDING_MAX_MEMBERS + 5; i++) {
        add(&list, RULE_IMAGE_MISSING, "a", 0, "absent");
    }
    finding_folding how = {RULE_IMAGE_MISSING, 0, 0, 2, false, "files are absent"};
    assert_int_equal(finding_fold(&list, &how, &err), PA_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.rows[0].member_count, FINDING_MAX_MEMBERS);
    expect_text(list.rows[0].members[FINDING_MAX_MEMBERS - 1], "and 6 more");
    finding_list_clear(&list);
}

/* The only member's text, of a row about `file` that holds at more places. */
static str told_of(finding_list *list, const char *file, const str *places,
                   uint32_t count) {
    pa_error err = {0};
    add(list, RULE_PIXELS_TWICE, file, 2, "twice");
    finding_last(list)->members = places;
    finding_last(list)->member_count = count;
    add(list, RULE_PIXELS_TWICE, "z", 1, "twice");
    finding_folding how = {RULE_PIXELS_TWICE, 0, 0, 2, true, "groups"};
    assert_int_equal(finding_fold(list, &how, &err), PA_OK);
    return list->rows[0].members[0];
}

static void places_left_out_are_told_whether_the_file_is_among_them_or_not(void **state) {
    (void)state;
    const str places[] = {str_of("a"), str_of("b"), str_of("c"), str_of("d")};
    const struct {
        const char *file;
        uint32_t count;
        const char *text;
    } cases[] = {{"a", 4, "a: twice (b, c, d)"}, {"o", 4, "o: twice (a, b, c, …)"},
                 {"o", 3, "o: twice (a, b, c)"}, {"d", 3, "d: twice (a, b, c)"},
                 {"a", 1, "a: twice"},           {"o", 1, "o: twice (a)"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        finding_list list = {0};
        expect_text(told_of(&list, cases[i].file, places, cases[i].count), cases[i].text);
        assert_true(list.rows[0].is_folded);
        finding_list_clear(&list);
    }
}

static void a_place_too_long_to_tell_is_left_out(void **state) {
    (void)state;
    char text[PA_ERROR_TEXT_SIZE];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    const str places[] = {str_of("a"), str_of("b"), str_of(text)};
    finding_list list = {0};
    expect_text(told_of(&list, "o", places, 3), "o: twice (a, b, …)");
    finding_list_clear(&list);
}

static void a_copy_keeps_the_changes(void **state) {
    (void)state;
    finding_list from = {0};
    finding_list into = {0};
    pa_error err = {0};
    const finding_change changes[] = {{1, 2}, {3, 4}};
    add(&from, RULE_TRANSITION_OVER, "", 1, "too much");
    finding_last(&from)->changes = changes;
    finding_last(&from)->change_count = 2;
    assert_int_equal(finding_take(&into, &from, &err), PA_OK);
    finding_list_clear(&from);
    assert_int_equal(into.rows[0].change_count, 2);
    assert_ptr_not_equal(into.rows[0].changes, changes);
    assert_int_equal(into.rows[0].changes[1].to, 4);
    finding_list_clear(&into);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_heaviest_stay_and_the_others_are_one),
        cmocka_unit_test(members_that_say_the_same_are_places_only),
        cmocka_unit_test(fewer_than_the_least_stay),
        cmocka_unit_test(a_long_list_is_cut_and_says_so),
        cmocka_unit_test(places_left_out_are_told_whether_the_file_is_among_them_or_not),
        cmocka_unit_test(a_place_too_long_to_tell_is_left_out),
        cmocka_unit_test(a_copy_keeps_the_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
