/* test_load_cost.c - the peak of a load: two scenes worked by hand, and laws that hold
 * for any set of images. The rules one by one: test_upload_cost.c.
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

/* ---- laws, for sets that a seed makes -------------------------------------------------
 */

enum { MAX_ITEMS = 24, ROUNDS = 400 };

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Sides of all magnitudes, every other one a power of two. */
static uint32_t random_side(uint32_t *seed) {
    uint32_t side_px = 1u << next_random(seed) % 12;
    return next_random(seed) % 2 == 0 ? side_px : side_px + next_random(seed) % side_px;
}

static item random_item(uint32_t *seed) {
    static const picture_format formats[] = {PICTURE_PNG, PICTURE_JPEG, PICTURE_WEBP};
    picture_format format = formats[next_random(seed) % 3];
    uint8_t channels = (uint8_t)(format == PICTURE_WEBP   ? 3 + next_random(seed) % 2
                                 : format == PICTURE_JPEG ? 1 + next_random(seed) % 2 * 2
                                                          : 1 + next_random(seed) % 4);
    uint32_t width_px = random_side(seed);
    picture_info info = plain(format, channels, width_px, random_side(seed));
    info.is_progressive = format == PICTURE_JPEG && next_random(seed) % 3 == 0;
    info.sampling[0] = format == PICTURE_JPEG && next_random(seed) % 2 == 0 ? 0x22 : 0x11;
    if (format == PICTURE_WEBP) {
        info.webp = next_random(seed) % 2 == 0 ? WEBP_LOSSLESS
                    : channels == 4            ? WEBP_LOSSY_ALPHA
                                               : WEBP_LOSSY;
    }
    uint64_t file_bytes = 60 + next_random(seed) % (1 + width_px * info.height_px * 5);
    return (item){info, file_bytes, next_random(seed) % 2 == 0, next_random(seed) % 3};
}

static size_t random_items(uint32_t *seed, item *items) {
    size_t count = 1 + next_random(seed) % (MAX_ITEMS - 1);
    for (size_t i = 0; i < count; i++) {
        items[i] = random_item(seed);
    }
    return count;
}

static cost_model random_model(uint32_t *seed) {
    static const engine_version versions[] = {20406, 30502, 30600, 30803, 30805};
    cost_model model =
        cost_model_of(versions[next_random(seed) % COUNT_OF(versions)],
                      (engine_target)(next_random(seed) % TARGET_COUNT), &no_settings);
    model.backend = (gpu_backend)(next_random(seed) % BACKEND_COUNT);
    model.is_cleaning_images = next_random(seed) % 2 == 0;
    return model;
}

typedef struct trial {
    uint32_t seed;
    uint32_t random;
    item items[MAX_ITEMS];
    size_t count;
    cost_model model;
} trial;

/* SEED=n in the environment begins with that set, as a failure names it. */
static trial trial_of(uint32_t round) {
    const char *given = getenv("SEED");
    trial t = {.seed = round + (given == NULL ? 1 : (uint32_t)strtoul(given, NULL, 10))};
    t.random = t.seed * 2654435761u;
    t.count = random_items(&t.random, t.items);
    t.model = random_model(&t.random);
    return t;
}

static void expect_at_most(uint64_t less_bytes, uint64_t more_bytes, const char *what,
                           uint32_t seed) {
    if (less_bytes > more_bytes) {
        print_error("SEED=%" PRIu32 ": %s: %" PRIu64 " is more than %" PRIu64 "\n", seed,
                    what, less_bytes, more_bytes);
        fail();
    }
}

/* Nothing of `less` is above `more`. The pool is left out where its blocks, filled first
 * fit, may be fewer for more images. */
