/* encode.c - the encoders behind one call.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/encode.h"

#include "codec/astc_encode.h"
#include "codec/etc.h"
#include "codec/image_encode.h"

/* Formats from here on are Creator's own: alpha below the colours. */
enum { FIRST_CUSTOM_FORMAT = 1024, JPEG_AGAIN_QUALITY = 90 };

static const struct {
    const char *extension;
} rows[ENCODING_COUNT] = {
    [ENCODE_ASTC] = {".astc"}, [ENCODE_ETC1] = {".pkm"},       [ENCODE_ETC2] = {".pkm"},
    [ENCODE_WEBP] = {".webp"}, [ENCODE_WEBP_NEAR] = {".webp"}, [ENCODE_PNG] = {".png"},
    [ENCODE_JPEG] = {".jpg"},
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
    case ENCODE_WEBP_NEAR:
    case ENCODE_PNG:
    case ENCODE_JPEG:
    case ENCODING_COUNT:
        break;
    }
    return GPU_RGBA8;
}

bool encode_again(const variant *old, const picture *file, action *out) {
    const gpu_format_row *format = gpu_format_get(file->gpu);
    *out = (action){.preset = ASTC_MEDIUM, .quality = 100};
    switch (file->info.format) {
    case PICTURE_PNG:
        out->to = ENCODE_PNG;
        out->preset = ASTC_FAST;
        return true;
    case PICTURE_JPEG:
        out->to = ENCODE_JPEG;
        out->quality = JPEG_AGAIN_QUALITY;
        return true;
    case PICTURE_WEBP:
        out->to = ENCODE_WEBP;
        return true;
    case PICTURE_ASTC:
        out->to = ENCODE_ASTC;
        out->block_width_px = format->block_width_px;
        out->block_height_px = format->block_height_px;
        return file->gpu >= GPU_ASTC_4X4;
    case PICTURE_PKM:
        out->to = file->gpu == GPU_ETC1_RGB ? ENCODE_ETC1 : ENCODE_ETC2;
        return file->gpu != GPU_UNKNOWN && old->pixel_format < FIRST_CUSTOM_FORMAT;
    case PICTURE_UNKNOWN:
    case PICTURE_BMP:
    case PICTURE_GIF:
    case PICTURE_PVR:
    case PICTURE_CMIP:
    case PICTURE_FORMAT_COUNT:
        break;
    }
    return false;
}

uint64_t encoded_bytes(gpu_format format, uint32_t width_px, uint32_t height_px,
                       uint32_t levels) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < levels; i++) {
        uint32_t width = width_px >> i;
        uint32_t height = height_px >> i;
        sum += gpu_format_level_bytes(format, width == 0 ? 1 : width,
                                      height == 0 ? 1 : height);
    }
    return sum;
}

uint32_t encoded_header_bytes(uint32_t levels) {
    enum { HEADER_BYTES = 16, TABLE_BYTES = 8, ENTRY_BYTES = 4 };
    return levels == 1 ? HEADER_BYTES
                       : TABLE_BYTES + levels * (ENTRY_BYTES + HEADER_BYTES);
}

static webp_settings webp_of(const action *wanted) {
    enum { METHOD = 4 };
    webp_mode lossy =
        wanted->to == ENCODE_WEBP_NEAR ? WEBP_MODE_NEAR_LOSSLESS : WEBP_MODE_LOSSY;
    return (webp_settings){.mode = wanted->quality == 100 ? WEBP_MODE_LOSSLESS : lossy,
                           .quality = (uint8_t)wanted->quality,
                           .method = METHOD};
}

/* Gray is left out: the native engine makes another texture format of it. */
static png_settings png_of(const action *wanted) {
    return (png_settings){.effort = wanted->preset < ASTC_MEDIUM ? PNG_FAST : PNG_SMALL,
                          .allows_palette = true};
}

static jpeg_settings jpeg_of(const action *wanted) {
    enum { FULL_COLOUR_FROM = 90 };
    return (jpeg_settings){.quality = (uint8_t)wanted->quality,
                           .is_444 = wanted->quality >= FULL_COLOUR_FROM};
}

