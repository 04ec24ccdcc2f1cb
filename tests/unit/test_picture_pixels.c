/* test_picture_pixels.c - decoded pixels against a second way of decoding, their hash,
 * opacity, and what happens when memory runs out.
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
#include <turbojpeg.h>
#include <webp/decode.h>

#include "base/alloc.h"
#include "codec/picture.h"
#include "look_picture.h"
#include "make_picture.h"

/* Decodes both ways the interface has, which must agree, and leaves the pixels in
 * `scratch`. */
static picture_info decode_pixels(const made_file *file, picture_scratch *scratch) {
    picture_info info;
    picture_facts streamed;
    picture_facts kept;
    pa_error err = {0};
    assert_int_equal(picture_probe(made_bytes(file), &info, &err), PA_OK);
    assert_int_equal(picture_decode(made_bytes(file), &info, scratch, &streamed, &err),
                     PA_OK);
    assert_int_equal(picture_decode_pixels(made_bytes(file), &info, scratch, &kept, &err),
                     PA_OK);
    assert_memory_equal(streamed.pixel_hash, kept.pixel_hash, sizeof kept.pixel_hash);
    assert_int_equal(streamed.is_opaque, kept.is_opaque);
    return info;
}

static void expect_pixels(made_file file, const uint8_t *wanted) {
    picture_scratch scratch = {0};
    picture_info info = decode_pixels(&file, &scratch);
    assert_memory_equal(scratch.pixels, wanted,
                        (size_t)info.width_px * info.height_px * 4);
    picture_scratch_clear(&scratch);
    made_free(&file);
}

/* By libpng's simplified interface, which is right for 8 bits and fewer. */
static void expect_png_as_simplified(png_form form) {
    made_file file = make_png(form);
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_memory(&image, file.at, file.size));
    image.format = PNG_FORMAT_RGBA;
    uint8_t *wanted = malloc(PNG_IMAGE_SIZE(image));
    assert_non_null(wanted);
    assert_true(png_image_finish_read(&image, NULL, wanted, 0, NULL));
    expect_pixels(file, wanted);
    free(wanted);
}

static void png_pixels_equal_those_of_the_simplified_reader(void **state) {
    (void)state;
    static const png_form forms[] = {
        {33, 21, 1, PNG_COLOR_TYPE_GRAY, false, false},
        {33, 21, 2, PNG_COLOR_TYPE_GRAY, true, false},
        {33, 21, 8, PNG_COLOR_TYPE_GRAY_ALPHA, false, false},
        {33, 21, 4, PNG_COLOR_TYPE_PALETTE, false, false},
        {33, 21, 8, PNG_COLOR_TYPE_PALETTE, true, false},
        {33, 21, 8, PNG_COLOR_TYPE_RGB, true, false},
        {33, 21, 8, PNG_COLOR_TYPE_RGB_ALPHA, false, true},
        {300, 200, 8, PNG_COLOR_TYPE_RGB, false, false},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        expect_png_as_simplified(forms[i]);
    }
}

static void rgba_png_gives_back_its_pixels(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(200, 150, false);
    expect_pixels(make_png_of(pixels, 200, 150), pixels);
    free(pixels);
}

static void lossless_webp_gives_back_its_pixels(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(200, 150, false);
    expect_pixels(make_webp_of(pixels, 200, 150), pixels);
    free(pixels);
}

static void lossy_webp_pixels_equal_those_of_the_simple_reader(void **state) {
    (void)state;
    made_file file = make_webp(WEBP_FORM_LOSSY_ALPHA, 61, 43);
    uint8_t *wanted = WebPDecodeRGBA(file.at, file.size, NULL, NULL);
    assert_non_null(wanted);
    expect_pixels(file, wanted);
    WebPFree(wanted);
}

static void jpeg_pixels_equal_those_of_three_channels(void **state) {
    (void)state;
    made_file file = make_jpeg(JPEG_FORM_420, 61, 43);
    uint8_t rgb[61 * 43 * 3];
    uint8_t wanted[61 * 43 * 4];
    tjhandle handle = tjInitDecompress();
    assert_int_equal(
        tjDecompress2(handle, file.at, file.size, rgb, 61, 0, 43, TJPF_RGB, 0), 0);
    tjDestroy(handle);
    for (size_t i = 0; i < sizeof wanted; i++) {
        wanted[i] = i % 4 == 3 ? 255 : rgb[i / 4 * 3 + i % 4];
    }
    expect_pixels(file, wanted);
}

static void cmyk_jpeg_is_multiplied_by_inverted_black(void **state) {
    (void)state;
    /* The writer stores bytes as they are: cyan, magenta and yellow are a pattern, black
     * 255. */
    made_file file = make_jpeg(JPEG_FORM_CMYK, 16, 16);
    picture_scratch scratch = {0};
    uint8_t ink[16 * 16 * 4];
    decode_pixels(&file, &scratch);
    tjhandle handle = tjInitDecompress();
    assert_int_equal(
        tjDecompress2(handle, file.at, file.size, ink, 16, 0, 16, TJPF_CMYK, 0), 0);
    tjDestroy(handle);
    for (size_t i = 0; i < sizeof ink; i += 4) {
        assert_int_equal(scratch.pixels[i], (ink[i] * ink[i + 3] + 127) / 255);
    }
    picture_scratch_clear(&scratch);
    made_free(&file);
}