static void expect_none_above(load_peak less, load_peak more, bool has_pool,
                              const char *what, uint32_t seed) {
    expect_at_most(less.lower_bytes, more.lower_bytes, what, seed);
    expect_at_most(less.driver_bytes, more.driver_bytes, what, seed);
    expect_at_most(less.largest_bytes, more.largest_bytes, what, seed);
    uint64_t less_pool = has_pool ? 0 : less.pool_bytes;
    uint64_t more_pool = has_pool ? 0 : more.pool_bytes;
    expect_at_most(less.upper_bytes - less_pool, more.upper_bytes - more_pool, what,
                   seed);
    if (has_pool || less_pool == 0) {
        expect_at_most(less.typical_bytes, more.typical_bytes, what, seed);
    }
}

static void bounds_are_ordered_and_grow_with_the_set(void **state) {
    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        trial t = trial_of(i);
        load_peak all = load_of(t.items, t.count, &t.model);
        expect_at_most(all.lower_bytes, all.typical_bytes, "lower, typical", t.seed);
        expect_at_most(all.typical_bytes, all.upper_bytes, "typical, upper", t.seed);
        load_peak fewer = load_of(t.items, t.count - 1, &t.model);
        expect_none_above(fewer, all, true, "one image fewer", t.seed);
        fewer = load_of(t.items + 1, t.count - 1, &t.model);
        expect_none_above(fewer, all, t.model.backend != BACKEND_VULKAN,
                          "without the first image", t.seed);
    }
}

static void a_smaller_image_never_costs_more(void **state) {
    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        trial t = trial_of(i);
        load_peak before = load_of(t.items, t.count, &t.model);
        item *one = &t.items[next_random(&t.random) % t.count];
        one->info.width_px = (one->info.width_px + 1) / 2;
        one->info.height_px = one->info.height_px > 1 ? one->info.height_px / 2 : 1;
        one->file_bytes /= 2;
        load_peak after = load_of(t.items, t.count, &t.model);
        expect_none_above(after, before, t.model.backend != BACKEND_VULKAN,
                          "half an image", t.seed);
    }
}

static void shuffle(item *items, size_t count, uint32_t *seed) {
    for (size_t i = count; i > 1; i--) {
        size_t j = next_random(seed) % i;
        item kept = items[i - 1];
        items[i - 1] = items[j];
        items[j] = kept;
    }
}

/* Any two blocks hold more than one between them. */
static void expect_pool_bounded(load_peak peak, uint64_t supplied_bytes, uint32_t seed) {
    uint64_t block_bytes = 16 * MIB;
    expect_at_most(supplied_bytes, peak.pool_bytes, "pool holds all", seed);
    expect_at_most(peak.pool_bytes, 2 * supplied_bytes + block_bytes, "pool bounded",
                   seed);
}

static void order_does_not_matter(void **state) {
    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        trial t = trial_of(i);
        load_peak before = load_of(t.items, t.count, &t.model);
        load_peak again = load_of(t.items, t.count, &t.model);
        assert_int_equal(before.upper_bytes, again.upper_bytes);
        uint64_t supplied_bytes = 0;
        for (size_t j = 0; j < t.count; j++) {
            supplied_bytes +=
                upload_of(&t.items[j], &t.model).supplied_bytes * t.items[j].textures;
        }
        shuffle(t.items, t.count, &t.random);
        load_peak after = load_of(t.items, t.count, &t.model);
        bool is_same = t.model.backend != BACKEND_VULKAN;
        expect_none_above(before, after, is_same, "order", t.seed);
        expect_none_above(after, before, is_same, "order", t.seed);
        if (after.pool_bytes > 0 && !is_same) {
            expect_pool_bounded(before, supplied_bytes, t.seed);
            expect_pool_bounded(after, supplied_bytes, t.seed);
        }
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
        cmocka_unit_test(nothing_loaded_costs_nothing),
        cmocka_unit_test(bounds_are_ordered_and_grow_with_the_set),
        cmocka_unit_test(a_smaller_image_never_costs_more),
        cmocka_unit_test(order_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
