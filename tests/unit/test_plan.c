/* test_plan.c - plans as they are read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/plan.h"

#include <stdlib.h>

#include "codec/astc_encode.h"
#include "expect.h"

static void read(const char *text, plan *out, pa_error *err) {
    char *quoted = with_quotes(text);
    *out = (plan){0};
    plan_parse(str_of(quoted), out, err);
    spoil(quoted);
}

#define PLAN(action) "{'schema':'packaudit.plan/1','actions':[" action "]}"

static void the_empty_plan_has_no_actions(void **state) {
    (void)state;
    plan p;
    pa_error err = {0};
    read(PLAN(""), &p, &err);
    expect_no_error(&err);
    assert_int_equal(p.count, 0);
    plan_clear(&p);
}

static void an_action_says_what_to_do_with_which_image(void **state) {
    (void)state;
    plan p;
    pa_error err = {0};
    read(PLAN("{'kind':'compress','asset':'a','reason':'r','path':'walls/brick',"
              "'parameters':{'format':'astc-8x5','preset':'fast'},"
              "'floor':{'psnr_millidb':32000,'ssim_milli':950},'before_bytes':9,"
              "'after_bytes':4},"
              "{'kind':'downscale','asset':'b','parameters':{'width':8,'height':4}}"),
         &p, &err);
    expect_no_error(&err);
    assert_int_equal(p.count, 2);
    expect_text(p.actions[0].asset, "a");
    expect_text(p.actions[0].reason, "r");
    assert_int_equal(p.actions[0].to, ENCODE_ASTC);
    assert_int_equal(p.actions[0].block_width_px, 8);
    assert_int_equal(p.actions[0].block_height_px, 5);
    assert_int_equal(p.actions[0].preset, ASTC_FAST);
    assert_int_equal(p.actions[0].floor.psnr_millidb, 32000);
    assert_int_equal(p.actions[0].floor.ssim_milli, 950);
    assert_int_equal(p.actions[0].before_bytes, 9);
    assert_int_equal(p.actions[0].after_bytes, 4);
    assert_int_equal(p.actions[1].kind, ACTION_DOWNSCALE);
    assert_int_equal(p.actions[1].width_px, 8);
    assert_int_equal(p.actions[1].height_px, 4);
    plan_clear(&p);
}

static void every_encoding_has_a_name_that_reads_back(void **state) {
    (void)state;
    const char *const names[] = {"astc-4x4", "astc-12x12", "astc-10x5", "etc1",
                                 "etc2",     "webp",       "png",       "jpg"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        action row = {0};
        buf out = {0};
        assert_true(encoding_of_name(str_of(names[i]), &row));
        encoding_name(&row, &out);
        expect_text(buf_str(&out), names[i]);
        buf_clear(&out);
    }
}

static void what_is_no_plan_is_refused_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *error;
    } cases[] = {
        {"[", "line 1, column 2: the text ends, expected a value"},
        {"{'schema':'packaudit.plan/2','actions':[]}",
         "line 1, column 1: is no plan: expected \"schema\": \"packaudit.plan/1\""},
        {"{'schema':'packaudit.plan/1'}",
         "line 1, column 1: is no plan: expected the list 'actions'"},
        {PLAN("7"), "line 1, column 41: expected an action with its 'kind'"},
        {PLAN("{'kind':'compress','parameters':{}}"),
         "line 1, column 41: expected the uuid of an image as 'asset'"},
        {PLAN("{'kind':'melt','asset':'a'}"),
         "line 1, column 50: no such kind of action; known are compress, downscale, "
         "drop"},
        {PLAN("{'kind':'drop','asset':'a'}"),
         "line 1, column 41: expected the path of a file as 'file'"},
        {PLAN("{'kind':'drop','file':'a','parameters':{'b':1}}"),
         "line 1, column 82: a parameter that 'drop' does not have; it has none"},
        {PLAN("{'kind':'compress','asset':'a'}"),
         "line 1, column 41: expected the 'parameters' of the action"},
        {PLAN("{'kind':'downscale','asset':'a','parameters':{'width':0,'height':1}}"),
         "line 1, column 95: expected the sides 'width' and 'height' in pixels"},
        {PLAN("{'kind':'downscale','asset':'a','parameters':{'width':5}}"),
         "line 1, column 86: expected the sides 'width' and 'height' in pixels"},
        {PLAN("{'kind':'compress','asset':'a','parameters':{'format':'webp',"
              "'quality':101}}"),
         "line 1, column 112: expected a quality from 1 to 100"},
        {PLAN("{'kind':'compress','asset':'a','parameters':{'format':'astc-4x4',"
              "'quality':9}}"),
         "line 1, column 116: only webp and jpg have a quality"},
        {PLAN("{'kind':'compress','asset':'a','parameters':{'format':'jpg',"
              "'preset':'fast'}}"),
         "line 1, column 111: expected a preset (not of webp or jpg): fastest, fast, "
         "medium or thorough"},
        {PLAN("{'kind':'compress','asset':'a','parameters':{'format':'etc2'},"
              "'floor':{'ssim':1}}"),
         "line 1, column 113: a key that 'floor' does not have; known are psnr_millidb, "
         "ssim_milli"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        plan p;
        pa_error err = {0};
        read(cases[i].text, &p, &err);
        expect_error(&err, PA_FORMAT, cases[i].error);
        plan_clear(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_plan_has_no_actions),
        cmocka_unit_test(an_action_says_what_to_do_with_which_image),
        cmocka_unit_test(every_encoding_has_a_name_that_reads_back),
        cmocka_unit_test(what_is_no_plan_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
