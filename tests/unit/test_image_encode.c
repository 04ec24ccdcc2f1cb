/* test_image_encode.c - WebP, PNG and JPEG files read back by our reader: pixels, forms,
 * sizes, refusals.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/image_encode.h"
#include "expect.h"
#include "look_picture.h"

/* Near-lossless WebP rounds nothing below 64. */
enum { SIDE = 80 };

static const webp_settings lossless = {.mode = WEBP_MODE_LOSSLESS, .method = 4};
static const png_settings small_png = {PNG_SMALL, true, true};

/* A file that was read back. */
typedef struct seen {
    picture_info info;
    picture_scratch scratch;
} seen;

static seen read_back(buf *file) {
    seen out = {0};
    pa_error err = {0};
    picture_facts facts;
    bytes content = bytes_of_str(buf_str(file));
    assert_int_equal(picture_probe(content, &out.info, &err), PA_OK);
    assert_int_equal(
        picture_decode_pixels(content, &out.info, &out.scratch, &facts, &err), PA_OK);
    buf_clear(file);
    return out;
}

static void expect_same(seen *got, const uint8_t *pixels, size_t size) {
    assert_int_equal((size_t)got->info.width_px * got->info.height_px * 4, size);
    assert_memory_equal(got->scratch.pixels, pixels, size);
    picture_scratch_clear(&got->scratch);
}

static double psnr(const seen *got, const uint8_t *pixels, size_t size) {
    double sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum +=
            (got->scratch.pixels[i] - pixels[i]) * (got->scratch.pixels[i] - pixels[i]);
    }
    return 10 * log10(255 * 255 * (double)size / sum);
}

/* Numerical Recipes' generator: no two pixels alike, but the same in every run. */
static uint8_t *make_noise(uint32_t width_px, uint32_t height_px, bool is_opaque) {
    uint8_t *pixels = make_pixels(width_px, height_px, is_opaque);
    uint32_t seed = 1;
    for (size_t i = 0; i < (size_t)width_px * height_px * 4; i++) {
        seed = seed * 1664525 + 1013904223;
        pixels[i] = i % 4 == 3 && is_opaque ? 255 : (uint8_t)(seed >> 24);
    }
    return pixels;
}

/* Smooth, so that lossy files are near. */
static uint8_t *make_smooth(bool is_opaque) {
    uint8_t *pixels = make_pixels(SIDE, SIDE, is_opaque);
    for (unsigned i = 0; i < SIDE * SIDE; i++) {
        pixels[4 * i] = (uint8_t)(i % SIDE * 3);
        pixels[4 * i + 1] = (uint8_t)(i / SIDE * 3);
        pixels[4 * i + 2] = 90;
        pixels[4 * i + 3] = is_opaque ? 255 : (uint8_t)(255 - i / SIDE * 3);
    }
    return pixels;
}

static const size_t smooth_bytes = (size_t)SIDE * SIDE * 4;

/* --- WebP --- */

static buf webp_of(const uint8_t *pixels, const webp_settings *how) {
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(webp_encode((image_view){pixels, SIDE, SIDE}, how, &out, &err),
                     PA_OK);
    return out;
}

static void lossless_webp_keeps_hidden_colours(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(SIDE, SIDE, false);
    pixels[3] = 0;
    buf file = webp_of(pixels, &lossless);
    seen got = read_back(&file);
    assert_int_equal(got.info.webp, WEBP_LOSSLESS);
    expect_same(&got, pixels, smooth_bytes);
    free(pixels);
}

