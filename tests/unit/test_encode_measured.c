/* test_encode_measured.c - the memory that encoders hold, measured, beside what they say.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "measure_heap.h"

#include "codec/image_encode.h"
#include "codec/resize.h"
#include "expect.h"

enum { SIDE = 512 };

/* Noise compresses worst, a ramp with some noise as pictures do. */
static image_view make_picture(bool is_opaque, unsigned noise) {
    uint8_t *pixels = malloc((size_t)SIDE * SIDE * 4);
    uint32_t seed = 1;
    assert_non_null(pixels);
    for (size_t i = 0; i < (size_t)SIDE * SIDE * 4; i++) {
        seed = seed * 1664525 + 1013904223;
        pixels[i] = (uint8_t)(i / 4 / SIDE / 4 + (seed >> 16) % noise);
        if (i % 4 == 3 && is_opaque) {
            pixels[i] = 255;
        }
    }
    return (image_view){pixels, SIDE, SIDE};
}

typedef pa_status encode_fn(image_view image, unsigned form, buf *out, pa_error *err);
typedef uint64_t bytes_fn(image_view image, unsigned form);

static webp_settings webp_form(unsigned form) {
    return (webp_settings){(webp_mode)(form % 3), 70, (uint8_t)(form / 3 * 3), false};
}
static pa_status as_webp(image_view image, unsigned form, buf *out, pa_error *err) {
    webp_settings how = webp_form(form);
    return webp_encode(image, &how, out, err);
}
static uint64_t webp_bytes(image_view image, unsigned form) {
    webp_settings how = webp_form(form);
    return webp_encode_bytes(image, &how);
}

static png_settings png_form(unsigned form) {
    return (png_settings){form % 2 ? PNG_SMALL : PNG_FAST, true, true};
}
static pa_status as_png(image_view image, unsigned form, buf *out, pa_error *err) {
    png_settings how = png_form(form);
    return png_encode(image, &how, out, err);
}
static uint64_t png_bytes(image_view image, unsigned form) {
    png_settings how = png_form(form);
    return png_encode_bytes(image, &how);
}

static jpeg_settings jpeg_form(unsigned form) {
    return (jpeg_settings){form & 4 ? 100 : 85, form & 1, form & 2};
}
static pa_status as_jpeg(image_view image, unsigned form, buf *out, pa_error *err) {
    jpeg_settings how = jpeg_form(form);
    return jpeg_encode(image, &how, out, err);
}
static uint64_t jpeg_bytes(image_view image, unsigned form) {
    jpeg_settings how = jpeg_form(form);
    return jpeg_encode_bytes(image, &how);
}

static void expect_within(encode_fn *encode, bytes_fn *held_bytes, unsigned forms,
                          bool takes_alpha) {
    if (!CAN_COUNT) {
        skip();
    }
    for (unsigned n = 0; n < forms * 4; n++) {
        bool is_opaque = n & 1 || !takes_alpha;
        image_view image = make_picture(is_opaque, n & 2 ? 256 : 12);
        buf out = {0};
        pa_error err = {0};
        heap_begin();
        assert_int_equal(encode(image, n / 4, &out, &err), PA_OK);
        heap_end();
        assert_false(heap.is_full);
        if (heap.peak_bytes > held_bytes(image, n / 4)) {
            fail_msg("form %u: %llu bytes held, %llu said", n,
                     (unsigned long long)heap.peak_bytes,
                     (unsigned long long)held_bytes(image, n / 4));
        }
        buf_clear(&out);
        free((void *)(uintptr_t)image.pixels);
    }
}

static void webp_holds_no_more_than_it_says(void **state) {
    (void)state;
    expect_within(as_webp, webp_bytes, 9, true);
}

static void png_holds_no_more_than_it_says(void **state) {
    (void)state;
    expect_within(as_png, png_bytes, 2, true);
}

static void jpeg_holds_no_more_than_it_says(void **state) {
    (void)state;
    expect_within(as_jpeg, jpeg_bytes, 8, false);
}

static void resize_holds_no_more_than_its_header_says(void **state) {
    (void)state;
    if (!CAN_COUNT) {
        skip();
    }
    image_view image = make_picture(false, 256);
    for (uint32_t side = 1; side <= SIDE; side = side * 3 / 2 + 1) {
        buf out = {0};
        pa_error err = {0};
        resize_settings how = {.edge_y = RESIZE_REPEAT};
        heap_begin();
        assert_int_equal(resize(image, side, side, &how, &out, &err), PA_OK);
        heap_end();
        uint64_t rows_bytes = (10 * (uint64_t)side + 5 * SIDE) * 16;
        uint64_t table_bytes = 2 * (SIDE * 4 * 4 + side * (24 + 4 * 4)) + 16384;
        assert_true(heap.peak_bytes <= rows_bytes + table_bytes + out.capacity);
        buf_clear(&out);
    }
    free((void *)(uintptr_t)image.pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(webp_holds_no_more_than_it_says),
        cmocka_unit_test(png_holds_no_more_than_it_says),
        cmocka_unit_test(jpeg_holds_no_more_than_it_says),
        cmocka_unit_test(resize_holds_no_more_than_its_header_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
