/* test_config.c - a bundle's config, in every way that keys are written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/config.h"

#include "expect.h"

#define A_FULL "fc991dd7-0033-4b80-9d41-c8a86a702e59"
#define A_22 "fcmR3XADNLgJ1ByKhqcC5Z"
#define B_FULL "20835ba4-6145-4fbc-a58a-051ce700aa3e"
#define B_22 "20g1ukYUVPvKWKBRznAKo+"
#define C_FULL "29158224-f8dd-4661-a796-1ffab537140e"
#define C_22 "29FYIk+N1GYaeWH/q1NxQO"
#define PACK "02a7bb4fc"

typedef struct config {
    json doc;
    arena mem;
    bundle bundle;
    finding_list findings;
    pa_error err;
} config;

static config read_config(const char *text) {
    config c = {0};
    char *quoted = with_quotes(text);
    json_parse(&c.doc, str_of(quoted), &c.err);
    expect_no_error(&c.err);
    config_read(&c.doc, str_of("assets/main/config.json"), &c.mem, &c.bundle, &c.findings,
                &c.err);
    spoil(quoted);
    return c;
}

static void config_clear(config *c) {
    bundle_clear(&c->bundle);
    finding_list_clear(&c->findings);
    arena_clear(&c->mem);
    json_clear(&c->doc);
}

/* One bundle, whose tables use the keys of one era: asset A and scene B in one pack, C
 * redirected. */
/* clang-format off */
#define HEAD "{'name':'main','importBase':'import','nativeBase':'native','deps':['internal'],"
static const char *const same_bundle[] = {
    /* 2.4 release: numbers, the pack's id is not among the uuids */
    HEAD "'debug':false,'types':['cc.Texture2D'],"
    "'uuids':['" A_22 "','" B_22 "','" C_22 "'],"
    "'paths':{'0':['tex/a',0]},"
    "'scenes':{'db://assets/Main.fire':1},"
    "'packs':{'" PACK "':[0,1]},"
    "'versions':{'import':['" PACK "','aaaaa',0,'bbbbb'],'native':[0,'ccccc']},"
    "'redirect':[2,0]}",
    /* 2.4 debug: compressed ids as keys, types in place */
    HEAD "'debug':true,"
    "'uuids':['" A_22 "','" B_22 "','" C_22 "'],"
    "'paths':{'" A_22 "':['tex/a','cc.Texture2D']},"
    "'scenes':{'db://assets/Main.fire':'" B_22 "'},"
    "'packs':{'" PACK "':['" A_22 "','" B_22 "']},"
    "'versions':{'import':['" PACK "','aaaaa','" A_22 "','bbbbb'],'native':['" A_22 "','ccccc']},"
    "'redirect':['" C_22 "',0]}",
    /* 3.0 to 3.8.1 release: decimal strings, the pack's id is a uuid */
    HEAD "'debug':false,'types':['cc.Texture2D'],"
    "'uuids':['" A_22 "','" B_22 "','" C_22 "','" PACK "'],"
    "'paths':{'0':['tex/a',0,1]},"
    "'scenes':{'db://assets/Main.fire':'1'},"
    "'packs':{'" PACK "':['0','1']},"
    "'versions':{'import':[3,'aaaaa',0,'bbbbb'],'native':[0,'ccccc']},"
    "'redirect':[2,'0'],'extensionMap':{'.cconb':['1']}}",
    /* 3.8.2 and later release: numbers again */
    HEAD "'debug':false,'types':['cc.Texture2D'],"
    "'uuids':['" A_22 "','" B_22 "','" C_22 "','" PACK "'],"
    "'paths':{'0':['tex/a',0,1]},"
    "'scenes':{'db://assets/Main.fire':1},"
    "'packs':{'" PACK "':[0,1]},"
    "'versions':{'import':[3,'aaaaa',0,'bbbbb'],'native':[0,'ccccc']},"
    "'redirect':[2,'0'],'extensionMap':{'.cconb':[1]}}",
    /* 3.x debug: full ids */
    HEAD "'debug':true,"
    "'uuids':['" A_FULL "','" B_FULL "','" C_FULL "','" PACK "'],"
    "'paths':{'" A_FULL "':['tex/a','cc.Texture2D',1]},"
    "'scenes':{'db://assets/Main.fire':'" B_FULL "'},"
    "'packs':{'" PACK "':['" A_FULL "','" B_FULL "']},"
    "'versions':{'import':['" PACK "','aaaaa','" A_FULL "','bbbbb'],'native':['" A_FULL "','ccccc']},"
    "'redirect':['" C_FULL "','0'],'extensionMap':{'.cconb':['" B_FULL "']}}",
};
/* clang-format on */

