/* test_json.c - JSON text into values that know their place.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/json.h"

#include <stdlib.h>

#include "base/limits.h"
#include "expect.h"

typedef struct parsed {
    json doc;
    arena mem;
} parsed;

static parsed parse(const char *text) {
    parsed p = {0};
    pa_error err = {0};
    json_parse(&p.doc, str_of(text), &err);
    expect_no_error(&err);
    return p;
}

static void parsed_clear(parsed *p) {
    json_clear(&p->doc);
    arena_clear(&p->mem);
}

/* ---- failures
 * --------------------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *message;
} broken[] = {
    {"", "line 1, column 1: the text ends, expected a value"},
    {" \n ", "line 2, column 2: the text ends, expected a value"},
    {"[", "line 1, column 2: the text ends, expected a value"},
    {"[1", "line 1, column 3: the text ends, expected ',' or ']'"},
    {"[1 2]", "line 1, column 4: expected ',' or ']'"},
    {"[1}", "line 1, column 3: expected ',' or ']'"},
    {"[1,]", "line 1, column 4: expected a value"},
    {"[,1]", "line 1, column 2: expected a value"},
    {"{", "line 1, column 2: the text ends, expected a key in double quotes"},
    {"{a:1}", "line 1, column 2: expected a key in double quotes"},
    {"{\"a\":1,}", "line 1, column 8: expected a key in double quotes"},
    {"{\"a\" 1}", "line 1, column 6: expected ':' after a key"},
    {"{\"a\"", "line 1, column 5: the text ends, expected ':' after a key"},
    {"{\"a\":", "line 1, column 6: the text ends, expected a value"},
    {"{\"a\":1 \"b\":2}", "line 1, column 8: expected ',' or '}'"},
    {"{\"a\":1]", "line 1, column 7: expected ',' or '}'"},
    {"\"abc", "line 1, column 5: the text ends, expected a closing '\"'"},
    {"\"a\nb\"", "line 1, column 3: expected a closing '\"'"},
    {"\"\\x41\"", "line 1, column 2: expected an escape that JSON has"},
    {"\"\\u12g4\"", "line 1, column 2: expected an escape that JSON has"},
    {"\"\\u12", "line 1, column 2: expected an escape that JSON has"},
    {"\"\\", "line 1, column 3: the text ends, expected an escape that JSON has"},
    {"nul", "line 1, column 1: expected a value"},
    {"True", "line 1, column 1: expected a value"},
    {"01", "line 1, column 1: expected a value"},
    {"-", "line 1, column 1: expected a value"},
    {"+1", "line 1, column 1: expected a value"},
    {".5", "line 1, column 1: expected a value"},
    {"1.", "line 1, column 1: expected a value"},
    {"1e", "line 1, column 1: expected a value"},
    {"1e+", "line 1, column 1: expected a value"},
    {"NaN", "line 1, column 1: expected a value"},
    {"'a'", "line 1, column 1: expected a value"},
    {"1 2", "line 1, column 3: expected nothing after the value"},
    {"{}\n}", "line 2, column 1: expected nothing after the value"},
    {"[\n1,\n  }", "line 3, column 3: expected a value"},
    {"\xef\xbb\xbf[", "line 1, column 2: the text ends, expected a value"},
};

static void every_error_names_its_place_and_what_was_expected(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        json doc = {0};
        pa_error err = {0};
        assert_int_equal(json_parse(&doc, str_of(broken[i].text), &err), PA_FORMAT);
        expect_error(&err, PA_FORMAT, broken[i].message);
        json_clear(&doc);
    }
}

static void a_broken_text_has_no_values(void **state) {
    (void)state;
    json doc = {0};
    pa_error err = {0};
    json_parse(&doc, str_of("[1,2,"), &err);
    assert_int_equal(doc.count, 0);
    assert_false(json_is(&doc, 0, JSON_ARRAY));
    json_clear(&doc);
}

static void a_text_cut_anywhere_is_broken(void **state) {
    (void)state;
    static const char text[] =
        "{\"a\":[1,-2.5e-3,true,false,null],\"b\":{\"c\":\"\\u00e4\\n\"}}";
    for (size_t size = 0; size < sizeof text - 1; size++) {
        char *cut = exact_copy(text, size);
        json doc = {0};
        pa_error err = {0};
        assert_int_equal(json_parse(&doc, (str){cut, size}, &err), PA_FORMAT);
        json_clear(&doc);
        free(cut);
    }
}

static pa_error parse_nested(unsigned depth) {
    buf text = {0};
    json doc = {0};
    pa_error err = {0};
    buf_fill(&text, '[', depth);
    buf_fill(&text, ']', depth);
    json_parse(&doc, buf_str(&text), &err);
    json_clear(&doc);
    buf_clear(&text);
    return err;
}

static void nesting_is_read_to_the_limit(void **state) {
    (void)state;
    pa_error err = parse_nested(PA_MAX_JSON_DEPTH);
    expect_no_error(&err);
}

static void nesting_beyond_the_limit_is_refused(void **state) {
    (void)state;
    pa_error err = parse_nested(PA_MAX_JSON_DEPTH + 1);
    expect_error(&err, PA_LIMIT, "byte 128: nested deeper than 128 levels");
}

/* ---- values
 * ----------------------------------------------------------------------------- */