static void webp_may_drop_hidden_colours(void **state) {
    (void)state;
    uint8_t *pixels = make_noise(SIDE, SIDE, true);
    for (size_t i = 3; i < smooth_bytes; i += 4) {
        pixels[i] = i % 8 == 3 ? 0 : 255;
    }
    webp_settings how = lossless;
    how.drops_hidden = true;
    buf kept = webp_of(pixels, &lossless);
    buf file = webp_of(pixels, &how);
    assert_true(file.size < kept.size);
    seen got = read_back(&file);
    for (size_t i = 0; i < smooth_bytes; i += 4) {
        assert_int_equal(got.scratch.pixels[i + 3], pixels[i + 3]);
        if (pixels[i + 3] != 0) {
            assert_memory_equal(got.scratch.pixels + i, pixels + i, 4);
        }
    }
    picture_scratch_clear(&got.scratch);
    buf_clear(&kept);
    free(pixels);
}

static void near_lossless_webp_is_near(void **state) {
    (void)state;
    uint8_t *pixels = make_noise(SIDE, SIDE, true);
    buf exact = webp_of(pixels, &lossless);
    webp_settings how = {WEBP_MODE_NEAR_LOSSLESS, 40, 4, false};
    buf file = webp_of(pixels, &how);
    assert_true(file.size < exact.size);
    seen got = read_back(&file);
    assert_int_equal(got.info.webp, WEBP_LOSSLESS);
    for (size_t i = 0; i < smooth_bytes; i++) {
        assert_in_range(got.scratch.pixels[i] + 16, pixels[i], pixels[i] + 32);
    }
    assert_true(psnr(&got, pixels, smooth_bytes) > 35);
    picture_scratch_clear(&got.scratch);
    buf_clear(&exact);
    free(pixels);
}

static void lossy_webp_follows_its_quality(void **state) {
    (void)state;
    for (int is_opaque = 0; is_opaque < 2; is_opaque++) {
        uint8_t *pixels = make_smooth(is_opaque);
        double before = 0;
        for (uint8_t quality = 20; quality <= 100; quality += 40) {
            webp_settings how = {WEBP_MODE_LOSSY, quality, 4, false};
            buf file = webp_of(pixels, &how);
            seen got = read_back(&file);
            assert_int_equal(got.info.webp, is_opaque ? WEBP_LOSSY : WEBP_LOSSY_ALPHA);
            double now = psnr(&got, pixels, smooth_bytes);
            assert_true(now > 30 && now >= before);
            before = now;
            for (size_t i = 3; i < smooth_bytes; i += 4) {
                assert_int_equal(got.scratch.pixels[i], pixels[i]);
            }
            picture_scratch_clear(&got.scratch);
        }
        free(pixels);
    }
}

/* --- PNG --- */

typedef struct png_case {
    unsigned channels; /**< as picture_info counts them */
    unsigned depth;
    bool has_palette;
} png_case;

/* Both efforts give the pixels back; the fast one in this form, the other in hardly
 * more bytes: a higher level of zlib can lose a little. */
static void expect_png(const uint8_t *pixels, uint32_t width_px, uint32_t height_px,
                       bool allows_gray, bool allows_palette, png_case wanted) {
    size_t fast_bytes = 0;
    for (unsigned e = PNG_FAST; e <= PNG_SMALL; e++) {
        png_settings how = {(png_effort)e, allows_gray, allows_palette};
        buf file = {0};
        pa_error err = {0};
        assert_int_equal(
            png_encode((image_view){pixels, width_px, height_px}, &how, &file, &err),
            PA_OK);
        fast_bytes = e == PNG_FAST ? file.size : fast_bytes;
        assert_true(file.size <= fast_bytes + fast_bytes / 50 + 8);
        seen got = read_back(&file);
        if (e == PNG_FAST) {
            assert_int_equal(got.info.channels, wanted.channels);
            assert_int_equal(got.info.bit_depth, wanted.depth);
            assert_int_equal(got.info.has_palette, wanted.has_palette);
        }
        expect_same(&got, pixels, (size_t)width_px * height_px * 4);
    }
}

