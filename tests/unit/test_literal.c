/* test_literal.c - the settings script of Creator 2.4 as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/literal.h"

#include <stdlib.h>

#include "base/limits.h"
#include "codec/json.h"
#include "expect.h"

static void converts(const char *script, const char *wanted) {
    buf out = {0};
    pa_error err = {0};
    literal_to_json(str_of(script), "_CCSettings", &out, &err);
    expect_no_error(&err);
    expect_text(buf_str(&out), wanted);
    buf_clear(&out);
}

static void refuses(const char *script, pa_status status, const char *text) {
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(literal_to_json(str_of(script), "_CCSettings", &out, &err), status);
    expect_error(&err, status, text);
    buf_clear(&out);
}

static void a_minified_script_is_converted(void **state) {
    (void)state;
    converts("window._CCSettings={platform:\"web-mobile\",groupList:[\"default\"],"
             "collisionMatrix:[[!0]],hasResourcesBundle:!0,debug:!1,server:\"\","
             "bundleVers:{internal:\"279e0\",\"start-scene\":\"e456f\"}};",
             "{\"platform\":\"web-mobile\",\"groupList\":[\"default\"],"
             "\"collisionMatrix\":[[true]],\"hasResourcesBundle\":true,\"debug\":false,"
             "\"server\":\"\",\"bundleVers\":{\"internal\":\"279e0\",\"start-scene\":"
             "\"e456f\"}}");
}

static void a_pretty_script_is_converted(void **state) {
    (void)state;
    converts(
        "window._CCSettings = {\n    platform: 'android', // where\n    groupList: [\n"
        "        'default', /* first */\n    ],\n    debug: true,\n};\n",
        "{\"platform\":\"android\",\"groupList\":[\"default\"],\"debug\":true}");
}

static void words_of_javascript_become_words_of_json(void **state) {
    (void)state;
    converts("_CCSettings={a:undefined,b:void 0,c:NaN,d:Infinity,e:null,f:true,g:false}",
             "{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null,\"f\":true,\"g\":"
             "false}");
}

static void numbers_of_minifiers_become_numbers_of_json(void **state) {
    (void)state;
    converts("_CCSettings={a:.5,b:-1,c:1e3,d:2.5e-7}",
             "{\"a\":0.5,\"b\":-1,\"c\":1e3,\"d\":2.5e-7}");
}

static void quotes_are_exchanged(void **state) {
    (void)state;
    converts("_CCSettings={'a b':'it\\'s \"x\"',\"c\":\"\\u0041\\n\\\"\"}",
             "{\"a b\":\"it's \\\"x\\\"\",\"c\":\"\\u0041\\n\\\"\"}");
}

static void keys_may_have_dollars_digits_and_letters_of_any_script(void **state) {
    (void)state;
    converts("_CCSettings={$a:1,_b:2,3:3,\xe4\xb8\xad:4}",
             "{\"$a\":1,\"_b\":2,\"3\":3,\"\xe4\xb8\xad\":4}");
}

static void empty_containers_stay_empty(void **state) {
    (void)state;
    converts("_CCSettings={a:[],b:{},c:[[],]}", "{\"a\":[],\"b\":{},\"c\":[[]]}");
}

static void what_stands_before_and_behind_is_passed_over(void **state) {
    (void)state;
    converts("var a={b:f()};window._CCSettings={c:1};g({d:2})", "{\"c\":1}");
}

static void expressions_and_damage_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *script, *message;
    } rows[] = {
        {"var a={};", "holds no object behind '_CCSettings'"},
        {"_CCSettings=f();", "holds no object behind '_CCSettings'"},
        {"_CCSettings={a:f()}", "byte 16: expected ',' or '}' in the settings object"},
        {"_CCSettings={a}", "byte 14: expected ':' in the settings object"},
        {"_CCSettings={a:1", "byte 16: expected ',' or '}' in the settings object"},
        {"_CCSettings={", "byte 13: expected a key in the settings object"},
        {"_CCSettings={a:[", "byte 16: expected a value in the settings object"},
        {"_CCSettings={a:[1,,2]}", "byte 18: expected a value in the settings object"},
        {"_CCSettings={a:'x",
         "byte 17: expected the end of a string in the settings object"},
        {"_CCSettings={a:\"x\\", NULL},
        {"_CCSettings={a:1/*", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        refuses(rows[i].script, PA_FORMAT, rows[i].message);
    }
}

static void a_script_cut_anywhere_is_refused(void **state) {
    (void)state;
    static const char script[] = "_CCSettings={a:[1,'x\\'',!0],b:{\"c\":void 0}/**/}";
    for (size_t size = 0; size < sizeof script - 1; size++) {
        char *cut = exact_copy(script, size);
        buf out = {0};
        pa_error err = {0};
        literal_to_json((str){cut, size}, "_CCSettings", &out, &err);
        assert_int_equal(err.status, PA_FORMAT);
        buf_clear(&out);
        free(cut);
    }
}

static void nesting_beyond_the_limit_is_refused(void **state) {
    (void)state;
    buf script = {0};
    buf_add_text(&script, "_CCSettings={a:");
    buf_fill(&script, '[', PA_MAX_JSON_DEPTH);
    buf_add_byte(&script, '\0');
    refuses(script.at, PA_LIMIT, NULL);
    buf_clear(&script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minified_script_is_converted),
        cmocka_unit_test(a_pretty_script_is_converted),
        cmocka_unit_test(words_of_javascript_become_words_of_json),
        cmocka_unit_test(numbers_of_minifiers_become_numbers_of_json),
        cmocka_unit_test(quotes_are_exchanged),
        cmocka_unit_test(keys_may_have_dollars_digits_and_letters_of_any_script),
        cmocka_unit_test(empty_containers_stay_empty),
        cmocka_unit_test(what_stands_before_and_behind_is_passed_over),
        cmocka_unit_test(expressions_and_damage_are_refused),
        cmocka_unit_test(a_script_cut_anywhere_is_refused),
        cmocka_unit_test(nesting_beyond_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