static void spans_are_the_bytes_of_the_text(void **state) {
    (void)state;
    parsed p = parse(" {\"a\": [1, -2.50 ], \"b\":\"x\\\"y\"} ");
    const json *doc = &p.doc;
    expect_text(json_span(doc, 0), "{\"a\": [1, -2.50 ], \"b\":\"x\\\"y\"}");
    expect_text(json_span(doc, json_get(doc, 0, "a")), "[1, -2.50 ]");
    expect_text(json_span(doc, json_at(doc, json_get(doc, 0, "a"), 1)), "-2.50");
    expect_text(json_span(doc, json_get(doc, 0, "b")), "x\\\"y");
    assert_int_equal(json_span(doc, JSON_NONE).size, 0);
    parsed_clear(&p);
}

static void values_have_their_types(void **state) {
    (void)state;
    static const struct {
        const char *text;
        json_type type;
    } rows[] = {{"null", JSON_NULL}, {"false", JSON_FALSE}, {"true", JSON_TRUE},
                {"1", JSON_NUMBER},  {"\"\"", JSON_STRING}, {"[]", JSON_ARRAY},
                {"{}", JSON_OBJECT}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        parsed p = parse(rows[i].text);
        assert_int_equal(json_type_of(&p.doc, 0), rows[i].type);
        assert_int_equal(p.doc.count, 1);
        parsed_clear(&p);
    }
}

static void a_list_is_walked_over_what_its_elements_hold(void **state) {
    (void)state;
    parsed p = parse("[[1,[2,3]],{\"a\":4},5]");
    const json *doc = &p.doc;
    json_ref item = json_first(doc, 0);
    assert_int_equal(json_count(doc, 0), 3);
    assert_int_equal(json_count(doc, item), 2);
    item = json_next(doc, item);
    assert_true(json_is(doc, item, JSON_OBJECT));
    item = json_next(doc, item);
    expect_text(json_span(doc, item), "5");
    assert_int_equal(json_at(doc, 0, 2), item);
    assert_int_equal(json_at(doc, 0, 3), JSON_NONE);
    parsed_clear(&p);
}

static void empty_containers_have_no_first(void **state) {
    (void)state;
    parsed p = parse("[ ]");
    assert_int_equal(json_first(&p.doc, 0), JSON_NONE);
    assert_int_equal(json_count(&p.doc, 0), 0);
    parsed_clear(&p);
}

static void what_is_not_there_answers_as_null(void **state) {
    (void)state;
    parsed p = parse("{\"a\":1}");
    const json *doc = &p.doc;
    json_ref none = json_get(doc, 0, "b");
    int64_t number = 7;
    assert_int_equal(none, JSON_NONE);
    assert_int_equal(json_type_of(doc, none), JSON_NULL);
    assert_false(json_is(doc, none, JSON_NULL));
    assert_int_equal(json_get(doc, none, "c"), JSON_NONE);
    assert_int_equal(json_next(doc, none), JSON_NONE);
    assert_false(json_int(doc, none, &number));
    assert_null(json_string(doc, none, &p.mem).at);
    assert_int_equal(json_get(doc, json_get(doc, 0, "a"), "c"), JSON_NONE);
    parsed_clear(&p);
}

