/* test_yaml.c - the YAML that is taken, what is refused, and readers of values.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/yaml.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "expect.h"

/* The text is read from a block of its exact size; the tree outlives it. */
static const yaml_node *read_sized(arena *mem, str text) {
    char *copy = exact_copy(text.at, text.size);
    pa_error err = {0};
    const yaml_node *root = NULL;
    yaml_parse((str){copy, text.size}, mem, &root, &err);
    free(copy);
    expect_no_error(&err);
    assert_non_null(root);
    return root;
}

static const yaml_node *read_text(arena *mem, const char *text) {
    return read_sized(mem, str_of(text));
}

static void expect_refused(str text, const char *message) {
    char *copy = exact_copy(text.at, text.size);
    arena mem = {0};
    pa_error err = {0};
    const yaml_node *root = NULL;
    assert_int_equal(yaml_parse((str){copy, text.size}, &mem, &root, &err), PA_FORMAT);
    expect_error(&err, PA_FORMAT, message);
    assert_null(root);
    arena_clear(&mem);
    free(copy);
}

static void maps_lists_and_text_keep_their_order(void **state) {
    (void)state;
    arena mem = {0};
    const yaml_node *root = read_text(&mem, "b: 1 # one\n"
                                            "a:\n"
                                            "  - x\n"
                                            "  - [y, 'z, w']\n"
                                            "c: {d: \"e\\tf\", g: }\n");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 3);
    expect_text(root->first->key, "b");
    expect_text(root->first->text, "1");
    const yaml_node *list = yaml_get(root, "a");
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->count, 2);
    expect_text(yaml_first(list)->text, "x");
    expect_text(yaml_first(yaml_first(list)->next)->next->text, "z, w");
    expect_text(yaml_get(yaml_get(root, "c"), "d")->text, "e\tf");
    assert_true(yaml_is_empty(yaml_get(yaml_get(root, "c"), "g")));
    assert_null(yaml_get(root, "z"));
    arena_clear(&mem);
}

static void nodes_know_their_place_and_key(void **state) {
    (void)state;
    arena mem = {0};
    const yaml_node *root =
        read_text(&mem, "\n# first\nä:   one\n  # second\nlist:\n  - [two]\n");
    const yaml_node *one = yaml_get(root, "ä");
    assert_int_equal(one->place.line, 3);
    assert_int_equal(one->place.column, 6);
    assert_int_equal(one->key_place.line, 3);
    assert_int_equal(one->key_place.column, 1);
    const yaml_node *two = yaml_first(yaml_first(yaml_get(root, "list")));
    assert_int_equal(two->place.line, 6);
    assert_int_equal(two->place.column, 6);
    expect_text(two->key, "list");
    assert_int_equal(two->key_place.line, 5);
    arena_clear(&mem);
}

static void scalars_stay_text(void **state) {
    (void)state;
    arena mem = {0};
    const yaml_node *list =
        read_text(&mem, "[yes, 1_000, 010, ~, null, 1e3, 2001-01-01]");
    static const char *const texts[] = {"yes",  "1_000", "010",       "~",
                                        "null", "1e3",   "2001-01-01"};
    size_t i = 0;
    for (const yaml_node *n = yaml_first(list); n != NULL; n = n->next) {
        expect_text(n->text, texts[i++]);
        assert_false(n->is_quoted);
    }
    assert_int_equal(i, COUNT_OF(texts));
    arena_clear(&mem);
}

static void a_text_without_a_document_is_empty(void **state) {
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# nothing\n", "---\n",
                                        "\xEF\xBB\xBF"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        arena mem = {0};
        const yaml_node *root = read_text(&mem, texts[i]);
        assert_true(yaml_is_empty(root));
        assert_int_equal(root->place.line >= 1, 1);
        arena_clear(&mem);
    }
    arena mem = {0};
    assert_false(yaml_is_empty(read_text(&mem, "''")));
    assert_true(yaml_is_empty(NULL));
    arena_clear(&mem);
}

static void a_byte_order_mark_and_windows_lines_are_skipped(void **state) {
    (void)state;
    arena mem = {0};
    const yaml_node *root = read_text(&mem, "\xEF\xBB\xBF"
                                            "a: 1\r\nb: 2\r\n");
    assert_int_equal(yaml_get(root, "a")->key_place.column, 1);
    expect_text(yaml_get(root, "b")->text, "2");
    assert_int_equal(yaml_get(root, "b")->place.line, 2);
    arena_clear(&mem);
}

