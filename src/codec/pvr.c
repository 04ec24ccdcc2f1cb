/* pvr.c - PVR files of versions 2 and 3.
 *
 * Source: native/cocos/platform/Image.cpp (3.8.5) for the formats the engine takes,
 * Imagination's PVR specification for the header. Version 3 may also hold ETC2 and ASTC,
 * which web builds take and native ones refuse. Of version 2 the real layout is read,
 * height first; web engines from 3.7 on swap the two.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/ckd.h"
#include "base/reader.h"
#include "codec/picture_codec.h"

enum {
    HEADER_BYTES = 52, /* of both versions */
    V2_TAG_OFFSET = 44,
    V2_FORMAT_MASK = 0xff,
    V3_ASTC_4X4 = 27,
    V3_ASTC_12X12 = 40
};

typedef struct pvr_format {
    uint64_t id;
    gpu_format gpu;
} pvr_format;

static const pvr_format v2_formats[] = {
    {0x10, GPU_RGBA4},
    {0x11, GPU_RGB5A1},
    {0x12, GPU_RGBA8},
    {0x13, GPU_RGB565},
    {0x15, GPU_RGB8},
    {0x16, GPU_L8},
    {0x17, GPU_LA8},
    {0x1a, GPU_BGRA8},
    {0x1b, GPU_A8},
    {0x18, GPU_PVRTC_RGBA_2BPP},
    {0x19, GPU_PVRTC_RGBA_4BPP},
};

/* Below 2^32 an index; else four letters of channels, then their bits. */
static const pvr_format v3_formats[] = {
    {0, GPU_PVRTC_RGB_2BPP},
    {1, GPU_PVRTC_RGBA_2BPP},
    {2, GPU_PVRTC_RGB_4BPP},
    {3, GPU_PVRTC_RGBA_4BPP},
    {6, GPU_ETC1_RGB},
    {22, GPU_ETC2_RGB},
    {23, GPU_ETC2_RGBA},
    {UINT64_C(0x0808080861726762), GPU_BGRA8},
    {UINT64_C(0x0808080861626772), GPU_RGBA8},
    {UINT64_C(0x0404040461626772), GPU_RGBA4},
    {UINT64_C(0x0105050561626772), GPU_RGB5A1},
    {UINT64_C(0x0005060500626772), GPU_RGB565},
    {UINT64_C(0x0008080800626772), GPU_RGB8},
    {UINT64_C(0x0000000800000061), GPU_A8},
    {UINT64_C(0x000000080000006c), GPU_L8},
    {UINT64_C(0x000008080000616c), GPU_LA8},
};

typedef struct pvr_header {
    uint8_t version;
    uint32_t width_px;
    uint32_t height_px;
    uint64_t format_id;
    gpu_format gpu;
    uint32_t depth_px; /* this and the next three: 1 for an ordinary texture */
    uint32_t surfaces;
    uint32_t faces;
    uint32_t levels;
    uint64_t size_bytes; /* with metadata */
} pvr_header;

static gpu_format find_format(const pvr_format *formats, size_t count, uint64_t id) {
    for (size_t i = 0; i < count; i++) {
        if (formats[i].id == id) {
            return formats[i].gpu;
        }
    }
    return GPU_UNKNOWN;
}

static bool is_v3(bytes file) {
    return picture_starts(file, "PVR\x03", 4);
}

static bool sniff(bytes file) {
    if (is_v3(file)) {
        return true;
    }
    reader in = reader_of(file);
    reader_take(&in, V2_TAG_OFFSET);
    return picture_starts(reader_take(&in, 4), "PVR!", 4);
}

static uint32_t at_least_1(uint32_t count) {
    return count == 0 ? 1 : count;
}

static void read_v3(reader *in, pvr_header *header) {
    header->version = 3;
    reader_take(in, 8);
    header->format_id = reader_le(in, 8);
    reader_take(in, 8);
    header->height_px = reader_u32le(in);
    header->width_px = reader_u32le(in);
    header->depth_px = at_least_1(reader_u32le(in));
    header->surfaces = at_least_1(reader_u32le(in));
    header->faces = at_least_1(reader_u32le(in));
    header->levels = at_least_1(reader_u32le(in));
    header->size_bytes = (uint64_t)HEADER_BYTES + reader_u32le(in);
    header->gpu = find_format(v3_formats, sizeof v3_formats / sizeof v3_formats[0],
                              header->format_id);
    if (header->format_id >= V3_ASTC_4X4 && header->format_id <= V3_ASTC_12X12) {
        header->gpu = (gpu_format)(GPU_ASTC_4X4 + (header->format_id - V3_ASTC_4X4));
    }
}

static void read_v2(reader *in, pvr_header *header) {
    header->version = 2;
    header->size_bytes = reader_u32le(in);
    header->height_px = reader_u32le(in);
    header->width_px = reader_u32le(in);
    /* The field counts the levels below the first. */
    uint32_t further_levels = reader_u32le(in);
    header->levels = further_levels == UINT32_MAX ? further_levels : further_levels + 1;
    header->format_id = reader_u32le(in) & V2_FORMAT_MASK;
    reader_take(in, 28);
    header->surfaces = at_least_1(reader_u32le(in));
    header->depth_px = 1;
    header->faces = 1;
    header->gpu = find_format(v2_formats, sizeof v2_formats / sizeof v2_formats[0],
                              header->format_id);
}

