/* test_resize.c - smaller pictures: means worked out by hand, alpha, edges, light,
 * refusals.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/resize.h"
#include "expect.h"
#include "make_picture.h"

static const resize_settings box = {.filter = RESIZE_BOX};

/* A buffer that holds the smaller picture. */
static buf shrink(const uint8_t *pixels, uint32_t width_px, uint32_t height_px,
                  uint32_t to_width_px, uint32_t to_height_px,
                  const resize_settings *how) {
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(resize((image_view){pixels, width_px, height_px}, to_width_px,
                            to_height_px, how, &out, &err),
                     PA_OK);
    assert_int_equal(out.size, (size_t)to_width_px * to_height_px * 4);
    return out;
}

static void expect_pixels(buf got, const uint8_t *wanted, size_t size) {
    assert_int_equal(got.size, size);
    assert_memory_equal(got.at, wanted, size);
    buf_clear(&got);
}

static void a_box_of_two_by_two_is_the_mean(void **state) {
    (void)state;
    const uint8_t from[] = {10, 0, 255, 255, 20, 0, 255, 255,
                            30, 0, 255, 255, 43, 8, 255, 255};
    /* (10 + 20 + 30 + 43) / 4 = 25.75 */
    expect_pixels(shrink(from, 2, 2, 1, 1, &box), (uint8_t[]){26, 2, 255, 255}, 4);
}

static void a_box_of_one_and_a_half_weighs_the_shared_pixel_half(void **state) {
    (void)state;
    const uint8_t from[] = {30, 0, 0, 255, 60, 0, 0, 255, 90, 0, 0, 255};
    /* (30 + 60/2) / 1.5 = 40, (60/2 + 90) / 1.5 = 80 */
    expect_pixels(shrink(from, 3, 1, 2, 1, &box),
                  (uint8_t[]){40, 0, 0, 255, 80, 0, 0, 255}, 8);
}

static void what_is_invisible_does_not_bleed(void **state) {
    (void)state;
    const uint8_t from[] = {200, 100, 50, 255, 0, 255, 0, 0};
    for (unsigned f = 0; f < RESIZE_FILTER_COUNT; f++) {
        resize_settings how = {.filter = (resize_filter)f};
        expect_pixels(shrink(from, 2, 1, 1, 1, &how), (uint8_t[]){200, 100, 50, 128}, 4);
    }
}

static void colour_counts_by_its_alpha(void **state) {
    (void)state;
    const uint8_t from[] = {200, 0, 0, 100, 100, 0, 0, 200};
    /* (200 * 100 + 100 * 200) / 300 = 133.3; alpha (100 + 200) / 2 */
    expect_pixels(shrink(from, 2, 1, 1, 1, &box), (uint8_t[]){133, 0, 0, 150}, 4);
}

static void data_are_four_numbers_without_relation(void **state) {
    (void)state;
    const uint8_t from[] = {200, 0, 0, 100, 100, 0, 0, 200};
    resize_settings how = {.filter = RESIZE_BOX, .is_data = true};
    expect_pixels(shrink(from, 2, 1, 1, 1, &how), (uint8_t[]){150, 0, 0, 150}, 4);
}

static void hidden_colours_are_kept_where_all_is_hidden(void **state) {
    (void)state;
    const uint8_t from[] = {10, 20, 30, 0, 30, 40, 50, 0};
    for (unsigned f = 0; f < RESIZE_FILTER_COUNT; f++) {
        resize_settings how = {.filter = (resize_filter)f};
        expect_pixels(shrink(from, 2, 1, 1, 1, &how), (uint8_t[]){20, 30, 40, 0}, 4);
    }
}

static void light_is_averaged_when_asked_for(void **state) {
    (void)state;
    const uint8_t from[] = {255, 255, 255, 255, 0, 0, 0, 255};
    resize_settings how = {.filter = RESIZE_BOX, .is_linear_light = true};
    /* Half the light of white is 0.5: 1.055 * 0.5^(1 / 2.4) - 0.055 = 0.7354, 188. */
    expect_pixels(shrink(from, 2, 1, 1, 1, &how), (uint8_t[]){188, 188, 188, 255}, 4);
    expect_pixels(shrink(from, 2, 1, 1, 1, &box), (uint8_t[]){128, 128, 128, 255}, 4);
}

static void light_comes_back_as_it_was(void **state) {
    (void)state;
    uint8_t from[256 * 4];
    for (unsigned i = 0; i < 256; i++) {
        memcpy(from + 4 * i, (uint8_t[]){(uint8_t)i, (uint8_t)(255 - i), 7, 255}, 4);
    }
    resize_settings how = {.is_linear_light = true};
    expect_pixels(shrink(from, 256, 1, 256, 1, &how), from, sizeof from);
}