static void png_without_leave_is_rgb_or_rgba(void **state) {
    (void)state;
    const uint8_t gray[8] = {0, 0, 0, 255, 255, 255, 255, 255};
    expect_png(gray, 2, 1, false, false, (png_case){3, 8, false});
    const uint8_t hidden[8] = {1, 2, 3, 0, 4, 5, 6, 255};
    expect_png(hidden, 2, 1, false, false, (png_case){4, 8, false});
}

static void png_of_many_colours_is_rgb_or_rgba(void **state) {
    (void)state;
    for (int is_opaque = 0; is_opaque < 2; is_opaque++) {
        uint8_t *pixels = make_noise(61, 47, is_opaque);
        expect_png(pixels, 61, 47, true, true, (png_case){is_opaque ? 3 : 4, 8, false});
        free(pixels);
    }
}

/* Repeats `count` levels of gray, `step` apart. */
static uint8_t *make_gray(unsigned count, unsigned step, unsigned alpha_step) {
    uint8_t *pixels = make_pixels(61, 47, true);
    for (unsigned i = 0; i < 61 * 47; i++) {
        memset(pixels + 4 * i, (int)((i * 7 + i / 61) % count * step), 3);
        pixels[4 * i + 3] = (uint8_t)(255 - i % 256 * alpha_step);
    }
    return pixels;
}

static void png_of_gray_takes_the_bits_it_needs(void **state) {
    (void)state;
    static const unsigned depths[][3] = {
        {2, 255, 1}, {4, 85, 2}, {16, 17, 4}, {256, 1, 8}};
    for (size_t i = 0; i < COUNT_OF(depths); i++) {
        uint8_t *pixels = make_gray(depths[i][0], depths[i][1], 0);
        expect_png(pixels, 61, 47, true, false, (png_case){1, depths[i][2], false});
        free(pixels);
    }
    uint8_t *pixels = make_gray(256, 1, 1);
    expect_png(pixels, 61, 47, true, false, (png_case){2, 8, false});
    free(pixels);
}

static void png_of_few_colours_has_a_palette(void **state) {
    (void)state;
    static const unsigned depths[][2] = {{2, 1},  {3, 2},  {4, 2},  {5, 4},
                                         {16, 4}, {17, 8}, {256, 8}};
    for (size_t i = 0; i < COUNT_OF(depths); i++) {
        for (unsigned has_alpha = 0; has_alpha < 2; has_alpha++) {
            uint8_t *pixels = make_pixels(61, 47, true);
            for (unsigned k = 0; k < 61 * 47; k++) {
                unsigned n = (k * k / 5 + k) % depths[i][0];
                n = k < depths[i][0] ? k : n;
                pixels[4 * k] = (uint8_t)(n * 3);
                pixels[4 * k + 1] = (uint8_t)(n * 11);
                pixels[4 * k + 2] = (uint8_t)(255 - n);
                pixels[4 * k + 3] = (uint8_t)(has_alpha ? n * 17 : 255);
            }
            expect_png(pixels, 61, 47, true, true,
                       (png_case){has_alpha ? 4 : 3, depths[i][1], true});
            free(pixels);
        }
    }
}

static void png_of_257_colours_has_none(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(64, 64, true);
    for (unsigned k = 0; k < 64 * 64; k++) {
        unsigned n = k % 257;
        memcpy(pixels + 4 * k, (uint8_t[]){(uint8_t)n, (uint8_t)(n >> 8), 9, 255}, 4);
    }
    expect_png(pixels, 64, 64, true, true, (png_case){3, 8, false});
    free(pixels);
}

