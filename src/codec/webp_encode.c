/* webp_encode.c - WebP files by libwebp.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <webp/encode.h>

#include "codec/image_encode.h"

enum { BEST_LOSSLESS_QUALITY = 75, LAST_METHOD = 6 };

static int write_part(const uint8_t *data, size_t size, const WebPPicture *picture) {
    buf *out = picture->custom_ptr;
    buf_add(out, str_of_bytes(bytes_of(data, size)));
    return !out->failed;
}

static bool configure(const webp_settings *how, bool is_opaque, WebPConfig *config) {
    if (!WebPConfigInit(config) || how->quality > 100 || how->method > LAST_METHOD) {
        return false;
    }
    config->method = how->method;
    /* Where nothing is hidden there is nothing to keep, and only so near-lossless works
     * in all modes of the encoder. */
    config->exact = !how->drops_hidden && !is_opaque;
    config->quality = how->quality;
    if (how->mode != WEBP_MODE_LOSSY) {
        config->lossless = 1;
        config->quality = BEST_LOSSLESS_QUALITY; /* here it means effort */
    }
    if (how->mode == WEBP_MODE_NEAR_LOSSLESS) {
        config->near_lossless = how->quality;
    }
    return WebPValidateConfig(config) != 0;
}

static pa_status explain(WebPEncodingError code, const buf *out, pa_error *err) {
    switch (code) {
    case VP8_ENC_ERROR_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
        return error_nomem(err);
    case VP8_ENC_ERROR_PARTITION0_OVERFLOW:
    case VP8_ENC_ERROR_PARTITION_OVERFLOW:
    case VP8_ENC_ERROR_FILE_TOO_BIG:
        return error_set(err, PA_LIMIT, "webp: more detail than the format can hold");
    default:
        return out->failed ? error_nomem(err)
                           : error_set(err, PA_INTERNAL, "webp: libwebp fails with %d",
                                       (int)code);
    }
}

pa_status webp_encode(image_view image, const webp_settings *how, buf *out,
                      pa_error *err) {
    pa_status status = image_view_check(image, WEBP_MAX_SIDE_PX, "webp", err);
    if (status != PA_OK) {
        return status;
    }
    WebPConfig config;
    WebPPicture picture;
    if (!configure(how, image_view_is_opaque(image), &config) ||
        !WebPPictureInit(&picture)) {
        return error_set(err, PA_USAGE, "webp: quality %u, method %u; up to 100 and %d",
                         how->quality, how->method, LAST_METHOD);
    }
    size_t before = out->size;
    picture.use_argb = config.lossless;
    picture.width = (int)image.width_px;
    picture.height = (int)image.height_px;
    picture.writer = write_part;
    picture.custom_ptr = out;
    if (!WebPPictureImportRGBA(&picture, image.pixels, 4 * picture.width) ||
        !WebPEncode(&config, &picture)) {
        out->size = before;
        status = explain(picture.error_code, out, err);
    }
    WebPPictureFree(&picture);
    return status;
}

/* Measured, a little above (tests/unit/test_encode_measured.c). Alpha of a lossy file is
 * encoded as a lossless picture of its own. */
static uint64_t held_per_pixel(const webp_settings *how, bool is_opaque) {
    switch (how->mode) {
    case WEBP_MODE_NEAR_LOSSLESS:
        return 104;
    case WEBP_MODE_LOSSLESS:
        return 72;
    default:
        return is_opaque ? 20 : how->method > 4 ? 88 : 44;
    }
}

uint64_t webp_encode_bytes(image_view image, const webp_settings *how) {
    uint64_t area_px = (uint64_t)image.width_px * image.height_px;
    return area_px * held_per_pixel(how, image_view_is_opaque(image)) + (1 << 20);
}
