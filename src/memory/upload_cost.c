/* upload_cost.c - staging.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/upload_cost.h"

#include "base/alloc.h"

enum { REGION_BYTES = 48, VULKAN_BLOCK_BYTES = 16 << 20, METAL_STEP_BYTES = 1 << 20 };

static uint64_t round_16(uint64_t size_bytes) {
    return (size_bytes + 15) / 16 * 16;
}

/* ceilDiv of the engine: (x - 1) / y + 1, which for x = 0 is (2^32 - 1) / y + 1. */
static uint32_t engine_ceil_div(uint32_t x, uint32_t y) {
    return (x - 1) / y + 1;
}

uint32_t upload_engine_format_size(gpu_format format, uint32_t width_px,
                                   uint32_t height_px) {
    const gpu_format_row *row = gpu_format_get(format);
    if (!gpu_format_is_compressed(format)) {
        return width_px * height_px * row->block_bytes;
    }
    return engine_ceil_div(width_px, row->block_width_px) *
           engine_ceil_div(height_px, row->block_height_px) * row->block_bytes;
}

static uint64_t at_least_one(uint32_t side) {
    return side > 0 ? side : 1;
}

uint64_t upload_bytes(const upload *up) {
    uint64_t total = 0;
    for (uint32_t level = 0; level < up->level_count && level < 32; level++) {
        total += gpu_format_level_bytes(up->format,
                                        (uint32_t)at_least_one(up->width_px >> level),
                                        (uint32_t)at_least_one(up->height_px >> level));
    }
    return total;
}

static bool is_staged(const cost_model *model) {
    return model->target == TARGET_NATIVE && !engine_is_2_4(model->version);
}

/* Sums the levels; those with a vanished side only if `is_literal`. */
static uint64_t staging(const upload *up, const cost_model *model, bool is_literal) {
    if (!is_staged(model)) {
        return 0;
    }
    uint64_t pointer_bytes = model->address_bits == 32 ? 4 : 8;
    bool is_rounded = model->version >= ENGINE(3, 6, 0);
    uint64_t head = up->level_count * (REGION_BYTES + pointer_bytes);
    uint64_t total = is_rounded ? round_16(head) : head;
    for (uint32_t level = 0; level < up->level_count && level < 32; level++) {
        uint32_t width = up->width_px >> level;
        uint32_t height = up->height_px >> level;
        if (!is_literal && (width == 0 || height == 0)) {
            continue;
        }
        uint64_t size = upload_engine_format_size(up->format, width, height);
        total += is_rounded ? round_16(size) : size;
    }
    return total;
}

uint64_t upload_staging_bytes(const upload *up, const cost_model *model) {
    return staging(up, model, true);
}

uint64_t upload_sane_staging_bytes(const upload *up, const cost_model *model) {
    return staging(up, model, false);
}

static void add_block(staging_pool *pool, uint64_t used_bytes) {
    if (mem_grow(&pool->free_bytes, &pool->capacity, pool->block_count + 1,
                 sizeof *pool->free_bytes) != 0) {
        pool->failed = true;
        return;
    }
    pool->free_bytes[pool->block_count++] = VULKAN_BLOCK_BYTES - used_bytes;
    pool->pool_bytes += VULKAN_BLOCK_BYTES;
}

static void add_first_fit(staging_pool *pool, uint64_t size_bytes) {
    for (size_t i = 0; i < pool->block_count; i++) {
        if (pool->free_bytes[i] >= size_bytes) {
            pool->free_bytes[i] -= size_bytes;
            return;
        }
    }
    add_block(pool, size_bytes);
}

void staging_pool_add(staging_pool *pool, gpu_backend backend, uint64_t size_bytes,
                      uint64_t row_bytes) {
    if (backend == BACKEND_METAL) {
        pool->pool_bytes +=
            (size_bytes + METAL_STEP_BYTES - 1) / METAL_STEP_BYTES * METAL_STEP_BYTES;
        return;
    }
    if (backend != BACKEND_VULKAN || size_bytes == 0) {
        return;
    }
    uint64_t row =
        row_bytes == 0 || row_bytes > VULKAN_BLOCK_BYTES ? VULKAN_BLOCK_BYTES : row_bytes;
    uint64_t piece = VULKAN_BLOCK_BYTES / row * row;
    while (size_bytes > VULKAN_BLOCK_BYTES && !pool->failed) {
        add_first_fit(pool, piece);
        size_bytes -= piece;
    }
    add_first_fit(pool, size_bytes);
}

void staging_pool_clear(staging_pool *pool) {
    mem_free(pool->free_bytes);
    *pool = (staging_pool){0};
}
