/* cmip.c - Creator's container of mip levels (3.7.0 and later): "CMIP", a count, the size
 * of each chunk, then that many complete PVR, PKM or ASTC files without a gap.
 *
 * Source: native/cocos/base/Compressed.cpp and image-asset.ts (3.8.5). The engine trusts
 * the table; here the chunks must fill the file, be of one kind, and have the sides of a
 * mip chain.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/reader.h"
#include "codec/picture_codec.h"

enum { FIXED_HEADER_BYTES = 8, SIZE_FIELD_BYTES = 4 };

typedef struct cmip_table {
    uint32_t count;
    uint32_t sizes_bytes[PA_MAX_MIP_LEVELS];
} cmip_table;

static bool sniff(bytes file) {
    return picture_starts(file, "CMIP", 4);
}

static pa_status read_table(reader *in, cmip_table *table, pa_error *err) {
    reader_take(in, 4);
    table->count = reader_u32le(in);
    if (!in->failed && (table->count == 0 || table->count > PA_MAX_MIP_LEVELS)) {
        return error_set(err, PA_FORMAT,
                         "container states %" PRIu32 " levels, expected 1 to %d",
                         table->count, PA_MAX_MIP_LEVELS);
    }
    for (uint32_t i = 0; i < table->count && !in->failed; i++) {
        table->sizes_bytes[i] = reader_u32le(in);
    }
    if (in->failed) {
        return error_set(err, PA_FORMAT, "container of %zu bytes ends inside its table",
                         in->data.size);
    }
    return PA_OK;
}

static uint32_t side_at(uint32_t side_px, uint32_t level) {
    uint32_t side = side_px >> level;
    return side == 0 ? 1 : side;
}

static uint32_t full_chain(uint32_t width_px, uint32_t height_px) {
    uint32_t longer_px = width_px > height_px ? width_px : height_px;
    uint32_t levels = 0;
    for (; longer_px > 0; longer_px >>= 1) {
        levels++;
    }
    return levels;
}

static pa_status probe_chunk(bytes chunk, picture_info *level, pa_error *err) {
    *level = (picture_info){.format = picture_sniff(chunk)};
    switch (level->format) {
    case PICTURE_PVR:
    case PICTURE_PKM:
    case PICTURE_ASTC:
        return picture_codec_get(level->format)->probe(chunk, level, err);
    default:
        return error_set(err, PA_FORMAT, "chunk is %s, expected pvr, pkm or astc",
                         picture_format_name(level->format));
    }
}

/* What level 0 says is what the container is. */
static void adopt_first(picture_info *out, const picture_info *first) {
    out->width_px = first->width_px;
    out->height_px = first->height_px;
    out->has_alpha = first->has_alpha;
    out->gpu = first->gpu;
    out->pvr_version = first->pvr_version;
    out->encoded_width_px = first->encoded_width_px;
    out->encoded_height_px = first->encoded_height_px;
}

static pa_status check_level(const picture_info *out, const picture_info *level,
                             picture_format first_format, pa_error *err) {
    if (level->format != first_format || level->gpu != out->gpu) {
        return error_set(
            err, PA_FORMAT, "chunk is %s %s, level 0 is %s %s",
            picture_format_name(level->format), gpu_format_get(level->gpu)->name,
            picture_format_name(first_format), gpu_format_get(out->gpu)->name);
    }
    uint32_t width_px = side_at(out->width_px, out->level_count);
    uint32_t height_px = side_at(out->height_px, out->level_count);
    if (level->width_px != width_px || level->height_px != height_px) {
        return error_set(err, PA_FORMAT,
                         "chunk is %" PRIu32 " x %" PRIu32 ", expected %" PRIu32
                         " x %" PRIu32,
                         level->width_px, level->height_px, width_px, height_px);
    }
    return PA_OK;
}

static pa_status probe_levels(reader *in, const cmip_table *table, picture_info *out,
                              pa_error *err) {
    picture_format first_format = PICTURE_UNKNOWN;
    for (uint32_t i = 0; i < table->count; i++) {
        size_t left = reader_left(in);
        bytes chunk = reader_take(in, table->sizes_bytes[i]);
        if (in->failed) {
            return error_set(err, PA_FORMAT,
                             "container has %zu bytes left for level %" PRIu32
                             ", its table says %" PRIu32,
                             left, i, table->sizes_bytes[i]);
        }
        picture_info level;
        pa_status status = probe_chunk(chunk, &level, err);
        if (i == 0) {
            first_format = level.format;
            adopt_first(out, &level);
        }
        if (status == PA_OK) {
            status = check_level(out, &level, first_format, err);
        }
        if (status != PA_OK) {
            return error_in(err, "container level %" PRIu32, i);
        }
        out->payload_bytes += level.payload_bytes;
        out->chunk_bytes += chunk.size;
        out->level_count++;
    }
    return PA_OK;
}

static pa_status probe(bytes file, picture_info *out, pa_error *err) {
    reader in = reader_of(file);
    cmip_table table = {0};
    pa_status status = read_table(&in, &table, err);
    if (status != PA_OK) {
        return status;
    }
    out->header_bytes = FIXED_HEADER_BYTES + SIZE_FIELD_BYTES * table.count;
    status = probe_levels(&in, &table, out, err);
    if (status != PA_OK) {
        return status;
    }
    if (reader_left(&in) != 0) {
        return error_set(err, PA_FORMAT, "container has %zu bytes behind its last chunk",
                         reader_left(&in));
    }
    uint32_t most = full_chain(out->width_px, out->height_px);
    if (table.count > most) {
        return error_set(err, PA_FORMAT,
                         "container has %" PRIu32 " levels, %" PRIu32 " x %" PRIu32
                         " px have %" PRIu32,
                         table.count, out->width_px, out->height_px, most);
    }
    return PA_OK;
}

static pa_status decode(const picture_job *job, pa_error *err) {
    reader in = reader_of(job->file);
    cmip_table table = {0};
    pa_status status = read_table(&in, &table, err);
    for (uint32_t i = 0; i < table.count && status == PA_OK; i++) {
        bytes chunk = reader_take(&in, table.sizes_bytes[i]);
        picture_info level;
        status = probe_chunk(chunk, &level, err);
        if (status == PA_OK) {
            picture_job part = *job;
            part.file = chunk;
            part.info = &level;
            status = picture_codec_get(level.format)->decode(&part, err);
        }
        if (status != PA_OK) {
            return error_in(err, "container level %" PRIu32, i);
        }
    }
    return status;
}

const picture_codec picture_cmip = {"cmip", sniff, probe, decode, NULL};
