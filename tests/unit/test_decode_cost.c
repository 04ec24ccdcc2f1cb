/* test_decode_cost.c - the worked numbers of one decode, by hand: P = 1024 x 1024 where
 * nothing else is said. What a decoder's scratch really is, test_decode_measured.c finds.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/decode_cost.h"

#include "expect.h"
#include "make_picture.h"

#define P UINT64_C(1048576)
#define MIB UINT64_C(1048576)

static const settings no_settings;

static cost_model native_model(void) {
    return cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &no_settings);
}

static picture_info plain(picture_format format, uint8_t channels) {
    return (picture_info){.format = format,
                          .width_px = 1024,
                          .height_px = 1024,
                          .channels = channels,
                          .bit_depth = 8,
                          .has_alpha = channels == 4 || channels == 2,
                          .gpu = GPU_RGBA8};
}

static picture_info jpeg(uint8_t components, uint8_t first_sampling,
                         bool is_progressive) {
    picture_info info = plain(PICTURE_JPEG, components == 1 ? 1 : 3);
    info.components = components;
    info.is_progressive = is_progressive;
    info.sampling[0] = first_sampling;
    info.sampling[1] = 0x11;
    info.sampling[2] = 0x11;
    return info;
}

static picture_info webp(webp_kind kind, uint8_t channels) {
    picture_info info = plain(PICTURE_WEBP, channels);
    info.webp = kind;
    return info;
}

static picture_info astc_4x4(void) {
    return (picture_info){.format = PICTURE_ASTC,
                          .width_px = 1024,
                          .height_px = 1024,
                          .gpu = GPU_ASTC_4X4,
                          .header_bytes = 16,
                          .payload_bytes = 1048576,
                          .level_count = 1};
}

/* Within a hundredth of a byte a pixel of what is asked. */
static void expect_per_pixel(uint64_t got_bytes, unsigned hundredths) {
    uint64_t wanted = P * hundredths / 100;
    uint64_t off = got_bytes > wanted ? got_bytes - wanted : wanted - got_bytes;
    if (off > P / 100) {
        print_error("expected about %u hundredths of a byte a pixel, got %.3f bytes\n",
                    hundredths, (double)got_bytes / (double)P);
        fail();
    }
}

/* Gray 5, gray + alpha 6, colours 7 bytes a pixel: the converted copy beside the first.
 */
static void fewer_than_four_channels_peak_while_converted(void **state) {
    (void)state;
    cost_model model = native_model();
    const struct {
        picture_info info;
        uint64_t pixel_bytes, peak_bytes;
    } rows[] = {
        {plain(PICTURE_PNG, 1), 1048576, 5242880},
        {jpeg(1, 0x11, false), 1048576, 5242880},
        {plain(PICTURE_PNG, 2), 2097152, 6291456},
        {plain(PICTURE_PNG, 3), 3145728, 7340032},
        {jpeg(3, 0x11, false), 3145728, 7340032},
        {jpeg(3, 0x22, false), 3145728, 7340032},
        {webp(WEBP_LOSSY, 3), 3145728, 7340032},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        decode_cost cost = decode_cost_of(&rows[i].info, 700000, &model);
        assert_int_equal(cost.file_bytes, 700000);
        assert_int_equal(cost.pixel_bytes, rows[i].pixel_bytes);
        assert_int_equal(cost.convert_bytes, rows[i].peak_bytes);
        assert_int_equal(cost.peak_bytes, rows[i].peak_bytes);
        assert_int_equal(cost.finished_bytes, 4194304);
        assert_int_equal(cost.pending_bytes, 4194304);
        assert_int_equal(cost.callback_bytes, 0);
        assert_int_equal(cost.leak_bytes, 0);
    }
}

static void a_large_file_makes_decoding_the_peak(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info info = plain(PICTURE_PNG, 1);
    decode_cost cost = decode_cost_of(&info, 10 * MIB, &model);
    assert_int_equal(cost.peak_bytes, 10 * MIB + cost.scratch_bytes + 1048576);
}

