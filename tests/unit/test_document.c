/* test_document.c - compiled import documents: what they say, and what is refused.
 *
 * The examples are of the forms that builds of 2.4, 3.x and 3.8.7 hold.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"
#include "read_document.h"

static void expect_reference(const document *doc, uint32_t index, const char *uuid,
                             const char *holder, bool is_content) {
    assert_true(index < doc->reference_count);
    expect_text(doc->references[index].uuid, uuid);
    assert_string_equal(doc->references[index].holder, holder);
    assert_int_equal(doc->references[index].is_content, is_content);
}

/* ---- examples
 * --------------------------------------------------------------------------- */

static void an_audio_clip_tells_name_and_native_file(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "[1,0,0,[['cc.AudioClip',['_name','_native','_duration'],0]],"
                      "[[0,0,1,2,4]],[[0,'death','.mp3',1.985281],-1],0,0,[],[],[]]");
    expect_no_error(&r.err);
    expect_text(r.document.class_name, "cc.AudioClip");
    assert_int_equal(r.document.kind, ASSET_OTHER);
    expect_text(r.document.name, "death");
    expect_text(r.document.native, ".mp3");
    assert_int_equal(r.document.reference_count, 0);
    read_clear(&r);
}

static void an_image_asset_tells_its_alternatives(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "[1,0,0,['cc.ImageAsset'],0,[{'fmt':'7@96_0','w':640,'h':480},-1],"
                      "[0],0,[],[],[]]");
    expect_no_error(&r.err);
    assert_int_equal(r.document.kind, ASSET_IMAGE);
    assert_non_null(r.document.image);
    expect_text(r.document.image->formats, "7@96_0");
    assert_int_equal(r.document.image->width_px, 640);
    assert_int_equal(r.document.image->height_px, 480);
    assert_null(r.document.texture);
    read_clear(&r);
}

static void an_image_asset_may_be_only_a_text(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "[1,0,0,['cc.ImageAsset'],0,['1',-1],[0],0,[],[],[]]");
    expect_no_error(&r.err);
    expect_text(r.document.image->formats, "1");
    read_clear(&r);
}

static void a_texture_of_2_4_in_a_pack_is_image_and_texture(void **state) {
    (void)state;
    read_out r;
    read_section(&r,
                 "[1,0,0,['a','b','c','d','e','cc.Texture2D'],0,"
                 "[[['0,9729,9728,33071,10497,1,0,1',-1],[5],0,[],[],[]]]]",
                 0);
    expect_no_error(&r.err);
    assert_int_equal(r.document.kind, ASSET_TEXTURE);
    expect_text(r.document.image->formats, "0");
    const texture_data *texture = r.document.texture;
    assert_int_equal(texture->min_filter, 9729);
    assert_int_equal(texture->mag_filter, 9728);
    assert_int_equal(texture->wrap_s, 33071);
    assert_int_equal(texture->wrap_t, 10497);
    assert_true(texture->premultiply);
    assert_false(texture->gen_mipmaps);
    assert_true(texture->packable);
    read_clear(&r);
}

static const char frames[] =
    "[1,['1b069c25f@6c48a'],['_textureSource'],['cc.SpriteFrame'],0,"
    "[[[{'name':'map_02_edge','rect':{'x':3,'y':265,'width':252,'height':"
    "250},"
    "'offset':{'x':0,'y':0},'originalSize':{'width':256,'height':256},"
    "'rotated':false,'capInsets':[0,0,0,0],'packable':true,'pixelsToUnit':100,"
    "'pivot':{'x':0.5,'y':0.5},'meshType':0}],[0],0,[0],[0],[0]],"
    "[[{'name':'map_02_bg','rect':{'x':3,'y':3,'width':252,'height':250}}],"
    "[0],0,[0],[0],[0]]]]";