static void expect_asset_a(const bundle *b) {
    const entry *a = bundle_find(b, str_of(A_FULL));
    assert_non_null(a);
    expect_text(a->path, "tex/a");
    expect_text(a->type, "cc.Texture2D");
    expect_text(a->import_version, "bbbbb");
    expect_text(a->native_version, "ccccc");
    assert_int_equal(a->redirect, NO_INDEX);
    assert_int_equal(a->pack, 0);
    assert_int_equal(a->section, 0);
    assert_false(a->is_pack);
}

static void expect_pack(const bundle *b) {
    const entry *pack_entry = bundle_find(b, str_of(PACK));
    assert_int_equal(b->pack_count, 1);
    assert_non_null(pack_entry);
    assert_true(pack_entry->is_pack);
    expect_text(pack_entry->import_version, "aaaaa");
    assert_int_equal(b->packs[0].count, 2);
    assert_ptr_equal(&b->entries[b->packs[0].entry], pack_entry);
}

static void every_era_says_the_same(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(same_bundle); i++) {
        config c = read_config(same_bundle[i]);
        expect_no_error(&c.err);
        assert_int_equal(c.findings.count, 0);
        assert_int_equal(c.bundle.entry_count, 4);
        expect_asset_a(&c.bundle);
        expect_pack(&c.bundle);
        assert_int_equal(c.bundle.scene_count, 1);
        expect_text(c.bundle.scenes[0].url, "db://assets/Main.fire");
        expect_text(c.bundle.entries[c.bundle.scenes[0].entry].uuid, B_FULL);
        assert_int_equal(bundle_find(&c.bundle, str_of(C_FULL))->redirect, 0);
        expect_text(c.bundle.deps[0], "internal");
        config_clear(&c);
    }
}

static void extensions_are_read_where_there_are_any(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(same_bundle); i++) {
        config c = read_config(same_bundle[i]);
        expect_text(bundle_find(&c.bundle, str_of(B_FULL))->extension,
                    i < 2 ? "" : ".cconb");
        assert_int_equal(c.bundle.has_extension_map, i >= 2);
        config_clear(&c);
    }
}

static void shape_marks_tell_the_eras(void **state) {
    (void)state;
    config old = read_config(same_bundle[2]);
    config newer = read_config(same_bundle[3]);
    assert_false(old.bundle.has_number_members);
    assert_true(newer.bundle.has_number_members);
    assert_false(old.bundle.is_debug);
    config_clear(&old);
    config_clear(&newer);
}

static void a_config_without_debug_is_a_debug_one(void **state) {
    (void)state;
    config c = read_config("{'importBase':'import','uuids':['" A_22 "'],'paths':{'" A_22
                           "':['a','cc.Asset']}}");
    assert_true(c.bundle.is_debug);
    expect_text(c.bundle.entries[0].path, "a");
    config_clear(&c);
}

/* ---- defects
 * ---------------------------------------------------------------------------- */