static void what_can_grow_or_surprise_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"a: &x 1\n",
         "line 1, column 4: anchors are not taken; put quotes around text that "
         "starts with '&'"},
        {"a: &x [1]\n",
         "line 1, column 4: anchors are not taken; put quotes around text that "
         "starts with '&'"},
        {"&k a: 1\n",
         "line 1, column 1: anchors are not taken; put quotes around text that "
         "starts with '&'"},
        {"a:\n  - *x\n",
         "line 2, column 5: aliases are not taken; put quotes around text that "
         "starts with '*'"},
        {"a: !!int 1\n",
         "line 1, column 4: tags are not taken; put quotes around text that "
         "starts with '!'"},
        {"a: ! 1\n", "line 1, column 4: tags are not taken; put quotes around text that "
                     "starts with '!'"},
        {"a: !own {}\n",
         "line 1, column 4: tags are not taken; put quotes around text that "
         "starts with '!'"},
        {"a: 1\nb: 2\na: 3\n", "line 3, column 1: 'a' stands twice, first on line 1"},
        {"x: {a: 1,\n 'a': 2}\n", "line 2, column 2: 'a' stands twice, first on line 1"},
        {"a: 1\n---\nb: 2\n",
         "line 2, column 1: a second document starts here, one is read"},
        {"? [a]\n: 1\n", "line 1, column 3: a key must be text, not a list or a map"},
        {"{a: b}: 1\n", "line 1, column 1: a key must be text, not a list or a map"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_refused(str_of(rows[i].text), rows[i].message);
    }
}

static void broken_syntax_tells_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"a: [1, 2\n",
         "line 2, column 1: did not find expected ',' or ']' while parsing a "
         "flow sequence"},
        {"a: 1\n  b: 2\n",
         "line 2, column 4: mapping values are not allowed in this context"},
        {"a:\n\tb: 1\n",
         "line 2, column 1: no value can begin so; indent by blanks, not tabs, and put "
         "quotes around text with special characters"},
        {"a: 'x\n",
         "line 2, column 1: found unexpected end of stream while scanning a quoted "
         "scalar"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_refused(str_of(rows[i].text), rows[i].message);
    }
}

static void bytes_that_are_no_utf8_text_tell_their_place(void **state) {
    (void)state;
    static const struct {
        str text;
        const char *message;
    } rows[] = {
        {{"a: 1\nb: \xFFx\n", 10}, "line 2, column 4: invalid leading UTF-8 octet"},
        {{"\xC3\xA4: \xC3(\n", 7}, "line 1, column 5: invalid trailing UTF-8 octet"},
        {{"a: \xC0\x80\n", 6}, "line 1, column 4: invalid length of a UTF-8 sequence"},
        {{"a: \xED\xA0\x80\n", 7}, "line 1, column 4: invalid Unicode character"},
        {{"a: \xC3", 4}, "line 1, column 4: incomplete UTF-8 octet sequence"},
        {{"a: \0b\n", 6}, "line 1, column 4: control characters are not allowed"},
        {{"\xFF\xFE"
          "a\0",
          4},
         "line 1, column 1: invalid leading UTF-8 octet"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_refused(rows[i].text, rows[i].message);
    }
}

static void fill_list(buf *text, const char *open, size_t count, const char *close) {
    for (size_t i = 0; i < count; i++) {
        buf_add_text(text, open);
    }
    for (size_t i = 0; i < count; i++) {
        buf_add_text(text, close);
    }
}

static void nesting_is_bounded(void **state) {
    (void)state;
    arena mem = {0};
    buf text = {0};
    fill_list(&text, "[", YAML_MAX_DEPTH, "]");
    read_sized(&mem, buf_str(&text));
    text.size = 0;
    fill_list(&text, "[", YAML_MAX_DEPTH + 1, "]");
    expect_refused(buf_str(&text), "line 1, column 33: nested deeper than 32 levels");
    text.size = 0;
    fill_list(&text, "- ", 60000, "");
    expect_refused(buf_str(&text), "line 1, column 65: nested deeper than 32 levels");
    buf_clear(&text);
    arena_clear(&mem);
}

static void values_are_bounded(void **state) {
    (void)state;
    arena mem = {0};
    buf text = {0};
    fill_list(&text, "- a\n", YAML_MAX_NODES - 1, "");
    assert_int_equal(read_sized(&mem, buf_str(&text))->count, YAML_MAX_NODES - 1);
    buf_add_text(&text, "- a\n");
    expect_refused(buf_str(&text), "line 100000, column 3: more than 100000 values");
    buf_clear(&text);
    arena_clear(&mem);
}

static void size_is_bounded(void **state) {
    (void)state;
    arena mem = {0};
    buf text = {0};
    buf_fill(&text, ' ', (size_t)YAML_MAX_BYTES);
    assert_true(yaml_is_empty(read_sized(&mem, buf_str(&text))));
    buf_add_byte(&text, ' ');
    expect_refused(buf_str(&text), "line 1, column 1: larger than 4 MiB");
    buf_clear(&text);
    arena_clear(&mem);
}

static void many_keys_are_found_once_each(void **state) {
    (void)state;
    arena mem = {0};
    buf text = {0};
    for (unsigned i = 0; i < 40000; i++) {
        buf_format(&text, "k%u: 1\n", i);
    }
    assert_int_equal(read_sized(&mem, buf_str(&text))->count, 40000);
    buf_add_text(&text, "k17: 1\n");
    expect_refused(buf_str(&text),
                   "line 40001, column 1: 'k17' stands twice, first on line 18");
    buf_clear(&text);
    arena_clear(&mem);
}

static void sizes_take_binary_units(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t size_bytes;
    } rows[] = {{"850 MiB", UINT64_C(850) << 20},
                {"512MiB", UINT64_C(512) << 20},
                {"2 GiB", UINT64_C(2) << 30},
                {"64 KiB", UINT64_C(64) << 10},
                {"4096", 4096},
                {"'0'", 0},
                {"18446744073709551615", UINT64_MAX},
                {"17179869183 GiB", UINT64_C(17179869183) << 30}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        arena mem = {0};
        pa_error err = {0};
        uint64_t size_bytes = 1;
        yaml_size(read_text(&mem, rows[i].text), &size_bytes, &err);
        expect_no_error(&err);
        assert_int_equal(size_bytes, rows[i].size_bytes);
        arena_clear(&mem);
    }
}

