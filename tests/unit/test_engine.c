/* test_engine.c - versions, platforms and targets.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/engine.h"

#include "expect.h"

static void versions_become_numbers_that_compare(void **state) {
    (void)state;
    static const struct {
        const char *text;
        engine_version version;
    } rows[] = {{"3.8.5", 30805},
                {"v3.8.5", 30805},
                {"3.8", 30800},
                {"v3.8", 30800},
                {"2.4.15", 20415},
                {"3.10.0", 31000},
                {"3.8.4-oh", 30804},
                {"3.8.x", 30800},
                {"3.8.", 30800},
                {"3.8.5.1", 30805},
                {"", 0},
                {"3", 0},
                {"v", 0},
                {"latest", 0},
                {"1.10.2", 0},
                {".8.5", 0},
                {"100.1", 0},
                {" 3.8", 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(engine_version_of(str_of(rows[i].text)), rows[i].version);
    }
}

static void all_before_3_0_is_2_4(void **state) {
    (void)state;
    assert_true(engine_is_2_4(ENGINE(2, 4, 15)));
    assert_false(engine_is_2_4(ENGINE(3, 0, 0)));
}

static void the_script_of_an_engine_states_its_version(void **state) {
    (void)state;
    static const struct {
        const char *script, *version;
    } rows[] = {
        {"x(\"VERSION\",\"3.8.3\");y.CocosEngine=z.ENGINE_VERSION=x", "3.8.3"},
        {"cc.ENGINE_VERSION=\"2.4.0\"", "2.4.0"},
        {"cc.ENGINE_VERSION = '2.4.8';", "2.4.8"},
        {"const engineVersion=\"3.7.1\";s.ENGINE_VERSION=engineVersion;", "3.7.1"},
        {"a.ENGINE_VERSION,b=1;c.ENGINE_VERSION=\"2.4.5\"", "2.4.5"},
        {"ENGINE_VERSION", ""},
        {"ENGINE_VERSION=\"latest\"", ""},
        {"ENGINE_VERSION=\"1.2.3\"", ""},
        {"version=\"3.8.3\"", ""},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_text(engine_version_in_script(str_of(rows[i].script)), rows[i].version);
    }
}

static void platforms_have_a_target(void **state) {
    (void)state;
    static const struct {
        const char *platform;
        bool is_2_4;
        engine_target target;
    } rows[] = {{"web-mobile", false, TARGET_WEB},
                {"web-desktop", false, TARGET_WEB},
                {"web-mobile", true, TARGET_WEBGL1},
                {"android", false, TARGET_NATIVE},
                {"android", true, TARGET_NATIVE},
                {"ios", false, TARGET_NATIVE},
                {"windows", false, TARGET_NATIVE},
                {"mac", false, TARGET_NATIVE},
                {"wechatgame", false, TARGET_MINIGAME},
                {"wechatgame", true, TARGET_MINIGAME},
                {"bytedance-mini-game", false, TARGET_MINIGAME}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        engine_target target = TARGET_COUNT;
        assert_true(
            target_of_platform(str_of(rows[i].platform), rows[i].is_2_4, &target));
        assert_int_equal(target, rows[i].target);
    }
}

static void an_unknown_platform_has_none(void **state) {
    (void)state;
    engine_target target = TARGET_COUNT;
    assert_false(target_of_platform(str_of("toaster"), false, &target));
    assert_false(target_of_platform((str){0}, false, &target));
    assert_int_equal(target, TARGET_COUNT);
}

static void targets_are_found_by_their_names(void **state) {
    (void)state;
    for (int i = 0; i < TARGET_COUNT; i++) {
        engine_target target = TARGET_COUNT;
        assert_true(target_of_name(str_of(target_name((engine_target)i)), &target));
        assert_int_equal(target, i);
    }
}

static void a_name_that_is_no_target_changes_nothing(void **state) {
    (void)state;
    engine_target target = TARGET_WEB;
    assert_false(target_of_name(str_of("Native"), &target));
    assert_int_equal(target, TARGET_WEB);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_become_numbers_that_compare),
        cmocka_unit_test(all_before_3_0_is_2_4),
        cmocka_unit_test(the_script_of_an_engine_states_its_version),
        cmocka_unit_test(platforms_have_a_target),
        cmocka_unit_test(an_unknown_platform_has_none),
        cmocka_unit_test(targets_are_found_by_their_names),
        cmocka_unit_test(a_name_that_is_no_target_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