static void the_same_size_is_the_same_picture(void **state) {
    (void)state;
    for (unsigned f = 0; f < RESIZE_FILTER_COUNT; f++) {
        uint8_t *from = make_pixels(13, 7, true);
        resize_settings how = {.filter = (resize_filter)f};
        expect_pixels(shrink(from, 13, 7, 13, 7, &how), from, 13 * 7 * 4);
        free(from);
    }
}

static void one_colour_stays_that_colour(void **state) {
    (void)state;
    uint8_t from[37 * 23 * 4];
    for (size_t i = 0; i < sizeof from; i += 4) {
        memcpy(from + i, (uint8_t[]){1, 128, 254, 77}, 4);
    }
    for (unsigned f = 0; f < RESIZE_FILTER_COUNT * 4; f++) {
        resize_settings how = {.filter = (resize_filter)(f % RESIZE_FILTER_COUNT),
                               .edge_x = f & 1 ? RESIZE_REPEAT : RESIZE_CLAMP,
                               .is_linear_light = f > 5};
        for (uint32_t side = 1; side <= 23; side += 3) {
            buf got = shrink(from, 37, 23, side, side, &how);
            for (size_t i = 0; i < got.size; i += 4) {
                assert_memory_equal(got.at + i, from, 4);
            }
            buf_clear(&got);
        }
    }
}

/* A white stripe at the left border: repeated, it also borders on the right end. */
static void edges_follow_the_sampler(void **state) {
    (void)state;
    uint8_t from[8 * 4];
    for (size_t i = 0; i < 8; i++) {
        memset(from + 4 * i, i < 2 ? 255 : 0, 3);
        from[4 * i + 3] = 255;
    }
    resize_settings how = {.filter = RESIZE_MITCHELL};
    buf clamped = shrink(from, 8, 1, 4, 1, &how);
    how.edge_x = RESIZE_REPEAT;
    buf repeated = shrink(from, 8, 1, 4, 1, &how);
    assert_int_equal((uint8_t)clamped.at[12], 0);
    assert_true((uint8_t)repeated.at[12] > 5);
    assert_true((uint8_t)repeated.at[0] < (uint8_t)clamped.at[0]);
    buf_clear(&clamped);
    buf_clear(&repeated);
}

/* A picture that repeats has no border: turned by half its size, it comes out turned. */
static void a_repeated_picture_has_no_border(void **state) {
    (void)state;
    uint8_t *from = make_pixels(16, 12, true);
    uint8_t turned[16 * 12 * 4];
    for (size_t y = 0; y < 12; y++) {
        for (size_t x = 0; x < 16; x++) {
            memcpy(turned + (y * 16 + x) * 4,
                   from + ((y + 6) % 12 * 16 + (x + 8) % 16) * 4, 4);
        }
    }
    resize_settings how = {.edge_x = RESIZE_REPEAT, .edge_y = RESIZE_REPEAT};
    buf a = shrink(from, 16, 12, 8, 6, &how);
    buf b = shrink(turned, 16, 12, 8, 6, &how);
    for (size_t y = 0; y < 6; y++) {
        for (size_t x = 0; x < 8; x++) {
            assert_memory_equal(b.at + (y * 8 + x) * 4,
                                a.at + ((y + 3) % 6 * 8 + (x + 4) % 8) * 4, 4);
        }
    }
    buf_clear(&a);
    buf_clear(&b);
    free(from);
}

static void opaque_pictures_stay_opaque(void **state) {
    (void)state;
    uint8_t *from = make_pixels(61, 47, true);
    for (uint32_t side = 1; side < 47; side++) {
        buf got = shrink(from, 61, 47, side, 47 - side, &(resize_settings){0});
        for (size_t i = 3; i < got.size; i += 4) {
            assert_int_equal((uint8_t)got.at[i], 255);
        }
        buf_clear(&got);
    }
    free(from);
}

static void long_pictures_shrink_to_one_pixel(void **state) {
    (void)state;
    for (int is_tall = 0; is_tall < 2; is_tall++) {
        uint32_t width_px = is_tall ? 1 : PA_MAX_IMAGE_SIDE_PX;
        uint32_t height_px = is_tall ? PA_MAX_IMAGE_SIDE_PX : 1;
        uint8_t *from = make_pixels(width_px, height_px, true);
        resize_settings how = {.edge_x = RESIZE_REPEAT, .edge_y = RESIZE_REPEAT};
        buf got = shrink(from, width_px, height_px, 1, 1, &how);
        assert_in_range((uint8_t)got.at[0], 126, 129);
        buf_clear(&got);
        free(from);
    }
}