static const struct {
    const char *table;
    const char *message;
} lost[] = {
    {"'paths':{'9':['a',0],'8':['b',0]}",
     "'paths' names 2 assets that 'uuids' does not list, '9' first"},
    {"'scenes':{'db://assets/x.scene':7}",
     "'scenes' names 1 asset that 'uuids' does not list, '7' first"},
    {"'packs':{'" PACK "':[0,'5']}",
     "'packs' names 1 asset that 'uuids' does not list, '5' first"},
    {"'versions':{'import':[4,'aaaaa']}",
     "'versions' names 1 asset that 'uuids' does not list, '4' first"},
    {"'versions':{'native':[-1,'aaaaa']}",
     "'versions' names 1 asset that 'uuids' does not list, '-1' first"},
    {"'redirect':[6,0]",
     "'redirect' names 1 asset that 'uuids' does not list, '6' first"},
};

static void keys_that_lead_nowhere_become_findings(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lost); i++) {
        buf text = {0};
        buf_format(&text,
                   "{'importBase':'import','debug':false,'deps':['x'],'uuids':['" A_22
                   "'],%s}",
                   lost[i].table);
        buf_add_byte(&text, '\0');
        config c = read_config(text.at);
        expect_no_error(&c.err);
        assert_int_equal(c.findings.count, 1);
        assert_int_equal(c.findings.rows[0].rule, RULE_CONFIG_INDEX);
        expect_text(c.findings.rows[0].message, lost[i].message);
        expect_text(c.findings.rows[0].file, "assets/main/config.json");
        config_clear(&c);
        buf_clear(&text);
    }
}

static void a_redirect_to_no_bundle_is_a_finding(void **state) {
    (void)state;
    config c =
        read_config("{'importBase':'import','debug':false,'deps':['x'],'uuids':['" A_22
                    "'],'redirect':[0,'1']}");
    assert_int_equal(c.findings.count, 1);
    assert_int_equal(c.bundle.entries[0].redirect, NO_INDEX);
    config_clear(&c);
}

static void unknown_members_of_extension_map_are_ignored(void **state) {
    (void)state;
    config c = read_config("{'importBase':'import','debug':false,'uuids':['" A_22
                           "'],'extensionMap':{'.cconb':[0,9,'0','zz']}}");
    assert_int_equal(c.findings.count, 0);
    expect_text(c.bundle.entries[0].extension, ".cconb");
    config_clear(&c);
}

static void tables_of_other_types_are_taken_as_empty(void **state) {
    (void)state;
    config c = read_config(
        "{'importBase':'import','uuids':[],'paths':[1],'scenes':null,'packs':null,'"
        "versions':3,'redirect':{},'deps':{},'types':1,'extensionMap':[]}");
    expect_no_error(&c.err);
    assert_int_equal(c.bundle.entry_count, 0);
    config_clear(&c);
}

static void an_id_that_stands_twice_keeps_both_places(void **state) {
    (void)state;
    config c = read_config("{'importBase':'import','debug':false,'uuids':['" A_22
                           "','" A_22 "','" B_22 "'],'paths':{'2':['b',0]}}");
    assert_int_equal(c.bundle.entry_count, 3);
    expect_text(bundle_find(&c.bundle, str_of(B_FULL))->path, "b");
    config_clear(&c);
}

static void a_pack_with_an_empty_id_is_no_lack_of_memory(void **state) {
    (void)state;
    config c = read_config("{'importBase':'import','debug':false,'uuids':['" A_22
                           "'],'packs':{'':[0]}}");
    assert_int_not_equal(c.err.status, PA_NOMEM);
    config_clear(&c);
}

/* ---- packs
 * ------------------------------------------------------------------------------ */

/* Which pack asset 0 is taken from, given the table of packs. */
static void expect_preferred(const char *packs, uint32_t wanted, uint32_t section) {
    buf text = {0};
    buf_format(&text,
               "{'importBase':'i','debug':false,'uuids':['" A_22 "','" B_22
               "'],'packs':%s}",
               packs);
    buf_add_byte(&text, '\0');
    config c = read_config(text.at);
    assert_int_equal(c.bundle.entries[0].pack, wanted);
    assert_int_equal(c.bundle.entries[0].section, section);
    config_clear(&c);
    buf_clear(&text);
}