static void bmp_gives_back_its_pixels_from_either_end(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(133, 97, true);
    expect_pixels(make_bmp(24, 133, 97, false), pixels);
    expect_pixels(make_bmp(32, 133, 97, true), pixels);
    free(pixels);
}

static void bmp_of_4_bits_has_the_high_half_first(void **state) {
    (void)state;
    made_file file = make_bmp(4, 2, 1, false);
    file.at[file.size - 4] = 0x1f;
    static const uint8_t wanted[] = {17, 17, 17, 255, 255, 255, 255, 255};
    expect_pixels(file, wanted);
}

/* --- hash and opacity --- */

static void same_pixels_in_png_and_webp_have_the_same_hash(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(200, 150, false);
    outcome png = look(make_png_of(pixels, 200, 150));
    outcome webp = look(make_webp_of(pixels, 200, 150));
    assert_memory_equal(png.facts.pixel_hash, webp.facts.pixel_hash, 16);
    free(pixels);
}

static void one_changed_pixel_changes_the_hash(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(200, 150, false);
    outcome before = look(make_png_of(pixels, 200, 150));
    pixels[200 * 150 * 4 - 1] ^= 1;
    outcome after = look(make_png_of(pixels, 200, 150));
    assert_memory_not_equal(before.facts.pixel_hash, after.facts.pixel_hash, 16);
    free(pixels);
}

static void same_bytes_in_another_shape_have_another_hash(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(20, 10, true);
    outcome wide = look(make_png_of(pixels, 20, 10));
    outcome tall = look(make_png_of(pixels, 10, 20));
    assert_memory_not_equal(wide.facts.pixel_hash, tall.facts.pixel_hash, 16);
    free(pixels);
}

static void rgba_picture_with_full_alpha_is_opaque(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(201, 151, true);
    outcome got = look(make_png_of(pixels, 201, 151));
    assert_true(got.info.has_alpha);
    assert_true(got.facts.is_opaque);
    free(pixels);
}

static void one_transparent_pixel_anywhere_is_seen(void **state) {
    (void)state;
    static const size_t places[] = {0, 1, 15, 16, 17, 299, 300, 598, 599};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        uint8_t *pixels = make_pixels(30, 20, true);
        pixels[places[i] * 4 + 3] = 254;
        outcome got = look(make_png_of(pixels, 30, 20));
        assert_false(got.facts.is_opaque);
        free(pixels);
    }
}

static void picture_without_alpha_is_opaque(void **state) {
    (void)state;
    outcome got = look(make_jpeg(JPEG_FORM_GRAY, 30, 20));
    assert_true(got.facts.is_opaque);
}

/* --- memory --- */

static void png_keeps_only_a_band_of_rows(void **state) {
    (void)state;
    made_file file = make_png((png_form){500, 500, 8, PNG_COLOR_TYPE_RGB, false, false});
    picture_scratch scratch = {0};
    picture_info info;
    picture_facts facts;
    pa_error err = {0};
    assert_int_equal(picture_probe(made_bytes(&file), &info, &err), PA_OK);
    assert_int_equal(picture_decode(made_bytes(&file), &info, &scratch, &facts, &err),
                     PA_OK);
    assert_true(scratch.capacity_bytes <= 32 * 1024);
    assert_true(picture_decode_bytes(&info) < 128 * 1024);
    picture_scratch_clear(&scratch);
    made_free(&file);
}

static void every_failing_allocation_is_reported(void **state) {
    (void)state;
    made_file files[] = {
        make_png((png_form){33, 21, 8, PNG_COLOR_TYPE_PALETTE, true, true}),
        make_jpeg(JPEG_FORM_420, 33, 21), make_webp(WEBP_FORM_LOSSLESS, 33, 21),
        make_bmp(8, 33, 21, false)};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        outcome got;
        uint64_t nth = 1;
        do {
            mem_fail_from(nth++);
            got = look_at(made_bytes(&files[i]));
            mem_fail_from(0);
            assert_true(got.decoded == PA_OK || got.decoded == PA_NOMEM);
        } while (got.decoded == PA_NOMEM && nth < 100);
        assert_int_equal(got.decoded, PA_OK);
        assert_true(nth > 2);
        made_free(&files[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_pixels_equal_those_of_the_simplified_reader),
        cmocka_unit_test(rgba_png_gives_back_its_pixels),
        cmocka_unit_test(lossless_webp_gives_back_its_pixels),
        cmocka_unit_test(lossy_webp_pixels_equal_those_of_the_simple_reader),
        cmocka_unit_test(jpeg_pixels_equal_those_of_three_channels),
        cmocka_unit_test(cmyk_jpeg_is_multiplied_by_inverted_black),
        cmocka_unit_test(bmp_gives_back_its_pixels_from_either_end),
        cmocka_unit_test(bmp_of_4_bits_has_the_high_half_first),
        cmocka_unit_test(same_pixels_in_png_and_webp_have_the_same_hash),
        cmocka_unit_test(one_changed_pixel_changes_the_hash),
        cmocka_unit_test(same_bytes_in_another_shape_have_another_hash),
        cmocka_unit_test(rgba_picture_with_full_alpha_is_opaque),
        cmocka_unit_test(one_transparent_pixel_anywhere_is_seen),
        cmocka_unit_test(picture_without_alpha_is_opaque),
        cmocka_unit_test(png_keeps_only_a_band_of_rows),
        cmocka_unit_test(every_failing_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
