/* test_upload_cost.c - staging: sizes by hand, the engine's wrapped sizes, the pools that
 * backends keep, and how a load adds uploads up.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/upload_cost.h"

#include "expect.h"
#include "memory/load_cost.h"

#define MIB (UINT64_C(1) << 20)

static const settings no_settings;

static cost_model native_model(engine_version version, unsigned address_bits) {
    cost_model model = cost_model_of(version, TARGET_NATIVE, &no_settings);
    model.address_bits = address_bits;
    return model;
}

static uint64_t staging_of(gpu_format format, uint32_t width_px, uint32_t height_px,
                           const cost_model *model) {
    upload up = {format, width_px, height_px, 1};
    assert_int_equal(upload_staging_bytes(&up, model),
                     upload_sane_staging_bytes(&up, model));
    return upload_staging_bytes(&up, model);
}

/* 3.5.2: 48 a region, a pointer, and the level. 3.6: both rounded up to 16. */
static void one_level_is_staged_with_a_header(void **state) {
    (void)state;
    static const struct {
        engine_version version;
        unsigned address_bits;
        gpu_format format;
        uint32_t width_px, height_px;
        uint64_t bytes;
    } rows[] = {
        {30502, 64, GPU_RGBA8, 1024, 1024, 56 + 4194304},
        {30502, 32, GPU_RGBA8, 1024, 1024, 52 + 4194304},
        {30502, 64, GPU_RGBA8, 3, 1, 56 + 12},
        {30502, 32, GPU_RGBA8, 3, 1, 52 + 12},
        {30000, 64, GPU_RGBA8, 1, 1, 56 + 4},
        {30600, 64, GPU_RGBA8, 1024, 1024, 64 + 4194304},
        {30600, 32, GPU_RGBA8, 1024, 1024, 64 + 4194304},
        {30805, 64, GPU_RGBA8, 3, 1, 64 + 16},
        {30805, 32, GPU_RGBA8, 3, 1, 64 + 16},
        {30805, 64, GPU_RGBA8, 4, 4, 64 + 64},
        {30805, 64, GPU_RGBA8, 5, 1, 64 + 32},
        {30805, 64, GPU_ASTC_6X6, 1024, 1024, 64 + 467856},
        {30805, 64, GPU_ETC1_RGB, 12, 4, 64 + 32},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cost_model model = native_model(rows[i].version, rows[i].address_bits);
        assert_int_equal(
            staging_of(rows[i].format, rows[i].width_px, rows[i].height_px, &model),
            rows[i].bytes);
    }
}

/* 11 levels: 11 * 56 = 616 bytes of header, 624 rounded; 1,398,128 of blocks. */
static void levels_of_a_file_share_one_header(void **state) {
    (void)state;
    upload up = {GPU_ASTC_4X4, 1024, 1024, 11};
    assert_int_equal(upload_bytes(&up), 1398128);
    cost_model model = native_model(30805, 64);
    assert_int_equal(upload_staging_bytes(&up, &model), 624 + 1398128);
    assert_int_equal(upload_sane_staging_bytes(&up, &model), 624 + 1398128);
    model = native_model(30805, 32); /* 11 * 52 = 572, 576 rounded */
    assert_int_equal(upload_staging_bytes(&up, &model), 576 + 1398128);
    model = native_model(30502, 64);
    assert_int_equal(upload_staging_bytes(&up, &model), 616 + 1398128);
}

/* 1024 x 1024: all levels 1,398,128, 626,288 and 349,568; 80 of them 106.7, 47.8 and 26.7
 * MiB. */
static void compressed_chains_by_hand(void **state) {
    (void)state;
    static const struct {
        gpu_format format;
        uint64_t first_bytes, all_bytes, tenths_of_mib;
    } rows[] = {{GPU_ASTC_4X4, 1048576, 1398128, 1067},
                {GPU_ASTC_6X6, 467856, 626288, 478},
                {GPU_ASTC_8X8, 262144, 349568, 267}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        upload up = {rows[i].format, 1024, 1024, 1};
        assert_int_equal(upload_bytes(&up), rows[i].first_bytes);
        up.level_count = 11;
        assert_int_equal(upload_bytes(&up), rows[i].all_bytes);
        assert_int_equal((80 * rows[i].all_bytes * 10 + MIB / 2) / MIB,
                         rows[i].tenths_of_mib);
    }
}

