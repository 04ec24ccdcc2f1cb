/* test_load_cost.c - the peak of a load: two scenes worked by hand, every rule with small
 * numbers, and laws that hold for any set of images.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/load_cost.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "memory/image_cost.h"
#include "memory/texture.h"

#define P UINT64_C(1048576)
#define MIB UINT64_C(1048576)

static const settings no_settings;

/* One image and the textures made of it. */
typedef struct item {
    picture_info info;
    uint64_t file_bytes;
    bool has_mips;
    unsigned textures;
} item;

static picture_info plain(picture_format format, uint8_t channels, uint32_t width_px,
                          uint32_t height_px) {
    picture_info info = {.format = format,
                         .width_px = width_px,
                         .height_px = height_px,
                         .channels = channels,
                         .bit_depth = 8,
                         .has_alpha = channels == 4,
                         .gpu = GPU_RGBA8};
    if (format == PICTURE_JPEG) {
        info.components = channels == 1 ? 1 : 3;
        memset(info.sampling, 0x11, 3);
    }
    return info;
}

static texture_cost texture_of(const item *one, const cost_model *model) {
    texture_shape shape = {.format = one->info.gpu,
                           .width_px = one->info.width_px,
                           .height_px = one->info.height_px,
                           .layers = 1,
                           .supplied_levels = 1,
                           .wants_mips = one->has_mips};
    return texture_cost_of(&shape, model);
}

static upload_cost upload_of(const item *one, const cost_model *model) {
    upload up = {one->info.gpu, one->info.width_px, one->info.height_px, 1};
    return (upload_cost){.gpu_bytes = texture_of(one, model).gpu_bytes,
                         .staging_bytes = upload_sane_staging_bytes(&up, model),
                         .request_bytes = upload_staging_bytes(&up, model),
                         .supplied_bytes = upload_bytes(&up),
                         .row_bytes = (uint64_t)one->info.width_px * 4};
}

static uint64_t kept_of(const item *one, const cost_model *model) {
    return model->is_cleaning_images
               ? 0
               : image_kept_bytes(&one->info, one->file_bytes, model);
}

static decode_cost decode_of(const item *one, const cost_model *model) {
    return decode_cost_of(&one->info, one->file_bytes, model);
}

/* As src/audit/load.c does it: all textures, then all images. */
static load_peak load_of(const item *items, size_t count, const cost_model *model) {
    load_sum sum;
    load_begin(&sum, model);
    for (size_t i = 0; i < count; i++) {
        upload_cost up = upload_of(&items[i], model);
        for (unsigned j = 0; j < items[i].textures; j++) {
            load_add_texture(&sum, up.gpu_bytes);
            load_add_upload(&sum, &up);
        }
    }
    for (size_t i = 0; i < count; i++) {
        upload_cost up = upload_of(&items[i], model);
        uint64_t traded =
            up.gpu_bytes > up.staging_bytes ? up.gpu_bytes : up.staging_bytes;
        decode_cost cost = decode_of(&items[i], model);
        load_add_image(&sum, &cost, traded * items[i].textures,
                       up.staging_bytes * items[i].textures, kept_of(&items[i], model));
    }
    assert_false(sum.pool.failed);
    return load_end(&sum);
}

/* What stays after the load. */
static uint64_t resident_of(const item *items, size_t count, const cost_model *model) {
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += texture_of(&items[i], model).gpu_bytes * items[i].textures +
                 kept_of(&items[i], model);
    }
    return total;
}

/* The sums of a set that the worked examples name. */
typedef struct totals {
    uint64_t file_bytes, pixels, decoded_bytes, gpu_bytes, counter_bytes, staging_bytes;
    uint64_t worst_decode_bytes, supplied_bytes;
} totals;

