/* test_picture.c - headers of PNG, JPEG, WebP and BMP, and what damage does to these
 * files.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <png.h>

#include "codec/picture.h"
#include "look_picture.h"
#include "make_picture.h"

/* --- PNG --- */

static void expect_png(png_form form, unsigned channels) {
    outcome got = look(make_png(form));
    expect_size(&got, PICTURE_PNG, form.width_px, form.height_px);
    assert_int_equal(got.info.channels, channels);
    assert_int_equal(got.info.bit_depth, form.bit_depth);
    assert_int_equal(got.info.has_palette, form.colour_type == PNG_COLOR_TYPE_PALETTE);
    assert_int_equal(got.info.has_alpha, channels == 2 || channels == 4);
    assert_int_equal(got.info.is_interlaced, form.is_interlaced);
    assert_int_equal(got.info.gpu, GPU_RGBA8);
}

static void gray_png_has_one_channel_at_every_depth(void **state) {
    (void)state;
    for (unsigned depth = 1; depth <= 16; depth *= 2) {
        expect_png((png_form){13, 7, (uint8_t)depth, PNG_COLOR_TYPE_GRAY, false, false},
                   1);
    }
}

static void gray_png_with_trns_has_two_channels(void **state) {
    (void)state;
    expect_png((png_form){13, 7, 4, PNG_COLOR_TYPE_GRAY, true, false}, 2);
    expect_png((png_form){13, 7, 16, PNG_COLOR_TYPE_GRAY, true, false}, 2);
}

static void gray_alpha_png_has_two_channels(void **state) {
    (void)state;
    expect_png((png_form){13, 7, 8, PNG_COLOR_TYPE_GRAY_ALPHA, false, false}, 2);
}

static void palette_png_has_three_channels(void **state) {
    (void)state;
    expect_png((png_form){13, 7, 8, PNG_COLOR_TYPE_PALETTE, false, false}, 3);
    expect_png((png_form){13, 7, 1, PNG_COLOR_TYPE_PALETTE, false, false}, 3);
}

static void palette_png_with_trns_has_four_channels(void **state) {
    (void)state;
    expect_png((png_form){13, 7, 4, PNG_COLOR_TYPE_PALETTE, true, false}, 4);
}

static void rgb_png_has_three_channels(void **state) {
    (void)state;
    expect_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false}, 3);
}

static void rgb_png_with_trns_has_four_channels(void **state) {
    (void)state;
    expect_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, true, false}, 4);
}

static void rgba16_png_has_four_channels(void **state) {
    (void)state;
    expect_png((png_form){13, 7, 16, PNG_COLOR_TYPE_RGB_ALPHA, false, false}, 4);
}

static void interlaced_png_is_recognised(void **state) {
    (void)state;
    expect_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, true}, 3);
}

static void png_of_many_bands_decodes(void **state) {
    (void)state;
    expect_png((png_form){500, 300, 8, PNG_COLOR_TYPE_RGB_ALPHA, false, false}, 4);
}

static void interlacing_does_not_change_the_hash(void **state) {
    (void)state;
    outcome plain =
        look(make_png((png_form){33, 21, 8, PNG_COLOR_TYPE_RGB, false, false}));
    outcome laced =
        look(make_png((png_form){33, 21, 8, PNG_COLOR_TYPE_RGB, false, true}));
    assert_memory_equal(plain.facts.pixel_hash, laced.facts.pixel_hash, 16);
}

static void sixteen_bit_png_keeps_the_high_bytes(void **state) {
    (void)state;
    made_file file = make_png((png_form){5, 1, 16, PNG_COLOR_TYPE_GRAY, false, false});
    picture_info info;
    picture_facts facts;
    picture_scratch scratch = {0};
    pa_error err = {0};
    assert_int_equal(picture_probe(made_bytes(&file), &info, &err), PA_OK);
    assert_int_equal(
        picture_decode_pixels(made_bytes(&file), &info, &scratch, &facts, &err), PA_OK);
    for (size_t x = 0; x < 5; x++) {
        assert_int_equal(scratch.pixels[x * 4], (uint8_t)(x * 2 * 29));
    }
    picture_scratch_clear(&scratch);
    made_free(&file);
}