static bool read_header(bytes file, pvr_header *header) {
    reader in = reader_of(file);
    if (file.size < HEADER_BYTES) {
        return false;
    }
    if (is_v3(file)) {
        read_v3(&in, header);
    } else {
        read_v2(&in, header);
    }
    return true;
}

static bool has_alpha(gpu_format gpu) {
    switch (gpu) {
    case GPU_UNKNOWN:
    case GPU_RGB8:
    case GPU_RGB565:
    case GPU_L8:
    case GPU_ETC1_RGB:
    case GPU_ETC2_RGB:
    case GPU_PVRTC_RGB_2BPP:
    case GPU_PVRTC_RGB_4BPP:
        return false;
    default:
        return true;
    }
}

static pa_status probe(bytes file, picture_info *out, pa_error *err) {
    pvr_header header = {0};
    if (!read_header(file, &header)) {
        return error_set(err, PA_FORMAT, "pvr header has %zu bytes, needs %d", file.size,
                         HEADER_BYTES);
    }
    out->width_px = header.width_px;
    out->height_px = header.height_px;
    out->pvr_version = header.version;
    out->gpu = header.gpu;
    out->has_alpha = has_alpha(header.gpu);
    if (header.version == 2 && header.size_bytes != HEADER_BYTES) {
        return error_set(err, PA_FORMAT,
                         "pvr 2 header states %" PRIu64 " bytes, expected %d",
                         header.size_bytes, HEADER_BYTES);
    }
    if (header.size_bytes > file.size) {
        return error_set(err, PA_FORMAT,
                         "pvr ends inside its metadata: %zu bytes, %" PRIu64 " needed",
                         file.size, header.size_bytes);
    }
    out->header_bytes = (uint32_t)header.size_bytes;
    out->payload_bytes = file.size - header.size_bytes;
    out->level_count = 1;
    return PA_OK;
}

static uint32_t side_at(uint32_t side_px, uint32_t level) {
    uint32_t side = side_px >> level;
    return side == 0 ? 1 : side;
}

static uint64_t level_bytes(gpu_format gpu, uint32_t width_px, uint32_t height_px) {
    const gpu_format_row *row = gpu_format_get(gpu);
    switch (gpu) {
    case GPU_PVRTC_RGB_2BPP:
    case GPU_PVRTC_RGBA_2BPP:
    case GPU_PVRTC_RGB_4BPP:
    case GPU_PVRTC_RGBA_4BPP:
        /* A block is unpacked with its neighbours, so no level has less than 2 x 2
         * blocks. */
        width_px =
            width_px < 2u * row->block_width_px ? 2u * row->block_width_px : width_px;
        height_px =
            height_px < 2u * row->block_height_px ? 2u * row->block_height_px : height_px;
        return gpu_format_level_bytes(gpu, width_px, height_px);
    case GPU_RGB8:
        return (uint64_t)width_px * height_px * 3; /* in a file; a GPU keeps four */
    default:
        return gpu_format_level_bytes(gpu, width_px, height_px);
    }
}

/* UINT64_MAX when the counts are absurd. */
static uint64_t needed_bytes(const pvr_header *header) {
    uint64_t chain_bytes = 0;
    for (uint32_t i = 0; i < header->levels; i++) {
        uint64_t slices_bytes = 0;
        uint64_t level = level_bytes(header->gpu, side_at(header->width_px, i),
                                     side_at(header->height_px, i));
        if (ckd_mul_u64(&slices_bytes, level, side_at(header->depth_px, i)) ||
            ckd_add_u64(&chain_bytes, chain_bytes, slices_bytes)) {
            return UINT64_MAX;
        }
    }
    uint64_t face_bytes = 0;
    uint64_t all_bytes = 0;
    if (ckd_mul_u64(&face_bytes, chain_bytes, header->faces) ||
        ckd_mul_u64(&all_bytes, face_bytes, header->surfaces)) {
        return UINT64_MAX;
    }
    return all_bytes;
}

static pa_status decode(const picture_job *job, pa_error *err) {
    pvr_header header = {0};
    const picture_info *info = job->info;
    if (!read_header(job->file, &header) || header.size_bytes > job->file.size ||
        header.gpu != info->gpu) {
        return error_set(err, PA_FORMAT, "pvr header is not the one that was probed");
    }
    if (header.gpu == GPU_UNKNOWN) {
        return error_set(err, PA_FORMAT,
                         "pvr %u has pixel format 0x%" PRIx64 ", which no engine reads",
                         header.version, header.format_id);
    }
    if (header.levels > PA_MAX_MIP_LEVELS) {
        return error_set(err, PA_FORMAT, "pvr states %" PRIu32 " levels, %d are possible",
                         header.levels, PA_MAX_MIP_LEVELS);
    }
    pa_status status = picture_check_payload(job, gpu_format_get(info->gpu)->name,
                                             needed_bytes(&header), err);
    if (status == PA_OK) {
        reader in = reader_of(job->file);
        reader_take(&in, (size_t)header.size_bytes);
        picture_sink_take(job->sink, job->file.at + in.at, reader_left(&in));
    }
    return status;
}

const picture_codec picture_pvr = {"pvr", sniff, probe, decode, NULL};
