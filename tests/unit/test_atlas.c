/* test_atlas.c - several frames on one image, in half the sides: which gaps are enough,
 * and whose pixels are where.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "rewrite/atlas.h"

static const resize_settings sharp = {.filter = RESIZE_CATMULL_ROM};

/* Two frames of 4 px beside each other, the first from `left`, with a gap. */
static const char *judge(double left, double gap, const sides_change *by) {
    frame_data first = {left, 0, 4, 2, false, false, JSON_NONE};
    frame_data second = {left + 4 + gap, 0, 4, 2, false, false, JSON_NONE};
    const frame_data *frames[] = {&second, &first};
    arena mem = {0};
    const char *why = atlas_refuses(frames, 2, by, &mem);
    arena_clear(&mem);
    return why;
}

static void two_pixels_between_frames_are_enough_for_half(void **state) {
    (void)state;
    const sides_change half = {32, 4, 16, 2};
    assert_null(judge(0, 2, &half));
    assert_null(judge(1, 2, &half));
    assert_null(judge(3, 3, &half));
}

/* From 0: the first frame covers new pixels 0 and 1, a sampler at its right edge (2)
 * reads pixel 2, which covers old ones 4 and 5; with a gap of 1 the second frame begins
 * at 5. */
static void one_pixel_is_not(void **state) {
    (void)state;
    const sides_change half = {32, 4, 16, 2};
    assert_non_null(strstr(judge(0, 1, &half), "run into each other"));
    assert_non_null(judge(0, 0, &half));
    assert_non_null(judge(0, -1, &half));
}

static void a_quarter_needs_more(void **state) {
    (void)state;
    const sides_change quarter = {32, 4, 8, 1};
    for (int left = 0; left < 4; left++) {
        assert_non_null(judge(left, 2, &quarter));
    }
    assert_null(judge(0, 4, &quarter));
}

static void sides_have_to_be_multiples(void **state) {
    (void)state;
    const sides_change odd = {33, 4, 16, 2};
    assert_non_null(strstr(judge(0, 8, &odd), "no multiples"));
}

static void equal_frames_are_one(void **state) {
    (void)state;
    const sides_change half = {32, 4, 16, 2};
    frame_data one = {0, 0, 8, 4, false, false, JSON_NONE};
    const frame_data *frames[] = {&one, &one};
    arena mem = {0};
    assert_null(atlas_refuses(frames, 2, &half, &mem));
    arena_clear(&mem);
}

/* Red from 0 to 4, two clear pixels, blue from 6 to 10, then clear: a plain resize lets
 * both into the pixel between and dims their edges. */
static void no_frame_gets_pixels_of_another(void **state) {
    (void)state;
    enum { WIDTH = 12, HEIGHT = 2 };
    uint8_t pixels[WIDTH * HEIGHT * 4] = {0};
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            uint8_t *p = &pixels[(y * WIDTH + x) * 4];
            p[0] = x < 4 ? 255 : 0;
            p[2] = x >= 6 && x < 10 ? 255 : 0;
            p[3] = x < 4 || (x >= 6 && x < 10) ? 255 : 0;
        }
    }
    frame_data red = {0, 0, 4, 2, false, false, JSON_NONE};
    frame_data blue = {6, 0, 2, 4, true, false, JSON_NONE}; /* 4 x 2 in the texture */
    const frame_data *frames[] = {&red, &blue};
    const sides_change half = {WIDTH, HEIGHT, 6, 1};
    arena mem = {0};
    pa_error err = {0};
    buf out = {0};
    assert_null(atlas_refuses(frames, 2, &half, &mem));
    assert_int_equal(atlas_resize((image_view){pixels, WIDTH, HEIGHT}, frames, 2, &half,
                                  &sharp, &out, &err),
                     PA_OK);
    const uint8_t wanted[] = {255, 0, 0,   255, 255, 0, 0,   255, 0, 0, 0, 0,
                              0,   0, 255, 255, 0,   0, 255, 255, 0, 0, 0, 0};
    assert_int_equal(out.size, sizeof wanted);
    assert_memory_equal(out.at, wanted, sizeof wanted);
    buf_clear(&out);
    arena_clear(&mem);
}

/* A frame from 1 to 5 covers new pixels 0 to 2; 0 and 5 are its edges carried on, not the
 * green beside it. */
static void edges_are_carried_on(void **state) {
    (void)state;
    enum { WIDTH = 8 };
    uint8_t pixels[WIDTH * 2 * 4] = {0};
    for (int i = 0; i < WIDTH * 2; i++) {
        int x = i % WIDTH;
        pixels[i * 4 + (x >= 1 && x < 5 ? 0 : 1)] = 200;
        pixels[i * 4 + 3] = 255;
    }
    frame_data one = {1, 0, 4, 2, false, false, JSON_NONE};
    frame_data two = {7, 0, 1, 2, false, false, JSON_NONE};
    const frame_data *frames[] = {&one, &two};
    const sides_change half = {WIDTH, 2, 4, 1};
    pa_error err = {0};
    buf out = {0};
    assert_int_equal(atlas_resize((image_view){pixels, WIDTH, 2}, frames, 2, &half,
                                  &sharp, &out, &err),
                     PA_OK);
    const uint8_t wanted[] = {200, 0, 0, 255, 200, 0,   0, 255,
                              200, 0, 0, 255, 0,   200, 0, 255};
    assert_memory_equal(out.at, wanted, sizeof wanted);
    buf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_pixels_between_frames_are_enough_for_half),
        cmocka_unit_test(one_pixel_is_not),
        cmocka_unit_test(a_quarter_needs_more),
        cmocka_unit_test(sides_have_to_be_multiples),
        cmocka_unit_test(equal_frames_are_one),
        cmocka_unit_test(no_frame_gets_pixels_of_another),
        cmocka_unit_test(edges_are_carried_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
