/* test_text.c - borrowed strings.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "expect.h"

static void null_is_the_empty_text(void **state) {
    (void)state;
    assert_int_equal(str_of(NULL).size, 0);
    assert_true(str_equal(str_of(NULL), str_of("")));
}

static void texts_are_ordered_by_bytes_then_length(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        int sign;
    } rows[] = {{"", "", 0},    {"", "a", -1},   {"a", "", 1},         {"a", "ab", -1},
                {"b", "ab", 1}, {"ab", "ab", 0}, {"\x7f", "\x80", -1}, {"B", "a", -1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int order = str_order(str_of(rows[i].a), str_of(rows[i].b));
        assert_int_equal((order > 0) - (order < 0), rows[i].sign);
    }
}

static void starts_and_ends_take_the_empty_text(void **state) {
    (void)state;
    static const struct {
        const char *text, *part;
        bool starts, ends;
    } rows[] = {{"", "", true, true},         {"abc", "", true, true},
                {"", "a", false, false},      {"abc", "ab", true, false},
                {"abc", "bc", false, true},   {"abc", "abc", true, true},
                {"abc", "abcd", false, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_starts(str_of(rows[i].text), rows[i].part), rows[i].starts);
        assert_int_equal(str_ends(str_of(rows[i].text), rows[i].part), rows[i].ends);
    }
}

static void find_tells_the_first_place_or_the_size(void **state) {
    (void)state;
    static const struct {
        const char *text;
        char byte;
        size_t from, first, last;
    } rows[] = {{"a/b/c", '/', 0, 1, 3}, {"a/b/c", '/', 2, 3, 3}, {"a/b/c", '/', 4, 5, 3},
                {"a/b/c", '/', 9, 5, 3}, {"abc", '/', 0, 3, 3},   {"", '/', 0, 0, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_find(str_of(rows[i].text), rows[i].byte, rows[i].from),
                         rows[i].first);
        assert_int_equal(str_find_last(str_of(rows[i].text), rows[i].byte), rows[i].last);
    }
}

static void a_text_is_found_in_a_text(void **state) {
    (void)state;
    static const struct {
        const char *text, *needle;
        size_t at;
    } rows[] = {{"aab", "ab", 1}, {"aaab", "aab", 1},  {"abab", "ab", 0},
                {"ab", "abc", 2}, {"ab", "", 2},       {"", "a", 0},
                {"xab", "ab", 1}, {"ababc", "abc", 2}, {"abcab", "x", 5}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_find_text(str_of(rows[i].text), rows[i].needle), rows[i].at);
    }
}

static void a_front_holds_whole_characters(void **state) {
    (void)state;
    expect_text(str_front(str_of("a墙"), 4), "a墙");
    expect_text(str_front(str_of("a墙"), 3), "a");
    expect_text(str_front(str_of("墙"), 2), "");
    expect_text(str_front(str_of("ab"), 1), "a");
}

static void a_part_needs_no_nul_behind_it(void **state) {
    (void)state;
    assert_int_equal(str_find_part(str_of("xabz"), (str){"abc", 2}), 1);
    assert_int_equal(str_find_part(str_of("xabz"), (str){0}), 4);
}

static void part_is_cut_to_the_text(void **state) {
    (void)state;
    static const struct {
        size_t from, to;
        const char *part;
    } rows[] = {{0, 3, "abc"}, {1, 2, "b"}, {1, 99, "bc"},
                {2, 1, ""},    {9, 10, ""}, {3, 3, ""}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_text(str_part(str_of("abc"), rows[i].from, rows[i].to), rows[i].part);
    }
}

static void trim_takes_white_space_off_both_ends(void **state) {
    (void)state;
    expect_text(str_trim(str_of(" \t\r\n a b \n")), "a b");
    expect_text(str_trim(str_of("   ")), "");
    expect_text(str_trim(str_of("")), "");
}

static void split_gives_every_part(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *joined; /* parts, each followed by '|' */
    } rows[] = {{"a,b", "a|b|"}, {"a,", "a||"}, {",a", "|a|"},
                {",", "||"},     {"", "|"},     {"a", "a|"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf joined = {0};
        str part = {0};
        for (str rest = str_of(rows[i].text); str_split(&rest, ',', &part);) {
            buf_add(&joined, part);
            buf_add_byte(&joined, '|');
        }
        expect_text(buf_str(&joined), rows[i].joined);
        buf_clear(&joined);
    }
}

static void split_of_no_text_gives_nothing(void **state) {
    (void)state;
    str rest = {0};
    str part = {0};
    assert_false(str_split(&rest, ',', &part));
}

