/* test_encode_threads.c - encoders on several threads at once give the bytes that they
 * give alone; thread sanitizer watches.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "codec/astc_encode.h"
#include "codec/etc.h"
#include "codec/image_encode.h"
#include "codec/quality.h"
#include "codec/resize.h"
#include "expect.h"
#include "make_picture.h"
#include "sys/pool.h"

enum { SIDE = 52, KINDS = 12, ROUNDS = 4 };

static pa_status encode_astc(image_view image, gpu_format format, astc_preset preset,
                             buf *out, pa_error *err) {
    astc_encoder *encoder = NULL;
    pa_status status = astc_encoder_new(format, preset, &encoder, err);
    if (status == PA_OK) {
        status = astc_encode(encoder, image, out, err);
    }
    if (status == PA_OK) {
        buf file = {0};
        buf_add(&file, buf_str(out));
        status = astc_decode(bytes_of_str(buf_str(&file)), out, err);
        buf_clear(&file);
    }
    astc_encoder_free(encoder);
    return status;
}

static pa_status encode_etc(image_view image, gpu_format format, buf *out,
                            pa_error *err) {
    pa_status status = etc_encode(image, format, ETC_FAST, out, err);
    if (status == PA_OK) {
        buf file = {0};
        buf_add(&file, buf_str(out));
        status = etc_decode(bytes_of_str(buf_str(&file)), out, err);
        buf_clear(&file);
    }
    return status;
}

static pa_status measure(image_view image, buf *out, pa_error *err) {
    quality q = {0};
    double degrees = 0;
    image_view half = {image.pixels, image.width_px, image.height_px / 2};
    image_view rest = {image.pixels + image_view_bytes(half), half.width_px,
                       half.height_px};
    pa_status status = quality_measure(half, rest, &q, err);
    if (status == PA_OK) {
        status = quality_normals(half, rest, &degrees, err);
    }
    buf_format(out, "%.17g %.17g %.17g", q.mse, q.ssim, degrees);
    return status;
}

static pa_status encode(size_t kind, image_view image, buf *out, pa_error *err) {
    static const resize_settings light = {.is_linear_light = true};
    switch (kind % KINDS) {
    case 0:
        return encode_astc(image, GPU_ASTC_4X4, ASTC_FAST, out, err);
    case 1:
        return encode_astc(image, GPU_ASTC_4X4, ASTC_MEDIUM, out, err);
    case 2:
        return encode_astc(image, GPU_ASTC_6X6, ASTC_MEDIUM, out, err);
    case 3:
        return encode_astc(image, GPU_ASTC_8X8, ASTC_THOROUGH, out, err);
    case 4:
        return encode_etc(image, GPU_ETC1_RGB, out, err);
    case 5:
        return encode_etc(image, GPU_ETC2_RGB, out, err);
    case 6:
        return encode_etc(image, GPU_ETC2_RGBA, out, err);
    case 7:
        return webp_encode(image, &(webp_settings){WEBP_MODE_LOSSY, 80, 4, false}, out,
                           err);
    case 8:
        return webp_encode(image, &(webp_settings){WEBP_MODE_LOSSLESS, 0, 4, false}, out,
                           err);
    case 9:
        return png_encode(image, &(png_settings){PNG_SMALL, true, true}, out, err);
    case 10:
        return resize(image, SIDE / 2, SIDE / 3, &light, out, err);
    default:
        return measure(image, out, err);
    }
}

typedef struct work {
    image_view image;
    buf out[KINDS * ROUNDS];
} work;

static pa_status encode_job(void *ctx, unsigned worker, size_t index, pa_error *err) {
    work *w = ctx;
    (void)worker;
    return encode(index, w->image, &w->out[index], err);
}

static void threads_give_the_same_bytes(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(SIDE, SIDE, false);
    work w = {.image = {pixels, SIDE, SIDE}};
    pool how = {.thread_count = 4};
    pa_error err = {0};
    assert_int_equal(pool_run(&how, KINDS * ROUNDS, encode_job, &w, &err), PA_OK);
    for (size_t kind = 0; kind < KINDS; kind++) {
        buf alone = {0};
        assert_int_equal(encode(kind, w.image, &alone, &err), PA_OK);
        for (size_t i = kind; i < COUNT_OF(w.out); i += KINDS) {
            assert_int_equal(w.out[i].size, alone.size);
            assert_memory_equal(w.out[i].at, alone.at, alone.size);
            buf_clear(&w.out[i]);
        }
        buf_clear(&alone);
    }
    free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_give_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
