/* test_variant.c - the alternatives of an image, and which one an engine takes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/variant.h"

#include "expect.h"

enum {
    V2_4 = ENGINE(2, 4, 15),
    V3_3 = ENGINE(3, 3, 2),
    V3_4 = ENGINE(3, 4, 0),
    V3_8 = 30805
};

static const format_support nothing = {0};
static const format_support only_webp = {.webp = true};
static const format_support only_astc = {.astc = true};
static const format_support only_etc1 = {.etc1 = true};
static const format_support only_etc2 = {.etc2 = true};
static const format_support only_pvrtc = {.pvrtc = true};

/* The extension that is taken, or "none". */
static void expect_choice(const char *formats, engine_version version,
                          const format_support *support, const char *extension) {
    arena mem = {0};
    variant list[MAX_VARIANTS];
    uint32_t count = variant_parse(str_of(formats), version, &mem, list);
    uint32_t chosen = variant_choose(list, count, support, version);
    if (chosen == UINT32_MAX) {
        assert_string_equal("none", extension);
    } else {
        expect_text(list[chosen].extension, extension);
    }
    arena_clear(&mem);
}

static void the_alternative_that_the_device_reads_is_taken(void **state) {
    (void)state;
    static const struct {
        const char *formats;
        engine_version version;
        const format_support *support;
        const char *extension;
    } rows[] = {
        {"0", V3_8, &nothing, ".png"},
        {"1", V3_8, &support_everything, ".jpg"},
        {"2", V3_8, &nothing, ".jpeg"},
        {"7@96_0", ENGINE(3, 7, 1), &only_astc, ".astc"},
        {"7@96_0", ENGINE(3, 7, 1), &support_fallback, ".png"},
        {"7@96_6@72_0_5@85", V3_8, &support_everything, ".astc"},
        {"7@96_6@72_0_5@85", V3_8, &only_etc1, ".pkm"},
        {"7@96_6@72_0_5@85", V3_8, &only_etc2, ".png"},
        {"7@96_6@72_0_5@85", V3_8, &only_pvrtc, ".pvr"},
        {"7@96_6@72_0_5@85", V3_8, &nothing, ".png"},
        {"7@96_6@72_5@85_0", ENGINE(3, 7, 4), &only_pvrtc, ".pvr"},
        {"7@96_6@1026_0_5@1025", V3_8, &only_etc1, ".pkm"},
        {"7@96_6@1026_0_5@1025", V3_8, &only_etc2, ".png"},
        {"6@1026_5@1025_0_7@96", V3_8, &support_everything, ".astc"},
        {"6@1026_5@1025_0_7@96", V3_8, &only_pvrtc, ".pvr"},
        {"6@1026", ENGINE(2, 4, 0), &only_etc1, ".pkm"},
        {"6@1026", ENGINE(2, 4, 0), &support_fallback, "none"},
        {"6@77_0", V3_8, &only_etc2, ".pkm"},
        {"6@77_0", V3_8, &only_etc1, ".png"},
        {"6@76_0", V3_3, &only_etc1, ".pkm"},
        {"6_0", V3_8, &nothing, ".pkm"},
        {"7@37_0", ENGINE(2, 4, 10), &support_everything, ".png"},
        {"7@37_0", ENGINE(2, 4, 11), &support_everything, ".astc"},
        {"7@37", V2_4, &nothing, "none"},
        {"", V3_8, &support_everything, "none"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_choice(rows[i].formats, rows[i].version, rows[i].support,
                      rows[i].extension);
    }
}

static void the_engine_has_an_order_of_its_own(void **state) {
    (void)state;
    static const struct {
        const char *formats, *extension;
    } rows[] = {{"0_1_2_3_4_5_6_7", ".astc"},
                {"0_1_2_3_4_5_6", ".pkm"},
                {"0_1_2_3_4_5", ".pvr"},
                {"0_1_2_3_4", ".webp"},
                {"0_3_2_1", ".jpg"},
                {"0_3_2", ".jpeg"},
                {"0_3", ".bmp"},
                {"3_0", ".bmp"},
                {"0", ".png"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_choice(rows[i].formats, V3_8, &support_everything, rows[i].extension);
    }
}

static void webp_needs_a_device_that_reads_it(void **state) {
    (void)state;
    expect_choice("4_0", V3_8, &only_webp, ".webp");
    expect_choice("4_0", V3_8, &nothing, ".png");
}

static void each_alternative_has_extension_number_and_format(void **state) {
    (void)state;
    static const struct {
        const char *extension;
        int32_t number;
        gpu_format gpu;
    } rows[] = {{".astc", 96, GPU_ASTC_8X8},
                {".pkm", 1026, GPU_ETC1_RGB},
                {".png", -1, GPU_RGBA8},
                {".pvr", 1025, GPU_PVRTC_RGB_4BPP}};
    arena mem = {0};
    variant list[MAX_VARIANTS];
    uint32_t count = variant_parse(str_of("7@96_6@1026_0_5@1025"), V3_8, &mem, list);
    assert_int_equal(count, COUNT_OF(rows));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_text(list[i].extension, rows[i].extension);
        assert_int_equal(list[i].pixel_format, rows[i].number);
        assert_int_equal(list[i].gpu, rows[i].gpu);
    }
    arena_clear(&mem);
}

static void expect_extension(const char *formats, engine_version version,
                             const char *wanted) {
    arena mem = {0};
    variant list[MAX_VARIANTS];
    assert_int_equal(variant_parse(str_of(formats), version, &mem, list), 1);
    expect_text(list[0].extension, wanted);
    arena_clear(&mem);
}

static void an_index_is_one_character_in_2_4_and_a_number_later(void **state) {
    (void)state;
    expect_extension("10", V2_4, ".jpg");
    expect_extension("10", V3_8, "10");
    expect_extension("8", V3_8, "8");
    expect_extension(".png", V2_4, ".png");
    expect_extension(".tga", V3_8, ".tga");
}

static void numbers_mean_what_the_version_says(void **state) {
    (void)state;
    static const struct {
        int32_t number;
        engine_version version;
        gpu_format gpu;
    } rows[] = {
        {4, V2_4, GPU_ETC1_RGB},        {8, V2_4, GPU_PVRTC_RGBA_4BPP},
        {16, V2_4, GPU_RGBA8},          {28, V2_4, GPU_ETC2_RGB},
        {29, V2_4, GPU_ETC2_RGBA},      {30, V2_4, GPU_ASTC_4X4},
        {37, V2_4, GPU_ASTC_8X8},       {43, V2_4, GPU_ASTC_12X12},
        {44, V2_4, GPU_UNKNOWN},        {35, V3_3, GPU_RGBA8},
        {72, V3_3, GPU_UNKNOWN},        {76, V3_3, GPU_ETC1_RGB},
        {77, V3_3, GPU_ETC2_RGB},       {81, V3_3, GPU_ETC2_RGBA},
        {87, V3_3, GPU_PVRTC_RGB_2BPP}, {90, V3_3, GPU_PVRTC_RGBA_4BPP},
        {93, V3_3, GPU_ASTC_4X4},       {100, V3_3, GPU_ASTC_8X8},
        {106, V3_3, GPU_ASTC_12X12},    {35, V3_4, GPU_RGBA8},
        {72, V3_4, GPU_ETC1_RGB},       {73, V3_4, GPU_ETC2_RGB},
        {77, V3_4, GPU_ETC2_RGBA},      {85, V3_4, GPU_PVRTC_RGB_4BPP},
        {89, V3_4, GPU_ASTC_4X4},       {93, V3_4, GPU_ASTC_6X6},
        {96, V3_4, GPU_ASTC_8X8},       {102, V3_4, GPU_ASTC_12X12},
        {103, V3_4, GPU_UNKNOWN},       {0, V3_8, GPU_UNKNOWN},
        {-1, V3_8, GPU_UNKNOWN},        {1024, V2_4, GPU_PVRTC_RGB_2BPP},
        {1026, V3_8, GPU_ETC1_RGB},     {1027, V3_8, GPU_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(variant_gpu_format(rows[i].number, rows[i].version),
                         rows[i].gpu);
    }
}

static void more_alternatives_than_there_is_room_for_are_left_out(void **state) {
    (void)state;
    arena mem = {0};
    variant list[MAX_VARIANTS];
    assert_int_equal(variant_parse(str_of("0_0_0_0_0_0_0_0_0_0"), V3_8, &mem, list),
                     MAX_VARIANTS);
    arena_clear(&mem);
}

static void empty_alternatives_are_passed_over(void **state) {
    (void)state;
    arena mem = {0};
    variant list[MAX_VARIANTS];
    assert_int_equal(variant_parse(str_of("_0__1_"), V3_8, &mem, list), 2);
    assert_int_equal(variant_parse((str){0}, V3_8, &mem, list), 0);
    arena_clear(&mem);
}

static void a_number_that_is_none_is_left_away(void **state) {
    (void)state;
    arena mem = {0};
    variant list[MAX_VARIANTS];
    assert_int_equal(variant_parse(str_of("7@x"), V3_8, &mem, list), 1);
    assert_int_equal(list[0].pixel_format, -1);
    assert_int_equal(variant_parse(str_of("7@99999999999"), V3_8, &mem, list), 1);
    assert_int_equal(list[0].pixel_format, -1);
    arena_clear(&mem);
}

static void every_format_has_the_number_that_reads_back(void **state) {
    (void)state;
    const engine_version versions[] = {ENGINE(2, 4, 11), ENGINE(3, 3, 2), ENGINE(3, 4, 0),
                                       ENGINE(3, 8, 8)};
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        for (gpu_format f = GPU_ETC1_RGB; f < GPU_FORMAT_COUNT; f++) {
            int32_t number = variant_pixel_format(f, versions[i]);
            assert_int_equal(variant_gpu_format(number, versions[i]), f);
        }
    }
    assert_int_equal(variant_pixel_format(GPU_ASTC_6X6, ENGINE(2, 4, 11)), 34);
    assert_int_equal(variant_pixel_format(GPU_ASTC_6X6, ENGINE(3, 3, 2)), 97);
    assert_int_equal(variant_pixel_format(GPU_ASTC_6X6, ENGINE(3, 4, 0)), 93);
    assert_int_equal(variant_pixel_format(GPU_UNKNOWN, ENGINE(3, 4, 0)), -1);
}

static void parts_are_counted_as_they_are_parsed(void **state) {
    (void)state;
    expect_text(variant_part(str_of("7@96__.tga"), 0), "7@96");
    expect_text(variant_part(str_of("7@96__.tga"), 1), ".tga");
    expect_text(variant_part(str_of("7@96__.tga"), 2), "");
    assert_int_equal(variant_extension_number(str_of(".pkm")), 6);
    assert_int_equal(variant_extension_number(str_of(".tga")), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_has_the_number_that_reads_back),
        cmocka_unit_test(parts_are_counted_as_they_are_parsed),
        cmocka_unit_test(the_alternative_that_the_device_reads_is_taken),
        cmocka_unit_test(the_engine_has_an_order_of_its_own),
        cmocka_unit_test(webp_needs_a_device_that_reads_it),
        cmocka_unit_test(each_alternative_has_extension_number_and_format),
        cmocka_unit_test(an_index_is_one_character_in_2_4_and_a_number_later),
        cmocka_unit_test(numbers_mean_what_the_version_says),
        cmocka_unit_test(more_alternatives_than_there_is_room_for_are_left_out),
        cmocka_unit_test(empty_alternatives_are_passed_over),
        cmocka_unit_test(a_number_that_is_none_is_left_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