static void no_staging_in_browsers_hosts_and_2_4(void **state) {
    (void)state;
    upload up = {GPU_RGBA8, 1024, 1024, 1};
    static const struct {
        engine_version version;
        engine_target target;
    } rows[] = {{30805, TARGET_WEB},    {30805, TARGET_WEBGL1}, {30805, TARGET_MINIGAME},
                {20415, TARGET_NATIVE}, {20415, TARGET_WEBGL1}, {20415, TARGET_MINIGAME}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cost_model model = cost_model_of(rows[i].version, rows[i].target, &no_settings);
        assert_int_equal(upload_staging_bytes(&up, &model), 0);
        assert_int_equal(upload_sane_staging_bytes(&up, &model), 0);
    }
}

/* One block by a side that vanished: ((2^32 - 1) / block + 1) * 16, modulo 2^32. */
static void a_side_of_0_wraps(void **state) {
    (void)state;
    static const struct {
        gpu_format format;
        uint32_t width_px, height_px, bytes;
    } rows[] = {
        {GPU_ASTC_4X4, 1, 0, 0},
        {GPU_ASTC_8X8, 1, 0, 0},
        {GPU_ASTC_8X8, 0, 1, 0},
        {GPU_ETC1_RGB, 1, 0, 0},
        {GPU_ETC2_RGBA, 0, 1, 0},
        {GPU_PVRTC_RGB_4BPP, 1, 0, 0},
        {GPU_PVRTC_RGBA_2BPP, 0, 1, 0},
        {GPU_ASTC_5X5, 1, 0, 858993472},
        {GPU_ASTC_5X5, 0, 1, 858993472},
        {GPU_ASTC_6X6, 1, 0, 2863311536},
        {GPU_ASTC_10X10, 1, 0, 2576980384},
        {GPU_ASTC_12X12, 1, 0, 1431655776},
        {GPU_ASTC_5X4, 1, 0, 0},
        {GPU_ASTC_5X4, 0, 1, 858993472},
        {GPU_ASTC_8X6, 1, 0, 2863311536},
        {GPU_ASTC_8X6, 0, 1, 0},
        {GPU_ASTC_12X10, 1, 0, 2576980384},
        {GPU_ASTC_12X10, 0, 1, 1431655776},
        {GPU_RGBA8, 1, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(upload_engine_format_size(rows[i].format, rows[i].width_px,
                                                   rows[i].height_px),
                         rows[i].bytes);
    }
}

static void the_levels_of_wide_textures_wrap(void **state) {
    (void)state;
    static const struct {
        gpu_format format;
        uint32_t width_px, height_px, level, bytes;
    } rows[] = {
        {GPU_ASTC_6X6, 1024, 512, 10, 2863311536},
        {GPU_ASTC_5X5, 1024, 256, 9, 858993472},
        {GPU_ASTC_5X5, 1024, 256, 10, 858993472},
        {GPU_ASTC_10X10, 2048, 512, 10, 2576980384},
        {GPU_ASTC_10X10, 2048, 512, 11, 2576980384},
        {GPU_ASTC_6X6, 2048, 64, 7, 16},
        {GPU_ASTC_6X6, 2048, 64, 8, 1431655776},
        {GPU_ASTC_6X6, 2048, 64, 9, 2863311536},
        {GPU_ASTC_6X6, 2048, 64, 10, 2863311536},
        {GPU_ASTC_6X6, 2048, 64, 11, 2863311536},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t width_px = rows[i].width_px >> rows[i].level;
        uint32_t height_px = rows[i].height_px >> rows[i].level;
        assert_int_equal(upload_engine_format_size(rows[i].format, width_px, height_px),
                         rows[i].bytes);
        assert_int_equal(upload_engine_format_size(rows[i].format, height_px, width_px),
                         rows[i].bytes);
    }
}

/* 1024 x 256 in ASTC 5x5: levels 0 to 8 have 11 * 56 = 616 -> 624 bytes of header before
 * them and 205*52 + 103*26 + 52*13 + 26*7 + 13*4 + 7*2 + 4*1 + 2*1 + 1*1 blocks; levels 9
 * and 10 ask for 858,993,472 each and fill nothing. */
static void wrapped_levels_are_asked_for_and_not_filled(void **state) {
    (void)state;
    cost_model model = native_model(30805, 64);
    upload up = {GPU_ASTC_5X5, 1024, 256, 11};
    uint64_t blocks = 10660 + 2678 + 676 + 182 + 52 + 14 + 4 + 2 + 1;
    assert_int_equal(upload_sane_staging_bytes(&up, &model), 624 + 16 * blocks);
    assert_int_equal(upload_staging_bytes(&up, &model),
                     624 + 16 * blocks + UINT64_C(2) * 858993472);
    assert_int_equal(upload_bytes(&up), 16 * (blocks + 2));
}

static void square_textures_and_small_blocks_do_not_wrap(void **state) {
    (void)state;
    cost_model model = native_model(30805, 64);
    for (unsigned format = GPU_ASTC_4X4; format <= GPU_ASTC_12X12; format++) {
        upload up = {(gpu_format)format, 2048, 2048, 12};
        assert_int_equal(upload_staging_bytes(&up, &model),
                         upload_sane_staging_bytes(&up, &model));
        assert_int_equal(upload_sane_staging_bytes(&up, &model),
                         (12 * 56 + 15) / 16 * 16 + upload_bytes(&up));
    }
    static const gpu_format safe[] = {GPU_ASTC_4X4, GPU_ASTC_8X8, GPU_ETC1_RGB,
                                      GPU_ETC2_RGBA, GPU_PVRTC_RGBA_4BPP};
    for (size_t i = 0; i < COUNT_OF(safe); i++) {
        upload wide = {safe[i], 2048, 16, 12};
        upload tall = {safe[i], 16, 2048, 12};
        assert_int_equal(upload_staging_bytes(&wide, &model),
                         upload_sane_staging_bytes(&wide, &model));
        assert_int_equal(upload_staging_bytes(&tall, &model),
                         upload_sane_staging_bytes(&tall, &model));
    }
}

/* ---- pools ----------------------------------------------------------------------- */

static uint64_t pool_of(gpu_backend backend, const uint64_t *sizes, size_t count,
                        uint64_t row_bytes) {
    staging_pool pool = {0};
    for (size_t i = 0; i < count; i++) {
        staging_pool_add(&pool, backend, sizes[i], row_bytes);
    }
    assert_false(pool.failed);
    uint64_t kept_bytes = pool.pool_bytes;
    staging_pool_clear(&pool);
    assert_int_equal(pool.pool_bytes, 0);
    return kept_bytes;
}

static void vulkan_fills_blocks_of_16_mib_first_fit(void **state) {
    (void)state;
    static const struct {
        uint64_t sizes[6];
        size_t count;
        uint64_t blocks;
    } rows[] = {
        {{4}, 1, 1},
        {{16 * MIB}, 1, 1},
        {{4 * MIB, 4 * MIB, 4 * MIB, 4 * MIB}, 4, 1},
        {{4 * MIB, 4 * MIB, 4 * MIB, 4 * MIB, 1}, 5, 2},
        {{9 * MIB, 9 * MIB, 7 * MIB, 7 * MIB}, 4, 2}, /* goes back to the first */
        {{9 * MIB, 9 * MIB, 8 * MIB, 8 * MIB}, 4, 3},
        {{17 * MIB}, 1, 2}, /* cut by rows */
        {{64 * MIB}, 1, 4},
        {{17 * MIB, 15 * MIB}, 2, 2}, /* fits behind the rest of a cut one */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(pool_of(BACKEND_VULKAN, rows[i].sizes, rows[i].count, 4096),
                         rows[i].blocks * 16 * MIB);
    }
}

/* A row of 12 KB: 1,365 of them fill a block of 16,777,216 bytes but for 4,096. */
static void vulkan_cuts_at_whole_rows(void **state) {
    (void)state;
    static const uint64_t exact[] = {UINT64_C(2) * 1365 * 12288};
    static const uint64_t more[] = {UINT64_C(2) * 1365 * 12288 + 12288};
    assert_int_equal(pool_of(BACKEND_VULKAN, exact, 1, 12288), 2 * 16 * MIB);
    assert_int_equal(pool_of(BACKEND_VULKAN, more, 1, 12288), 3 * 16 * MIB);
}

static void metal_rounds_each_up_to_a_mib(void **state) {
    (void)state;
    static const uint64_t sizes[] = {1, MIB, MIB + 1, 4 * MIB};
    assert_int_equal(pool_of(BACKEND_METAL, sizes, 4, 4), 8 * MIB);
}

static void gles_keeps_no_pool(void **state) {
    (void)state;
    static const uint64_t sizes[] = {1, 64 * MIB};
    assert_int_equal(pool_of(BACKEND_GLES, sizes, 2, 4), 0);
}

static void nothing_uploaded_keeps_nothing(void **state) {
    (void)state;
    static const uint64_t sizes[] = {0};
    assert_int_equal(pool_of(BACKEND_VULKAN, sizes, 1, 0), 0);
    assert_int_equal(pool_of(BACKEND_METAL, sizes, 1, 0), 0);
}

/* ---- rules, with small numbers --------------------------------------------------------
 */

/* `count` images: D 40, G 40, S 44, a worker's peak of `peaks[i]`. */
static load_peak small_load(const uint64_t *peaks, size_t count, const cost_model *model,
                            uint64_t kept_bytes) {
    load_sum sum;
    load_begin(&sum, model);
    for (size_t i = 0; i < count; i++) {
        load_add_texture(&sum, 40);
        load_add_upload(&sum, &(upload_cost){40, 44, 44, 40, 4});
        decode_cost cost = {.finished_bytes = 40,
                            .pending_bytes = 70,
                            .callback_bytes = 41,
                            .peak_bytes = peaks[i],
                            .largest_site = ""};
        load_add_image(&sum, &cost, 44, 44, kept_bytes);
    }
    return load_end(&sum);
}

/* sum D 240 + sum M 264 + 40 + the T largest of 16, 26, ..., 66 beyond D and M. */
static void the_largest_decodes_of_t_threads_are_in_the_upper_bound(void **state) {
    (void)state;
    static const uint64_t peaks[] = {120, 100, 140, 110, 150, 130};
    cost_model model = cost_model_of(ENGINE(3, 8, 4), TARGET_NATIVE, &no_settings);
    assert_int_equal(small_load(peaks, 6, &model, 0).upper_bytes,
                     240 + 264 + 40 + 66 + 56 + 46 + 36 + 26);
    model = cost_model_of(ENGINE(3, 8, 3), TARGET_NATIVE, &no_settings);
    assert_int_equal(small_load(peaks, 6, &model, 0).upper_bytes,
                     240 + 264 + 40 + 66 + 56 + 46);
    static const uint64_t cheap[] = {84, 1, 80, 84, 83, 2};
    assert_int_equal(small_load(cheap, 6, &model, 0).upper_bytes, 240 + 264 + 40);
}

static void the_lower_bound_is_what_stays_or_the_largest_decode(void **state) {
    (void)state;
    static const uint64_t peaks[] = {120, 60};
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
    assert_int_equal(small_load(peaks, 2, &model, 0).lower_bytes, 120);
    assert_int_equal(small_load(peaks, 2, &model, 40).lower_bytes, 160);
    model = cost_model_of(ENGINE(3, 8, 5), TARGET_WEB, &no_settings);
    assert_int_equal(small_load(peaks, 2, &model, 0).lower_bytes, 80);
}

/* 2.4 native: GPU + sum pending + one copy; lower: pending and copy of one. */
static void native_2_4_adds_what_waits(void **state) {
    (void)state;
    static const uint64_t peaks[] = {90, 60, 60};
    cost_model model = cost_model_of(ENGINE(2, 4, 6), TARGET_NATIVE, &no_settings);
    load_peak peak = small_load(peaks, 3, &model, 0);
    assert_int_equal(peak.upper_bytes, 120 + 210 + 41);
    assert_int_equal(peak.lower_bytes, 120);
    peak = small_load(peaks, 1, &model, 0);
    assert_int_equal(peak.lower_bytes, 70 + 41);
    assert_int_equal(peak.upper_bytes, 40 + 70 + 41);
    assert_int_equal(peak.driver_bytes, 40);
}

static void browsers_and_hosts_add_what_is_decoded(void **state) {
    (void)state;
    static const uint64_t peaks[] = {40, 40};
    static const engine_target targets[] = {TARGET_WEB, TARGET_WEBGL1, TARGET_MINIGAME};
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        cost_model model = cost_model_of(ENGINE(3, 8, 5), targets[i], &no_settings);
        load_peak peak = small_load(peaks, 2, &model, 10);
        assert_int_equal(peak.upper_bytes, 80 + 80);
        assert_int_equal(peak.lower_bytes, 100);
        assert_int_equal(peak.driver_bytes, 80);
    }
}

