/* test_pack_write.c - documents of several files behind one set of tables, worked by
 * hand.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"

#include <stdlib.h>

#include "rewrite/pack_write.h"

/* What a test reads and writes with. */
typedef struct bench {
    arena facts;
    arena mem;
    document_reader reader;
    shared_rows rows;
    const loose_document *list[8];
    uint32_t count;
    char *texts[8];
    uint32_t text_count;
} bench;

static loose_list take(bench *b, const char *text, bool is_pack) {
    pa_error err = {0};
    loose_list found = {0};
    char *own = with_quotes(text);
    b->texts[b->text_count++] = own;
    b->reader.mem = &b->facts;
    assert_int_equal(
        loose_read(&b->reader, str_of(own), is_pack, &b->rows, &b->mem, &found, &err),
        PA_OK);
    for (uint32_t i = 0; i < found.count; i++) {
        b->list[b->count++] = &found.items[i];
    }
    return found;
}

static void expect_refused(const char *text, bool is_pack) {
    bench b = {0};
    pa_error err = {0};
    loose_list found = {0};
    char *own = with_quotes(text);
    b.reader.mem = &b.facts;
    assert_int_equal(
        loose_read(&b.reader, str_of(own), is_pack, &b.rows, &b.mem, &found, &err),
        PA_FORMAT);
    free(own);
    document_reader_clear(&b.reader);
    shared_rows_clear(&b.rows);
    arena_clear(&b.facts);
    arena_clear(&b.mem);
}

static void expect_written(bench *b, uint32_t from, uint32_t count, loose_family family,
                           const char *wanted) {
    pa_error err = {0};
    buf out = {0};
    uint32_t slots[64];
    char *text = with_quotes(wanted);
    assert_true(b->rows.count <= COUNT_OF(slots));
    assert_int_equal(
        pack_write(b->list + from, count, family, &b->rows, slots, &out, &err), PA_OK);
    expect_text(buf_str(&out), text);
    free(text);
    buf_clear(&out);
}

static void clear(bench *b) {
    for (uint32_t i = 0; i < b->text_count; i++) {
        free(b->texts[i]);
    }
    document_reader_clear(&b->reader);
    shared_rows_clear(&b->rows);
    arena_clear(&b->facts);
    arena_clear(&b->mem);
}

/* One node that holds an asset. */
#define NODE                                                                             \
    "[1,['u1'],['k1'],[['cc.Node',['_name','_n'],2,6]],[[0,0,1,2]],[[0,'A',0]],0,0,"     \
    "[0],[0],[0]]"
/* A node and an object with content of its own, that refers to it; a row of each table is
 * needed by nobody. */
#define PAIR                                                                             \
    "[1,['u2','u1'],['k2','k1'],['cc.Custom',['cc.Node',['_name','_n'],2,6]],"           \
    "[[1,0,1,2],[1,0,2]],[[1,'B'],{'c':1e-7}],[0],[0,1,1,0],[0],[0],[1]]"

static void files_become_sections_behind_the_rows_they_need(void **state) {
    (void)state;
    bench b = {0};
    take(&b, NODE, false);
    take(&b, PAIR, false);
    expect_written(&b, 0, 2, FAMILY_COMPILED,
                   "[1,['u1'],['k1','k2'],[['cc.Node',['_name','_n'],2,6],'cc.Custom'],"
                   "[[0,0,1,2],[0,0,2]],["
                   "[[[0,'A',0]],0,0,[0],[0],[0]],"
                   "[[[1,'B'],{'c':1e-7}],[1],[0,0,1,0],[0],[1],[0]]]]");
    clear(&b);
}

static void a_section_becomes_a_file(void **state) {
    (void)state;
    bench b = {0};
    take(&b,
         "[1,['u1','u3'],['k1','k2'],[['cc.Node',['_name','_n'],2,6],'cc.Custom'],"
         "[[0,0,1,2],[0,0,2]],["
         "[[[0,'A',0]],0,0,[0],[0],[0]],"
         "[[[1,'B'],{'c':1e-7}],[1],[0,0,1,0],[0],[1],[1]]]]",
         true);
    expect_written(&b, 1, 1, FAMILY_COMPILED,
                   "[1,['u3'],['k1','k2'],[['cc.Node',['_name','_n'],2,6],'cc.Custom'],"
                   "[[0,0,2]],[[0,'B'],{'c':1e-7}],[1],[0,0,1,0],[0],[1],[0]]");
    clear(&b);
}