static totals totals_of(const item *items, size_t count, const cost_model *model) {
    totals sum = {0};
    for (size_t i = 0; i < count; i++) {
        decode_cost cost = decode_of(&items[i], model);
        upload_cost up = upload_of(&items[i], model);
        sum.file_bytes += items[i].file_bytes;
        sum.pixels += (uint64_t)items[i].info.width_px * items[i].info.height_px;
        sum.decoded_bytes += cost.finished_bytes;
        sum.gpu_bytes += up.gpu_bytes;
        sum.counter_bytes += texture_of(&items[i], model).counter_bytes;
        sum.staging_bytes += up.staging_bytes;
        sum.supplied_bytes += up.supplied_bytes;
        if (cost.peak_bytes > sum.worst_decode_bytes) {
            sum.worst_decode_bytes = cost.peak_bytes;
        }
    }
    return sum;
}

/* ---- sponza: 65 JPEG 4:4:4 and 3 RGBA PNG of 1024 x 1024, one RGB PNG of 4 x 4 --------
 */

enum { SPONZA = 69 };

static void make_sponza(item *items, bool has_mips) {
    for (size_t i = 0; i < SPONZA; i++) {
        picture_info info = i < 65   ? plain(PICTURE_JPEG, 3, 1024, 1024)
                            : i < 68 ? plain(PICTURE_PNG, 4, 1024, 1024)
                                     : plain(PICTURE_PNG, 3, 4, 4);
        uint64_t file_bytes = i < 65 ? 600000 : i < 67 ? 1300000 : i < 68 ? 1385000 : 149;
        items[i] = (item){info, file_bytes, has_mips, 1};
    }
}

static void sponza_at_rest(void **state) {
    (void)state;
    item items[SPONZA];
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
    make_sponza(items, false);
    totals sum = totals_of(items, SPONZA, &model);
    assert_int_equal(sum.file_bytes, 42985149);
    assert_int_equal(sum.pixels, 71303184);
    assert_int_equal(sum.decoded_bytes, 285212736);
    assert_int_equal(sum.gpu_bytes, 285212736);
    assert_int_equal(sum.counter_bytes, 285212736);
    assert_int_equal(sum.staging_bytes, 285217152);
    assert_int_equal(sum.worst_decode_bytes, 7340032);
    make_sponza(items, true);
    sum = totals_of(items, SPONZA, &model);
    assert_int_equal(sum.gpu_bytes, 380283556);
    assert_int_equal(sum.counter_bytes, 285212736);
    assert_int_equal(sum.staging_bytes, 285217152);
}

/* The T largest of a worker's peak, less what it leaves behind when `is_extra`. */
static uint64_t workers_of(const item *items, const cost_model *model, bool is_extra) {
    uint64_t total = 0;
    for (unsigned i = 0; i < model->decode_threads; i++) {
        decode_cost cost = decode_of(&items[i], model); /* the JPEGs are the largest */
        total += cost.peak_bytes - (is_extra ? cost.finished_bytes : 0);
    }
    return total;
}

static void sponza_while_it_decodes(void **state) {
    (void)state;
    static const struct {
        engine_version version;
        uint64_t decoding_mib, decoded_mib;
    } rows[] = {{ENGINE(3, 8, 5), 35, 287}, {ENGINE(3, 8, 3), 21, 281}};
    item items[SPONZA];
    make_sponza(items, false);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cost_model model = cost_model_of(rows[i].version, TARGET_NATIVE, &no_settings);
        totals sum = totals_of(items, SPONZA, &model);
        assert_int_equal(workers_of(items, &model, false), rows[i].decoding_mib * MIB);
        assert_int_equal((sum.decoded_bytes + workers_of(items, &model, true)) / MIB,
                         rows[i].decoded_mib);
        assert_int_equal((sum.decoded_bytes + sum.staging_bytes) / MIB, 544);
    }
}

/* 285,212,736 + 285,217,152 + 4,194,304, and what the PNG of 4 x 4 needs to be decoded
 * beyond its 64 bytes of pixels and 128 of staging: its scratch is larger than it. */