static void png_claiming_60000_by_60000_exceeds_the_limit(void **state) {
    (void)state;
    made_file file = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    memcpy(file.at + 16, "\x00\x00\xea\x60\x00\x00\xea\x60", 8);
    outcome got = look(file);
    expect_failure(
        &got, PA_LIMIT,
        "png states a size of 60000 x 60000, a picture may have 268435456 px at most");
    assert_int_equal(got.info.width_px, 60000);
}

static void png_claiming_a_side_of_a_million_exceeds_the_limit(void **state) {
    (void)state;
    made_file file = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    memcpy(file.at + 16, "\x00\x0f\x42\x40", 4);
    outcome got = look(file);
    expect_failure(&got, PA_LIMIT,
                   "png states a size of 1000000 x 7, a side may have 65535 px at most");
}

static void png_with_a_zero_side_is_refused(void **state) {
    (void)state;
    made_file file = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    memcpy(file.at + 20, "\0\0\0\0", 4);
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT, "png states a size of 13 x 0");
}

static void png_with_an_impossible_depth_is_refused(void **state) {
    (void)state;
    made_file file = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    file.at[24] = 4;
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT, "png states colour type 2 with 4 bits, no such form");
    assert_int_equal(got.info.height_px, 7);
}

static void png_with_a_wrong_checksum_of_its_header_is_damaged(void **state) {
    (void)state;
    made_file file = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    file.at[29] ^= 1;
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT, "png is damaged after 0 of 7 rows: ihdr: crc error");
}

static void png_without_iend_is_accepted(void **state) {
    (void)state;
    made_file file = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    outcome got = look_cut(&file, file.size - 12);
    expect_size(&got, PICTURE_PNG, 13, 7);
    made_free(&file);
}

static void bytes_behind_a_png_are_accepted(void **state) {
    (void)state;
    made_file file = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    made_add_fill(&file, 'x', 100);
    outcome got = look(file);
    expect_size(&got, PICTURE_PNG, 13, 7);
}

static void wrong_checksum_of_a_text_chunk_is_harmless(void **state) {
    (void)state;
    made_file whole = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    made_file file = {0};
    made_add(&file, whole.at, 33);
    made_add(&file, "\0\0\0\3tEXta\0b\1\2\3\4", 15);
    made_add(&file, whole.at + 33, whole.size - 33);
    outcome got = look(file);
    expect_size(&got, PICTURE_PNG, 13, 7);
    made_free(&whole);
}

static void truncated_png_says_how_many_rows_it_has(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(256, 256, true);
    made_file file = make_png_of(pixels, 256, 256);
    outcome got = look_cut(&file, file.size / 2);
    assert_int_equal(got.decoded, PA_FORMAT);
    assert_non_null(strstr(got.err.text, "png ends after "));
    assert_non_null(strstr(got.err.text, " of 256 rows"));
    made_free(&file);
    free(pixels);
}

/* --- JPEG --- */

static void gray_jpeg_has_one_channel(void **state) {
    (void)state;
    outcome got = look(make_jpeg(JPEG_FORM_GRAY, 37, 21));
    expect_size(&got, PICTURE_JPEG, 37, 21);
    assert_int_equal(got.info.channels, 1);
    assert_int_equal(got.info.components, 1);
}

static void jpeg_444_states_equal_sampling(void **state) {
    (void)state;
    outcome got = look(make_jpeg(JPEG_FORM_444, 37, 21));
    expect_size(&got, PICTURE_JPEG, 37, 21);
    assert_memory_equal(got.info.sampling, "\x11\x11\x11\x00", 4);
    assert_int_equal(got.info.channels, 3);
    assert_false(got.info.is_progressive);
}

static void jpeg_420_states_halved_sampling(void **state) {
    (void)state;
    outcome got = look(make_jpeg(JPEG_FORM_420, 37, 21));
    expect_size(&got, PICTURE_JPEG, 37, 21);
    assert_memory_equal(got.info.sampling, "\x22\x11\x11\x00", 4);
}

static void progressive_jpeg_is_recognised(void **state) {
    (void)state;
    outcome got = look(make_jpeg(JPEG_FORM_PROGRESSIVE, 37, 21));
    expect_size(&got, PICTURE_JPEG, 37, 21);
    assert_true(got.info.is_progressive);
}

