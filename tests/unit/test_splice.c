/* test_splice.c - spans are replaced, all other bytes stay.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/splice.h"

#include "expect.h"

static str part(str whole, const char *text) {
    size_t at = str_find_text(whole, text);
    return str_part(whole, at, at + strlen(text));
}

static void spans_are_replaced_in_any_order(void **state) {
    (void)state;
    str whole = str_of("{\"a\": 1e-7, \"b\":[2.50]}");
    splice_list list = {0};
    buf out = {0};
    pa_error err = {0};
    splice_replace(&list, whole, part(whole, "2.50"), str_of("3"), &err);
    splice_replace(&list, whole, part(whole, "a"), str_of("longer"), &err);
    splice_apply(&list, whole, &out, &err);
    expect_no_error(&err);
    expect_text(buf_str(&out), "{\"longer\": 1e-7, \"b\":[3]}");
    buf_clear(&out);
    splice_clear(&list);
}

static void without_spans_nothing_changes(void **state) {
    (void)state;
    splice_list list = {0};
    buf out = {0};
    pa_error err = {0};
    splice_apply(&list, str_of("as it was"), &out, &err);
    expect_text(buf_str(&out), "as it was");
    buf_clear(&out);
}

static void every_occurrence_is_replaced(void **state) {
    (void)state;
    str whole = str_of("ab aab ab a");
    splice_list list = {0};
    buf out = {0};
    pa_error err = {0};
    size_t count = 0;
    splice_replace_all(&list, whole, str_of("ab"), str_of("X"), &count, &err);
    splice_apply(&list, whole, &out, &err);
    expect_no_error(&err);
    assert_int_equal(count, 3);
    expect_text(buf_str(&out), "X aX X a");
    splice_clear(&list);
    splice_replace_all(&list, str_of("a"), str_of("ab"), str_of("X"), &count, &err);
    assert_int_equal(count, 0);
    buf_clear(&out);
    splice_clear(&list);
}

static void a_span_is_edited_once(void **state) {
    (void)state;
    str whole = str_of("abcd");
    splice_list list = {0};
    buf out = {0};
    pa_error err = {0};
    splice_replace(&list, whole, part(whole, "abc"), str_of("1"), &err);
    splice_replace(&list, whole, part(whole, "cd"), str_of("2"), &err);
    splice_apply(&list, whole, &out, &err);
    expect_error(&err, PA_INTERNAL, "byte 2 is edited twice");
    buf_clear(&out);
    splice_clear(&list);
}

static void a_span_of_another_text_is_refused(void **state) {
    (void)state;
    char other[] = "elsewhere";
    splice_list list = {0};
    pa_error err = {0};
    splice_replace(&list, str_of("abcd"), str_of(other), str_of("1"), &err);
    expect_error(&err, PA_INTERNAL, NULL);
    splice_clear(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_replaced_in_any_order),
        cmocka_unit_test(without_spans_nothing_changes),
        cmocka_unit_test(every_occurrence_is_replaced),
        cmocka_unit_test(a_span_is_edited_once),
        cmocka_unit_test(a_span_of_another_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
