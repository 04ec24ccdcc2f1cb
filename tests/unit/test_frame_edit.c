/* test_frame_edit.c - sprite frames in other sides: every number worked out by hand,
 * every other byte as it was.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/buf.h"
#include "expect.h"
#include "rewrite/frame_edit.h"

/* The text with its frame in an image of `by`; "" when the editor failed. */
static void expect_edit(const char *from, const sides_change *by, const char *wanted) {
    sides_change sides[] = {*by};
    uint32_t image_of[] = {0};
    frame_edit edit = {.changes = sides, .image_of = image_of};
    document_editor editor = frame_editor(&edit);
    char *text = with_quotes(from);
    char *expected = with_quotes(wanted);
    arena facts = {0};
    arena mem = {0};
    pa_error err = {0};
    document_reader reader = {.mem = &facts, .err = &err};
    splice_list list = {0};
    buf out = {0};
    assert_int_equal(json_parse(&reader.doc, str_of(text), &err), PA_OK);
    document_part part = part_of_file(&reader.doc);
    document_site at = {
        .path = str_of("frame.json"), .reader = &reader, .part = &part, .mem = &mem};
    assert_true(editor.means(editor.ctx, 0));
    editor.edit(editor.ctx, &at, &list, &err);
    expect_no_error(&err);
    splice_apply(&list, str_of(text), &out, &err);
    expect_no_error(&err);
    expect_text(buf_str(&out), expected);
    buf_clear(&out);
    splice_clear(&list);
    document_reader_clear(&reader);
    arena_clear(&facts);
    arena_clear(&mem);
    free(text);
    free(expected);
}

#define DOCUMENT_3(content)                                                              \
    "[1,['0b@6c48a'],['_textureSource'],['cc.SpriteFrame'],0,[" content                  \
    "],[0],0,[0],[0],[0]]"
#define DOCUMENT_2(content)                                                              \
    "[1,['0b'],['_textureSetter'],['cc.SpriteFrame'],0,[" content "],[0],0,[0],[0],[0]]"

static const sides_change half = {1024, 512, 512, 256};

static void a_frame_of_3_x_is_halved(void **state) {
    (void)state;
    expect_edit(
        DOCUMENT_3("{'name':'edge','rect':{'x':3,'y':265,'width':252,'height':  245},"
                   "'offset':{'x':-0.5,'y':0},'originalSize':{'width':256,'height':256},"
                   "'rotated':false,'capInsets':[10,0,30,5],'packable':true,"
                   "'pixelsToUnit':100,'pivot':{'x':0.5,'y':0.5},'meshType':0}"),
        &half,
        DOCUMENT_3("{'name':'edge','rect':{'x':1.5,'y':132.5,'width':126,'height':  "
                   "122.5},'offset':{'x':-0.25,'y':0},'originalSize':{'width':128,"
                   "'height':128},'rotated':false,'capInsets':[5,0,15,2.5],'packable':"
                   "true,'pixelsToUnit':50,'pivot':{'x':0.5,'y':0.5},'meshType':0}"));
}

/* Width a quarter, height half: what is on its side takes the other one's factor. */
static void a_rotated_frame_takes_the_factors_of_the_texture(void **state) {
    (void)state;
    const sides_change by = {400, 200, 100, 100};
    expect_edit(
        DOCUMENT_3("{'name':'r','rect':{'x':40,'y':20,'width':60,'height':80},"
                   "'offset':{'x':4,'y':8},'originalSize':{'width':64,'height':88},"
                   "'rotated':true,'capInsets':[2,4,6,8],'pixelsToUnit':100}"),
        &by,
        DOCUMENT_3("{'name':'r','rect':{'x':10,'y':10,'width':30,'height':20},"
                   "'offset':{'x':2,'y':2},'originalSize':{'width':32,'height':22},"
                   "'rotated':true,'capInsets':[1,1,3,2],'pixelsToUnit':100}"));
}