static size_t find_marker(const made_file *file, uint8_t marker) {
    for (size_t i = 0; i + 1 < file->size; i++) {
        if (file->at[i] == 0xff && file->at[i + 1] == marker) {
            return i;
        }
    }
    fail();
    return 0;
}

static void
baseline_jpeg_whose_first_scan_is_partial_counts_as_progressive(void **state) {
    (void)state;
    made_file file = make_jpeg(JPEG_FORM_444, 37, 21);
    file.at[find_marker(&file, 0xda) + 4] = 1;
    outcome got = look(file);
    assert_int_equal(got.probed, PA_OK);
    assert_true(got.info.is_progressive);
}

static void cmyk_jpeg_decodes(void **state) {
    (void)state;
    outcome got = look(make_jpeg(JPEG_FORM_CMYK, 37, 21));
    expect_size(&got, PICTURE_JPEG, 37, 21);
    assert_int_equal(got.info.components, 4);
    assert_true(got.facts.is_opaque);
}

static void jpeg_with_a_zero_side_is_refused(void **state) {
    (void)state;
    made_file file = make_jpeg(JPEG_FORM_444, 37, 21);
    memset(file.at + find_marker(&file, 0xc0) + 5, 0, 2);
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT, "jpg states a size of 37 x 0");
}

static void truncated_jpeg_fails(void **state) {
    (void)state;
    static const jpeg_form forms[] = {JPEG_FORM_420, JPEG_FORM_PROGRESSIVE};
    for (size_t i = 0; i < 2; i++) {
        made_file file = make_jpeg(forms[i], 200, 200);
        outcome got = look_cut(&file, file.size / 2);
        expect_failure(&got, PA_FORMAT, "jpeg ends before its last row and end marker");
        made_free(&file);
    }
}

static void bytes_behind_a_jpeg_are_accepted(void **state) {
    (void)state;
    made_file file = make_jpeg(JPEG_FORM_444, 37, 21);
    made_add_fill(&file, 'x', 100);
    outcome got = look(file);
    expect_size(&got, PICTURE_JPEG, 37, 21);
}

static void extraneous_bytes_before_a_jpeg_marker_are_harmless(void **state) {
    (void)state;
    made_file whole = make_jpeg(JPEG_FORM_444, 37, 21);
    size_t at = find_marker(&whole, 0xc0);
    made_file file = {0};
    made_add(&file, whole.at, at);
    made_add_fill(&file, 0, 5);
    made_add(&file, whole.at + at, whole.size - at);
    outcome got = look(file);
    expect_size(&got, PICTURE_JPEG, 37, 21);
    made_free(&whole);
}

static void jpeg_whose_data_end_in_the_middle_is_damaged(void **state) {
    (void)state;
    made_file file = make_jpeg(JPEG_FORM_420, 200, 200);
    memcpy(file.at + file.size / 2, "\xff\xd9", 2);
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT,
                   "jpeg is damaged: corrupt jpeg data: premature end of data segment");
}

/* --- WebP --- */

static void lossy_webp_has_three_channels(void **state) {
    (void)state;
    outcome got = look(make_webp(WEBP_FORM_LOSSY, 37, 21));
    expect_size(&got, PICTURE_WEBP, 37, 21);
    assert_int_equal(got.info.webp, WEBP_LOSSY);
    assert_int_equal(got.info.channels, 3);
}

static void lossy_webp_with_alpha_has_four_channels(void **state) {
    (void)state;
    outcome got = look(make_webp(WEBP_FORM_LOSSY_ALPHA, 37, 21));
    expect_size(&got, PICTURE_WEBP, 37, 21);
    assert_int_equal(got.info.webp, WEBP_LOSSY_ALPHA);
    assert_int_equal(got.info.channels, 4);
}

static void lossless_webp_is_recognised(void **state) {
    (void)state;
    outcome got = look(make_webp(WEBP_FORM_LOSSLESS, 37, 21));
    expect_size(&got, PICTURE_WEBP, 37, 21);
    assert_int_equal(got.info.webp, WEBP_LOSSLESS);
    assert_int_equal(got.info.channels, 4);
}