/* The leak is inside the upper bound once, and the peak of its decode counts without it.
 */
static void a_leak_is_in_the_upper_bound_once(void **state) {
    (void)state;
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
    load_sum sum;
    load_begin(&sum, &model);
    decode_cost cost = {
        .finished_bytes = 112, .peak_bytes = 616, .leak_bytes = 176, .largest_site = ""};
    load_add_texture(&sum, 112);
    load_add_upload(&sum, &(upload_cost){112, 336, 336, 112, 32});
    load_add_image(&sum, &cost, 336, 336, 112);
    load_peak peak = load_end(&sum);
    assert_int_equal(peak.leak_bytes, 176);
    assert_int_equal(peak.upper_bytes, 112 + 336 + 112 + 176 + 0);
    assert_int_equal(peak.lower_bytes, 616 > 224 ? 616 : 224);
    assert_true(peak.typical_bytes <= peak.upper_bytes);
}

static void metal_keeps_a_mib_for_each(void **state) {
    (void)state;
    static const uint64_t peaks[] = {1, 1, 1};
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
    model.backend = BACKEND_METAL;
    load_peak peak = small_load(peaks, 3, &model, 0);
    assert_int_equal(peak.pool_bytes, 3 * MIB);
    assert_int_equal(peak.upper_bytes, 120 + 132 + 40 + 3 * MIB);
    assert_int_equal(peak.driver_bytes, 0);
}