static void each_section_of_a_pack_is_a_document(void **state) {
    (void)state;
    static const char *const names[] = {"map_02_edge", "map_02_bg"};
    for (uint32_t i = 0; i < COUNT_OF(names); i++) {
        read_out r;
        read_section(&r, frames, i);
        expect_no_error(&r.err);
        assert_int_equal(r.document.kind, ASSET_SPRITE_FRAME);
        expect_text(r.document.name, names[i]);
        assert_int_equal(r.document.reference_count, 1);
        expect_reference(&r.document, 0, "1b069c25f@6c48a",
                         "cc.SpriteFrame._textureSource", false);
        read_clear(&r);
    }
}

/* All rules of the compiled form in one: deferred references, nested objects, value
 * types. */
/* clang-format off */
static const char scene[] =
    "[1,['8bQPqt7klLKJRTwIryvh3V'],['node','asset','root','scene','_parent'],"
    "[['cc.Node',['_name','_id','_components','_contentSize','_trs','_parent','_children',"
              "'_prefab'],1,9,5,7,1,2,4],"
     "['cc.SceneAsset',['_name','asyncLoadAssets'],1],"
     "['cc.Scene',['_name','_children','_anchorPoint','_trs'],2,2,5,7],"
     "['cc.Camera',['_clearFlags','_depth','node'],1,1],"
     "['cc.PrefabInfo',['sync','root','asset'],2,1,6],"
     "['cc.Canvas',['node'],3,1],"
     "['cc.Widget',['_alignFlags','node'],2,1]],"
    "[[1,0,1,3],[2,0,1,2,3,2],[0,0,1,6,2,3,4,3],[0,0,5,2,3,4,2],[0,1,0,5,7,3],[3,0,1,2,3],"
     "[4,0,1,2,2],[5,0,1],[6,0,1,2]],"
    "[[0,'Login',null],"
     "[2,'Canvas','a5esZu+45LA5mBpvttspPD',[-3,-4],[[7,-1],[8,45,-2]],[5,960,640],"
       "[480,320,0,0,0,0,1,1,1,1]],"
     "[1,'New Node',[1],[0,0,0],[0,0,0,0,0,0,1,1,1,1]],"
     "[3,'Login Camera',1,[[5,7,-1,-5]],[5,960,640],[0,0,554.2562584220408,0,0,0,1,1,1,1]],"
     "[4,'c79eEwJnVMJoAvrEp+2jWs','LoginDialog',1,[6,true,-6,0]]],"
    "0,"
    "[0,0,1,0,0,1,0,-1,3,0,-2,4,0,0,3,0,2,4,0,3,2,1,4,2,6],"
    "[0],[1],[0]]";
/* clang-format on */

static void a_scene_holds_its_dependency_where_an_object_inside_claims_it(void **state) {
    (void)state;
    read_out r;
    read_document(&r, scene);
    expect_no_error(&r.err);
    assert_int_equal(r.document.kind, ASSET_SCENE);
    expect_text(r.document.name, "Login");
    assert_false(r.document.auto_release);
    assert_int_equal(r.document.reference_count, 1);
    expect_reference(&r.document, 0, "8b40faad-ee49-4b28-9453-c08af2be1dd5",
                     "cc.PrefabInfo.asset", false);
    read_clear(&r);
}

static void a_scene_says_that_it_releases_its_assets(void **state) {
    (void)state;
    read_out r;
    read_document(
        &r, "[1,0,['scene'],[['cc.SceneAsset',['_name'],2],['cc.Scene',['_name',"
            "'autoReleaseAssets'],1]],[[0,0,2],[1,0,1,3]],[[0,'Main'],[1,'x',true]],"
            "0,[0,0,1,0],[],[],[]]");
    expect_no_error(&r.err);
    assert_true(r.document.auto_release);
    expect_text(r.document.name, "Main");
    read_clear(&r);
}