static void vertices_of_3_x_follow(void **state) {
    (void)state;
    expect_edit(
        DOCUMENT_3("{'name':'m','rect':{'x':0,'y':0,'width':8,'height':6},'vertices':{"
                   "'rawPosition':[-4,-3,0,4,-3,1],'indexes':[0,1,2],'uv':[0,6,8,5],"
                   "'nuv':[0,0.5,1,0.25],'minPos':{'x':-4,'y':-3,'z':0},"
                   "'maxPos':{'x':4,'y':3,'z':7}}}"),
        &half,
        DOCUMENT_3(
            "{'name':'m','rect':{'x':0,'y':0,'width':4,'height':3},'vertices':{"
            "'rawPosition':[-2,-1.5,0,2,-1.5,1],'indexes':[0,1,2],'uv':[0,3,4,2.5],"
            "'nuv':[0,0.5,1,0.25],'minPos':{'x':-2,'y':-1.5,'z':0},"
            "'maxPos':{'x':2,'y':1.5,'z':7}}}"));
}

static void a_frame_of_2_4_is_halved(void **state) {
    (void)state;
    expect_edit(
        DOCUMENT_2("{'name':'hero','rect':[2,4,100,50],'offset':[0,-3],'originalSize':"
                   "[101,60],'rotated':1,'capInsets':[0,0,0,0],'vertices':{'triangles':"
                   "[0,1,2],'x':[0,10,20],'y':[1,2,3],'u':[2,4,6],'v':[8,9,10]}}"),
        &half,
        DOCUMENT_2("{'name':'hero','rect':[1,2,50,25],'offset':[0,-1.5],'originalSize':"
                   "[50.5,30],'rotated':1,'capInsets':[0,0,0,0],'vertices':{'triangles':"
                   "[0,1,2],'x':[0,5,10],'y':[0.5,1,1.5],'u':[1,2,3],'v':[4,4.5,5]}}"));
}

static void a_verbose_frame_of_2_4_is_halved(void **state) {
    (void)state;
    expect_edit("{'__type__':'cc.SpriteFrame','content':{'name':'a','texture':'0b',"
                "'rect':[8,8,16,32],'offset':[0,0],'originalSize':[16,32],"
                "'capInsets':[0,0,0,0]}}",
                &half,
                "{'__type__':'cc.SpriteFrame','content':{'name':'a','texture':'0b',"
                "'rect':[4,4,8,16],'offset':[0,0],'originalSize':[8,16],"
                "'capInsets':[0,0,0,0]}}");
}

/* 101 px become 50: x + width = 50 * (33 + 68) / 101 ends within the texture in the
 * arithmetic of the engine. */
static void odd_sides_end_within_the_texture(void **state) {
    (void)state;
    for (uint32_t old = 2; old < 700; old++) {
        for (uint32_t x = 0; x < old; x += 1 + old / 7) {
            const sides_change by = {old, old, old / 2, old / 2};
            frame_data frame = {
                .left_px = x, .top_px = x, .width_px = old - x, .height_px = old - x};
            frame_data made = sides_scale_frame(&by, &frame);
            assert_true(made.left_px + made.width_px <= old / 2);
            assert_true(made.top_px + made.height_px <= old / 2);
            assert_true(made.width_px > 0);
            double wanted = (double)(old - x) * (old / 2) / old;
            assert_true(made.width_px - wanted < 1e-9 && wanted - made.width_px < 1e-9);
        }
    }
}

static void numbers_read_back_exactly(void **state) {
    (void)state;
    const struct {
        double number;
        const char *text;
    } cases[] = {{1.5, "1.5"},
                 {126, "126"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {100.0 / 3, "33.333333333333336"},
                 {-0.25, "-0.25"},
                 {50, "50"},
                 {-4096, "-4096"}};
    arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_text(sides_number(cases[i].number, &mem), cases[i].text);
    }
    arena_clear(&mem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_of_3_x_is_halved),
        cmocka_unit_test(a_rotated_frame_takes_the_factors_of_the_texture),
        cmocka_unit_test(vertices_of_3_x_follow),
        cmocka_unit_test(a_frame_of_2_4_is_halved),
        cmocka_unit_test(a_verbose_frame_of_2_4_is_halved),
        cmocka_unit_test(odd_sides_end_within_the_texture),
        cmocka_unit_test(numbers_read_back_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