static void sponza_at_its_worst(void **state) {
    (void)state;
    item items[SPONZA];
    make_sponza(items, false);
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
    uint64_t share = decode_of(&items[68], &model).peak_bytes - 64 - 128;
    assert_in_range(share, 49800, 50200);
    load_peak peak = load_of(items, SPONZA, &model);
    assert_int_equal(peak.upper_bytes, 574624192 + share);
    assert_int_equal(peak.upper_bytes / MIB, 548);
    assert_int_equal(peak.driver_bytes, 285212736);
    assert_int_equal((peak.upper_bytes + peak.driver_bytes) / MIB, 820);
    assert_int_equal(peak.lower_bytes, 285212736);
    assert_int_equal(peak.pool_bytes, 0);
    assert_int_equal(peak.leak_bytes, 0);
    /* eight images in two frames: R + 8 * (D + S) */
    assert_int_equal(peak.typical_bytes, 285212736 + 8 * (4194304 + 4194368));
    model.backend = BACKEND_VULKAN;
    load_peak vulkan = load_of(items, SPONZA, &model);
    assert_int_equal(vulkan.pool_bytes, 288 * MIB);
    assert_int_equal(vulkan.upper_bytes, peak.upper_bytes + 288 * MIB);
    assert_int_equal(vulkan.upper_bytes / MIB, 836);
    assert_int_equal(vulkan.driver_bytes, 0);
}

static void sponza_and_the_next_scene(void **state) {
    (void)state;
    static const struct {
        bool is_cleaning;
        uint64_t steady_mib, lower_mib, upper_mib, driver_mib;
    } rows[] = {{true, 272, 544, 820, 1092}, {false, 544, 1088, 1092, 1364}};
    item items[SPONZA];
    make_sponza(items, false);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
        model.is_cleaning_images = rows[i].is_cleaning;
        load_peak peak = load_of(items, SPONZA, &model);
        uint64_t resident = resident_of(items, SPONZA, &model);
        assert_int_equal(resident / MIB, rows[i].steady_mib);
        assert_int_equal((resident + peak.lower_bytes) / MIB, rows[i].lower_mib);
        assert_int_equal((resident + peak.upper_bytes) / MIB, rows[i].upper_mib);
        assert_int_equal((resident + peak.upper_bytes + peak.driver_bytes) / MIB,
                         rows[i].driver_mib);
    }
}

/* ---- 80 textures of 1024 x 1024 with mipmaps: 16 RGBA PNG, 64 JPEG --------------------
 */

enum { GENERIC = 80 };

static void make_generic(item *items, uint32_t side_px, bool has_mips) {
    for (size_t i = 0; i < GENERIC; i++) {
        picture_info info = i < 16 ? plain(PICTURE_PNG, 4, side_px, side_px)
                                   : plain(PICTURE_JPEG, 3, side_px, side_px);
        items[i] = (item){info, 400000, has_mips, 1};
    }
}

static void eighty_textures_at_rest(void **state) {
    (void)state;
    item items[GENERIC];
    make_generic(items, 1024, true);
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
    totals sum = totals_of(items, GENERIC, &model);
    assert_int_equal(decode_of(&items[79], &model).peak_bytes, 7340032);
    assert_int_equal(decode_of(&items[0], &model).peak_bytes, 400000 + 4260584);
    assert_int_equal(sum.decoded_bytes, 335544320);
    assert_int_equal(sum.staging_bytes, 335549440);
    assert_int_equal(sum.gpu_bytes, 447392320);
    assert_int_equal(sum.counter_bytes, 335544320);
    assert_int_equal(texture_of(items, &model).levels, 11);
    assert_int_equal(texture_of(items, &model).gpu_bytes, 5592404);
    cost_model web = cost_model_of(ENGINE(3, 8, 5), TARGET_WEB, &no_settings);
    assert_int_equal(totals_of(items, GENERIC, &web).counter_bytes, 447392320);
    make_generic(items, 1024, false);
    assert_int_equal(totals_of(items, GENERIC, &model).gpu_bytes, 320 * MIB);
    make_generic(items, 512, true); /* a fourth, but for the chain's last level */
    assert_int_equal(totals_of(items, GENERIC, &model).gpu_bytes,
                     (447392320 - 80 * 4) / 4);
}