static void an_atlas_of_2_4_holds_its_frames_in_a_dictionary(void **state) {
    (void)state;
    read_out r;
    read_section(&r,
                 "[1,['0u','fcmR3XADNLgJ1ByKhqcC5Z','2u','20g1ukYUVPvKWKBRznAKo+'],"
                 "['a','b','c','g2pic2','game2pic'],"
                 "[['cc.SpriteAtlas',['_spriteFrames'],3,11]],"
                 "[[0,1],[0,1],[0,1],[0,1],[0,1],[0,0,1]],"
                 "[[[[5,[{},'g2pic2',6,0,'game2pic',6,1]]],0,0,[0,0],[3,4],[3,1]]]]",
                 0);
    expect_no_error(&r.err);
    assert_int_equal(r.document.kind, ASSET_SPRITE_ATLAS);
    assert_int_equal(r.document.reference_count, 2);
    expect_reference(&r.document, 0, "20835ba4-6145-4fbc-a58a-051ce700aa3e",
                     "cc.SpriteAtlas._spriteFrames.g2pic2", false);
    expect_reference(&r.document, 1, "fc991dd7-0033-4b80-9d41-c8a86a702e59",
                     "cc.SpriteAtlas._spriteFrames.game2pic", false);
    read_clear(&r);
}

static void a_mixed_array_and_a_list_of_assets_claim_their_slots(void **state) {
    (void)state;
    read_out r;
    read_document(
        &r,
        "[1,['u0','u1','u2'],['k'],[['cc.A',['list','mixed'],3,3,12]],"
        "[[0,0,1,1]],[[0,[0,1],[[2,5,[0,1,2]],6,0,8]]],0,0,[0,0,0],[0,-1,0],[0,1,2]]");
    expect_no_error(&r.err);
    expect_reference(&r.document, 0, "u0", "cc.A.list", false);
    expect_reference(&r.document, 1, "u1", "cc.A.list", false);
    expect_reference(&r.document, 2, "u2", "cc.A.mixed", false);
    read_clear(&r);
}

static void an_unclaimed_slot_hangs_on_its_instance(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "[1,['u0','u1'],['k'],[['cc.A',['p'],2]],[[0,0,2]],[[0,5]],0,0,"
                      "[0,0],[0,-3],[0,1]]");
    expect_no_error(&r.err);
    expect_reference(&r.document, 0, "u0", "cc.A.k", false);
    expect_reference(&r.document, 1, "u1", "cc.A[2]", false);
    read_clear(&r);
}

static void the_root_may_be_another_instance(void **state) {
    (void)state;
    read_out r;
    read_document(&r,
                  "[1,0,0,[['cc.A',['_name'],2],['cc.B',['_name'],2]],[[0,0,2],[1,0,2]],"
                  "[[0,'a'],[1,'b'],1],0,0,[],[],[]]");
    expect_no_error(&r.err);
    expect_text(r.document.class_name, "cc.B");
    expect_text(r.document.name, "b");
    read_clear(&r);
}

/* ---- what is refused
 * -------------------------------------------------------------------- */

