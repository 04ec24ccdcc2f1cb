/* test_resize_peer.c - smaller pictures beside stb_image_resize 0.97, where that is
 * installed: the same filter gives the same pixels, but for a rounding of 1.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "codec/resize.h"
#include "expect.h"
#include "make_picture.h"

#if defined(__has_include)
#if __has_include(<stb/stb_image_resize.h>)
#define HAS_PEER 1
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb/stb_image_resize.h>
#endif
#endif

#ifdef HAS_PEER
static void compare(const uint8_t *from, uint32_t side_px, uint32_t to_px,
                    const resize_settings *how) {
    static const stbir_filter filters[] = {[RESIZE_CATMULL_ROM] = STBIR_FILTER_CATMULLROM,
                                           [RESIZE_MITCHELL] = STBIR_FILTER_MITCHELL};
    stbir_edge edge = how->edge_x == RESIZE_REPEAT ? STBIR_EDGE_WRAP : STBIR_EDGE_CLAMP;
    uint8_t *wanted = malloc((size_t)to_px * to_px * 4);
    assert_non_null(wanted);
    stbir_resize(from, (int)side_px, (int)side_px, 0, wanted, (int)to_px, (int)to_px, 0,
                 STBIR_TYPE_UINT8, 4, how->is_data ? -1 : 3, 0, edge, edge,
                 filters[how->filter], filters[how->filter],
                 how->is_linear_light ? STBIR_COLORSPACE_SRGB : STBIR_COLORSPACE_LINEAR,
                 NULL);
    buf got = {0};
    pa_error err = {0};
    assert_int_equal(
        resize((image_view){from, side_px, side_px}, to_px, to_px, how, &got, &err),
        PA_OK);
    for (size_t i = 0; i < got.size; i++) {
        if (wanted[i | 3] != 0) { /* what is hidden has no right value */
            assert_in_range((uint8_t)got.at[i] + 1, wanted[i], wanted[i] + 2);
        }
    }
    buf_clear(&got);
    free(wanted);
}
#endif

static void the_same_filter_gives_the_same_pixels(void **state) {
    (void)state;
#ifdef HAS_PEER
    for (unsigned form = 0; form < 32; form++) {
        uint8_t *from = make_pixels(96, 96, form & 1);
        resize_settings how = {
            .filter = form & 2 ? RESIZE_MITCHELL : RESIZE_CATMULL_ROM,
            .edge_x = form & 4 ? RESIZE_REPEAT : RESIZE_CLAMP,
            .edge_y = form & 4 ? RESIZE_REPEAT : RESIZE_CLAMP,
            .is_linear_light = (form & 24) == 8, /* of data, it takes alpha for light */
            .is_data = form & 16,
        };
        for (uint32_t to_px = 5; to_px < 96; to_px += 13) {
            compare(from, 96, to_px, &how);
        }
        free(from);
    }
#else
    skip();
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_filter_gives_the_same_pixels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
