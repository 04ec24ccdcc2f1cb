/* test_content.c - documents that read their own content, and documents in the verbose
 * form.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "expect.h"
#include "read_document.h"

#define A_FULL "fc991dd7-0033-4b80-9d41-c8a86a702e59"
#define A_22 "fcmR3XADNLgJ1ByKhqcC5Z"

/* A document of one class that reads its own content. */
static void read_content(read_out *out, const char *class_name, const char *content) {
    buf text = {0};
    buf_format(&text, "[1,0,0,['%s'],0,[%s],[0],0,[],[],[]]", class_name, content);
    buf_add_byte(&text, '\0');
    read_document(out, text.at);
    expect_no_error(&out->err);
    buf_clear(&text);
}

static void expect_reference(const document *doc, uint32_t index, const char *uuid,
                             const char *holder) {
    assert_true(index < doc->reference_count);
    expect_text(doc->references[index].uuid, uuid);
    assert_string_equal(doc->references[index].holder, holder);
}

static void a_texture_of_3_x_refers_to_its_images(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.Texture2D",
                 "{'base':'2,1,0,3,2,8','mipmaps':['" A_22 "','0b']}");
    const texture_data *texture = r.document.texture;
    assert_int_equal(texture->min_filter, 2);
    assert_int_equal(texture->mag_filter, 1);
    assert_int_equal(texture->wrap_s, 0);
    assert_int_equal(texture->wrap_t, 3);
    assert_int_equal(texture->mip_filter, 2);
    assert_int_equal(texture->anisotropy, 8);
    assert_int_equal(texture->layers, 1);
    assert_int_equal(texture->levels, 2);
    assert_int_equal(texture->image_count, 2);
    expect_reference(&r.document, 0, A_FULL, "mipmaps[0]");
    expect_reference(&r.document, 1, "0b", "mipmaps[1]");
    assert_true(r.document.references[0].is_content);
    read_clear(&r);
}

static void a_texture_of_a_pack_is_a_pair(void **state) {
    (void)state;
    read_out r;
    read_pair(&r, "['2,2,2,2,1,0',['" A_22 "']]");
    expect_no_error(&r.err);
    assert_int_equal(r.document.kind, ASSET_TEXTURE);
    assert_int_equal(r.document.texture->mip_filter, 1);
    expect_reference(&r.document, 0, A_FULL, "mipmaps[0]");
    read_clear(&r);
}

static void a_mipmap_that_lacks_keeps_its_place(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.Texture2D", "{'base':'2,2,0,0,2,0','mipmaps':['0a','','0c']}");
    const texture_data *texture = r.document.texture;
    assert_int_equal(texture->levels, 3);
    assert_int_equal(texture->image_count, 2);
    assert_int_equal(texture->image_places[0], 0);
    assert_int_equal(texture->image_places[1], 2);
    expect_reference(&r.document, 1, "0c", "mipmaps[2]");
    read_clear(&r);
}

static void a_texture_of_more_levels_than_a_side_has_is_refused(void **state) {
    (void)state;
    buf pair = {0};
    buf_add_text(&pair, "['2,2,2,2,2,0',['0a'");
    for (int i = 1; i < 17; i++) {
        buf_add_text(&pair, ",'0a'");
    }
    buf_add(&pair, (str){"]]", 3});
    read_out r;
    read_pair(&r, pair.at);
    expect_error(&r.err, PA_FORMAT,
                 "a texture has 17 mipmaps; a side of 65535 px has 16 levels");
    read_clear(&r);
    buf_clear(&pair);
}

static void a_pair_without_base_is_refused(void **state) {
    (void)state;
    static const char *const pairs[] = {"[]", "{}", "[['2,2']]", "'x'", "[1,[]]"};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        read_out r;
        read_pair(&r, pairs[i]);
        expect_error(&r.err, PA_FORMAT, "expected a texture [base, [image, …]]");
        read_clear(&r);
    }
}