static void textures_keep_their_own_pack(void **state) {
    (void)state;
    bench b = {0};
    take(&b, "{'type':'cc.Texture2D','data':[['2,2',['i1']],['1,1',['i2']]]}", true);
    take(&b, "{'type':'cc.Texture2D','data':[['0,0',['i3']]]}", true);
    expect_written(&b, 1, 2, FAMILY_COMPILED,
                   "{'type':'cc.Texture2D','data':[['1,1',['i2']],['0,0',['i3']]]}");
    clear(&b);
}

static void a_texture_among_others_is_what_the_engine_makes_of_it(void **state) {
    (void)state;
    bench b = {0};
    take(&b, "{'type':'cc.Texture2D','data':[['2,2',['i1']]]}", true);
    take(&b, "[1,0,0,['cc.ImageAsset'],0,[{'fmt':'0'},-1],[0],0,[],[],[]]", false);
    expect_written(&b, 0, 2, FAMILY_COMPILED,
                   "[1,0,0,['cc.Texture2D','cc.ImageAsset'],0,["
                   "[[{'base':'2,2','mipmaps':['i1']}],[0],0,[],[],[]],"
                   "[[{'fmt':'0'},-1],[1],0,[],[],[]]]]");
    expect_written(&b, 0, 1, FAMILY_COMPILED,
                   "[1,0,0,['cc.Texture2D'],0,[{'base':'2,2','mipmaps':['i1']}],[0],0,"
                   "[],[],[]]");
    clear(&b);
}

static void textures_of_2_4_are_texts(void **state) {
    (void)state;
    bench b = {0};
    take(&b, "{'type':'cc.Texture2D','data':'0,9729|1,9728|2,9729'}", true);
    expect_written(&b, 0, 2, FAMILY_COMPILED,
                   "{'type':'cc.Texture2D','data':'0,9729|1,9728'}");
    expect_written(&b, 2, 1, FAMILY_COMPILED,
                   "[1,0,0,['cc.Texture2D'],0,['2,9729',-1],[0],0,[],[],[]]");
    expect_written(&b, 2, 1, FAMILY_TEXTS, "{'type':'cc.Texture2D','data':'2,9729'}");
    clear(&b);
}

static void packs_of_images_hold_whole_files(void **state) {
    (void)state;
    bench b = {0};
    take(&b,
         "{'type':'cc.ImageAsset','data':["
         "[1,0,0,['cc.ImageAsset'],0,['0',-1],[0],0,[],[],[]],"
         "[1,0,0,['cc.ImageAsset'],0,['1',-1],[0],0,[],[],[]]]}",
         true);
    expect_written(&b, 0, 2, FAMILY_COMPILED,
                   "[1,0,0,['cc.ImageAsset'],0,[[['0',-1],[0],0,[],[],[]],"
                   "[['1',-1],[0],0,[],[],[]]]]");
    clear(&b);
}

static void verbose_documents_stand_in_a_list(void **state) {
    (void)state;
    bench b = {0};
    take(&b, "[{'__type__':'cc.Asset','_name':'a'},[{'__type__':'cc.Asset'}]]", true);
    take(&b, "{'__type__':'cc.Asset','_name':'b'}", false);
    expect_written(&b, 1, 2, FAMILY_VERBOSE,
                   "[[{'__type__':'cc.Asset'}],{'__type__':'cc.Asset','_name':'b'}]");
    expect_written(&b, 0, 1, FAMILY_VERBOSE, "{'__type__':'cc.Asset','_name':'a'}");
    clear(&b);
}

/* Every kind of value that holds a number of a table: nested objects, a dictionary, an
 * array, lists of objects, custom objects. */