/* F + 66,280 + 4,194,304: 4,260,584 and the file. */
static void rgba_png_is_its_pixels_the_file_and_scratch(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info info = plain(PICTURE_PNG, 4);
    decode_cost cost = decode_cost_of(&info, 1000000, &model);
    assert_int_equal(cost.scratch_bytes, 66280);
    assert_int_equal(cost.convert_bytes, 0);
    assert_int_equal(cost.peak_bytes, 1000000 + 4260584);
    assert_int_equal(cost.finished_bytes, 4194304);
    model.address_bits = 32;
    assert_int_equal(decode_cost_of(&info, 1000000, &model).scratch_bytes,
                     66280 - UINT64_C(4) * 1024);
}

static void progressive_jpeg_keeps_all_coefficients(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info subsampled = jpeg(3, 0x22, true);
    picture_info full = jpeg(3, 0x11, true);
    picture_info gray = jpeg(1, 0x11, true);
    decode_cost cost = decode_cost_of(&subsampled, 0, &model);
    expect_per_pixel(cost.scratch_bytes + cost.pixel_bytes, 605);
    cost = decode_cost_of(&full, 0, &model);
    expect_per_pixel(cost.scratch_bytes + cost.pixel_bytes, 904);
    expect_per_pixel(cost.peak_bytes, 904);
    expect_per_pixel(decode_scratch_bytes(&gray, &model), 203);
}

/* The file decides which phase is the worst. */
static void progressive_jpeg_4_2_0_turns_at_0_95_of_the_pixels(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info info = jpeg(3, 0x22, true);
    assert_int_equal(decode_cost_of(&info, P * 93 / 100, &model).peak_bytes, 7 * P);
    assert_true(decode_cost_of(&info, P * 96 / 100, &model).peak_bytes > 7 * P);
}

/* 128 bytes a block, components padded to whole units of blocks: 17 x 9 pixels at 4:2:0
 * are 4 x 2 blocks of Y and 2 x 1 of each chroma; at 4:4:4 3 x 2 of each. */
static void coefficients_are_counted_in_whole_blocks(void **state) {
    (void)state;
    cost_model model = native_model();
    static const struct {
        uint8_t sampling;
        uint64_t blocks;
    } rows[] = {{0x22, 8 + 2 + 2}, {0x11, 3 * 6}, {0x21, 8 + 4 + 4}, {0x12, 6 + 3 + 3}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        picture_info many = jpeg(3, rows[i].sampling, true);
        picture_info one = jpeg(3, rows[i].sampling, false);
        many.width_px = one.width_px = 17;
        many.height_px = one.height_px = 9;
        uint64_t more =
            decode_scratch_bytes(&many, &model) - decode_scratch_bytes(&one, &model);
        assert_in_range(more, rows[i].blocks * 128, rows[i].blocks * 128 + 4096);
    }
}

static void webp_peaks_by_its_kind(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info lossy = webp(WEBP_LOSSY, 3);
    picture_info rgb = webp(WEBP_LOSSLESS, 3);
    picture_info rgba = webp(WEBP_LOSSLESS, 4);
    picture_info alpha = webp(WEBP_LOSSY_ALPHA, 4);
    expect_per_pixel(decode_scratch_bytes(&lossy, &model), 13);
    expect_per_pixel(decode_cost_of(&rgb, 0, &model).peak_bytes, 724);
    expect_per_pixel(decode_cost_of(&rgba, 0, &model).peak_bytes, 833);
    expect_per_pixel(decode_cost_of(&alpha, 0, &model).peak_bytes, 1026);
    uint64_t without = decode_cost_of(&alpha, 0, &model).peak_bytes;
    assert_int_equal(decode_cost_of(&alpha, 500000, &model).peak_bytes, without + 500000);
}

/* 2 F - header: the file and a copy of its payload. */
static void compressed_files_are_copied_once(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info info = astc_4x4();
    decode_cost cost = decode_cost_of(&info, 1048592, &model);
    assert_int_equal(cost.peak_bytes, 2 * 1048592 - 16);
    assert_int_equal(cost.finished_bytes, 1048576);
    assert_int_equal(cost.pending_bytes, 1048576);
    assert_int_equal(cost.convert_bytes, 0);
    assert_int_equal(cost.leak_bytes, 0);
}