/* Header, palette, pixels and end: no time, no text, no colour space. */
static void png_has_no_chunk_too_many(void **state) {
    (void)state;
    const uint8_t pixels[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    buf file = {0};
    buf names = {0};
    pa_error err = {0};
    png_settings how = {PNG_FAST, true, true};
    assert_int_equal(png_encode((image_view){pixels, 3, 1}, &how, &file, &err), PA_OK);
    for (size_t at = 8; at + 8 <= file.size;) {
        const uint8_t *p = (const uint8_t *)file.at + at;
        buf_add(&names, (str){file.at + at + 4, 4});
        buf_add_byte(&names, ' ');
        at += 12 + ((size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
    }
    expect_text(buf_str(&names), "IHDR PLTE tRNS IDAT IEND ");
    buf_clear(&names);
    buf_clear(&file);
}

/* --- JPEG --- */

static void jpeg_takes_quality_and_sampling(void **state) {
    (void)state;
    uint8_t *pixels = make_smooth(true);
    size_t sizes[8];
    for (unsigned form = 0; form < 8; form++) {
        jpeg_settings how = {form & 4 ? 95 : 40, form & 1, form & 2};
        buf file = {0};
        pa_error err = {0};
        assert_int_equal(jpeg_encode((image_view){pixels, SIDE, SIDE}, &how, &file, &err),
                         PA_OK);
        sizes[form] = file.size;
        seen got = read_back(&file);
        assert_int_equal(got.info.format, PICTURE_JPEG);
        assert_int_equal(got.info.components, 3);
        assert_int_equal(got.info.sampling[0], how.is_444 ? 0x11 : 0x22);
        assert_int_equal(got.info.is_progressive, how.is_progressive);
        assert_true(psnr(&got, pixels, smooth_bytes) > (form & 4 ? 38 : 30));
        picture_scratch_clear(&got.scratch);
    }
    assert_true(sizes[4] > sizes[0] && sizes[5] > sizes[1]);
    free(pixels);
}

static void jpeg_of_transparent_pixels_is_refused(void **state) {
    (void)state;
    const uint8_t pixels[8] = {0, 0, 0, 255, 0, 0, 0, 254};
    jpeg_settings how = {90, true, false};
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(jpeg_encode((image_view){pixels, 2, 1}, &how, &out, &err), PA_USAGE);
    expect_error(&err, PA_USAGE, "jpeg: the picture has transparent pixels");
}

/* --- all of them --- */

typedef pa_status encode_fn(image_view image, buf *out, pa_error *err);

static pa_status as_webp(image_view image, buf *out, pa_error *err) {
    return webp_encode(image, &(webp_settings){WEBP_MODE_LOSSY, 80, 4, false}, out, err);
}
static pa_status as_lossless(image_view image, buf *out, pa_error *err) {
    return webp_encode(image, &lossless, out, err);
}
static pa_status as_png(image_view image, buf *out, pa_error *err) {
    return png_encode(image, &small_png, out, err);
}
static pa_status as_jpeg(image_view image, buf *out, pa_error *err) {
    return jpeg_encode(image, &(jpeg_settings){80, false, true}, out, err);
}

static encode_fn *const encoders[] = {as_webp, as_lossless, as_png, as_jpeg};

static void the_same_pixels_give_the_same_bytes_behind_what_was_there(void **state) {
    (void)state;
    uint8_t *pixels = make_smooth(true);
    image_view image = {pixels, SIDE, SIDE};
    for (size_t i = 0; i < COUNT_OF(encoders); i++) {
        buf first = {0};
        buf second = {0};
        pa_error err = {0};
        buf_add_text(&second, "before");
        assert_int_equal(encoders[i](image, &first, &err), PA_OK);
        assert_int_equal(encoders[i](image, &second, &err), PA_OK);
        assert_int_equal(second.size, first.size + 6);
        assert_memory_equal(second.at, "before", 6);
        assert_memory_equal(second.at + 6, first.at, first.size);
        buf_clear(&first);
        buf_clear(&second);
    }
    free(pixels);
}

static void one_pixel_is_a_picture(void **state) {
    (void)state;
    const uint8_t pixel[4] = {10, 20, 30, 255};
    for (size_t i = 0; i < COUNT_OF(encoders); i++) {
        buf file = {0};
        pa_error err = {0};
        assert_int_equal(encoders[i]((image_view){pixel, 1, 1}, &file, &err), PA_OK);
        seen got = read_back(&file);
        assert_int_equal(got.info.width_px, 1);
        assert_in_range(got.scratch.pixels[0], 5, 15);
        picture_scratch_clear(&got.scratch);
    }
}

static void expect_refusal(encode_fn *encode, uint32_t width_px, uint32_t height_px,
                           const char *text) {
    const uint8_t one[4] = {0};
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(encode((image_view){one, width_px, height_px}, &out, &err),
                     PA_LIMIT);
    expect_error(&err, PA_LIMIT, text);
    assert_int_equal(out.size, 0);
}

static void impossible_sizes_are_refused(void **state) {
    (void)state;
    expect_refusal(as_webp, 16384, 1, "webp: 16384 x 1 pixels, sides are 1 to 16383");
    expect_refusal(as_webp, 0, 1, "webp: 0 x 1 pixels, sides are 1 to 16383");
    expect_refusal(as_jpeg, 1, 65501, "jpeg: 1 x 65501 pixels, sides are 1 to 65500");
    expect_refusal(as_png, 65536, 1, "png: 65536 x 1 pixels, sides are 1 to 65535");
    expect_refusal(as_png, 65535, 65535, "png: 65535 x 65535 pixels, at most 268435456");
}

static void settings_out_of_range_are_refused(void **state) {
    (void)state;
    const uint8_t pixel[4] = {0, 0, 0, 255};
    image_view image = {pixel, 1, 1};
    buf out = {0};
    pa_error err = {0};
    webp_settings webp = {WEBP_MODE_LOSSY, 101, 4, false};
    assert_int_equal(webp_encode(image, &webp, &out, &err), PA_USAGE);
    expect_error(&err, PA_USAGE, "webp: quality 101, method 4; up to 100 and 6");
    err = (pa_error){0};
    jpeg_settings jpeg = {0, false, false};
    assert_int_equal(jpeg_encode(image, &jpeg, &out, &err), PA_USAGE);
    expect_error(&err, PA_USAGE, "jpeg: quality 0, it is 1 to 100");
}

static void every_lack_of_memory_is_told(void **state) {
    (void)state;
    uint8_t *pixels = make_smooth(true);
    for (size_t i = 0; i < COUNT_OF(encoders); i++) {
        pa_status status = PA_NOMEM;
        for (uint64_t nth = 1; status != PA_OK; nth++) {
            buf out = {0};
            pa_error err = {0};
            mem_fail_from(nth);
            status = encoders[i]((image_view){pixels, SIDE, SIDE}, &out, &err);
            mem_fail_from(0);
            assert_true(status == PA_OK || status == PA_NOMEM);
            assert_true(nth < 400);
            assert_true(status == PA_OK || out.size == 0);
            buf_clear(&out);
        }
    }
    free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lossless_webp_keeps_hidden_colours),
        cmocka_unit_test(webp_may_drop_hidden_colours),
        cmocka_unit_test(near_lossless_webp_is_near),
        cmocka_unit_test(lossy_webp_follows_its_quality),
        cmocka_unit_test(png_without_leave_is_rgb_or_rgba),
        cmocka_unit_test(png_of_many_colours_is_rgb_or_rgba),
        cmocka_unit_test(png_of_gray_takes_the_bits_it_needs),
        cmocka_unit_test(png_of_few_colours_has_a_palette),
        cmocka_unit_test(png_of_257_colours_has_none),
        cmocka_unit_test(png_has_no_chunk_too_many),
        cmocka_unit_test(jpeg_takes_quality_and_sampling),
        cmocka_unit_test(jpeg_of_transparent_pixels_is_refused),
        cmocka_unit_test(the_same_pixels_give_the_same_bytes_behind_what_was_there),
        cmocka_unit_test(one_pixel_is_a_picture),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(settings_out_of_range_are_refused),
        cmocka_unit_test(every_lack_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