/* Of a picture with alpha, which takes more: its pixels are not at hand yet, so that one
 * stands for all. */
static uint64_t webp_bytes(const webp_settings *how, uint64_t area_px) {
    static const uint8_t clear_pixel[4] = {0};
    uint64_t none = webp_encode_bytes((image_view){clear_pixel, 0, 0}, how);
    uint64_t one = webp_encode_bytes((image_view){clear_pixel, 1, 1}, how);
    return none + (one - none) * area_px;
}

uint64_t encode_bytes(const action *wanted, uint32_t width_px, uint32_t height_px) {
    enum { ASTC_TABLES_BYTES = 34 << 20, MEASURE_BYTES = 300 };
    image_view sides = {NULL, width_px, height_px};
    uint64_t pixels = (uint64_t)width_px * height_px * 4;
    /* what is decoded again, what decoding takes, and what measuring takes */
    uint64_t again = 2 * pixels + MEASURE_BYTES * (uint64_t)width_px;
    webp_settings webp = webp_of(wanted);
    png_settings png = png_of(wanted);
    jpeg_settings jpeg = jpeg_of(wanted);
    switch (wanted->to) {
    case ENCODE_ASTC:
        return again + pixels + ASTC_TABLES_BYTES;
    case ENCODE_WEBP:
    case ENCODE_WEBP_NEAR:
        return again + webp_bytes(&webp, pixels / 4);
    case ENCODE_PNG:
        return again + png_encode_bytes(sides, &png);
    case ENCODE_JPEG:
        return again + jpeg_encode_bytes(sides, &jpeg);
    case ENCODE_ETC1:
    case ENCODE_ETC2:
    case ENCODING_COUNT:
        break;
    }
    return again + pixels;
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
    return status == PA_OK ? astc_encode(with->astc, pixels, out, err) : status;
}

static pa_status encode_etc(image_view pixels, gpu_format format, const action *wanted,
                            buf *out, pa_error *err) {
    etc_effort effort = wanted->preset < ASTC_MEDIUM ? ETC_FAST : ETC_GOOD;
    return etc_encode(pixels, format, effort, out, err);
}

static pa_status encode_plain(image_view pixels, const action *wanted, buf *out,
                              pa_error *err) {
    webp_settings webp = webp_of(wanted);
    png_settings png = png_of(wanted);
    jpeg_settings jpeg = jpeg_of(wanted);
    if (wanted->to == ENCODE_WEBP || wanted->to == ENCODE_WEBP_NEAR) {
        return webp_encode(pixels, &webp, out, err);
    }
    return wanted->to == ENCODE_PNG ? png_encode(pixels, &png, out, err)
                                    : jpeg_encode(pixels, &jpeg, out, err);
}

static pa_status encode(encoder_set *with, image_view pixels, gpu_format format,
                        const action *wanted, buf *out, pa_error *err) {
    switch (wanted->to) {
    case ENCODE_ASTC:
        return encode_astc(with, pixels, wanted, out, err);
    case ENCODE_ETC1:
    case ENCODE_ETC2:
        return encode_etc(pixels, format, wanted, out, err);
    case ENCODE_WEBP:
    case ENCODE_WEBP_NEAR:
    case ENCODE_PNG:
    case ENCODE_JPEG:
        return encode_plain(pixels, wanted, out, err);
    case ENCODING_COUNT:
        break;
    }
    return error_set(err, PA_INTERNAL, "an encoding that is none");
}

static void put_u32(char *at, uint64_t value) {
    for (int i = 0; i < 4; i++) {
        at[i] = (char)(value >> (8 * i) & 0xff);
    }
}

static image_view half_of(image_view view) {
    return (image_view){NULL, view.width_px > 1 ? view.width_px / 2 : 1,
                        view.height_px > 1 ? view.height_px / 2 : 1};
}