static void sides_are_rounded_and_never_zero(void **state) {
    (void)state;
    assert_int_equal(resize_side(100, 1, 2), 50);
    assert_int_equal(resize_side(101, 1, 2), 51);
    assert_int_equal(resize_side(1, 1, 4), 1);
    assert_int_equal(resize_side(7, 3, 0), 21);
    assert_int_equal(resize_side(UINT32_MAX, UINT32_MAX, 1), PA_MAX_IMAGE_SIDE_PX);
}

static void expect_refusal(uint32_t width_px, uint32_t height_px, uint32_t to_px,
                           pa_status status, const char *text) {
    const uint8_t one[4] = {0};
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(
        resize((image_view){one, width_px, height_px}, to_px, to_px, &box, &out, &err),
        status);
    expect_error(&err, status, text);
    assert_int_equal(out.size, 0);
    buf_clear(&out);
}

static void impossible_sizes_are_refused(void **state) {
    (void)state;
    expect_refusal(0, 5, 1, PA_LIMIT, "resize: 0 x 5 pixels, sides are 1 to 65535");
    expect_refusal(65536, 5, 1, PA_LIMIT,
                   "resize: 65536 x 5 pixels, sides are 1 to 65535");
    expect_refusal(65535, 65535, 1, PA_LIMIT,
                   "resize: 65535 x 65535 pixels, at most 268435456");
    expect_refusal(1, 1, 0, PA_LIMIT, "resize: 0 x 0 pixels, sides are 1 to 65535");
    expect_refusal(1, 1, 2, PA_USAGE, "resize: 1x1 pixels would grow to 2x2");
}

static void stretched_is_linear_between_the_middles_of_pixels(void **state) {
    (void)state;
    const uint8_t from[] = {0, 0, 0, 255, 200, 100, 40, 55};
    const uint8_t wanted[] = {0,   0,  0,  255, 50,  25,  10, 205,
                              150, 75, 30, 105, 200, 100, 40, 55};
    buf out = {0};
    pa_error err = {0};
    stretch((image_view){from, 2, 1}, 4, 2, &out, &err);
    expect_no_error(&err);
    assert_int_equal(out.size, 2 * sizeof wanted);
    assert_memory_equal(out.at, wanted, sizeof wanted);
    assert_memory_equal(out.at + sizeof wanted, wanted, sizeof wanted);
    assert_int_equal(stretch((image_view){from, 2, 1}, 1, 1, &out, &err), PA_USAGE);
    assert_int_equal(out.size, 2 * sizeof wanted);
    buf_clear(&out);
}

static void every_lack_of_memory_is_told(void **state) {
    (void)state;
    uint8_t *from = make_pixels(16, 16, false);
    pa_status status = PA_NOMEM;
    for (uint64_t nth = 1; status != PA_OK; nth++) {
        buf out = {0};
        pa_error err = {0};
        mem_fail_from(nth);
        status = resize((image_view){from, 16, 16}, 8, 8, &box, &out, &err);
        mem_fail_from(0);
        assert_true(status == PA_OK || status == PA_NOMEM);
        assert_true(nth < 100);
        buf_clear(&out);
    }
    free(from);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_box_of_two_by_two_is_the_mean),
        cmocka_unit_test(a_box_of_one_and_a_half_weighs_the_shared_pixel_half),
        cmocka_unit_test(what_is_invisible_does_not_bleed),
        cmocka_unit_test(colour_counts_by_its_alpha),
        cmocka_unit_test(data_are_four_numbers_without_relation),
        cmocka_unit_test(hidden_colours_are_kept_where_all_is_hidden),
        cmocka_unit_test(light_is_averaged_when_asked_for),
        cmocka_unit_test(light_comes_back_as_it_was),
        cmocka_unit_test(the_same_size_is_the_same_picture),
        cmocka_unit_test(one_colour_stays_that_colour),
        cmocka_unit_test(edges_follow_the_sampler),
        cmocka_unit_test(a_repeated_picture_has_no_border),
        cmocka_unit_test(opaque_pictures_stay_opaque),
        cmocka_unit_test(long_pictures_shrink_to_one_pixel),
        cmocka_unit_test(sides_are_rounded_and_never_zero),
        cmocka_unit_test(stretched_is_linear_between_the_middles_of_pixels),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(every_lack_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
