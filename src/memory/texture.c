/* texture.c - levels, GPU bytes and the engine's counter.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/texture.h"

static bool is_power_of_two(uint32_t side) {
    return side != 0 && (side & (side - 1)) == 0;
}

static uint32_t at_least_one(uint32_t side) {
    return side > 0 ? side : 1;
}

static uint32_t full_chain(uint32_t width_px, uint32_t height_px) {
    uint32_t largest = width_px > height_px ? width_px : height_px;
    uint32_t levels = 1;
    while (largest >>= 1) {
        levels++;
    }
    return levels;
}

texture_shape texture_shape_of(const texture_data *texture, const cost_model *model,
                               gpu_format format, uint32_t width_px, uint32_t height_px,
                               uint32_t file_levels) {
    texture_shape shape = {
        .format = format,
        .width_px = width_px,
        .height_px = height_px,
        .layers = texture->layers,
        .supplied_levels = texture->levels > file_levels ? texture->levels : file_levels,
        .wants_mips = engine_is_2_4(model->version) ? texture->gen_mipmaps
                                                    : texture->mip_filter != FILTER_NONE,
    };
    if (texture->is_baked) {
        shape.width_px = texture->layout_width_px;
        shape.height_px = texture->layout_height_px;
    }
    shape.supplied_levels = at_least_one(shape.supplied_levels);
    return shape;
}

/* True when the target gives a texture of this size the chain that it wants. */
static bool makes_chain(const texture_shape *shape, const cost_model *model) {
    bool is_pot = is_power_of_two(shape->width_px) && is_power_of_two(shape->height_px);
    if (engine_is_2_4(model->version)) {
        return is_pot && !gpu_format_is_compressed(shape->format);
    }
    switch (model->target) {
    case TARGET_NATIVE:
        return is_pot || model->version < ENGINE(3, 6, 0);
    case TARGET_WEB:
        return true;
    case TARGET_WEBGL1:
    case TARGET_MINIGAME:
    case TARGET_COUNT:
        break;
    }
    return is_pot;
}

uint32_t texture_levels(const texture_shape *shape, const cost_model *model) {
    if (shape->wants_mips && makes_chain(shape, model)) {
        return full_chain(shape->width_px, shape->height_px);
    }
    return engine_is_2_4(model->version) ? 1 : shape->supplied_levels;
}

/* PVRTC had a formula of its own in the TypeScript devices: at least 16 x 8 pixels at 2
 * bits, 8 x 8 at 4, any size between (gfx/base/define.ts up to 3.5.2; blocks from 3.6.3).
 */
static uint64_t old_pvrtc_bytes(gpu_format format, uint32_t width_px,
                                uint32_t height_px) {
    bool is_2bpp = format == GPU_PVRTC_RGB_2BPP || format == GPU_PVRTC_RGBA_2BPP;
    uint64_t least_width = is_2bpp ? 16 : 8;
    uint64_t width = width_px > least_width ? width_px : least_width;
    uint64_t height = height_px > 8 ? height_px : 8;
    return width * height / (is_2bpp ? 4 : 2);
}

uint64_t texture_engine_level_bytes(gpu_format format, uint32_t width_px,
                                    uint32_t height_px, const cost_model *model) {
    uint64_t pixels = (uint64_t)width_px * height_px;
    if (format == GPU_RGB8) {
        return pixels * 3;
    }
    if (format == GPU_LA8) {
        return pixels;
    }
    bool is_pvrtc = format >= GPU_PVRTC_RGB_2BPP && format <= GPU_PVRTC_RGBA_4BPP;
    if (is_pvrtc && model->target != TARGET_NATIVE && model->version < ENGINE(3, 6, 3)) {
        return old_pvrtc_bytes(format, width_px, height_px);
    }
    return gpu_format_level_bytes(format, width_px, height_px);
}

texture_cost texture_cost_of(const texture_shape *shape, const cost_model *model) {
    texture_cost cost = {.levels = texture_levels(shape, model)};
    uint64_t counter_bytes = 0;
    for (uint32_t level = 0; level < cost.levels && level < 32; level++) {
        uint32_t width = at_least_one(shape->width_px >> level);
        uint32_t height = at_least_one(shape->height_px >> level);
        cost.gpu_bytes += gpu_format_level_bytes(shape->format, width, height);
        counter_bytes += texture_engine_level_bytes(shape->format, width, height, model);
    }
    cost.gpu_bytes *= shape->layers;
    if (model->target == TARGET_NATIVE) {
        cost.counter_bytes = texture_engine_level_bytes(shape->format, shape->width_px,
                                                        shape->height_px, model);
    } else {
        cost.counter_bytes = counter_bytes * shape->layers;
    }
    if (engine_is_2_4(model->version)) {
        cost.counter_bytes = 0;
    }
    return cost;
}

enum { MAX_RENDER_SIDE_PX = 2048 };

static uint64_t render_pixels(const render_data *render) {
    uint64_t width =
        render->width_px < MAX_RENDER_SIDE_PX ? render->width_px : MAX_RENDER_SIDE_PX;
    uint64_t height =
        render->height_px < MAX_RENDER_SIDE_PX ? render->height_px : MAX_RENDER_SIDE_PX;
    return width * height;
}

uint64_t render_texture_bytes(const render_data *render) {
    return render_pixels(render) * 8;
}

uint64_t render_texture_counter_bytes(const render_data *render,
                                      const cost_model *model) {
    return engine_is_2_4(model->version) ? 0 : render_pixels(render) * 9;
}