/* ASTC 4x4 of 8 x 8, four levels: S = 64, 16, 16, 16; K = S + 16 each; F = 8 + 4 * 4 + K.
 * Peak F + K + 2 S + the last level = 200 + 176 + 224 + 16. */
static void a_container_copies_three_times_and_leaks_once(void **state) {
    (void)state;
    cost_model model = native_model();
    made_file file = make_cmip_astc(8, 8, 4);
    assert_int_equal(file.size, 200);
    picture_info info;
    pa_error err = {0};
    assert_int_equal(picture_probe(made_bytes(&file), &info, &err), PA_OK);
    decode_cost cost = decode_cost_of(&info, file.size, &model);
    made_free(&file);
    assert_int_equal(cost.finished_bytes, 112);
    assert_int_equal(cost.leak_bytes, 176);
    assert_int_equal(cost.leak_bytes, 200 - (8 + 4 * 4));
    assert_int_equal(cost.peak_bytes, 616);
    assert_int_equal(cost.pending_bytes, 112);
}

/* 1024 x 1024 in 11 levels: S = 16 * (65536 + 16384 + ... + 1 + 1 + 1) = 1,398,128. */
static void a_full_chain_in_a_container(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info info = {.format = PICTURE_CMIP,
                         .width_px = 1024,
                         .height_px = 1024,
                         .gpu = GPU_ASTC_4X4,
                         .payload_bytes = 1398128,
                         .chunk_bytes = 1398128 + 11 * 16,
                         .level_count = 11};
    uint64_t file_bytes = 8 + 4 * 11 + info.chunk_bytes;
    decode_cost cost = decode_cost_of(&info, file_bytes, &model);
    assert_int_equal(cost.leak_bytes, 1398304);
    assert_int_equal(cost.peak_bytes, file_bytes + 1398304 + UINT64_C(2) * 1398128 + 16);
    model = cost_model_of(ENGINE(3, 8, 5), TARGET_WEB, &no_settings);
    cost = decode_cost_of(&info, file_bytes, &model);
    assert_int_equal(cost.leak_bytes, 0);
    assert_int_equal(cost.peak_bytes, file_bytes + UINT64_C(2) * 1398128);
}

/* 2.4: worker 7, waiting 7 each, in the callback 11, then 4 MiB. */
static void native_2_4_keeps_the_decoders_pixels_and_copies_for_script(void **state) {
    (void)state;
    cost_model model = cost_model_of(ENGINE(2, 4, 6), TARGET_NATIVE, &no_settings);
    picture_info info = jpeg(3, 0x11, false);
    decode_cost cost = decode_cost_of(&info, 300000, &model);
    assert_int_equal(cost.peak_bytes, 7 * MIB);
    assert_int_equal(cost.pending_bytes, 7 * MIB);
    assert_int_equal(cost.pending_bytes + cost.callback_bytes, 11 * MIB);
    assert_int_equal(cost.finished_bytes, 4 * MIB);
    info = plain(PICTURE_PNG, 4);
    cost = decode_cost_of(&info, 300000, &model);
    assert_int_equal(cost.pending_bytes, 4 * MIB);
    assert_int_equal(cost.pending_bytes + cost.callback_bytes, 8 * MIB);
    info = plain(PICTURE_PNG, 1);
    cost = decode_cost_of(&info, 300000, &model);
    assert_int_equal(cost.pending_bytes, 5 * MIB);
    assert_int_equal(cost.pending_bytes + cost.callback_bytes, 9 * MIB);
}

