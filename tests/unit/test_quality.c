/* test_quality.c - PSNR, SSIM and angles: figures worked out by hand, and SSIM by its
 * definition, pixel by pixel.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "codec/quality.h"
#include "expect.h"
#include "make_picture.h"

/* What windows in single precision may be off. */
#define SINGLE 3e-5

static quality measure(const uint8_t *a, const uint8_t *b, uint32_t width_px,
                       uint32_t height_px) {
    quality out = {0};
    pa_error err = {0};
    assert_int_equal(quality_measure((image_view){a, width_px, height_px},
                                     (image_view){b, width_px, height_px}, &out, &err),
                     PA_OK);
    return out;
}

static void expect_near(double got, double wanted, double within) {
    if (!(fabs(got - wanted) <= within)) {
        fail_msg("%.9f is not %.9f", got, wanted);
    }
}

/* --- squared error --- */

static void one_channel_off_by_ten_in_one_of_two_pixels(void **state) {
    (void)state;
    const uint8_t a[] = {10, 20, 30, 255, 40, 50, 60, 255};
    const uint8_t b[] = {10, 20, 30, 255, 40, 60, 60, 255};
    quality got = measure(a, b, 2, 1);
    /* 10 * 10 / 6 samples = 16.667; 10 log10(65025 / 16.667) = 35.9123 */
    assert_int_equal(got.counted_px, 2);
    expect_near(got.mse, 100.0 / 6, 1e-12);
    expect_near(got.psnr_db, 35.9123, 1e-4);
}

static void black_and_white_are_zero_decibels_apart(void **state) {
    (void)state;
    const uint8_t a[] = {0, 0, 0, 255};
    const uint8_t b[] = {255, 255, 255, 255};
    quality got = measure(a, b, 1, 1);
    expect_near(got.psnr_db, 0, 1e-12);
    /* (2 * 0 * 255 + C1) / (255^2 + C1), C1 = 2.55^2 */
    expect_near(got.ssim, 6.5025 / 65031.5025, 1e-6);
}

static void equal_pictures_have_the_highest_figures(void **state) {
    (void)state;
    for (int is_opaque = 0; is_opaque < 2; is_opaque++) {
        uint8_t *a = make_pixels(37, 29, is_opaque);
        quality got = measure(a, a, 37, 29);
        assert_true(got.mse == 0);
        assert_true(got.psnr_db == QUALITY_MAX_DB);
        expect_near(got.ssim, 1, 1e-12);
        free(a);
    }
}

static void colour_counts_times_alpha_and_alpha_counts(void **state) {
    (void)state;
    const uint8_t a[] = {200, 0, 0, 51};
    const uint8_t b[] = {100, 0, 0, 102};
    quality got = measure(a, b, 1, 1);
    /* 200 / 5 = 40, 100 * 2 / 5 = 40; alpha 51 off, four samples: 51^2 / 4 */
    expect_near(got.mse, 650.25, 1e-9);
}

static void what_is_hidden_in_both_does_not_count(void **state) {
    (void)state;
    const uint8_t a[] = {10, 20, 30, 255, 99, 99, 99, 0, 1, 2, 3, 0};
    const uint8_t b[] = {10, 20, 40, 255, 0, 0, 0, 0, 1, 2, 3, 0};
    quality got = measure(a, b, 3, 1);
    assert_int_equal(got.counted_px, 1);
    expect_near(got.mse, 100.0 / 4, 1e-12);
    quality none = measure(a + 4, b + 4, 2, 1);
    assert_int_equal(none.counted_px, 0);
    assert_true(none.psnr_db == QUALITY_MAX_DB && none.ssim == 1);
}

/* --- similarity --- */

static void fill(uint8_t *pixels, size_t count, uint8_t gray, uint8_t alpha) {
    for (size_t i = 0; i < count; i++) {
        memset(pixels + 4 * i, gray, 3);
        pixels[4 * i + 3] = alpha;
    }
}

static void flat_pictures_differ_in_light_only(void **state) {
    (void)state;
    uint8_t a[20 * 20 * 4];
    uint8_t b[20 * 20 * 4];
    fill(a, 400, 100, 255);
    fill(b, 400, 110, 255);
    /* (2 * 100 * 110 + C1) / (100^2 + 110^2 + C1) */
    expect_near(measure(a, b, 20, 20).ssim, 22006.5025 / 22106.5025, SINGLE);
}

static void the_worse_of_black_and_white_behind_counts(void **state) {
    (void)state;
    uint8_t a[20 * 20 * 4];
    uint8_t b[20 * 20 * 4];
    fill(a, 400, 0, 255);
    fill(b, 400, 0, 204);
    /* Over black both are black; over white 0 beside 51. */
    expect_near(measure(a, b, 20, 20).ssim, 6.5025 / (51 * 51 + 6.5025), SINGLE);
    fill(a, 400, 255, 255);
    fill(b, 400, 255, 204);
    /* Over white both are white; over black 255 beside 204. */
    expect_near(measure(a, b, 20, 20).ssim,
                (2 * 255 * 204 + 6.5025) / (255 * 255 + 204 * 204 + 6.5025), SINGLE);
}

static double gray_at(const uint8_t *p) {
    return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
}