static void flags_of_2_4_need_exactly_eight_fields(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool has_flags;
    } rows[] = {{"'0,9729,9729,33071,33071,1,1,1'", true},
                {"'0,9729,9729,33071,33071,1,1'", false},
                {"'0,9729,9729,33071,33071,1,1,1,1'", false},
                {"'0'", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        read_out r;
        read_content(&r, "cc.Texture2D", rows[i].text);
        assert_int_equal(r.document.texture->gen_mipmaps, rows[i].has_flags);
        assert_int_equal(r.document.texture->min_filter, rows[i].has_flags ? 9729 : 0);
        expect_text(r.document.image->formats, "0");
        read_clear(&r);
    }
}

static void a_texture_of_2_4_may_have_no_file(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.Texture2D", "',9729,9729,33071,33071,0,0,1'");
    expect_text(r.document.image->formats, "");
    read_clear(&r);
}

static const char *const face_names[] = {"front", "back", "left",
                                         "right", "top",  "bottom"};

static void a_cube_refers_to_six_faces_a_level(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.TextureCube",
                 "{'base':'2,2,2,2,2,0','rgbe':true,'mipmaps':[{'bottom':'f5','front':'"
                 "f0','back':'f1','left':'f2','right':'f3','top':'f4'}]}");
    const texture_data *texture = r.document.texture;
    assert_int_equal(r.document.kind, ASSET_TEXTURE_CUBE);
    assert_int_equal(texture->layers, 6);
    assert_int_equal(texture->levels, 1);
    assert_int_equal(texture->image_count, 6);
    assert_true(texture->is_rgbe);
    assert_false(texture->is_baked);
    for (uint32_t i = 0; i < COUNT_OF(face_names); i++) {
        char holder[32];
        char uuid[4] = {'f', (char)('0' + i)};
        snprintf(holder, sizeof holder, "mipmaps[0].%s", face_names[i]);
        expect_reference(&r.document, i, uuid, holder);
    }
    read_clear(&r);
}

static void a_baked_cube_has_the_levels_of_its_layout(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.TextureCube",
                 "{'base':'2,2,2,2,0,0','rgbe':false,'mipmapMode':2,'mipmapAtlas':{'"
                 "front':'f0','back':'f1','left':'f2','right':'f3','top':'f4','bottom':'"
                 "f5'},'mipmapLayout':[{'left':0,'top':0,'width':256,'height':256,'level'"
                 ":0},{'left':0,'top':256,'width':128,'height':128,'level':1}]}");
    const texture_data *texture = r.document.texture;
    assert_true(texture->is_baked);
    assert_int_equal(texture->levels, 2);
    assert_int_equal(texture->layout_width_px, 256);
    assert_int_equal(texture->layout_height_px, 256);
    assert_int_equal(texture->image_count, 6);
    expect_reference(&r.document, 5, "f5", "mipmapAtlas.bottom");
    read_clear(&r);
}

static void a_cube_of_several_levels_lists_level_by_level(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.TextureCube",
                 "{'base':'2,2,2,2,2,0','mipmaps':[{'front':'a','back':'a','left':'a','"
                 "right':'a','top':'a','bottom':'a'},{'front':'b','back':'b','left':'b','"
                 "right':'b','top':'b','bottom':'b'}]}");
    assert_int_equal(r.document.texture->levels, 2);
    assert_int_equal(r.document.reference_count, 12);
    expect_reference(&r.document, 6, "b", "mipmaps[1].front");
    read_clear(&r);
}

static void an_atlas_of_3_x_refers_to_its_frames(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.SpriteAtlas",
                 "{'name':'A.plist','spriteFrames':['a','" A_22 "@f9941','b','0b']}");
    expect_text(r.document.name, "A.plist");
    assert_int_equal(r.document.reference_count, 2);
    expect_reference(&r.document, 0, A_FULL "@f9941", "cc.SpriteAtlas.spriteFrames");
    expect_reference(&r.document, 1, "0b", "cc.SpriteAtlas.spriteFrames");
    read_clear(&r);
}

static void a_render_texture_tells_its_sides(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.RenderTexture", "{'base':'2,2,0,0,0,0','w':512,'h':256,'n':''}");
    assert_int_equal(r.document.render->width_px, 512);
    assert_int_equal(r.document.render->height_px, 256);
    read_clear(&r);
}

static void sides_that_are_none_are_zero(void **state) {
    (void)state;
    read_out r;
    read_content(&r, "cc.RenderTexture", "{'w':-5,'h':1e300}");
    assert_int_equal(r.document.render->width_px, 0);
    assert_int_equal(r.document.render->height_px, 0);
    read_clear(&r);
}