static void animated_webp_is_not_supported(void **state) {
    (void)state;
    made_file file = {0};
    made_add(&file,
             "RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x07\0\0\x07\0\0ANIM\0\0\0\0",
             38);
    outcome got = look(file);
    expect_failure(&got, PA_UNSUPPORTED, "webp is animated, only still ones are decoded");
    assert_int_equal(got.info.width_px, 8);
}

static void truncated_webp_says_both_sizes(void **state) {
    (void)state;
    made_file file = make_webp(WEBP_FORM_LOSSY, 64, 64);
    outcome got = look_cut(&file, 100);
    assert_int_equal(got.decoded, PA_FORMAT);
    assert_non_null(strstr(got.err.text, "webp has 100 bytes, its header says "));
    made_free(&file);
}

/* --- BMP, GIF, nothing --- */

static void bmp_decodes_at_every_depth(void **state) {
    (void)state;
    static const uint16_t depths[] = {1, 4, 8, 24, 32};
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        outcome got = look(make_bmp(depths[i], 13, 7, false));
        expect_size(&got, PICTURE_BMP, 13, 7);
        assert_int_equal(got.info.has_palette, depths[i] <= 8);
        assert_int_equal(got.info.channels, 3);
    }
}

static void truncated_bmp_says_how_many_rows_it_has(void **state) {
    (void)state;
    made_file file = make_bmp(24, 13, 7, false);
    outcome got = look_cut(&file, file.size - 1);
    expect_failure(&got, PA_FORMAT, "bmp ends after 6 of 7 rows");
    made_free(&file);
}

static void bmp_of_16_bits_is_not_supported(void **state) {
    (void)state;
    outcome got = look(make_bmp(16, 13, 7, false));
    expect_failure(&got, PA_UNSUPPORTED,
                   "bmp has 16 bits a pixel, only 1, 4, 8, 24 and 32 are read");
}

static void bmp_of_the_most_negative_height_exceeds_the_limit(void **state) {
    (void)state;
    made_file file = make_bmp(24, 13, 7, false);
    memcpy(file.at + 22, "\0\0\0\x80", 4);
    outcome got = look(file);
    assert_int_equal(got.probed, PA_LIMIT);
}

static void gif_is_recognised_but_not_decoded(void **state) {
    (void)state;
    outcome got = look_at(bytes_of("GIF89a\5\0\3\0\0\0\0", 13));
    expect_failure(&got, PA_UNSUPPORTED,
                   "gif is not decoded, the engine does not read it");
    assert_int_equal(got.probed, PA_OK);
    assert_int_equal(got.info.width_px, 5);
}

static void text_is_no_picture(void **state) {
    (void)state;
    outcome got = look_at(bytes_of("{\"a\":1}", 7));
    expect_failure(&got, PA_FORMAT, "first bytes are of no known picture format");
    assert_string_equal(picture_format_name(got.info.format), "unknown");
}

static void empty_file_is_no_picture(void **state) {
    (void)state;
    outcome got = look_at((bytes){0});
    expect_failure(&got, PA_FORMAT, "picture file is empty");
}

/* --- headers cut after every byte --- */

static void png_cut_in_its_header_fails(void **state) {
    (void)state;
    /* signature, IHDR, tRNS, length and name of IDAT */
    expect_cut_header_fails(
        make_png((png_form){9, 7, 8, PNG_COLOR_TYPE_RGB, true, false}), 8 + 25 + 18 + 8);
}

static void jpeg_cut_in_its_header_fails(void **state) {
    (void)state;
    made_file file = make_jpeg(JPEG_FORM_420, 37, 21);
    size_t header_bytes = find_marker(&file, 0xda) + 14;
    expect_cut_header_fails(file, header_bytes);
}

static void webp_cut_in_its_header_fails(void **state) {
    (void)state;
    expect_cut_header_fails(make_webp(WEBP_FORM_LOSSY, 37, 21), 30);
    expect_cut_header_fails(make_webp(WEBP_FORM_LOSSY_ALPHA, 37, 21), 12 + 18 + 8);
    expect_cut_header_fails(make_webp(WEBP_FORM_LOSSLESS, 37, 21), 25);
}