static void the_last_of_equal_keys_counts(void **state) {
    (void)state;
    parsed p = parse("{\"a\":1,\"b\":2,\"a\":3}");
    expect_text(json_span(&p.doc, json_get(&p.doc, 0, "a")), "3");
    assert_int_equal(json_count(&p.doc, 0), 3);
    parsed_clear(&p);
}

static void a_byte_order_mark_is_passed_over(void **state) {
    (void)state;
    parsed p = parse("\xef\xbb\xbf{\"a\":1}");
    expect_text(json_span(&p.doc, 0), "{\"a\":1}");
    parsed_clear(&p);
}

static void a_second_text_replaces_the_first(void **state) {
    (void)state;
    parsed p = parse("[1,2,3,4,5,6,7,8,9,10,11,12]");
    const void *nodes = p.doc.nodes;
    pa_error err = {0};
    json_parse(&p.doc, str_of("{\"a\":[]}"), &err);
    expect_no_error(&err);
    assert_int_equal(p.doc.count, 3);
    assert_ptr_equal(p.doc.nodes, nodes);
    parsed_clear(&p);
}

static void a_text_after_a_broken_one_is_read(void **state) {
    (void)state;
    json doc = {0};
    pa_error first = {0};
    pa_error second = {0};
    json_parse(&doc, str_of("[[[1,"), &first);
    json_parse(&doc, str_of("[2]"), &second);
    expect_no_error(&second);
    expect_text(json_span(&doc, 1), "2");
    json_clear(&doc);
}

/* ---- strings
 * ---------------------------------------------------------------------------- */

