/* test_cost_model.c - the switches that version, target and settings set.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"
#include "memory/model.h"

static const settings no_settings;

static void clean_up_is_on_by_version_and_target(void **state) {
    (void)state;
    static const struct {
        engine_version version;
        bool is_on_native, is_on_minigame;
    } rows[] = {{20400, true, true},   {20415, true, true},   {30000, false, false},
                {30300, false, false}, {30502, false, false}, {30600, true, true},
                {30805, true, true}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        engine_version version = rows[i].version;
        assert_int_equal(
            cost_model_of(version, TARGET_NATIVE, &no_settings).is_cleaning_images,
            rows[i].is_on_native);
        assert_int_equal(
            cost_model_of(version, TARGET_MINIGAME, &no_settings).is_cleaning_images,
            rows[i].is_on_minigame);
        assert_false(cost_model_of(version, TARGET_WEB, &no_settings).is_cleaning_images);
        assert_false(
            cost_model_of(version, TARGET_WEBGL1, &no_settings).is_cleaning_images);
    }
}

static void macros_of_the_settings_win_from_3_0_on(void **state) {
    (void)state;
    static const engine_version versions[] = {30000, 30502, 30600, 30805};
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        for (int target = 0; target < TARGET_COUNT; target++) {
            for (int is_on = 0; is_on < 2; is_on++) {
                settings from = {.cleanup_image_cache = is_on ? IS_TRUE : IS_FALSE};
                cost_model model =
                    cost_model_of(versions[i], (engine_target)target, &from);
                assert_int_equal(model.is_cleaning_images, is_on);
            }
        }
    }
}

static void settings_of_2_4_have_no_say(void **state) {
    (void)state;
    settings off = {.cleanup_image_cache = IS_FALSE};
    settings on = {.cleanup_image_cache = IS_TRUE};
    assert_true(cost_model_of(20415, TARGET_NATIVE, &off).is_cleaning_images);
    assert_false(cost_model_of(20415, TARGET_WEBGL1, &on).is_cleaning_images);
}

static void every_decision_has_a_reason(void **state) {
    (void)state;
    settings on = {.cleanup_image_cache = IS_TRUE};
    assert_non_null(
        strstr(cost_model_of(30805, TARGET_WEB, &on).cleanup_reason, "settings"));
    assert_non_null(
        strstr(cost_model_of(30805, TARGET_WEB, &no_settings).cleanup_reason, "off"));
    assert_non_null(
        strstr(cost_model_of(30805, TARGET_NATIVE, &no_settings).cleanup_reason, "on"));
}

static void image_bitmaps_are_of_desktop_browsers_up_to_3_8_0(void **state) {
    (void)state;
    static const struct {
        engine_version version;
        engine_target target;
        const char *platform;
        bool has_bitmap;
    } rows[] = {{30800, TARGET_WEB, "web-desktop", true},
                {30000, TARGET_WEB, "web-desktop", true},
                {30801, TARGET_WEB, "web-desktop", false},
                {30800, TARGET_WEB, "web-mobile", false},
                {20415, TARGET_WEBGL1, "web-desktop", true},
                {20415, TARGET_WEBGL1, "web-mobile", false},
                {30800, TARGET_NATIVE, "web-desktop", false},
                {30800, TARGET_WEB, "", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        settings from = {.platform = str_of(rows[i].platform)};
        cost_model model = cost_model_of(rows[i].version, rows[i].target, &from);
        assert_int_equal(model.has_image_bitmap, rows[i].has_bitmap);
    }
}

static void images_are_decoded_by_3_threads_or_5_from_3_8_4_on(void **state) {
    (void)state;
    assert_int_equal(cost_model_of(30803, TARGET_NATIVE, &no_settings).decode_threads, 3);
    assert_int_equal(cost_model_of(30804, TARGET_NATIVE, &no_settings).decode_threads, 5);
    assert_int_equal(cost_model_of(20415, TARGET_NATIVE, &no_settings).decode_threads, 3);
}

static void backends_are_found_by_their_names(void **state) {
    (void)state;
    for (int i = 0; i < BACKEND_COUNT; i++) {
        gpu_backend found = BACKEND_COUNT;
        assert_true(backend_of_name(str_of(backend_name((gpu_backend)i)), &found));
        assert_int_equal(found, i);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_up_is_on_by_version_and_target),
        cmocka_unit_test(macros_of_the_settings_win_from_3_0_on),
        cmocka_unit_test(settings_of_2_4_have_no_say),
        cmocka_unit_test(every_decision_has_a_reason),
        cmocka_unit_test(image_bitmaps_are_of_desktop_browsers_up_to_3_8_0),
        cmocka_unit_test(images_are_decoded_by_3_threads_or_5_from_3_8_4_on),
        cmocka_unit_test(backends_are_found_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