static void paths_have_name_folder_and_extension(void **state) {
    (void)state;
    static const struct {
        const char *path, *name, *folder, *extension;
    } rows[] = {{"a/b.png", "b.png", "a", ".png"},
                {"b.tar.gz", "b.tar.gz", "", ".gz"},
                {"a.b/c", "c", "a.b", ""},
                {"/x", "x", "", ""},
                {"a/", "", "a", ""},
                {"", "", "", ""}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_text(str_file_name(str_of(rows[i].path)), rows[i].name);
        expect_text(str_folder(str_of(rows[i].path)), rows[i].folder);
        expect_text(str_extension(str_of(rows[i].path)), rows[i].extension);
    }
}

static void numbers_are_digits_up_to_a_bound(void **state) {
    (void)state;
    static const struct {
        const char *digits;
        uint64_t max;
        bool is_good;
        uint64_t value;
    } rows[] = {{"0", 0, true, 0},
                {"1", 0, false, 0},
                {"007", 7, true, 7},
                {"255", 255, true, 255},
                {"256", 255, false, 0},
                {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
                {"18446744073709551616", UINT64_MAX, false, 0},
                {"99999999999999999999", UINT64_MAX, false, 0},
                {"", 9, false, 0},
                {"-1", 9, false, 0},
                {"+1", 9, false, 0},
                {" 1", 9, false, 0},
                {"1 ", 9, false, 0},
                {"1e1", 99, false, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t value = 12345;
        assert_int_equal(str_to_u64(str_of(rows[i].digits), rows[i].max, &value),
                         rows[i].is_good);
        assert_int_equal(value, rows[i].is_good ? rows[i].value : 12345);
    }
}

static void globs_match_whole_texts(void **state) {
    (void)state;
    static const struct {
        const char *glob, *text;
        bool matches;
    } rows[] = {{"", "", true},
                {"*", "", true},
                {"?", "", false},
                {"abc", "abc", true},
                {"abc", "ABC", false},
                {"a*c", "abbbc", true},
                {"a*c", "abbb", false},
                {"*b*", "abc", true},
                {"a?c", "abc", true},
                {"a?c", "ac", false},
                {"a**c", "ac", true},
                {"*ab", "aab", true},
                {"*a*b", "xaxxb", true},
                {"abc", "abcd", false},
                {"db://*/Main.scene", "db://assets/Main.scene", true}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_glob(str_of(rows[i].glob), str_of(rows[i].text)),
                         rows[i].matches);
    }
}

static void a_glob_of_many_stars_ends_soon(void **state) {
    (void)state;
    char text[2001];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(str_glob(str_of("*a*a*a*a*a*a*a*a*a*a*a*a*b"), str_of(text)));
}

static void distance_counts_edits_up_to_a_cap(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        unsigned cap, distance;
    } rows[] = {{"", "", 9, 0},
                {"abc", "abc", 9, 0},
                {"abc", "abd", 9, 1},
                {"abc", "ab", 9, 1},
                {"", "abc", 9, 3},
                {"kitten", "sitting", 9, 3},
                {"kitten", "sitting", 2, 2},
                {"ab", "ba", 9, 2}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_distance(str_of(rows[i].a), str_of(rows[i].b), rows[i].cap),
                         rows[i].distance);
    }
}

static void distance_takes_texts_of_any_length(void **state) {
    (void)state;
    char text[1001];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(str_distance(str_of(text), str_of(text), 9), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_is_the_empty_text),
        cmocka_unit_test(texts_are_ordered_by_bytes_then_length),
        cmocka_unit_test(starts_and_ends_take_the_empty_text),
        cmocka_unit_test(find_tells_the_first_place_or_the_size),
        cmocka_unit_test(a_text_is_found_in_a_text),
        cmocka_unit_test(a_front_holds_whole_characters),
        cmocka_unit_test(a_part_needs_no_nul_behind_it),
        cmocka_unit_test(part_is_cut_to_the_text),
        cmocka_unit_test(trim_takes_white_space_off_both_ends),
        cmocka_unit_test(split_gives_every_part),
        cmocka_unit_test(split_of_no_text_gives_nothing),
        cmocka_unit_test(paths_have_name_folder_and_extension),
        cmocka_unit_test(numbers_are_digits_up_to_a_bound),
        cmocka_unit_test(globs_match_whole_texts),
        cmocka_unit_test(a_glob_of_many_stars_ends_soon),
        cmocka_unit_test(distance_counts_edits_up_to_a_cap),
        cmocka_unit_test(distance_takes_texts_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