static void bmp_cut_in_its_header_fails(void **state) {
    (void)state;
    expect_cut_header_fails(make_bmp(24, 37, 21, false), 54);
}

static void file_cut_after_its_size_still_tells_it(void **state) {
    (void)state;
    made_file file = make_png((png_form){13, 7, 8, PNG_COLOR_TYPE_RGB, false, false});
    outcome got = look_cut(&file, 33);
    expect_failure(&got, PA_FORMAT, "png of 33 bytes ends before its first row");
    assert_int_equal(got.info.width_px, 13);
    assert_int_equal(got.info.height_px, 7);
    made_free(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gray_png_has_one_channel_at_every_depth),
        cmocka_unit_test(gray_png_with_trns_has_two_channels),
        cmocka_unit_test(gray_alpha_png_has_two_channels),
        cmocka_unit_test(palette_png_has_three_channels),
        cmocka_unit_test(palette_png_with_trns_has_four_channels),
        cmocka_unit_test(rgb_png_has_three_channels),
        cmocka_unit_test(rgb_png_with_trns_has_four_channels),
        cmocka_unit_test(rgba16_png_has_four_channels),
        cmocka_unit_test(interlaced_png_is_recognised),
        cmocka_unit_test(png_of_many_bands_decodes),
        cmocka_unit_test(interlacing_does_not_change_the_hash),
        cmocka_unit_test(sixteen_bit_png_keeps_the_high_bytes),
        cmocka_unit_test(png_claiming_60000_by_60000_exceeds_the_limit),
        cmocka_unit_test(png_claiming_a_side_of_a_million_exceeds_the_limit),
        cmocka_unit_test(png_with_a_zero_side_is_refused),
        cmocka_unit_test(png_with_an_impossible_depth_is_refused),
        cmocka_unit_test(png_with_a_wrong_checksum_of_its_header_is_damaged),
        cmocka_unit_test(png_without_iend_is_accepted),
        cmocka_unit_test(bytes_behind_a_png_are_accepted),
        cmocka_unit_test(wrong_checksum_of_a_text_chunk_is_harmless),
        cmocka_unit_test(truncated_png_says_how_many_rows_it_has),
        cmocka_unit_test(gray_jpeg_has_one_channel),
        cmocka_unit_test(jpeg_444_states_equal_sampling),
        cmocka_unit_test(jpeg_420_states_halved_sampling),
        cmocka_unit_test(progressive_jpeg_is_recognised),
        cmocka_unit_test(baseline_jpeg_whose_first_scan_is_partial_counts_as_progressive),
        cmocka_unit_test(cmyk_jpeg_decodes),
        cmocka_unit_test(jpeg_with_a_zero_side_is_refused),
        cmocka_unit_test(truncated_jpeg_fails),
        cmocka_unit_test(bytes_behind_a_jpeg_are_accepted),
        cmocka_unit_test(extraneous_bytes_before_a_jpeg_marker_are_harmless),
        cmocka_unit_test(jpeg_whose_data_end_in_the_middle_is_damaged),
        cmocka_unit_test(lossy_webp_has_three_channels),
        cmocka_unit_test(lossy_webp_with_alpha_has_four_channels),
        cmocka_unit_test(lossless_webp_is_recognised),
        cmocka_unit_test(animated_webp_is_not_supported),
        cmocka_unit_test(truncated_webp_says_both_sizes),
        cmocka_unit_test(bmp_decodes_at_every_depth),
        cmocka_unit_test(truncated_bmp_says_how_many_rows_it_has),
        cmocka_unit_test(bmp_of_16_bits_is_not_supported),
        cmocka_unit_test(bmp_of_the_most_negative_height_exceeds_the_limit),
        cmocka_unit_test(gif_is_recognised_but_not_decoded),
        cmocka_unit_test(text_is_no_picture),
        cmocka_unit_test(empty_file_is_no_picture),
        cmocka_unit_test(png_cut_in_its_header_fails),
        cmocka_unit_test(jpeg_cut_in_its_header_fails),
        cmocka_unit_test(webp_cut_in_its_header_fails),
        cmocka_unit_test(bmp_cut_in_its_header_fails),
        cmocka_unit_test(file_cut_after_its_size_still_tells_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
