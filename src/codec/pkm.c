/* pkm.c - PKM files: ETC1 (version 10) and ETC2 (version 20), one level behind 16 bytes
 * of header.
 *
 * Source: native/cocos/base/etc1.cpp and etc2.cpp (3.8.5).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/reader.h"
#include "codec/picture_codec.h"

enum { HEADER_BYTES = 16, TYPE_ETC1_RGB = 0, TYPE_ETC2_RGB = 1, TYPE_ETC2_RGBA = 3 };

static bool sniff(bytes file) {
    return picture_starts(file, "PKM 10", 6) || picture_starts(file, "PKM 20", 6);
}

static gpu_format format_of(uint32_t type) {
    switch (type) {
    case TYPE_ETC1_RGB:
        return GPU_ETC1_RGB;
    case TYPE_ETC2_RGB:
        return GPU_ETC2_RGB;
    case TYPE_ETC2_RGBA:
        return GPU_ETC2_RGBA;
    default:
        return GPU_UNKNOWN;
    }
}

static bool is_rounded_up(uint32_t encoded_px, uint32_t side_px) {
    return encoded_px >= side_px && encoded_px - side_px < 4;
}

static pa_status probe(bytes file, picture_info *out, pa_error *err) {
    reader in = reader_of(file);
    reader_take(&in, 6);
    uint32_t type = reader_u16be(&in);
    uint32_t encoded_width_px = reader_u16be(&in);
    uint32_t encoded_height_px = reader_u16be(&in);
    uint32_t width_px = reader_u16be(&in);
    uint32_t height_px = reader_u16be(&in);
    if (in.failed) {
        return error_set(err, PA_FORMAT, "pkm header has %zu bytes, needs %d", file.size,
                         HEADER_BYTES);
    }
    out->width_px = width_px;
    out->height_px = height_px;
    out->encoded_width_px = encoded_width_px;
    out->encoded_height_px = encoded_height_px;
    out->gpu = format_of(type);
    out->has_alpha = out->gpu == GPU_ETC2_RGBA;
    out->header_bytes = HEADER_BYTES;
    out->payload_bytes = file.size - HEADER_BYTES;
    out->level_count = 1;
    if (!is_rounded_up(encoded_width_px, width_px) ||
        !is_rounded_up(encoded_height_px, height_px)) {
        return error_set(err, PA_FORMAT,
                         "pkm states %" PRIu32 " x %" PRIu32 " stored as %" PRIu32
                         " x %" PRIu32 ", expected whole blocks of 4 x 4",
                         width_px, height_px, encoded_width_px, encoded_height_px);
    }
    return PA_OK;
}

static pa_status decode(const picture_job *job, pa_error *err) {
    const picture_info *info = job->info;
    reader in = reader_of(job->file);
    reader_take(&in, 4);
    bool is_version_1 = reader_u8(&in) == '1';
    reader_take(&in, 1);
    uint32_t type = reader_u16be(&in);
    reader_take(&in, 8);
    /* Web goes by the type, native by the version: a file must satisfy both. */
    if (info->gpu == GPU_UNKNOWN || is_version_1 != (info->gpu == GPU_ETC1_RGB)) {
        return error_set(err, PA_FORMAT,
                         "pkm of version %d states type %" PRIu32 ", expected %s",
                         is_version_1 ? 10 : 20, type, is_version_1 ? "0" : "1 or 3");
    }
    uint64_t needed_bytes = gpu_format_level_bytes(info->gpu, info->encoded_width_px,
                                                   info->encoded_height_px);
    pa_status status =
        picture_check_payload(job, gpu_format_get(info->gpu)->name, needed_bytes, err);
    if (status == PA_OK) {
        picture_sink_take(job->sink, in.data.at + in.at, reader_left(&in));
    }
    return status;
}

const picture_codec picture_pkm = {"pkm", sniff, probe, decode, NULL};
