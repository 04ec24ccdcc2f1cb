/* gpu_format.c - the texture formats as a table.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/gpu_format.h"

static const gpu_format_row rows[] = {
    [GPU_UNKNOWN] = {"unknown", 1, 1, 0},
    [GPU_RGBA8] = {"RGBA8", 1, 1, 4},
    [GPU_BGRA8] = {"BGRA8", 1, 1, 4},
    /* Three bytes in theory. Metal has no such format and most GPUs store four. */
    [GPU_RGB8] = {"RGB8", 1, 1, 4},
    [GPU_RGB565] = {"RGB565", 1, 1, 2},
    [GPU_RGB5A1] = {"RGB5A1", 1, 1, 2},
    [GPU_RGBA4] = {"RGBA4", 1, 1, 2},
    [GPU_A8] = {"A8", 1, 1, 1},
    [GPU_L8] = {"L8", 1, 1, 1},
    [GPU_LA8] = {"LA8", 1, 1, 2},
    [GPU_RGBA16F] = {"RGBA16F", 1, 1, 8},
    [GPU_RGBA32F] = {"RGBA32F", 1, 1, 16},
    [GPU_RGB32F] = {"RGB32F", 1, 1, 12},
    [GPU_ETC1_RGB] = {"ETC1_RGB", 4, 4, 8},
    [GPU_ETC2_RGB] = {"ETC2_RGB", 4, 4, 8},
    [GPU_ETC2_RGBA] = {"ETC2_RGBA", 4, 4, 16},
    [GPU_PVRTC_RGB_2BPP] = {"PVRTC_RGB_2BPP", 8, 4, 8},
    [GPU_PVRTC_RGBA_2BPP] = {"PVRTC_RGBA_2BPP", 8, 4, 8},
    [GPU_PVRTC_RGB_4BPP] = {"PVRTC_RGB_4BPP", 4, 4, 8},
    [GPU_PVRTC_RGBA_4BPP] = {"PVRTC_RGBA_4BPP", 4, 4, 8},
    [GPU_ASTC_4X4] = {"ASTC_4x4", 4, 4, 16},
    [GPU_ASTC_5X4] = {"ASTC_5x4", 5, 4, 16},
    [GPU_ASTC_5X5] = {"ASTC_5x5", 5, 5, 16},
    [GPU_ASTC_6X5] = {"ASTC_6x5", 6, 5, 16},
    [GPU_ASTC_6X6] = {"ASTC_6x6", 6, 6, 16},
    [GPU_ASTC_8X5] = {"ASTC_8x5", 8, 5, 16},
    [GPU_ASTC_8X6] = {"ASTC_8x6", 8, 6, 16},
    [GPU_ASTC_8X8] = {"ASTC_8x8", 8, 8, 16},
    [GPU_ASTC_10X5] = {"ASTC_10x5", 10, 5, 16},
    [GPU_ASTC_10X6] = {"ASTC_10x6", 10, 6, 16},
    [GPU_ASTC_10X8] = {"ASTC_10x8", 10, 8, 16},
    [GPU_ASTC_10X10] = {"ASTC_10x10", 10, 10, 16},
    [GPU_ASTC_12X10] = {"ASTC_12x10", 12, 10, 16},
    [GPU_ASTC_12X12] = {"ASTC_12x12", 12, 12, 16},
};
_Static_assert(sizeof rows / sizeof rows[0] == GPU_FORMAT_COUNT,
               "a row for every format");

const gpu_format_row *gpu_format_get(gpu_format format) {
    return format < GPU_FORMAT_COUNT ? &rows[format] : &rows[GPU_UNKNOWN];
}

bool gpu_format_is_compressed(gpu_format format) {
    return gpu_format_get(format)->block_width_px > 1;
}

gpu_format gpu_format_astc(uint32_t block_width_px, uint32_t block_height_px) {
    for (unsigned i = GPU_ASTC_4X4; i <= GPU_ASTC_12X12; i++) {
        if (rows[i].block_width_px == block_width_px &&
            rows[i].block_height_px == block_height_px) {
            return (gpu_format)i;
        }
    }
    return GPU_UNKNOWN;
}

uint64_t gpu_format_level_bytes(gpu_format format, uint32_t width_px,
                                uint32_t height_px) {
    const gpu_format_row *row = gpu_format_get(format);
    uint64_t columns =
        ((uint64_t)width_px + row->block_width_px - 1) / row->block_width_px;
    uint64_t lines =
        ((uint64_t)height_px + row->block_height_px - 1) / row->block_height_px;
    return columns * lines * row->block_bytes;
}