/* ---- what is cut out of a picture ----------------------------------------------------
 */

/* 3 px were cut off before a rectangle of 40 in a picture of 44 that is 1 px off; upwards
 * counts the other way: (30 - 24) / 2 - 2 = 1. */
static void a_frame_tells_what_was_cut_off(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "{'__type__':'cc.SpriteFrame','content':{'rect':[20,2,40,24],"
                      "'offset':[1,2],'originalSize':[44,30],'capInsets':[0,0,0,1]}}");
    expect_no_error(&r.err);
    assert_true(r.document.frame->trim_left_px == 3);
    assert_true(r.document.frame->trim_top_px == 1);
    assert_true(r.document.frame->has_border);
    read_clear(&r);
}

static void a_font_tells_its_glyphs(void **state) {
    (void)state;
    read_out r;
    read_document(&r,
                  "{'__type__':'cc.BitmapFont','fontSize':20,'_fntConfig':{"
                  "'fontDefDictionary':{'48':{'rect':{'x':1,'y':2,'width':3,'height':4"
                  "}},'49':{'xAdvance':1},'50':{'rect':{'x':5,'y':6,'width':7,"
                  "'height':8}}}}}");
    expect_no_error(&r.err);
    assert_int_equal(r.document.font->glyph_count, 2);
    assert_true(r.document.font->glyphs[1].left_px == 5);
    assert_true(r.document.font->glyphs[1].height_px == 8);
    read_clear(&r);
}

static void a_skeleton_tells_its_regions(void **state) {
    (void)state;
    read_out r;
    read_document(
        &r,
        "{'__type__':'sp.SkeletonData','_atlasText':'\\na.png\\nsize: 64,32\\nformat: "
        "RGBA8888\\nfilter: Linear,Linear\\nrepeat: none\\nhead: x\\n  rotate: "
        "false\\n  xy: 2, 3\\n  size: 20, 10\\n  orig: 22, 12\\n  offset: 1, 1\\n  "
        "index: -1\\r\\nleg\\n\\trotate:90\\n\\txy:24,2\\n\\tsize:9,8\\n'}");
    expect_no_error(&r.err);
    const spine_data *spine = r.document.spine;
    assert_int_equal(spine->page_count, 1);
    assert_int_equal(spine->region_count, 2);
    assert_true(spine->width_px == 64);
    assert_true(spine->regions[0].top_px == 3);
    assert_true(spine->regions[0].width_px == 20);
    assert_true(!spine->regions[0].is_rotated && spine->regions[1].is_rotated);
    assert_true(spine->regions[1].left_px == 24);
    assert_false(spine->is_odd);
    read_clear(&r);
}

static void a_later_atlas_is_odd(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "{'__type__':'sp.SkeletonData','_atlasText':'a.png\\nsize:64,32\\n"
                      "filter:Linear,Linear\\npma:true\\nscale:0.5\\nhead\\nbounds:2,2,"
                      "9,9\\n'}");
    expect_no_error(&r.err);
    assert_true(r.document.spine->is_odd);
    read_clear(&r);
}

/* An absent type is SIMPLE, an absent size mode TRIMMED. */
static void a_sprite_tells_how_it_shows_its_frame(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "[{'__type__':'cc.Prefab'},{'__type__':'cc.Sprite','_spriteFrame':{"
                      "'__uuid__':'0b'},'_sizeMode':0,'_type':2},{'__type__':'cc.Sprite',"
                      "'_spriteFrame':{'__uuid__':'0b'}}]");
    expect_no_error(&r.err);
    assert_int_equal(r.document.references[0].look.type, SPRITE_TILED);
    assert_int_equal(r.document.references[0].look.size, SPRITE_CUSTOM);
    assert_int_equal(r.document.references[1].look.type, SPRITE_SIMPLE);
    assert_int_equal(r.document.references[1].look.size, SPRITE_TRIMMED);
    read_clear(&r);
}

/* ---- verbose
 * ---------------------------------------------------------------------------- */

