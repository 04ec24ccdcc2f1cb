/* test_picture_watch.c - what decoded rows show, against a look at every single pixel.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/picture_codec.h"
#include "expect.h"

enum { MAX_SIDE = 70, PIXEL_BYTES = 4 };

/* The same numbers on every machine. */
static uint32_t next(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static picture_facts look_at_all(const uint8_t *at, uint32_t width, uint32_t height) {
    picture_facts f = {.is_opaque = true, .is_one_colour = true, .left_px = width};
    f.top_px = height;
    for (uint32_t i = 0; i < width * height; i++) {
        const uint8_t *pixel = at + (size_t)i * PIXEL_BYTES;
        uint32_t x = i % width;
        uint32_t y = i / width;
        f.is_opaque &= pixel[3] == 255;
        f.is_one_colour &= memcmp(pixel, at, PIXEL_BYTES) == 0;
        if (pixel[3] != 0) {
            f.left_px = x < f.left_px ? x : f.left_px;
            f.right_px = x + 1 > f.right_px ? x + 1 : f.right_px;
            f.top_px = y < f.top_px ? y : f.top_px;
            f.bottom_px = y + 1;
        }
    }
    if (f.right_px == 0) {
        f.left_px = f.top_px = 0;
    }
    return f;
}

static picture_facts watch(const uint8_t *at, const picture_info *info, uint32_t band) {
    picture_watch w = picture_watch_of(info);
    for (uint32_t y = 0; y < info->height_px; y += band) {
        uint32_t left = info->height_px - y;
        picture_watch_rows(&w, at + (size_t)y * info->width_px * PIXEL_BYTES,
                           left < band ? left : band);
    }
    picture_facts f = {0};
    picture_watch_tell(&w, &f);
    return f;
}

static void expect_same(const picture_facts *got, const picture_facts *wanted) {
    assert_int_equal(got->is_opaque, wanted->is_opaque);
    assert_int_equal(got->is_one_colour, wanted->is_one_colour);
    assert_int_equal(got->left_px, wanted->left_px);
    assert_int_equal(got->top_px, wanted->top_px);
    assert_int_equal(got->right_px, wanted->right_px);
    assert_int_equal(got->bottom_px, wanted->bottom_px);
}

/* A clear or opaque ground, and some pixels in it that differ: often none, often few, so
 * that groups of clear pixels, rows and sides of every kind are met. */
static void paint(uint8_t *at, uint32_t count, uint32_t *seed) {
    static const uint8_t grounds[][PIXEL_BYTES] = {
        {0, 0, 0, 0}, {9, 9, 9, 0}, {7, 7, 7, 255}, {7, 7, 7, 128}};
    const uint8_t *ground = grounds[next(seed) % COUNT_OF(grounds)];
    for (uint32_t i = 0; i < count; i++) {
        memcpy(at + (size_t)i * PIXEL_BYTES, ground, PIXEL_BYTES);
    }
    for (uint32_t left = next(seed) % 4; left > 0; left--) {
        uint32_t first = next(seed) % count;
        uint32_t end = first + next(seed) % (left == 1 ? 2 : 200);
        for (uint32_t i = first; i < end && i < count; i++) {
            at[(size_t)i * PIXEL_BYTES + 3] = (uint8_t)(next(seed) % 3 * 127);
        }
    }
}

static void rows_show_what_pixels_show(void **state) {
    (void)state;
    static uint8_t pixels[MAX_SIDE * MAX_SIDE * PIXEL_BYTES];
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        picture_info info = {.has_alpha = true};
        info.width_px = 1 + next(&seed) % MAX_SIDE;
        info.height_px = 1 + next(&seed) % MAX_SIDE;
        paint(pixels, info.width_px * info.height_px, &seed);
        picture_facts wanted = look_at_all(pixels, info.width_px, info.height_px);
        picture_facts got = watch(pixels, &info, 1 + next(&seed) % 9);
        expect_same(&got, &wanted);
    }
}

static void a_picture_without_alpha_is_visible_as_a_whole(void **state) {
    (void)state;
    uint8_t pixels[3 * 2 * PIXEL_BYTES];
    memset(pixels, 255, sizeof pixels);
    picture_info info = {.width_px = 3, .height_px = 2};
    picture_facts got = watch(pixels, &info, 2);
    picture_facts wanted = {
        .is_opaque = true, .is_one_colour = true, .right_px = 3, .bottom_px = 2};
    expect_same(&got, &wanted);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_show_what_pixels_show),
        cmocka_unit_test(a_picture_without_alpha_is_visible_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
