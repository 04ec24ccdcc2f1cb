/* gpu_format.h - the texture formats a Creator build can bring to the GPU, and their
 * block sizes.
 *
 * Sources: Khronos data format specification for the block sizes; which formats occur:
 * cocos-engine v3.8.5 cocos/asset/assets/asset-enum.ts and cocos/gfx/base/define.ts.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_GPU_FORMAT_H
#define PA_CODEC_GPU_FORMAT_H

#include <stdint.h>

#include "base/text.h"

typedef enum gpu_format {
    GPU_UNKNOWN,
    GPU_RGBA8, /* every PNG, JPEG, WebP and BMP ends as this */
    GPU_BGRA8,
    GPU_RGB8,
    GPU_RGB565,
    GPU_RGB5A1,
    GPU_RGBA4,
    GPU_A8,
    GPU_L8,
    GPU_LA8,
    GPU_RGBA16F,
    GPU_RGBA32F,
    GPU_RGB32F,
    GPU_ETC1_RGB,
    GPU_ETC2_RGB,
    GPU_ETC2_RGBA,
    GPU_PVRTC_RGB_2BPP,
    GPU_PVRTC_RGBA_2BPP,
    GPU_PVRTC_RGB_4BPP,
    GPU_PVRTC_RGBA_4BPP,
    GPU_ASTC_4X4,
    GPU_ASTC_5X4,
    GPU_ASTC_5X5,
    GPU_ASTC_6X5,
    GPU_ASTC_6X6,
    GPU_ASTC_8X5,
    GPU_ASTC_8X6,
    GPU_ASTC_8X8,
    GPU_ASTC_10X5,
    GPU_ASTC_10X6,
    GPU_ASTC_10X8,
    GPU_ASTC_10X10,
    GPU_ASTC_12X10,
    GPU_ASTC_12X12,
    GPU_FORMAT_COUNT
} gpu_format;

/** One row a format: "bytes" of one block of width x height pixels; 1 x 1 when
 * uncompressed. */
typedef struct gpu_format_row {
    const char *name; /**< as the report prints it: "RGBA8", "ASTC_6x6" */
    uint8_t block_width_px;
    uint8_t block_height_px;
    uint8_t block_bytes;
} gpu_format_row;

const gpu_format_row *gpu_format_get(gpu_format format); /**< never NULL */

bool gpu_format_is_compressed(gpu_format format);

/** The ASTC format of a block size, GPU_UNKNOWN for sizes that no 2D format has. */
gpu_format gpu_format_astc(uint32_t block_width_px, uint32_t block_height_px);

/** Bytes of one level of one layer: whole blocks, both sides at least 1 px.
 *  0 for GPU_UNKNOWN or a side of 0. Sides are at most PA_MAX_IMAGE_SIDE_PX. */
uint64_t gpu_format_level_bytes(gpu_format format, uint32_t width_px, uint32_t height_px);

#endif