static void a_verbose_scene_tells_the_same_facts(void **state) {
    (void)state;
    read_out r;
    read_document(
        &r, "[{'__type__':'cc.SceneAsset','_name':'Main','scene':{'__id__':1}},{'__type__"
            "':'cc.Scene','_name':'New "
            "Node','autoReleaseAssets':true,'_children':[{'__id__':2}]},{'__type__':'cc."
            "Sprite','_materials':[{'__uuid__':'0b'}],'_spriteFrame':{'__uuid__':'" A_22
            "'}}]");
    expect_no_error(&r.err);
    assert_int_equal(r.document.kind, ASSET_SCENE);
    expect_text(r.document.name, "Main");
    assert_true(r.document.auto_release);
    assert_int_equal(r.document.reference_count, 2);
    expect_reference(&r.document, 0, "0b", "cc.Sprite._materials");
    expect_reference(&r.document, 1, A_FULL, "cc.Sprite._spriteFrame");
    read_clear(&r);
}

static void a_verbose_texture_is_read_from_its_content(void **state) {
    (void)state;
    read_out r;
    read_document(
        &r, "{'__type__':'cc.Texture2D','content':'1,9729,9729,33071,33071,0,1,1'}");
    expect_no_error(&r.err);
    assert_int_equal(r.document.kind, ASSET_TEXTURE);
    assert_true(r.document.texture->gen_mipmaps);
    expect_text(r.document.image->formats, "1");
    read_clear(&r);
}

static void a_verbose_frame_names_its_texture_in_its_content(void **state) {
    (void)state;
    read_out r;
    read_document(&r,
                  "{'__type__':'cc.SpriteFrame','content':{'name':'x','texture':'" A_22
                  "','rect':[0,0,1,1]}}");
    expect_no_error(&r.err);
    expect_text(r.document.name, "x");
    assert_int_equal(r.document.reference_count, 1);
    expect_reference(&r.document, 0, A_FULL, "cc.SpriteFrame.texture");
    read_clear(&r);
}

static void a_verbose_asset_tells_its_native_file(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "{'__type__':'cc.AudioClip','_name':'a','_native':'.mp3'}");
    expect_no_error(&r.err);
    expect_text(r.document.native, ".mp3");
    read_clear(&r);
}

static void what_is_no_document_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"{}",   "[]",    "[{}]",          "'x'",
                                        "null", "['a']", "{'__type__':1}"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        read_out r;
        read_document(&r, texts[i]);
        expect_error(&r.err, PA_FORMAT,
                     "is neither a compiled document nor one with a '__type__'");
        read_clear(&r);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_texture_of_3_x_refers_to_its_images),
        cmocka_unit_test(a_texture_of_a_pack_is_a_pair),
        cmocka_unit_test(a_mipmap_that_lacks_keeps_its_place),
        cmocka_unit_test(a_texture_of_more_levels_than_a_side_has_is_refused),
        cmocka_unit_test(a_pair_without_base_is_refused),
        cmocka_unit_test(flags_of_2_4_need_exactly_eight_fields),
        cmocka_unit_test(a_texture_of_2_4_may_have_no_file),
        cmocka_unit_test(a_cube_refers_to_six_faces_a_level),
        cmocka_unit_test(a_baked_cube_has_the_levels_of_its_layout),
        cmocka_unit_test(a_cube_of_several_levels_lists_level_by_level),
        cmocka_unit_test(an_atlas_of_3_x_refers_to_its_frames),
        cmocka_unit_test(a_render_texture_tells_its_sides),
        cmocka_unit_test(sides_that_are_none_are_zero),
        cmocka_unit_test(a_frame_tells_what_was_cut_off),
        cmocka_unit_test(a_font_tells_its_glyphs),
        cmocka_unit_test(a_skeleton_tells_its_regions),
        cmocka_unit_test(a_later_atlas_is_odd),
        cmocka_unit_test(a_sprite_tells_how_it_shows_its_frame),
        cmocka_unit_test(a_verbose_scene_tells_the_same_facts),
        cmocka_unit_test(a_verbose_texture_is_read_from_its_content),
        cmocka_unit_test(a_verbose_frame_names_its_texture_in_its_content),
        cmocka_unit_test(a_verbose_asset_tells_its_native_file),
        cmocka_unit_test(what_is_no_document_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
