/* astc.c - ASTC files as astcenc writes them: a header of 16 bytes, then blocks of 16
 * bytes.
 *
 * Source: native/cocos/base/astc.cpp (3.8.5). The engine ignores the depth; a file with
 * several slices would be cut to the first.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "base/reader.h"
#include "codec/picture_codec.h"

enum { HEADER_BYTES = 16 };

static bool sniff(bytes file) {
    return picture_starts(file, "\x13\xab\xa1\x5c", 4);
}

static pa_status probe(bytes file, picture_info *out, pa_error *err) {
    reader in = reader_of(file);
    reader_take(&in, 4);
    uint8_t block_width_px = reader_u8(&in);
    uint8_t block_height_px = reader_u8(&in);
    uint8_t block_depth_px = reader_u8(&in);
    uint32_t width_px = reader_u24le(&in);
    uint32_t height_px = reader_u24le(&in);
    if (!in.failed) {
        out->width_px = width_px;
        out->height_px = height_px;
    }
    reader_take(&in, 3);
    if (in.failed) {
        return error_set(err, PA_FORMAT, "astc header has %zu bytes, needs %d", file.size,
                         HEADER_BYTES);
    }
    if (block_depth_px == 1) {
        out->gpu = gpu_format_astc(block_width_px, block_height_px);
    }
    out->has_alpha = true;
    out->header_bytes = HEADER_BYTES;
    out->payload_bytes = file.size - HEADER_BYTES;
    out->level_count = 1;
    return PA_OK;
}

static pa_status decode(const picture_job *job, pa_error *err) {
    const picture_info *info = job->info;
    reader in = reader_of(job->file);
    reader_take(&in, 4);
    unsigned block_width_px = reader_u8(&in);
    unsigned block_height_px = reader_u8(&in);
    unsigned block_depth_px = reader_u8(&in);
    if (gpu_format_astc(block_width_px, block_height_px) == GPU_UNKNOWN ||
        block_depth_px != 1) {
        return error_set(err, PA_FORMAT,
                         "astc states blocks of %u x %u x %u, no texture has such",
                         block_width_px, block_height_px, block_depth_px);
    }
    reader_take(&in, 6);
    uint32_t depth_px = reader_u24le(&in);
    if (depth_px > 1) {
        return error_set(err, PA_FORMAT,
                         "astc states %" PRIu32 " slices, a texture has 1", depth_px);
    }
    char shape[24];
    snprintf(shape, sizeof shape, "%ux%u blocks", block_width_px, block_height_px);
    uint64_t needed_bytes =
        gpu_format_level_bytes(info->gpu, info->width_px, info->height_px);
    pa_status status = picture_check_payload(job, shape, needed_bytes, err);
    if (status == PA_OK) {
        picture_sink_take(job->sink, in.data.at + in.at, reader_left(&in));
    }
    return status;
}

const picture_codec picture_astc = {"astc", sniff, probe, decode, NULL};