static void the_largest_request_may_be_a_wrapped_one(void **state) {
    (void)state;
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
    load_sum sum;
    load_begin(&sum, &model);
    load_add_upload(&sum, &(upload_cost){40, 44, 2863311536, 40, 4});
    load_peak peak = load_end(&sum);
    assert_int_equal(peak.largest_bytes, 2863311536);
    assert_non_null(strstr(peak.largest_site, "ThreadSafeLinearAllocator"));
    assert_true(peak.upper_bytes < 1000); /* asked for, never filled */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_level_is_staged_with_a_header),
        cmocka_unit_test(levels_of_a_file_share_one_header),
        cmocka_unit_test(compressed_chains_by_hand),
        cmocka_unit_test(no_staging_in_browsers_hosts_and_2_4),
        cmocka_unit_test(a_side_of_0_wraps),
        cmocka_unit_test(the_levels_of_wide_textures_wrap),
        cmocka_unit_test(wrapped_levels_are_asked_for_and_not_filled),
        cmocka_unit_test(square_textures_and_small_blocks_do_not_wrap),
        cmocka_unit_test(vulkan_fills_blocks_of_16_mib_first_fit),
        cmocka_unit_test(vulkan_cuts_at_whole_rows),
        cmocka_unit_test(metal_rounds_each_up_to_a_mib),
        cmocka_unit_test(gles_keeps_no_pool),
        cmocka_unit_test(nothing_uploaded_keeps_nothing),
        cmocka_unit_test(the_largest_decodes_of_t_threads_are_in_the_upper_bound),
        cmocka_unit_test(the_lower_bound_is_what_stays_or_the_largest_decode),
        cmocka_unit_test(native_2_4_adds_what_waits),
        cmocka_unit_test(browsers_and_hosts_add_what_is_decoded),
        cmocka_unit_test(a_leak_is_in_the_upper_bound_once),
        cmocka_unit_test(metal_keeps_a_mib_for_each),
        cmocka_unit_test(the_largest_request_may_be_a_wrapped_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