static void sizes_refuse_what_means_two_things(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"a: 850 MB",
         "line 1, column 4: 'a' takes a size in MiB (1024 KiB), not '850 MB'"},
        {"a: 2GB", "line 1, column 4: 'a' takes a size in GiB (1024 MiB), not '2GB'"},
        {"a: 1 k", "line 1, column 4: 'a' takes a size in KiB (1024 bytes), not '1 k'"},
        {"a: 1 mib", "line 1, column 4: 'a' takes a size in MiB (1024 KiB), not '1 mib'"},
        {"a: -5 MiB",
         "line 1, column 4: 'a' takes a size that is not negative, not '-5 MiB'"},
        {"a: 1.5 GiB",
         "line 1, column 4: 'a' takes a size such as 512 MiB, not '1.5 GiB'"},
        {"a: MiB", "line 1, column 4: 'a' takes a size such as 512 MiB, not 'MiB'"},
        {"a: 1_000", "line 1, column 4: 'a' takes a size such as 512 MiB, not '1_000'"},
        {"a: 5 px", "line 1, column 4: 'a' takes a size such as 512 MiB, not '5 px'"},
        {"a:", "line 1, column 3: 'a' takes a size such as 512 MiB, not nothing"},
        {"a: [1]", "line 1, column 4: 'a' takes a size such as 512 MiB, not a list"},
        {"a: 17179869184 GiB",
         "line 1, column 4: 'a' takes a size below 2^64 bytes, not '17179869184 GiB'"},
        {"a: 18446744073709551616", "line 1, column 4: 'a' takes a size below 2^64 "
                                    "bytes, not '18446744073709551616'"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        arena mem = {0};
        pa_error err = {0};
        uint64_t size_bytes = 7;
        assert_int_equal(
            yaml_size(yaml_get(read_text(&mem, rows[i].text), "a"), &size_bytes, &err),
            PA_FORMAT);
        expect_error(&err, PA_FORMAT, rows[i].message);
        assert_int_equal(size_bytes, 7);
        arena_clear(&mem);
    }
}

static void numbers_are_decimal_digits_within_bounds(void **state) {
    (void)state;
    arena mem = {0};
    pa_error err = {0};
    uint64_t value = 0;
    assert_int_equal(yaml_u64(read_text(&mem, "64"), 64, 64, &value, &err), PA_OK);
    assert_int_equal(value, 64);
    static const char *const texts[] = {"63",   "65",  "-64",  "+64",
                                        "0x40", "6_4", "64.0", ""};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        err = (pa_error){0};
        assert_int_equal(yaml_u64(read_text(&mem, texts[i]), 64, 64, &value, &err),
                         PA_FORMAT);
    }
    err = (pa_error){0};
    yaml_u64(yaml_get(read_text(&mem, "n: -1"), "n"), 1, 9, &value, &err);
    expect_error(&err, PA_FORMAT,
                 "line 1, column 4: 'n' takes a whole number from 1 to 9, not '-1'");
    arena_clear(&mem);
}

