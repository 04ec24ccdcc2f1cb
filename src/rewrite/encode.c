/* encode.c - the encoders behind one call.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/encode.h"

#include <math.h>

#include "codec/astc_encode.h"
#include "codec/etc.h"

static const struct {
    const char *extension;
} rows[ENCODING_COUNT] = {
    [ENCODE_ASTC] = {".astc"}, [ENCODE_ETC1] = {".pkm"}, [ENCODE_ETC2] = {".pkm"},
    [ENCODE_WEBP] = {".webp"}, [ENCODE_PNG] = {".png"},  [ENCODE_JPEG] = {".jpg"},
};

str encode_extension(const action *wanted) {
    return str_of(rows[wanted->to].extension);
}

gpu_format encode_format(const action *wanted, bool is_opaque) {
    switch (wanted->to) {
    case ENCODE_ASTC:
        return gpu_format_astc(wanted->block_width_px, wanted->block_height_px);
    case ENCODE_ETC1:
        return GPU_ETC1_RGB;
    case ENCODE_ETC2:
        return is_opaque ? GPU_ETC2_RGB : GPU_ETC2_RGBA;
    case ENCODE_WEBP:
    case ENCODE_PNG:
    case ENCODE_JPEG:
    case ENCODING_COUNT:
        break;
    }
    return GPU_RGBA8;
}

uint64_t encode_bytes(const action *wanted, uint32_t width_px, uint32_t height_px) {
    enum { ASTC_TABLES_BYTES = 17 << 20 };
    uint64_t pixels = (uint64_t)width_px * height_px * 4;
    /* The file, and what is decoded from it again. */
    return 2 * pixels + (wanted->to == ENCODE_ASTC ? ASTC_TABLES_BYTES : 0);
}

/* Peak signal to noise of the pictures as shown: colour times alpha, and alpha. */
static double psnr_of(image_view a, const uint8_t *b) {
    uint64_t sum = 0;
    size_t size = image_view_bytes(a);
    for (size_t i = 0; i < size; i += 4) {
        int alphas[] = {a.pixels[i + 3], b[i + 3]};
        for (size_t c = 0; c < 3; c++) {
            int delta = (a.pixels[i + c] * alphas[0] - b[i + c] * alphas[1]) / 255;
            sum += (uint64_t)(delta * delta);
        }
        sum += (uint64_t)((alphas[0] - alphas[1]) * (alphas[0] - alphas[1]));
    }
    return sum == 0 ? INFINITY : 10 * log10(255.0 * 255.0 * (double)size / (double)sum);
}

static bool is_same_encoder(const encoder_set *with, const action *wanted) {
    return with->astc != NULL &&
           with->astc_for.block_width_px == wanted->block_width_px &&
           with->astc_for.block_height_px == wanted->block_height_px &&
           with->astc_for.preset == wanted->preset;
}

static pa_status encode_astc(encoder_set *with, image_view pixels, const action *wanted,
                             buf *out, pa_error *err) {
    pa_status status = PA_OK;
    if (!is_same_encoder(with, wanted)) {
        astc_encoder_free(with->astc);
        with->astc = NULL;
        with->astc_for = *wanted;
        status = astc_encoder_new(encode_format(wanted, true),
                                  (astc_preset)wanted->preset, &with->astc, err);
    }
    size_t start = out->size;
    if (status == PA_OK) {
        status = astc_encode(with->astc, pixels, out, err);
    }
    return status == PA_OK ? astc_decode(bytes_of(out->at + start, out->size - start),
                                         &with->decoded, err)
                           : status;
}

static pa_status encode_etc(encoder_set *with, image_view pixels, gpu_format format,
                            buf *out, pa_error *err) {
    size_t start = out->size;
    pa_status status = etc_encode(pixels, format, ETC_GOOD, out, err);
    return status == PA_OK ? etc_decode(bytes_of(out->at + start, out->size - start),
                                        &with->decoded, err)
                           : status;
}

pa_status encode_picture(encoder_set *with, image_view pixels, bool is_opaque,
                         const action *wanted, buf *out, encoded *told, pa_error *err) {
    pa_status status = PA_OK;
    *told = (encoded){.gpu = encode_format(wanted, is_opaque)};
    with->decoded.size = 0;
    switch (wanted->to) {
    case ENCODE_ASTC:
        status = encode_astc(with, pixels, wanted, out, err);
        break;
    case ENCODE_ETC1:
    case ENCODE_ETC2:
        status = encode_etc(with, pixels, told->gpu, out, err);
        break;
    case ENCODE_WEBP:
    case ENCODE_PNG:
    case ENCODE_JPEG:
    case ENCODING_COUNT:
        return error_set(err, PA_UNSUPPORTED, "this format is not encoded yet");
    }
    if (status == PA_OK && with->decoded.size != image_view_bytes(pixels)) {
        return error_set(err, PA_INTERNAL, "an encoder made a picture of another size");
    }
    if (status == PA_OK) {
        told->psnr_db = psnr_of(pixels, (const uint8_t *)with->decoded.at);
    }
    return status;
}

void encoder_set_clear(encoder_set *with) {
    astc_encoder_free(with->astc);
    buf_clear(&with->decoded);
    *with = (encoder_set){0};
}