static const struct {
    const char *text, *what;
} refused[] = {
    {"[1,0,0,[],0,[],0,0,[],[]]", "a compiled document has 11 parts, this one 10"},
    {"[1,0,0,[],0,[],0,0,[],[],[],0]", "a compiled document has 11 parts, this one 12"},
    {"[2,0,0,[],0,[],0,0,[],[],[]]", "expected version 1 of the compiled form"},
    {"[1,0,0,[],0,[],0,0,[],[],[]]", "a document has no instances"},
    {"[1,[1],0,[],0,[0],0,0,[],[],[]]", "expected a string in a shared table"},
    {"[1,0,0,[['A',['p'],1]],0,[0],0,0,[],[],[]]",
     "expected a class [name, keys, offset, types…]"},
    {"[1,0,0,[['A',['p'],4]],0,[0],0,0,[],[],[]]",
     "expected a class [name, keys, offset, types…]"},
    {"[1,0,0,[7],0,[0],0,0,[],[],[]]", "expected a class [name, keys, offset, types…]"},
    {"[1,0,0,[['A',['p','q'],2]],0,[0],0,0,[],[],[]]",
     "a class has fewer types than keys"},
    {"[1,0,0,[['A',['p'],3,'x']],0,[0],0,0,[],[],[]]", "expected the number of a type"},
    {"[1,0,0,[['A',['p'],2]],[[1,0,2]],[[0,1]],0,0,[],[],[]]",
     "a mask names a class that is not there"},
    {"[1,0,0,[['A',['p'],2]],[[-1,0,2]],[[0,1]],0,0,[],[],[]]",
     "a mask names a class that is not there"},
    {"[1,0,0,['A'],[[0,0,2]],[[0,1]],0,0,[],[],[]]",
     "a mask names a class that is not there"},
    {"[1,0,0,[['A',['p'],2]],[[0,1,2]],[[0,1]],0,0,[],[],[]]",
     "a mask names a key that its class does not have"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,1]],[[0,1]],0,0,[],[],[]]",
     "a mask names a key that its class does not have"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,2.5]],[[0,1]],0,0,[],[],[]]",
     "expected a mask of numbers"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,2]],[[1,1]],0,0,[],[],[]]",
     "an object's mask is not in the table of masks"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,2]],[{'a':1}],0,0,[],[],[]]",
     "an object's mask is not in the table of masks"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,2]],[[0]],0,0,[],[],[]]",
     "an object has not as many values as its mask"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,2]],[[0,1,2]],0,0,[],[],[]]",
     "an object has not as many values as its mask"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,2]],[[0,1],1],0,0,[],[],[]]",
     "a document's root is not among its instances"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,2]],[[0,1],-2],0,0,[],[],[]]",
     "a document's root is not among its instances"},
    {"[1,0,0,['A'],0,[{}],[0,0],0,[],[],[]]",
     "a document's root is not among its instances"},
    {"[1,0,0,['A'],0,[{}],[1],0,[],[],[]]",
     "an instance's class is not in the table of classes"},
    {"[1,0,0,[['A',['p'],3,1]],[[0,0,1]],[[0,1]],0,0,[],[],[]]",
     "an object refers to an instance that is not there"},
    {"[1,0,0,[['A',['p'],3,1]],[[0,0,1]],[[0,-1]],0,0,[],[],[]]",
     "an object refers to an instance that is not there"},
    {"[1,0,0,[['A',['p'],3,6]],[[0,0,1]],[[0,0]],0,0,[],[],[]]",
     "an object refers to a dependency that is not there"},
    {"[1,['u'],['k'],[['A',['p'],3,6]],[[0,0,1]],[[0,-1]],0,0,[0],[0],[0]]",
     "an object refers to a dependency that is not there"},
    {"[1,0,0,[['A',['p'],3,13]],[[0,0,1]],[[0,0]],0,0,[],[],[]]",
     "a value has a type that is not known"},
    {"[1,0,0,[['A',['p'],3,-1]],[[0,0,1]],[[0,0]],0,0,[],[],[]]",
     "a value has a type that is not known"},
    {"[1,0,0,[['A',['p'],3,8]],[[0,0,1]],[[0,[8,1]]],0,0,[],[],[]]",
     "expected the number of a value type"},
    {"[1,0,0,[['A',['p'],3,7]],[[0,0,1]],[[0,[1,2,3]]],0,0,[],[],[]]",
     "expected ten numbers"},
    {"[1,0,0,[['A',['p'],3,2]],[[0,0,1]],[[0,1]],0,0,[],[],[]]", "expected a list"},
    {"[1,0,0,[['A',['p'],3,11]],[[0,0,1]],[[0,[{},'a',6]]],0,0,[],[],[]]",
     "expected a dictionary [object, key, type, value, …]"},
    {"[1,0,0,[['A',['p'],3,12]],[[0,0,1]],[[0,[[1,2],0]]],0,0,[],[],[]]",
     "expected an array [[value, …], type, …]"},
    {"[1,0,0,[['A',['p'],3,10]],[[0,0,1]],[[0,[1,{}]]],0,0,[],[],[]]",
     "expected a custom object [class, content]"},
    {"[1,0,0,[['A',['p'],2]],[[0,0,2]],[[0,1]],0,[0,0,0],[],[],[]]",
     "the table of references is cut off"},
    {"[1,0,['k'],[['A',['p'],2]],[[0,0,2]],[[0,1]],0,[0,0,0,2],[],[],[]]",
     "the table of references is cut off"},
    {"[1,0,['k'],[['A',['p'],2]],[[0,0,2]],[[0,1]],0,[0,0,1,0],[],[],[]]",
     "a reference leads to an instance that is not there"},
    {"[1,0,['k'],[['A',['p'],2]],[[0,0,2]],[[0,1]],0,[0,1,0,0],[],[],[]]",
     "a reference leads to an instance that is not there"},
    {"[1,0,['k'],[['A',['p'],2]],[[0,0,2]],[[0,1]],0,[1,0,0,0],[],[],[]]",
     "a reference leads to an instance that is not there"},
    {"[1,['u'],['k'],[['A',['p'],2]],[[0,0,2]],[[0,1]],0,0,[0],[0],[1]]",
     "a dependency is out of the range of its tables"},
    {"[1,['u'],['k'],[['A',['p'],2]],[[0,0,2]],[[0,1]],0,0,[0],[1],[0]]",
     "a dependency is out of the range of its tables"},
    {"[1,['u'],['k'],[['A',['p'],2]],[[0,0,2]],[[0,1]],0,0,[1],[0],[0]]",
     "a dependency is out of the range of its tables"},
    {"[1,['u'],['k'],[['A',['p'],2]],[[0,0,2]],[[0,1]],0,0,[0],[0],[]]",
     "the three tables of dependencies differ in length"},
    {"[1,0,0,[],0,[0],{},0,[],[],[]]", "expected instance types"},
    {"[1,0,0,[],0,[0],0,'x',[],[],[]]", "expected references"},
};

