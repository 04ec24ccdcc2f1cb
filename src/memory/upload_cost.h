/* upload_cost.h - what bringing one image to the GPU holds besides the image and the
 * texture.
 *
 * Native 3.x copies every upload once more into memory of the device thread ("staging"),
 * which is traded for GPU memory one texture at a time. Sources: cocos-engine 3.5.2
 * and 3.8.5 native/cocos/renderer/gfx-agent/DeviceAgent.cpp (doBufferTextureCopy),
 * gfx-base/GFXDef.cpp (formatSize), base/threading/ThreadSafeLinearAllocator.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_MEMORY_UPLOAD_COST_H
#define PA_MEMORY_UPLOAD_COST_H

#include "codec/gpu_format.h"
#include "memory/model.h"

/** One image going into one level of one layer of a texture. */
typedef struct upload {
    gpu_format format;
    uint32_t width_px; /**< of the first level supplied */
    uint32_t height_px;
    uint32_t level_count; /**< levels that the file brings: 1, or those of a container */
} upload;

/** S: bytes of staging as the engine asks for them, by its own 32-bit arithmetic: sides
 * of tail levels become 0 (they are not clamped to 1) and sizes of some blocks then wrap.
 *  3.6 and later: a16(48 regions + pointers) + sum a16(level). 3.0 to 3.5: no rounding. 0
 * for 2.4, web and mini games. */
uint64_t upload_staging_bytes(const upload *up, const cost_model *model);

/** The same without the wrapped levels: what is really filled. */
uint64_t upload_sane_staging_bytes(const upload *up, const cost_model *model);

/** formatSize(format, width, height, 1) of the engine, in uint32 arithmetic. */
uint32_t upload_engine_format_size(gpu_format format, uint32_t width_px,
                                   uint32_t height_px);

/** U: bytes of the levels supplied. */
uint64_t upload_bytes(const upload *up);

/** Staging that a backend keeps for good when all uploads fall into one frame.
 * Zero-initialise it, add uploads in order. Vulkan: blocks of 16 MiB, first fit, larger
 * images cut by rows (gfx-vulkan CCVKGPUStagingBufferPool). Metal: blocks of whole MiB
 * (gfx-metal CCMTLGPUStagingBuffer). */
typedef struct staging_pool {
    uint64_t *free_bytes; /**< of each block; owned, clear with staging_pool_clear */
    size_t block_count;
    size_t capacity;
    uint64_t pool_bytes;
    bool failed; /**< memory ran out */
} staging_pool;

void staging_pool_add(staging_pool *pool, gpu_backend backend, uint64_t size_bytes,
                      uint64_t row_bytes);
void staging_pool_clear(staging_pool *pool);

#endif
