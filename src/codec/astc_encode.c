/* astc_encode.c - ASTC files from pixels and back.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/astc_encode.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/astc_library.h"
#include "codec/picture.h"

struct astc_encoder {
    gpu_format format;
    astc_library *library;
};

static const struct {
    const char *name;
    astc_library_effort effort;
} presets[] = {
    [ASTC_FASTEST] = {"fastest", ASTC_LIBRARY_FASTEST},
    [ASTC_FAST] = {"fast", ASTC_LIBRARY_FAST},
    [ASTC_MEDIUM] = {"medium", ASTC_LIBRARY_MEDIUM},
    [ASTC_THOROUGH] = {"thorough", ASTC_LIBRARY_THOROUGH},
};
_Static_assert(sizeof presets / sizeof presets[0] == ASTC_PRESET_COUNT,
               "a row for every preset");

const char *astc_preset_name(astc_preset preset) {
    return presets[preset].name;
}

static bool is_astc(gpu_format format) {
    return format >= GPU_ASTC_4X4 && format <= GPU_ASTC_12X12;
}

static pa_status explain(astc_library_problem problem, pa_status status, pa_error *err) {
    if (problem == NULL) {
        return PA_OK;
    }
    return problem == astc_library_no_memory
               ? error_nomem(err)
               : error_set(err, status, "astc: libastcenc says %s", problem);
}

static pa_status open_library(gpu_format format, astc_library_effort effort,
                              astc_library **out, pa_error *err) {
    const gpu_format_row *row = gpu_format_get(format);
    return explain(
        astc_library_open(row->block_width_px, row->block_height_px, effort, out),
        PA_UNSUPPORTED, err);
}

pa_status astc_encoder_new(gpu_format format, astc_preset preset, astc_encoder **out,
                           pa_error *err) {
    if (!is_astc(format) || preset >= ASTC_PRESET_COUNT) {
        return error_set(err, PA_USAGE, "astc: no encoder for %s, preset %d",
                         gpu_format_get(format)->name, (int)preset);
    }
    astc_encoder *encoder = mem_zero(1, sizeof *encoder);
    if (encoder == NULL) {
        return error_nomem(err);
    }
    encoder->format = format;
    pa_status status =
        open_library(format, presets[preset].effort, &encoder->library, err);
    if (status != PA_OK) {
        astc_encoder_free(encoder);
        return status;
    }
    *out = encoder;
    return PA_OK;
}

void astc_encoder_free(astc_encoder *encoder) {
    if (encoder != NULL) {
        astc_library_close(encoder->library);
        mem_free(encoder);
    }
}

uint32_t astc_block_rows(gpu_format format, uint32_t height_px) {
    uint32_t block_px = gpu_format_get(format)->block_height_px;
    return (height_px + block_px - 1) / block_px;
}

void astc_header(gpu_format format, uint32_t width_px, uint32_t height_px,
                 uint8_t header[ASTC_HEADER_BYTES]) {
    const gpu_format_row *row = gpu_format_get(format);
    const uint32_t sides[] = {width_px, height_px, 1};
    memcpy(header, "\x13\xab\xa1\x5c", 4);
    header[4] = row->block_width_px;
    header[5] = row->block_height_px;
    header[6] = 1;
    for (size_t i = 0; i < 9; i++) {
        header[7 + i] = (uint8_t)(sides[i / 3] >> 8 * (i % 3));
    }
}

pa_status astc_encode_rows(astc_encoder *encoder, image_view image, uint32_t first,
                           uint32_t count, uint8_t *blocks, pa_error *err) {
    uint32_t block_px = gpu_format_get(encoder->format)->block_height_px;
    uint32_t top_px = first * block_px;
    uint32_t left_px = image.height_px - top_px;
    uint32_t height_px = count * block_px < left_px ? count * block_px : left_px;
    uint64_t size = gpu_format_level_bytes(encoder->format, image.width_px, height_px);
    return explain(astc_library_encode(encoder->library,
                                       image.pixels + (size_t)top_px * image.width_px * 4,
                                       image.width_px, height_px, blocks, (size_t)size),
                   PA_INTERNAL, err);
}

pa_status astc_encode(astc_encoder *encoder, image_view image, buf *out, pa_error *err) {
    pa_status status = image_view_check(image, PA_MAX_IMAGE_SIDE_PX, "astc", err);
    if (status != PA_OK) {
        return status;
    }
    size_t size =
        (size_t)gpu_format_level_bytes(encoder->format, image.width_px, image.height_px);
    uint8_t *room = (uint8_t *)buf_reserve(out, ASTC_HEADER_BYTES + size);
    if (room == NULL) {
        return error_nomem(err);
    }
    astc_header(encoder->format, image.width_px, image.height_px, room);
    status = astc_encode_rows(encoder, image, 0,
                              astc_block_rows(encoder->format, image.height_px),
                              room + ASTC_HEADER_BYTES, err);
    out->size += status == PA_OK ? ASTC_HEADER_BYTES + size : 0;
    return status;
}

static pa_status check_file(bytes file, picture_info *info, pa_error *err) {
    pa_status status = picture_probe(file, info, err);
    if (status != PA_OK) {
        return status;
    }
    if (info->format != PICTURE_ASTC || !is_astc(info->gpu)) {
        return error_set(err, PA_FORMAT, "not an astc file of 2D blocks");
    }
    uint64_t needed = gpu_format_level_bytes(info->gpu, info->width_px, info->height_px);
    if (info->payload_bytes != needed) {
        return error_set(err, PA_FORMAT,
                         "astc has %" PRIu64 " bytes of blocks, needs %" PRIu64,
                         info->payload_bytes, needed);
    }
    return PA_OK;
}

static pa_status decode(astc_library *library, const picture_info *info, bytes file,
                        buf *out, pa_error *err) {
    size_t size = (size_t)info->width_px * info->height_px * 4;
    uint8_t *room = (uint8_t *)buf_reserve(out, size);
    if (room == NULL) {
        return error_nomem(err);
    }
    pa_status status = explain(astc_library_decode(library, file.at + ASTC_HEADER_BYTES,
                                                   (size_t)info->payload_bytes,
                                                   info->width_px, info->height_px, room),
                               PA_INTERNAL, err);
    out->size += status == PA_OK ? size : 0;
    return status;
}

pa_status astc_decode(bytes file, buf *out, pa_error *err) {
    picture_info info;
    astc_library *library = NULL;
    pa_status status = check_file(file, &info, err);
    if (status == PA_OK) {
        status = open_library(info.gpu, ASTC_LIBRARY_DECODE, &library, err);
    }
    if (status == PA_OK) {
        status = decode(library, &info, file, out, err);
    }
    astc_library_close(library);
    return status;
}

pa_status astc_decode_own(astc_encoder *encoder, bytes file, buf *out, pa_error *err) {
    picture_info info;
    pa_status status = check_file(file, &info, err);
    if (status == PA_OK && info.gpu != encoder->format) {
        status = error_set(err, PA_USAGE, "astc: the file is not of this encoder");
    }
    return status == PA_OK ? decode(encoder->library, &info, file, out, err) : status;
}