static void every_index_out_of_range_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        read_out r;
        read_document(&r, refused[i].text);
        if (strstr(r.err.text, refused[i].what) == NULL) {
            print_error("%s\n  said '%s'\n", refused[i].text, r.err.text);
        }
        assert_int_equal(r.err.status, PA_FORMAT);
        assert_non_null(strstr(r.err.text, refused[i].what));
        read_clear(&r);
    }
}

static void a_type_is_not_cut_to_32_bits(void **state) {
    (void)state;
    read_out r;
    read_document(&r,
                  "[1,0,0,[['A',['p'],3,4294967296]],[[0,0,1]],[[0,0]],0,0,[],[],[]]");
    expect_error(&r.err, PA_FORMAT, NULL);
    read_clear(&r);
}

static void a_failure_names_the_byte(void **state) {
    (void)state;
    read_out r;
    read_document(&r, "[1,0,0,[['A',['p'],2]],[[0,0,2]],[[1,1]],0,0,[],[],[]]");
    expect_error(&r.err, PA_FORMAT,
                 "byte 34: an object's mask is not in the table of masks");
    read_clear(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_audio_clip_tells_name_and_native_file),
        cmocka_unit_test(an_image_asset_tells_its_alternatives),
        cmocka_unit_test(an_image_asset_may_be_only_a_text),
        cmocka_unit_test(a_texture_of_2_4_in_a_pack_is_image_and_texture),
        cmocka_unit_test(each_section_of_a_pack_is_a_document),
        cmocka_unit_test(a_scene_holds_its_dependency_where_an_object_inside_claims_it),
        cmocka_unit_test(a_scene_says_that_it_releases_its_assets),
        cmocka_unit_test(an_atlas_of_2_4_holds_its_frames_in_a_dictionary),
        cmocka_unit_test(a_mixed_array_and_a_list_of_assets_claim_their_slots),
        cmocka_unit_test(an_unclaimed_slot_hangs_on_its_instance),
        cmocka_unit_test(the_root_may_be_another_instance),
        cmocka_unit_test(every_index_out_of_range_is_refused),
        cmocka_unit_test(a_type_is_not_cut_to_32_bits),
        cmocka_unit_test(a_failure_names_the_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