static void only_true_and_false_are_truth_values(void **state) {
    (void)state;
    arena mem = {0};
    pa_error err = {0};
    bool value = false;
    assert_int_equal(yaml_bool(read_text(&mem, "true"), &value, &err), PA_OK);
    assert_true(value);
    assert_int_equal(yaml_bool(read_text(&mem, "false"), &value, &err), PA_OK);
    assert_false(value);
    static const char *const texts[] = {"yes", "True", "1", "", "[]"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        err = (pa_error){0};
        assert_int_equal(yaml_bool(read_text(&mem, texts[i]), &value, &err), PA_FORMAT);
    }
    err = (pa_error){0};
    yaml_bool(yaml_get(read_text(&mem, "on: yes"), "on"), &value, &err);
    expect_error(&err, PA_FORMAT,
                 "line 1, column 5: 'on' takes true or false, not 'yes'");
    arena_clear(&mem);
}

static void a_value_of_another_kind_is_told(void **state) {
    (void)state;
    arena mem = {0};
    const yaml_node *root = read_text(&mem, "a: x\nb: [1]\nc: {}\nd: ''\n");
    pa_error err = {0};
    yaml_expect(yaml_get(root, "a"), YAML_LIST, &err);
    expect_error(&err, PA_FORMAT, "line 1, column 4: 'a' takes a list, not 'x'");
    err = (pa_error){0};
    yaml_expect(yaml_get(root, "b"), YAML_MAP, &err);
    expect_error(&err, PA_FORMAT, "line 2, column 4: 'b' takes a map, not a list");
    err = (pa_error){0};
    yaml_expect(yaml_get(root, "c"), YAML_SCALAR, &err);
    expect_error(&err, PA_FORMAT, "line 3, column 4: 'c' takes one value, not a map");
    err = (pa_error){0};
    yaml_expect(root, YAML_LIST, &err);
    expect_error(&err, PA_FORMAT, "line 1, column 1: expected a list, not a map");
    err = (pa_error){0};
    str text = {0};
    yaml_text(yaml_get(root, "d"), &text, &err);
    expect_error(&err, PA_FORMAT, "line 4, column 4: 'd' takes text, not ''");
    arena_clear(&mem);
}

static void unknown_keys_get_the_likely_one(void **state) {
    (void)state;
    static const char *const keys[] = {"process", "base", "images", NULL};
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"base: 1\nproces: 2\n",
         "line 2, column 1: unknown key 'proces'; did you mean 'process'?"},
        {"imgaes: 2\n", "line 1, column 1: unknown key 'imgaes'; did you mean 'images'?"},
        {"whatever: 2\n", "line 1, column 1: unknown key 'whatever'"},
        {"'': 2\n", "line 1, column 1: unknown key ''"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        arena mem = {0};
        pa_error err = {0};
        yaml_only(read_text(&mem, rows[i].text), keys, &err);
        expect_error(&err, PA_FORMAT, rows[i].message);
        arena_clear(&mem);
    }
}

static void running_out_of_memory_is_told_at_every_request(void **state) {
    (void)state;
    bool is_done = false;
    for (uint64_t nth = 1; !is_done; nth++) {
        arena mem = {0};
        pa_error err = {0};
        const yaml_node *root = NULL;
        mem_fail_from(nth);
        is_done = yaml_parse(str_of("a: {b: [1, 2], c: d}"), &mem, &root, &err) == PA_OK;
        mem_fail_from(0);
        assert_int_equal(err.status, is_done ? PA_OK : PA_NOMEM);
        arena_clear(&mem);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_lists_and_text_keep_their_order),
        cmocka_unit_test(nodes_know_their_place_and_key),
        cmocka_unit_test(scalars_stay_text),
        cmocka_unit_test(a_text_without_a_document_is_empty),
        cmocka_unit_test(a_byte_order_mark_and_windows_lines_are_skipped),
        cmocka_unit_test(what_can_grow_or_surprise_is_refused),
        cmocka_unit_test(broken_syntax_tells_its_place),
        cmocka_unit_test(bytes_that_are_no_utf8_text_tell_their_place),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(values_are_bounded),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(many_keys_are_found_once_each),
        cmocka_unit_test(sizes_take_binary_units),
        cmocka_unit_test(sizes_refuse_what_means_two_things),
        cmocka_unit_test(numbers_are_decimal_digits_within_bounds),
        cmocka_unit_test(only_true_and_false_are_truth_values),
        cmocka_unit_test(a_value_of_another_kind_is_told),
        cmocka_unit_test(unknown_keys_get_the_likely_one),
        cmocka_unit_test(running_out_of_memory_is_told_at_every_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
