/* test_json_write.c - JSON that is written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/json_write.h"

#include "codec/json.h"
#include "expect.h"

#define BAD "\xef\xbf\xbd"

static void texts_are_quoted(void **state) {
    (void)state;
    static const struct {
        const char *text, *quoted;
    } rows[] = {
        {"", "\"\""},
        {"a/b", "\"a/b\""},
        {"\"\\\b\f\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
         "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf out = {0};
        json_quote(&out, str_of(rows[i].text));
        expect_text(buf_str(&out), rows[i].quoted);
        buf_clear(&out);
    }
}

static void bytes_that_are_no_utf8_are_replaced_one_by_one(void **state) {
    (void)state;
    static const struct {
        const char *text, *quoted;
    } rows[] = {
        {"\xff", "\"" BAD "\""},
        {"a\x80z", "\"a" BAD "z\""},
        {"\xc3", "\"" BAD "\""},
        {"\xe2\x82", "\"" BAD BAD "\""},
        {"\xc0\x80", "\"" BAD BAD "\""},
        {"\xe0\x80\xaf", "\"" BAD BAD BAD "\""},
        {"\xed\xa0\x80", "\"" BAD BAD BAD "\""},
        {"\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\""},
        {"\xf8\x88\x80\x80\x80", "\"" BAD BAD BAD BAD BAD "\""},
        {"\xc3(", "\"" BAD "(\""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf out = {0};
        json_quote(&out, str_of(rows[i].text));
        expect_text(buf_str(&out), rows[i].quoted);
        buf_clear(&out);
    }
}

static void what_is_quoted_is_read_back(void **state) {
    (void)state;
    char all[255];
    for (size_t i = 0; i < sizeof all; i++) {
        all[i] = (char)(i + 1);
    }
    buf out = {0};
    json doc = {0};
    pa_error err = {0};
    json_quote(&out, (str){all, sizeof all});
    json_parse(&doc, buf_str(&out), &err);
    expect_no_error(&err);
    json_clear(&doc);
    buf_clear(&out);
}

/* The same members whatever the layout. */
static void write_sample(json_writer *w) {
    json_open_object(w, NULL);
    json_put_text(w, "name", str_of("x"));
    json_open_array(w, "list");
    json_put_u64(w, NULL, UINT64_MAX);
    json_put_bool(w, NULL, true);
    json_put_bool(w, NULL, false);
    json_put_null(w, NULL);
    json_close_array(w);
    json_open_object(w, "none");
    json_close_object(w);
    json_close_object(w);
}

static void nested_members_stand_on_lines_of_their_own(void **state) {
    (void)state;
    buf out = {0};
    write_sample(&(json_writer){.out = &out});
    expect_text(buf_str(&out), "{\n"
                               "  \"name\": \"x\",\n"
                               "  \"list\": [\n"
                               "    18446744073709551615,\n"
                               "    true,\n"
                               "    false,\n"
                               "    null\n"
                               "  ],\n"
                               "  \"none\": {}\n"
                               "}\n");
    buf_clear(&out);
}

static void flat_members_stand_on_one_line(void **state) {
    (void)state;
    buf out = {0};
    write_sample(&(json_writer){.out = &out, .is_flat = true});
    expect_text(buf_str(&out),
                "{\"name\": \"x\", \"list\": [18446744073709551615, true, false, "
                "null], \"none\": {}}\n");
    buf_clear(&out);
}

static void keys_are_quoted_too(void **state) {
    (void)state;
    buf out = {0};
    json_writer w = {.out = &out, .is_flat = true};
    json_open_object(&w, NULL);
    json_put_null(&w, "a\"b");
    json_close_object(&w);
    expect_text(buf_str(&out), "{\"a\\\"b\": null}\n");
    buf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_quoted),
        cmocka_unit_test(bytes_that_are_no_utf8_are_replaced_one_by_one),
        cmocka_unit_test(what_is_quoted_is_read_back),
        cmocka_unit_test(nested_members_stand_on_lines_of_their_own),
        cmocka_unit_test(flat_members_stand_on_one_line),
        cmocka_unit_test(keys_are_quoted_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