/* Creator's container: "CMIP", how many, the size of each, then the files. */
static pa_status encode_levels(encoder_set *with, image_view pixels, gpu_format format,
                               const encode_request *how, buf *out, pa_error *err) {
    size_t start = out->size;
    char field[4];
    buf_add_text(out, "CMIP");
    put_u32(field, how->levels);
    buf_add(out, (str){field, sizeof field});
    buf_fill(out, '\0', (size_t)how->levels * sizeof field);
    pa_status status = out->failed ? error_nomem(err) : PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < how->levels; i++) {
        size_t before = out->size;
        status = encode(with, pixels, format, how->wanted, out, err);
        if (status == PA_OK) {
            put_u32(out->at + start + 8 + 4 * (size_t)i, out->size - before);
        }
        if (status == PA_OK && i + 1 < how->levels) {
            image_view next = half_of(pixels);
            buf *level = &with->levels[i % 2];
            level->size = 0;
            status = resize(pixels, next.width_px, next.height_px, &how->mip, level, err);
            next.pixels = (const uint8_t *)level->at;
            pixels = next;
        }
    }
    return status;
}

/* The file of the largest level in what was made. */
static bytes first_file(bytes made, uint32_t levels) {
    size_t table = levels > 1 ? 8 + 4 * (size_t)levels : 0;
    size_t size = made.size;
    if (levels > 1) {
        size = made.at[8] | (size_t)made.at[9] << 8 | (size_t)made.at[10] << 16 |
               (size_t)made.at[11] << 24;
    }
    return (bytes){made.at + table, size};
}

static bool is_for_gpu(const action *wanted) {
    return wanted->to == ENCODE_ASTC || wanted->to == ENCODE_ETC1 ||
           wanted->to == ENCODE_ETC2;
}

/* The picture as whoever loads the file will see it. */
static pa_status decode(encoder_set *with, bytes file, const action *wanted,
                        image_view *out, pa_error *err) {
    pa_status status = PA_OK;
    with->decoded.size = 0;
    if (is_for_gpu(wanted)) {
        status = wanted->to == ENCODE_ASTC
                     ? astc_decode_own(with->astc, file, &with->decoded, err)
                     : etc_decode(file, &with->decoded, err);
        out->pixels = (const uint8_t *)with->decoded.at;
        bool is_whole = with->decoded.size == image_view_bytes(*out);
        return status == PA_OK && !is_whole
                   ? error_set(err, PA_INTERNAL, "an encoder made other sides")
                   : status;
    }
    picture_info info = {0};
    picture_facts facts = {0};
    status = picture_probe(file, &info, err);
    if (status == PA_OK &&
        (info.width_px != out->width_px || info.height_px != out->height_px)) {
        status = error_set(err, PA_INTERNAL, "an encoder made other sides");
    }
    if (status == PA_OK) {
        status = picture_decode_pixels(file, &info, &with->plain, &facts, err);
    }
    out->pixels = with->plain.pixels;
    return status;
}

pa_status encode_picture(encoder_set *with, image_view pixels, const encode_request *how,
                         buf *out, encoded *told, pa_error *err) {
    size_t start = out->size;
    image_view again = pixels;
    *told = (encoded){.gpu = encode_format(how->wanted, how->is_opaque)};
    uint32_t levels = is_for_gpu(how->wanted) ? how->levels : 1;
    pa_status status = levels > 1
                           ? encode_levels(with, pixels, told->gpu, how, out, err)
                           : encode(with, pixels, told->gpu, how->wanted, out, err);
    if (status == PA_OK) {
        told->levels = levels;
        bytes file = first_file(bytes_of(out->at + start, out->size - start), levels);
        status = decode(with, file, how->wanted, &again, err);
    }
    if (status == PA_OK) {
        status = quality_measure(pixels, again, &told->quality, err);
    }
    return status == PA_OK && how->mip.is_data
               ? quality_normals(pixels, again, &told->quality.degrees, err)
               : status;
}

void encoder_set_clear(encoder_set *with) {
    astc_encoder_free(with->astc);
    buf_clear(&with->decoded);
    buf_clear(&with->levels[0]);
    buf_clear(&with->levels[1]);
    picture_scratch_clear(&with->plain);
    *with = (encoder_set){0};
}