/* MiB are given to a tenth: rounded. */
static uint64_t tenths_of_mib(uint64_t size_bytes) {
    return (size_bytes * 10 + MIB / 2) / MIB;
}

static void eighty_textures_while_loading(void **state) {
    (void)state;
    static const struct {
        bool is_cleaning;
        uint64_t resident_bytes, next_lower, next_upper, next_driver;
    } rows[] = {{true, 447392320, 8533, 11773, 14973},
                {false, 782936640, 14933, 14973, 18173}};
    item items[GENERIC];
    make_generic(items, 1024, true);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
        model.is_cleaning_images = rows[i].is_cleaning;
        uint64_t resident = resident_of(items, GENERIC, &model);
        load_peak peak = load_of(items, GENERIC, &model);
        assert_int_equal(resident, rows[i].resident_bytes);
        assert_int_equal(peak.lower_bytes, rows[i].resident_bytes);
        assert_int_equal(peak.upper_bytes, 787131008);
        assert_int_equal(peak.upper_bytes + peak.driver_bytes, 1122675328);
        assert_int_equal(tenths_of_mib(resident + peak.lower_bytes), rows[i].next_lower);
        assert_int_equal(tenths_of_mib(resident + peak.upper_bytes), rows[i].next_upper);
        assert_int_equal(tenths_of_mib(resident + peak.upper_bytes + peak.driver_bytes),
                         rows[i].next_driver);
    }
}

/* 80 times all levels: 47.8, 106.7 and 26.7 MiB. */
static void eighty_compressed_textures(void **state) {
    (void)state;
    static const struct {
        gpu_format format;
        uint64_t first_bytes, all_bytes, tenths;
    } rows[] = {{GPU_ASTC_6X6, 467856, 626288, 478},
                {GPU_ASTC_4X4, 1048576, 1398128, 1067},
                {GPU_ASTC_8X8, 262144, 349568, 267}};
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        item one = {
            {.gpu = rows[i].format, .width_px = 1024, .height_px = 1024}, 0, true, 1};
        assert_int_equal(texture_of(&one, &model).gpu_bytes, rows[i].all_bytes);
        assert_int_equal(texture_of(&one, &model).counter_bytes, rows[i].first_bytes);
        assert_int_equal(tenths_of_mib(80 * rows[i].all_bytes), rows[i].tenths);
    }
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

static void nothing_loaded_costs_nothing(void **state) {
    (void)state;
    for (int target = 0; target < TARGET_COUNT; target++) {
        cost_model model =
            cost_model_of(ENGINE(3, 8, 5), (engine_target)target, &no_settings);
        load_peak peak = load_of(NULL, 0, &model);
        assert_int_equal(peak.lower_bytes + peak.typical_bytes + peak.upper_bytes, 0);
        assert_string_equal(peak.largest_site, "");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sponza_at_rest),
        cmocka_unit_test(sponza_while_it_decodes),
        cmocka_unit_test(sponza_at_its_worst),
        cmocka_unit_test(sponza_and_the_next_scene),
        cmocka_unit_test(eighty_textures_at_rest),
        cmocka_unit_test(eighty_textures_while_loading),
        cmocka_unit_test(eighty_compressed_textures),
        cmocka_unit_test(the_largest_decodes_of_t_threads_are_in_the_upper_bound),
        cmocka_unit_test(the_lower_bound_is_what_stays_or_the_largest_decode),
        cmocka_unit_test(native_2_4_adds_what_waits),
        cmocka_unit_test(browsers_and_hosts_add_what_is_decoded),
        cmocka_unit_test(a_leak_is_in_the_upper_bound_once),
        cmocka_unit_test(metal_keeps_a_mib_for_each),
        cmocka_unit_test(the_largest_request_may_be_a_wrapped_one),
        cmocka_unit_test(nothing_loaded_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
