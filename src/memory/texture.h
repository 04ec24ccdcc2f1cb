/* texture.h - what one texture takes on the GPU, and what the engine says it takes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_MEMORY_TEXTURE_H
#define PA_MEMORY_TEXTURE_H

#include "bundle/document.h"
#include "codec/gpu_format.h"
#include "memory/model.h"

/** What a texture is made of, taken from its document and its first image. */
typedef struct texture_shape {
    gpu_format format;
    uint32_t width_px;
    uint32_t height_px;
    uint32_t layers;
    uint32_t supplied_levels; /**< levels that files bring */
    bool wants_mips;          /**< mipFilter is not NONE (3.x), or genMipmaps (2.4) */
} texture_shape;

typedef struct texture_cost {
    uint32_t levels;
    uint64_t gpu_bytes; /**< G: all levels and layers, as the format stores them */
    uint64_t
        counter_bytes; /**< what device.memoryStatus.textureSize adds for it; 0 in 2.4 */
} texture_cost;

/** The shape of a texture whose first image has the sides and format given. */
texture_shape texture_shape_of(const texture_data *texture, const cost_model *model,
                               gpu_format format, uint32_t width_px, uint32_t height_px,
                               uint32_t file_levels);

/** Levels: the full chain, floor(log2(max side)) + 1, when mips are wanted and the target
 * makes them, else what the files bring.
 *
 *  Native >= 3.6: both sides powers of two (native/cocos/core/assets/SimpleTexture.cpp).
 * Native 3.0 to 3.5 and WebGL2: any size (cocos/asset/assets/simple-texture.ts). WebGL1
 * and mini games: powers of two. 2.4: genMipmaps, powers of two, plain pictures only. */
uint32_t texture_levels(const texture_shape *shape, const cost_model *model);

/** G = layers * sum over levels of blocks * block bytes; the counter by the engine's own
 * table: native counts level 0 of one layer (native/cocos/renderer/gfx-base/GFXTexture
 * and its agents, 3.5.2 to 3.8.5), the TypeScript devices all levels and layers
 * (cocos/gfx/base/texture.ts). */
texture_cost texture_cost_of(const texture_shape *shape, const cost_model *model);

/** What the engine's table says for one level; differs from the truth for RGB8, LA8 and
 * PVRTC. */
uint64_t texture_engine_level_bytes(gpu_format format, uint32_t width_px,
                                    uint32_t height_px, const cost_model *model);

/** A RenderTexture: colour 4 and depth-stencil 4 bytes a pixel, sides at most 2048; the
 * engine's counter says 9 (its table gives D24S8 five). */
uint64_t render_texture_bytes(const render_data *render);
uint64_t render_texture_counter_bytes(const render_data *render, const cost_model *model);

#endif
