/* test_image_cost.c - the CPU copies of one image.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"
#include "memory/image_cost.h"

enum { FILE_BYTES = 1016 };

static const picture_info png = {.format = PICTURE_PNG, .width_px = 100, .height_px = 50};
static const picture_info astc = {
    .format = PICTURE_ASTC, .width_px = 100, .height_px = 50, .payload_bytes = 1000};
static const picture_info cmip = {.format = PICTURE_CMIP,
                                  .width_px = 100,
                                  .height_px = 50,
                                  .payload_bytes = 900,
                                  .level_count = 3};

static void a_plain_picture_takes_four_bytes_a_pixel(void **state) {
    (void)state;
    static const picture_format formats[] = {PICTURE_PNG, PICTURE_JPEG, PICTURE_WEBP,
                                             PICTURE_BMP};
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        picture_info info = {
            .format = formats[i], .width_px = 100, .height_px = 50, .channels = 1};
        assert_int_equal(image_decoded_bytes(&info), 20000);
    }
}

static void a_compressed_file_takes_its_payload(void **state) {
    (void)state;
    assert_int_equal(image_decoded_bytes(&astc), 1000);
    assert_int_equal(image_decoded_bytes(&cmip), 900);
}

static void a_picture_of_unknown_size_takes_nothing(void **state) {
    (void)state;
    picture_info info = {0};
    assert_int_equal(image_decoded_bytes(&info), 0);
}

static void the_largest_picture_does_not_overflow(void **state) {
    (void)state;
    picture_info info = {.format = PICTURE_PNG, .width_px = 65535, .height_px = 65535};
    assert_int_equal(image_decoded_bytes(&info), UINT64_C(17179344900));
}

static void what_stays_follows_the_target(void **state) {
    (void)state;
    static const struct {
        const picture_info *info;
        engine_target target;
        bool has_bitmap;
        uint64_t bytes;
    } rows[] = {
        {&png, TARGET_NATIVE, false, 20000},
        {&png, TARGET_MINIGAME, false, 20000},
        {&png, TARGET_WEB, false, FILE_BYTES},
        {&png, TARGET_WEBGL1, false, FILE_BYTES},
        {&png, TARGET_WEB, true, 20000},
        {&png, TARGET_WEBGL1, true, 20000},
        {&astc, TARGET_NATIVE, false, 1000},
        {&astc, TARGET_MINIGAME, false, FILE_BYTES},
        {&astc, TARGET_WEB, false, FILE_BYTES},
        {&astc, TARGET_WEB, true, FILE_BYTES},
        {&cmip, TARGET_NATIVE, false, 900},
        {&cmip, TARGET_MINIGAME, false, 900},
        {&cmip, TARGET_WEB, false, 900},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cost_model model = {.version = 30800,
                            .target = rows[i].target,
                            .has_image_bitmap = rows[i].has_bitmap};
        assert_int_equal(image_kept_bytes(rows[i].info, FILE_BYTES, &model),
                         rows[i].bytes);
    }
}

static void only_containers_of_several_levels_defy_clean_up(void **state) {
    (void)state;
    picture_info one_level = cmip;
    one_level.level_count = 1;
    assert_true(image_defies_cleanup(&cmip));
    assert_false(image_defies_cleanup(&one_level));
    assert_false(image_defies_cleanup(&astc));
    assert_false(image_defies_cleanup(&png));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_picture_takes_four_bytes_a_pixel),
        cmocka_unit_test(a_compressed_file_takes_its_payload),
        cmocka_unit_test(a_picture_of_unknown_size_takes_nothing),
        cmocka_unit_test(the_largest_picture_does_not_overflow),
        cmocka_unit_test(what_stays_follows_the_target),
        cmocka_unit_test(only_containers_of_several_levels_defy_clean_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
