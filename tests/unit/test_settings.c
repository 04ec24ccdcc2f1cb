/* test_settings.c - the settings of each era in one shape.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/settings.h"

#include "expect.h"

#define UUID "fc991dd7-0033-4b80-9d41-c8a86a702e59"

typedef struct read_settings {
    arena mem;
    settings out;
    pa_error err;
} read_settings;

static void parse(read_settings *r, const char *text, const char *path) {
    *r = (read_settings){0};
    char *quoted = with_quotes(text);
    settings_parse(str_of(quoted), str_of(path), &r->mem, &r->out, &r->err);
    spoil(quoted);
}

static void read_good(read_settings *r, const char *text, const char *path) {
    parse(r, text, path);
    expect_no_error(&r->err);
}

static void the_script_of_2_4_is_read(void **state) {
    (void)state;
    read_settings r;
    read_good(&r,
              "window._CCSettings={platform:'web-mobile',launchScene:'db://assets/"
              "Main.fire',remoteBundles:['far'],subpackages:['sub'],bundleVers:{main:'"
              "e456f'}};",
              "src/settings.js");
    assert_int_equal(r.out.era, SETTINGS_SCRIPT);
    expect_text(r.out.platform, "web-mobile");
    expect_text(r.out.launch_scene, "db://assets/Main.fire");
    expect_text(r.out.engine, "");
    expect_text(settings_bundle_version(&r.out, str_of("main")), "e456f");
    assert_true(str_list_has(&r.out.remote_bundles, str_of("far")));
    assert_true(str_list_has(&r.out.subpackages, str_of("sub")));
    assert_int_equal(r.out.cleanup_image_cache, IS_UNSET);
    arena_clear(&r.mem);
}

static void flat_settings_are_read(void **state) {
    (void)state;
    read_settings r;
    read_good(&r,
              "{'CocosEngine':'3.4.2','platform':'android','launchScene':'db://"
              "a.scene','bundleVers':{'main':'aaaaa'},'renderPipeline':'" UUID
              "','macros':{'CLEANUP_IMAGE_CACHE':true}}",
              "src/settings.json");
    assert_int_equal(r.out.era, SETTINGS_FLAT);
    expect_text(r.out.engine, "3.4.2");
    expect_text(r.out.platform, "android");
    assert_int_equal(r.out.startup_assets.count, 1);
    expect_text(r.out.startup_assets.items[0], UUID);
    assert_int_equal(r.out.cleanup_image_cache, IS_TRUE);
    arena_clear(&r.mem);
}

static void grouped_settings_are_read(void **state) {
    (void)state;
    read_settings r;
    read_good(
        &r,
        "{'CocosEngine':'3.8.5','engine':{'platform':'web-desktop','builtinAssets':['b'],"
        "'macros':{'CLEANUP_IMAGE_CACHE':false}},'assets':{'bundleVers':{},'"
        "preloadAssets':['p'],'projectBundles':['internal','main'],'remoteBundles':[],'"
        "subpackages':[]},'launch':{'launchScene':'db://"
        "a.scene'},'rendering':{'renderPipeline':'r'},'physics':{'defaultMaterial':'m'}}",
        "src/settings.12345.json");
    static const char *const startup[] = {"b", "p", "r", "m"};
    assert_int_equal(r.out.era, SETTINGS_GROUPED);
    expect_text(r.out.platform, "web-desktop");
    expect_text(r.out.launch_scene, "db://a.scene");
    expect_text(r.out.path, "src/settings.12345.json");
    assert_true(str_list_has(&r.out.project_bundles, str_of("main")));
    assert_false(str_list_has(&r.out.project_bundles, str_of("other")));
    assert_int_equal(r.out.startup_assets.count, COUNT_OF(startup));
    for (size_t i = 0; i < COUNT_OF(startup); i++) {
        expect_text(r.out.startup_assets.items[i], startup[i]);
    }
    assert_int_equal(r.out.cleanup_image_cache, IS_FALSE);
    arena_clear(&r.mem);
}

static void values_of_other_types_are_taken_as_absent(void **state) {
    (void)state;
    read_settings r;
    read_good(&r,
              "{'assets':{'bundleVers':[1],'remoteBundles':{'a':'b'},'preloadAssets':[1,"
              "null,['x'],'y','']},'engine':[],'launch':3}",
              "settings.json");
    assert_int_equal(r.out.bundle_names.count, 0);
    assert_int_equal(r.out.remote_bundles.count, 0);
    assert_int_equal(r.out.startup_assets.count, 1);
    expect_text(r.out.startup_assets.items[0], "y");
    arena_clear(&r.mem);
}

static void what_is_no_settings_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *path, *message;
    } rows[] = {{"[]", "settings.json", "holds no object"},
                {"{", "settings.json",
                 "line 1, column 2: the text ends, expected a key in double quotes"},
                {"var a;", "settings.js", "holds no object behind '_CCSettings'"},
                {"_CCSettings={a:'\\x41'}", "settings.js", NULL}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        read_settings r;
        parse(&r, rows[i].text, rows[i].path);
        expect_error(&r.err, PA_FORMAT, rows[i].message);
        arena_clear(&r.mem);
    }
}

static void no_settings_have_no_versions(void **state) {
    (void)state;
    settings none = {0};
    expect_text(settings_bundle_version(&none, str_of("main")), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_script_of_2_4_is_read),
        cmocka_unit_test(flat_settings_are_read),
        cmocka_unit_test(grouped_settings_are_read),
        cmocka_unit_test(values_of_other_types_are_taken_as_absent),
        cmocka_unit_test(what_is_no_settings_is_refused),
        cmocka_unit_test(no_settings_have_no_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