static void browsers_and_hosts_take_four_bytes_a_pixel(void **state) {
    (void)state;
    static const engine_target targets[] = {TARGET_WEB, TARGET_WEBGL1, TARGET_MINIGAME};
    const picture_info infos[] = {plain(PICTURE_PNG, 1), plain(PICTURE_PNG, 4),
                                  jpeg(3, 0x22, true), webp(WEBP_LOSSY_ALPHA, 4)};
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        cost_model model = cost_model_of(ENGINE(3, 8, 5), targets[i], &no_settings);
        for (size_t j = 0; j < COUNT_OF(infos); j++) {
            decode_cost cost = decode_cost_of(&infos[j], 123456, &model);
            assert_int_equal(cost.peak_bytes, 4 * P);
            assert_int_equal(cost.finished_bytes, 4 * P);
            assert_int_equal(cost.pending_bytes + cost.callback_bytes, 0);
        }
        picture_info info = astc_4x4();
        decode_cost cost = decode_cost_of(&info, 1048592, &model);
        assert_int_equal(cost.peak_bytes, 1048592);
        assert_int_equal(cost.finished_bytes, 1048576);
    }
}

static void the_largest_request_names_its_place(void **state) {
    (void)state;
    cost_model model = native_model();
    const struct {
        picture_info info;
        uint64_t file_bytes, largest_bytes;
        const char *site;
    } rows[] = {
        {plain(PICTURE_PNG, 4), 1000, 4 * P, "initWithPngData"},
        {plain(PICTURE_PNG, 3), 1000, 4 * P, "convertRGB2RGBA"},
        {jpeg(3, 0x22, false), 1000, 4 * P, "convertRGB2RGBA"},
        {webp(WEBP_LOSSY_ALPHA, 4), 1000, 4 * P, "initWithWebpData (unchecked)"},
        {plain(PICTURE_PNG, 4), 5 * P, 5 * P, "getContents"},
        {astc_4x4(), 1048592, 1048592, "getContents"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        decode_cost cost = decode_cost_of(&rows[i].info, rows[i].file_bytes, &model);
        assert_int_equal(cost.largest_bytes, rows[i].largest_bytes);
        assert_non_null(strstr(cost.largest_site, rows[i].site));
    }
}

static void the_largest_sides_do_not_overflow(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info infos[] = {plain(PICTURE_PNG, 3), plain(PICTURE_PNG, 4),
                            jpeg(3, 0x22, true), jpeg(3, 0x41, true),
                            webp(WEBP_LOSSY_ALPHA, 4)};
    uint64_t pixels = UINT64_C(65535) * 65535;
    for (size_t i = 0; i < COUNT_OF(infos); i++) {
        infos[i].width_px = infos[i].height_px = 65535;
        decode_cost cost = decode_cost_of(&infos[i], 1, &model);
        assert_int_equal(cost.finished_bytes, 4 * pixels);
        assert_in_range(cost.peak_bytes, 4 * pixels, 11 * pixels);
    }
}

static void nothing_known_costs_the_file(void **state) {
    (void)state;
    cost_model model = native_model();
    picture_info info = {.format = PICTURE_GIF};
    decode_cost cost = decode_cost_of(&info, 77, &model);
    assert_int_equal(cost.finished_bytes, 0);
    assert_int_equal(cost.peak_bytes, 77);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fewer_than_four_channels_peak_while_converted),
        cmocka_unit_test(a_large_file_makes_decoding_the_peak),
        cmocka_unit_test(rgba_png_is_its_pixels_the_file_and_scratch),
        cmocka_unit_test(progressive_jpeg_keeps_all_coefficients),
        cmocka_unit_test(progressive_jpeg_4_2_0_turns_at_0_95_of_the_pixels),
        cmocka_unit_test(coefficients_are_counted_in_whole_blocks),
        cmocka_unit_test(webp_peaks_by_its_kind),
        cmocka_unit_test(compressed_files_are_copied_once),
        cmocka_unit_test(a_container_copies_three_times_and_leaks_once),
        cmocka_unit_test(a_full_chain_in_a_container),
        cmocka_unit_test(native_2_4_keeps_the_decoders_pixels_and_copies_for_script),
        cmocka_unit_test(browsers_and_hosts_take_four_bytes_a_pixel),
        cmocka_unit_test(the_largest_request_names_its_place),
        cmocka_unit_test(the_largest_sides_do_not_overflow),
        cmocka_unit_test(nothing_known_costs_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
