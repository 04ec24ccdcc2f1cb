/*
 * surface.h - walls, floors and cloths, as a recipe and the maps painted from it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_SURFACE_H
#define PA_GENERATOR_SURFACE_H

#include "picture.h"

enum surface_kind {
    SURFACE_BLOCKS,
    SURFACE_TILES,
    SURFACE_PLASTER,
    SURFACE_CLOTH,
    SURFACE_FLUTES,
    SURFACE_PLANKS,
    SURFACE_SCALES,
    SURFACE_RELIEF,
    SURFACE_MARBLE,
    SURFACE_GLASS,
    SURFACE_FLAGS
};

enum surface_map { MAP_ALBEDO, MAP_NORMAL, MAP_ROUGHNESS };

struct recipe {
    const char *name;
    enum surface_kind kind;
    int rows;
    int columns;
    uint32_t low;    /* 0xrrggbb of what lies deep or is dark */
    uint32_t high;   /* of what stands out */
    uint32_t accent; /* of borders, joints, gold */
    uint32_t seed;
};

struct surface; /* the shape of a recipe at every pixel */

struct surface *surface_new(const struct recipe *recipe, unsigned size_px);
void surface_free(struct surface *surface);
struct picture surface_paint(const struct surface *surface, enum surface_map map);

#endif
