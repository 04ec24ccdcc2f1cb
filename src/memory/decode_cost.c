/* decode_cost.c - the peak of one decode.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/decode_cost.h"

#include "memory/image_cost.h"

/* libpng's structures, zlib's window and one row buffer more. Exact for every colour
 * type. */
static uint64_t png_scratch(const picture_info *info, const cost_model *model) {
    uint64_t row_bytes = (uint64_t)info->channels * info->width_px;
    uint64_t pointer_bytes = model->address_bits == 32 ? 4 : 8;
    return 49896 + 2 * row_bytes + pointer_bytes * info->height_px;
}

static uint32_t ceil_div(uint32_t a, uint32_t b) {
    return (a + b - 1) / b;
}

static uint32_t round_up(uint32_t value, uint32_t step) {
    return ceil_div(value, step) * step;
}

/* All coefficients of a progressive or multi-scan JPEG: 128 bytes for each 8 x 8 block.
 */
static uint64_t jpeg_coefficients(const picture_info *info) {
    uint32_t h_max = 1;
    uint32_t v_max = 1;
    for (int i = 0; i < info->components && i < 4; i++) {
        uint32_t h = info->sampling[i] >> 4;
        uint32_t v = info->sampling[i] & 15;
        h_max = h > h_max ? h : h_max;
        v_max = v > v_max ? v : v_max;
    }
    uint64_t total = 0;
    for (int i = 0; i < info->components && i < 4; i++) {
        uint32_t h = info->sampling[i] >> 4 > 0 ? info->sampling[i] >> 4 : 1;
        uint32_t v = (info->sampling[i] & 15) > 0 ? info->sampling[i] & 15 : 1;
        uint32_t columns = round_up(ceil_div(ceil_div(info->width_px * h, h_max), 8), h);
        uint32_t lines = round_up(ceil_div(ceil_div(info->height_px * v, v_max), 8), v);
        total += UINT64_C(128) * columns * lines;
    }
    return total;
}

static bool is_subsampled(const picture_info *info) {
    for (int i = 1; i < info->components && i < 4; i++) {
        if (info->sampling[i] != info->sampling[0]) {
            return true;
        }
    }
    return false;
}

static uint64_t jpeg_scratch(const picture_info *info) {
    uint64_t width = info->width_px;
    uint64_t one_scan = info->components == 1 ? 20000 + 8 * width
                        : is_subsampled(info) ? 36000 + 19 * width
                                              : 30000 + 19 * width;
    return one_scan + (info->is_progressive ? jpeg_coefficients(info) : 0);
}

/* Hundredths of a byte a pixel. */
static uint64_t webp_scratch(const picture_info *info) {
    uint64_t pixels = (uint64_t)info->width_px * info->height_px;
    switch (info->webp) {
    case WEBP_LOSSY:
        return pixels * 13 / 100;
    case WEBP_LOSSY_ALPHA:
        return pixels * 626 / 100;
    case WEBP_LOSSLESS:
        return pixels * (info->has_alpha ? 433 : 424) / 100;
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
        return jpeg_scratch(info);
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
    switch (format) {
    case PICTURE_PNG:
        return "Image::initWithPngData";
    case PICTURE_JPEG:
        return "Image::initWithJpgData";
    case PICTURE_WEBP:
        return "Image::initWithWebpData (unchecked)";
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
    return "Image::initWithImageData";
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