static void the_first_pack_of_many_is_preferred(void **state) {
    (void)state;
    expect_preferred("{'0a':[1,0],'0b':[0,1]}", 0, 1);
}

static void the_last_pack_of_one_is_preferred_to_any(void **state) {
    (void)state;
    expect_preferred("{'0a':[1,0],'0b':[0],'0c':[0,1]}", 1, 0);
    expect_preferred("{'0a':[0],'0b':[0],'0c':[1,0]}", 1, 0);
}

static void an_id_of_digits_with_a_leading_zero_is_no_index(void **state) {
    (void)state;
    config c =
        read_config("{'importBase':'i','debug':false,'uuids':['" A_22
                    "','00'],'packs':{'00':[0]},'versions':{'import':['00','aaaaa']}}");
    expect_text(bundle_find(&c.bundle, str_of("00"))->import_version, "aaaaa");
    expect_text(c.bundle.entries[0].import_version, "");
    config_clear(&c);
}

/* ---- names and shapes
 * ------------------------------------------------------------------- */

static void configs_are_known_by_their_names(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool is_config;
        const char *version;
    } rows[] = {{"config.json", true, ""},
                {"cc.config.json", true, ""},
                {"config.58910.json", true, "58910"},
                {"cc.config.0abcdef1.json", true, "0abcdef1"},
                {"config.abc.json", false, NULL},
                {"config.xyzzy.json", false, NULL},
                {"config.js", false, NULL},
                {"myconfig.json", false, NULL},
                {"config.ABCDE.json", false, NULL}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(config_is_name(str_of(rows[i].name)), rows[i].is_config);
        if (rows[i].is_config) {
            expect_text(config_name_version(str_of(rows[i].name)), rows[i].version);
        }
    }
}

static void two_dots_side_by_side_are_no_version(void **state) {
    (void)state;
    assert_false(config_is_name(str_of("config..json")));
}

static void a_config_is_known_by_uuids_and_import_base(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_config;
    } rows[] = {{"{'uuids':[],'importBase':'import'}", true},
                {"{'uuids':{},'importBase':'import'}", false},
                {"{'uuids':[]}", false},
                {"[]", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json doc = {0};
        pa_error err = {0};
        char *quoted = with_quotes(rows[i].text);
        json_parse(&doc, str_of(quoted), &err);
        assert_int_equal(config_is_shape(&doc), rows[i].is_config);
        spoil(quoted);
        json_clear(&doc);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_era_says_the_same),
        cmocka_unit_test(extensions_are_read_where_there_are_any),
        cmocka_unit_test(shape_marks_tell_the_eras),
        cmocka_unit_test(a_config_without_debug_is_a_debug_one),
        cmocka_unit_test(keys_that_lead_nowhere_become_findings),
        cmocka_unit_test(a_redirect_to_no_bundle_is_a_finding),
        cmocka_unit_test(unknown_members_of_extension_map_are_ignored),
        cmocka_unit_test(tables_of_other_types_are_taken_as_empty),
        cmocka_unit_test(an_id_that_stands_twice_keeps_both_places),
        cmocka_unit_test(a_pack_with_an_empty_id_is_no_lack_of_memory),
        cmocka_unit_test(the_first_pack_of_many_is_preferred),
        cmocka_unit_test(the_last_pack_of_one_is_preferred_to_any),
        cmocka_unit_test(an_id_of_digits_with_a_leading_zero_is_no_index),
        cmocka_unit_test(configs_are_known_by_their_names),
        cmocka_unit_test(two_dots_side_by_side_are_no_version),
        cmocka_unit_test(a_config_is_known_by_uuids_and_import_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