static void numbers_deep_inside_are_renumbered(void **state) {
    (void)state;
    bench b = {0};
    take(&b,
         "[1,0,0,['x.Never',['x.In',['v'],2],['x.Out',['o','l','d','a','c'],3,4,9,11,12,"
         "10],'x.Own'],[[2,0,1,2,3,4,1],[1,0,2]],"
         "[[0,[1,5],[[1,6],[1,7]],[{'p':1},'q',4,[1,8]],[[[1,9],[0.5]],4,0],[3,[1,2]]]],"
         "0,0,[],[],[]]",
         false);
    take(&b, "[1,0,0,[['x.In',['v'],2]],[[0,0,2]],[[0,3]],0,0,[],[],[]]", false);
    /* met in the order: mask of the outer object with its class, that of the inner ones
     */
    expect_written(&b, 0, 2, FAMILY_COMPILED,
                   "[1,0,0,[['x.Out',['o','l','d','a','c'],3,4,9,11,12,10],"
                   "['x.In',['v'],2],'x.Own'],[[0,0,1,2,3,4,1],[1,0,2]],["
                   "[[[0,[1,5],[[1,6],[1,7]],[{'p':1},'q',4,[1,8]],[[[1,9],[0.5]],4,0],"
                   "[2,[1,2]]]],0,0,[],[],[]],"
                   "[[[1,3]],0,0,[],[],[]]]]");
    expect_written(&b, 1, 1, FAMILY_COMPILED,
                   "[1,0,0,[['x.In',['v'],2]],[[0,0,2]],[[0,3]],0,0,[],[],[]]");
    clear(&b);
}

static void the_same_document_spells_the_same(void **state) {
    (void)state;
    bench b = {0};
    buf first = {0};
    buf second = {0};
    take(&b, PAIR, false);
    loose_list in_pack =
        take(&b,
             "[1,['u9','u1'],['k1','k2'],[['cc.Node',['_name','_n'],2,6],'cc.Custom'],"
             "[[0,0,1,2],[0,0,2]],["
             "[[[1,'B'],{'c':1e-7}],[1],[0,0,1,0],[0],[1],[1]],"
             "[[[1,'B'],{'c':1e-7}],[1],[0,0,1,0],[0],[1],[0]]]]",
             true);
    loose_spell(b.list[0], &b.rows, &first);
    loose_spell(&in_pack.items[0], &b.rows, &second);
    assert_true(str_equal(buf_str(&first), buf_str(&second)));
    second.size = 0;
    loose_spell(&in_pack.items[1], &b.rows, &second); /* it holds another asset */
    assert_false(str_equal(buf_str(&first), buf_str(&second)));
    buf_clear(&first);
    buf_clear(&second);
    clear(&b);
}

static void what_cannot_be_moved_is_refused(void **state) {
    (void)state;
    expect_refused("[1,0,0,['cc.A'],0,[{}],[7],0,[],[],[]]", false); /* no such class */
    expect_refused("[1,0,0,['cc.A'],0,[{}],[0],0,[],[]]", false);    /* a part lacks */
    expect_refused("[1,0,0,['cc.A'],0,[[[{}],[0],0,[],[]]]]", true);
    expect_refused("[1,0,0,[],0]", true);
    expect_refused("{'version':1,'document':[],'chunks':['.bin']}", false);
    expect_refused("{'type':'cc.Texture2D','data':[['2,2']]}", true);
    expect_refused("{'type':'cc.Texture2D','data':'0,97\\u00329|1,9728'}", true);
    expect_refused("{'type':'cc.Other','data':5}", true);
    expect_refused("[1,", false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_become_sections_behind_the_rows_they_need),
        cmocka_unit_test(a_section_becomes_a_file),
        cmocka_unit_test(textures_keep_their_own_pack),
        cmocka_unit_test(a_texture_among_others_is_what_the_engine_makes_of_it),
        cmocka_unit_test(textures_of_2_4_are_texts),
        cmocka_unit_test(packs_of_images_hold_whole_files),
        cmocka_unit_test(verbose_documents_stand_in_a_list),
        cmocka_unit_test(numbers_deep_inside_are_renumbered),
        cmocka_unit_test(the_same_document_spells_the_same),
        cmocka_unit_test(what_cannot_be_moved_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