static void escapes_are_resolved(void **state) {
    (void)state;
    static const struct {
        const char *text, *value;
    } rows[] = {
        {"\"plain\"", "plain"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u0041\\u00e4\\u20ac\"", "A\xc3\xa4\xe2\x82\xac"},
        {"\"\\u00C4\"", "\xc3\x84"},
        {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
        {"\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf"},
        {"\"\\ud83d\"", "\xef\xbf\xbd"},
        {"\"\\ud83dx\"", "\xef\xbf\xbdx"},
        {"\"\\ude00\\ud83d\"", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\"\\ud83d\\u0041\"", "\xef\xbf\xbd"
                               "A"},
        {"\"\xe4\xb8\xad\\n\"", "\xe4\xb8\xad\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        parsed p = parse(rows[i].text);
        expect_text(json_string(&p.doc, 0, &p.mem), rows[i].value);
        parsed_clear(&p);
    }
}

static void an_escaped_nul_is_a_byte_of_the_string(void **state) {
    (void)state;
    parsed p = parse("\"a\\u0000b\"");
    str value = json_string(&p.doc, 0, &p.mem);
    assert_int_equal(value.size, 3);
    assert_memory_equal(value.at, "a\0b", 3);
    parsed_clear(&p);
}

static void a_string_without_escapes_is_borrowed(void **state) {
    (void)state;
    static const char text[] = "\"abc\"";
    parsed p = parse(text);
    assert_ptr_equal(json_string(&p.doc, 0, &p.mem).at, text + 1);
    parsed_clear(&p);
}

static void the_empty_string_is_not_null(void **state) {
    (void)state;
    parsed p = parse("\"\"");
    assert_non_null(json_string(&p.doc, 0, &p.mem).at);
    assert_null(json_string(&p.doc, 1, &p.mem).at);
    parsed_clear(&p);
}

/* ---- numbers
 * ---------------------------------------------------------------------------- */

static void whole_numbers_are_told_from_others(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_int;
        int64_t value;
    } rows[] = {{"0", true, 0},
                {"-0", true, 0},
                {"-1", true, -1},
                {"4294967295", true, 4294967295},
                {"9223372036854775807", true, INT64_MAX},
                {"9223372036854775808", false, 0},
                {"-9223372036854775807", true, -INT64_MAX},
                {"123456789012345678901234567890", false, 0},
                {"1.0", false, 0},
                {"1e2", false, 0},
                {"\"1\"", false, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        parsed p = parse(rows[i].text);
        int64_t value = 77;
        assert_int_equal(json_int(&p.doc, 0, &value), rows[i].is_int);
        assert_int_equal(value, rows[i].is_int ? rows[i].value : 77);
        parsed_clear(&p);
    }
}

/* Equal but for an ulp or two. */
static bool is_near(double got, double wanted) {
    double least = wanted < 0 ? -wanted : wanted;
    double off = got > wanted ? got - wanted : wanted - got;
    return got == wanted || off <= least * 5e-16;
}

static void fractions_and_exponents_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {{"0", 0},
                {"-0.0", 0},
                {"1.5", 1.5},
                {"-2.25e2", -225},
                {"1E+3", 1000},
                {"1e-7", 1e-7},
                {"0.1", 0.1},
                {"554.2562584220408", 554.2562584220408},
                {"123456789012345678901234567890", 123456789012345678901234567890.0},
                {"0.000000000000000000000000000001", 1e-30},
                {"1000000000000000000000e-21", 1},
                {"0e5", 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        parsed p = parse(rows[i].text);
        double value = 0;
        assert_true(json_double(&p.doc, 0, &value));
        assert_true(is_near(value, rows[i].value));
        parsed_clear(&p);
    }
}

static void zero_stays_zero_whatever_its_exponent(void **state) {
    (void)state;
    parsed p = parse("0e999");
    double value = 1;
    assert_true(json_double(&p.doc, 0, &value));
    assert_true(value == 0);
    parsed_clear(&p);
}

static void many_digits_and_a_far_exponent_are_weighed_together(void **state) {
    (void)state;
    parsed p = parse("30000000000000000e-316");
    double value = 0;
    assert_true(json_double(&p.doc, 0, &value));
    assert_true(is_near(value, 3e-300));
    parsed_clear(&p);
}

static void an_exponent_without_end_is_infinite_or_zero(void **state) {
    (void)state;
    parsed p = parse("[1e99999999999999999999,1e-99999999999999999999]");
    double large = 0;
    double small = 1;
    assert_true(json_double(&p.doc, 1, &large));
    assert_true(json_double(&p.doc, 2, &small));
    assert_true(large > 1e308);
    assert_true(small == 0);
    parsed_clear(&p);
}

static void positions_count_lines_and_bytes(void **state) {
    (void)state;
    unsigned line = 0;
    unsigned column = 0;
    text_position(str_of("ab\ncd\n"), 4, &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 2);
    text_position(str_of("ab\ncd\n"), 99, &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_names_its_place_and_what_was_expected),
        cmocka_unit_test(a_broken_text_has_no_values),
        cmocka_unit_test(a_text_cut_anywhere_is_broken),
        cmocka_unit_test(nesting_is_read_to_the_limit),
        cmocka_unit_test(nesting_beyond_the_limit_is_refused),
        cmocka_unit_test(spans_are_the_bytes_of_the_text),
        cmocka_unit_test(values_have_their_types),
        cmocka_unit_test(a_list_is_walked_over_what_its_elements_hold),
        cmocka_unit_test(empty_containers_have_no_first),
        cmocka_unit_test(what_is_not_there_answers_as_null),
        cmocka_unit_test(the_last_of_equal_keys_counts),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(a_second_text_replaces_the_first),
        cmocka_unit_test(a_text_after_a_broken_one_is_read),
        cmocka_unit_test(escapes_are_resolved),
        cmocka_unit_test(an_escaped_nul_is_a_byte_of_the_string),
        cmocka_unit_test(a_string_without_escapes_is_borrowed),
        cmocka_unit_test(the_empty_string_is_not_null),
        cmocka_unit_test(whole_numbers_are_told_from_others),
        cmocka_unit_test(fractions_and_exponents_are_read),
        cmocka_unit_test(zero_stays_zero_whatever_its_exponent),
        cmocka_unit_test(many_digits_and_a_far_exponent_are_weighed_together),
        cmocka_unit_test(an_exponent_without_end_is_infinite_or_zero),
        cmocka_unit_test(positions_count_lines_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