/* The definition, with a window around one pixel. */
static double ssim_at(const uint8_t *a, const uint8_t *b, int width, int height, int x,
                      int y) {
    double sum[6] = {0};
    for (int v = y - 5; v <= y + 5; v++) {
        for (int u = x - 5; u <= x + 5; u++) {
            if (u < 0 || v < 0 || u >= width || v >= height) {
                continue;
            }
            double weight = exp(-((u - x) * (u - x) + (v - y) * (v - y)) / 4.5);
            double one = gray_at(a + 4 * (v * width + u));
            double two = gray_at(b + 4 * (v * width + u));
            const double terms[] = {1, one, two, one * one, two * two, one * two};
            for (size_t i = 0; i < 6; i++) {
                sum[i] += weight * terms[i];
            }
        }
    }
    double ma = sum[1] / sum[0];
    double mb = sum[2] / sum[0];
    double c1 = 2.55 * 2.55;
    double c2 = 7.65 * 7.65;
    return (2 * ma * mb + c1) * (2 * (sum[5] / sum[0] - ma * mb) + c2) /
           ((ma * ma + mb * mb + c1) *
            (sum[3] / sum[0] - ma * ma + sum[4] / sum[0] - mb * mb + c2));
}

static void ssim_is_its_definition(void **state) {
    (void)state;
    for (int width = 1; width < 40; width += 6) {
        int height = 1 + width * 5 % 23;
        uint8_t *a = make_pixels((uint32_t)width, (uint32_t)height, true);
        uint8_t *b = make_pixels((uint32_t)width, (uint32_t)height, true);
        double sum = 0;
        for (int i = 0; i < width * height * 4; i++) {
            b[i] = (uint8_t)(i % 4 == 3 ? 255 : b[i] / 2 + i % 7 * 9);
        }
        for (int i = 0; i < width * height; i++) {
            sum += ssim_at(a, b, width, height, i % width, i / width);
        }
        quality got = measure(a, b, (uint32_t)width, (uint32_t)height);
        expect_near(got.ssim, sum / (width * height), SINGLE);
        free(a);
        free(b);
    }
}

/* --- directions --- */

static double angle_of(const uint8_t *a, const uint8_t *b, uint32_t width_px) {
    double out = -1;
    pa_error err = {0};
    assert_int_equal(quality_normals((image_view){a, width_px, 1},
                                     (image_view){b, width_px, 1}, &out, &err),
                     PA_OK);
    return out;
}

static void angles_are_those_between_directions(void **state) {
    (void)state;
    const uint8_t up[] = {128, 128, 255, 255};
    const uint8_t down[] = {127, 127, 0, 0};
    const uint8_t right[] = {255, 127, 128, 255};
    expect_near(angle_of(up, up, 1), 0, 0);
    expect_near(angle_of(up, down, 1), 180, 1e-6);
    /* (1, 1, 255) and (255, -1, 1): 509 of 65027 is a cosine of 0.0078275 */
    expect_near(angle_of(up, right, 1), 89.551515, 1e-5);
    /* One level: (1, 1, 255) and (3, 1, 255), 2 of 255: 0.4493 degrees */
    const uint8_t tilted[] = {129, 128, 255, 255};
    expect_near(angle_of(up, tilted, 1), 0.44933, 2e-4);
}

static void angles_are_averaged_over_all_pixels(void **state) {
    (void)state;
    const uint8_t a[] = {128, 128, 255, 0, 128, 128, 255, 0};
    const uint8_t b[] = {128, 128, 255, 9, 127, 127, 0, 9};
    expect_near(angle_of(a, b, 2), 90, 1e-6);
}

/* --- refusals --- */

static void other_sizes_are_refused(void **state) {
    (void)state;
    const uint8_t one[8] = {0};
    quality out;
    double degrees = 0;
    pa_error err = {0};
    image_view a = {one, 2, 1};
    image_view b = {one, 1, 2};
    assert_int_equal(quality_measure(a, b, &out, &err), PA_USAGE);
    expect_error(&err, PA_USAGE, "quality: 2x1 pixels beside 1x2");
    err = (pa_error){0};
    assert_int_equal(quality_normals(a, b, &degrees, &err), PA_USAGE);
    err = (pa_error){0};
    image_view huge = {one, 65535, 65535};
    assert_int_equal(quality_measure(huge, huge, &out, &err), PA_LIMIT);
    expect_error(&err, PA_LIMIT, "quality: 65535 x 65535 pixels, at most 268435456");
}

static void lack_of_memory_is_told(void **state) {
    (void)state;
    const uint8_t one[4] = {0};
    quality out;
    pa_error err = {0};
    mem_fail_from(1);
    assert_int_equal(
        quality_measure((image_view){one, 1, 1}, (image_view){one, 1, 1}, &out, &err),
        PA_NOMEM);
    mem_fail_from(0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_channel_off_by_ten_in_one_of_two_pixels),
        cmocka_unit_test(black_and_white_are_zero_decibels_apart),
        cmocka_unit_test(equal_pictures_have_the_highest_figures),
        cmocka_unit_test(colour_counts_times_alpha_and_alpha_counts),
        cmocka_unit_test(what_is_hidden_in_both_does_not_count),
        cmocka_unit_test(flat_pictures_differ_in_light_only),
        cmocka_unit_test(the_worse_of_black_and_white_behind_counts),
        cmocka_unit_test(ssim_is_its_definition),
        cmocka_unit_test(angles_are_those_between_directions),
        cmocka_unit_test(angles_are_averaged_over_all_pixels),
        cmocka_unit_test(other_sizes_are_refused),
        cmocka_unit_test(lack_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
