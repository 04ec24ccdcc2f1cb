/* decode_cost.c - the peak of one decode.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/decode_cost.h"

#include <stddef.h>

#include "memory/image_cost.h"

static uint32_t ceil_div(uint32_t a, uint32_t b) {
    return (a + b - 1) / b;
}

static uint32_t round_up(uint32_t value, uint32_t step) {
    return ceil_div(value, step) * step;
}

static uint64_t pointer_bytes(const cost_model *model) {
    return model->address_bits == 32 ? 4 : 8;
}

/* libpng's structures, its buffer of 8 KiB, zlib's window of 32 KiB, and two rows as wide
 * as the widest step on their way (16-bit samples are reduced last); two copies of a
 * palette, two of tRNS. */
static uint64_t png_scratch(const picture_info *info, const cost_model *model) {
    uint64_t row_bytes = (uint64_t)info->channels * (info->bit_depth > 8 ? 2 : 1) *
                         round_up(info->width_px, 8);
    return 49896 + 2 * row_bytes + pointer_bytes(model) * info->height_px +
           (info->has_palette ? 1536 : 0) + (info->has_trns ? 512 : 0);
}

/* What is common to the components of a JPEG: the largest factors, and lines of samples
 * in a row of blocks, 8, or 10 where chroma is spread over lines and sees its neighbours.
 */
typedef struct jpeg_lines {
    uint32_t h_max, v_max;
    uint32_t groups;
} jpeg_lines;

static uint32_t factor(uint8_t sampling, bool is_vertical) {
    uint32_t value = is_vertical ? sampling & 15 : sampling >> 4;
    return value > 0 ? value : 1;
}

static jpeg_lines jpeg_lines_of(const picture_info *info) {
    jpeg_lines out = {.h_max = 1, .v_max = 1, .groups = 8};
    for (int i = 0; i < info->components && i < 4; i++) {
        uint32_t h = factor(info->sampling[i], false);
        uint32_t v = factor(info->sampling[i], true);
        out.h_max = h > out.h_max ? h : out.h_max;
        out.v_max = v > out.v_max ? v : out.v_max;
    }
    for (int i = 0; i < info->components && i < 4; i++) {
        if (factor(info->sampling[i], true) < out.v_max) {
            out.groups = 10;
        }
    }
    return out;
}

/* A row of blocks of each component; chroma spread to the full width; and, when there are
 * several scans, all coefficients, 128 bytes for each block of 8 x 8. libjpeg-turbo's
 * rows are multiples of 64 bytes (jmemmgr.c, jdmainct.c, jdsample.c, jdcoefct.c). */
static uint64_t jpeg_scratch(const picture_info *info, const cost_model *model) {
    jpeg_lines all = jpeg_lines_of(info);
    enum { POOL_ROOM_BYTES = 5000 };
    uint64_t total = info->components == 1 ? 19700 : 20500;
    uint64_t pointers = 0;
    for (int i = 0; i < info->components && i < 4; i++) {
        uint32_t h = factor(info->sampling[i], false);
        uint32_t v = factor(info->sampling[i], true);
        uint32_t columns = ceil_div(info->width_px * h, all.h_max * 8);
        uint32_t lines = ceil_div(info->height_px * v, all.v_max * 8);
        total += (uint64_t)all.groups * v * round_up(columns * 8, 64);
        if (h < all.h_max || v < all.v_max) {
            total +=
                (uint64_t)all.v_max * round_up(round_up(info->width_px, all.h_max), 64);
        }
        if (info->is_progressive) {
            total += UINT64_C(128) * round_up(lines, v) * round_up(columns, h);
            pointers += pointer_bytes(model) * round_up(lines, v);
        }
    }
    /* A pool's first 16 KB have room for the pointers of pictures that are not tall. */
    return total + (pointers > POOL_ROOM_BYTES
                        ? pointers + 5000 * (uint64_t)info->components
                        : 0);
}

/* Lossy: rows of macroblocks of 16 x 16, whatever the height. Lossless: 4 bytes a pixel,
 * 17 rows, and tables whose size the content decides, here as photos have it. Alpha
 * beside lossy: two planes, and a lossless picture. */
static uint64_t webp_scratch(const picture_info *info) {
    uint64_t pixels = (uint64_t)info->width_px * info->height_px;
    uint64_t lossy = 3889 + UINT64_C(2026) * ceil_div(info->width_px, 16);
    uint64_t rows = UINT64_C(68) * info->width_px;
    switch (info->webp) {
    case WEBP_LOSSY:
        return lossy;
    case WEBP_LOSSY_ALPHA:
        return lossy + pixels * 605 / 100 + rows + 17100;
    case WEBP_LOSSLESS:
        return pixels * (info->has_alpha ? 425 : 416) / 100 + rows + 12784;
    case WEBP_NONE:
        break;
    }
    return 0;
}

uint64_t decode_scratch_bytes(const picture_info *info, const cost_model *model) {
    switch (info->format) {
    case PICTURE_PNG:
        return png_scratch(info, model);
    case PICTURE_JPEG:
        return jpeg_scratch(info, model);
    case PICTURE_WEBP:
        return webp_scratch(info);
    case PICTURE_UNKNOWN:
    case PICTURE_BMP:
    case PICTURE_GIF:
    case PICTURE_PVR:
    case PICTURE_PKM:
    case PICTURE_ASTC:
    case PICTURE_CMIP:
    case PICTURE_FORMAT_COUNT:
        break;
    }
    return 0;
}

static void take_largest(decode_cost *cost, uint64_t size_bytes, const char *site) {
    if (size_bytes > cost->largest_bytes) {
        cost->largest_bytes = size_bytes;
        cost->largest_site = site;
    }
}

static const char *pixel_site(picture_format format) {
    static const char *const sites[PICTURE_FORMAT_COUNT] = {
        [PICTURE_PNG] = "Image::initWithPngData",
        [PICTURE_JPEG] = "Image::initWithJpgData",
        [PICTURE_WEBP] = "Image::initWithWebpData (unchecked)",
    };
    return sites[format] == NULL ? "Image::initWithImageData" : sites[format];
}

static void cost_plain_native(decode_cost *cost, const picture_info *info,
                              const cost_model *model) {
    uint64_t pixels = (uint64_t)info->width_px * info->height_px;
    uint64_t channels = info->channels == 0 ? 4 : info->channels;
    cost->pixel_bytes = channels * pixels;
    cost->scratch_bytes = decode_scratch_bytes(info, model);
    cost->convert_bytes = channels < 4 ? (channels + 4) * pixels : 0;
    uint64_t decoding = cost->file_bytes + cost->scratch_bytes + cost->pixel_bytes;
    cost->peak_bytes = decoding > cost->convert_bytes ? decoding : cost->convert_bytes;
    cost->pending_bytes = cost->finished_bytes;
    take_largest(cost, cost->file_bytes, "FileUtils::getContents");
    take_largest(cost, cost->pixel_bytes, pixel_site(info->format));
    if (channels < 4) {
        take_largest(cost, cost->finished_bytes,
                     "convertRGB2RGBA and its like (unchecked)");
    }
    if (engine_is_2_4(model->version)) {
        cost->pending_bytes = channels < 4 ? cost->convert_bytes : cost->finished_bytes;
        cost->callback_bytes = cost->finished_bytes;
    }
}

/* For each level a chunk is copied and never freed, decoded, copied again, and all are
 * joined. */
static void cost_container_native(decode_cost *cost, const picture_info *info) {
    uint32_t last = info->level_count > 0 ? info->level_count - 1 : 0;
    uint32_t width = info->width_px >> last;
    uint32_t height = info->height_px >> last;
    uint64_t last_bytes =
        gpu_format_level_bytes(info->gpu, width > 0 ? width : 1, height > 0 ? height : 1);
    cost->leak_bytes = info->chunk_bytes;
    cost->peak_bytes =
        cost->file_bytes + info->chunk_bytes + 2 * info->payload_bytes + last_bytes;
    take_largest(cost, cost->file_bytes, "FileUtils::getContents");
    take_largest(cost, info->payload_bytes, "Image::initWithCompressedMipsData");
}

static void cost_compressed(decode_cost *cost, const picture_info *info,
                            const cost_model *model) {
    bool is_native = model->target == TARGET_NATIVE;
    cost->pixel_bytes = info->payload_bytes;
    cost->pending_bytes = info->payload_bytes;
    cost->peak_bytes =
        is_native ? cost->file_bytes + info->payload_bytes : cost->file_bytes;
    take_largest(cost, cost->file_bytes,
                 is_native ? "FileUtils::getContents" : "ArrayBuffer");
    if (info->format == PICTURE_CMIP && is_native) {
        cost_container_native(cost, info);
    } else if (info->format == PICTURE_CMIP) {
        cost->peak_bytes = cost->file_bytes + 2 * info->payload_bytes;
    }
    if (is_native && engine_is_2_4(model->version)) {
        cost->callback_bytes = info->payload_bytes;
    }
}

decode_cost decode_cost_of(const picture_info *info, uint64_t file_bytes,
                           const cost_model *model) {
    decode_cost cost = {.file_bytes = file_bytes,
                        .finished_bytes = image_decoded_bytes(info),
                        .largest_site = ""};
    if (info->format >= PICTURE_PVR) {
        cost_compressed(&cost, info, model);
    } else if (model->target == TARGET_NATIVE) {
        cost_plain_native(&cost, info, model);
    } else {
        /* The browser or the host decodes, by means of its own: 4 bytes a pixel are
         * certain. */
        cost.pixel_bytes = cost.finished_bytes;
        cost.peak_bytes = cost.finished_bytes;
        cost.pending_bytes = 0;
        take_largest(&cost, cost.finished_bytes, "the browser's decoder");
    }
    return cost;
}
