/*
 * emblem.h - pictures that are no surfaces: signs with clear edges, light, sky.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_EMBLEM_H
#define PA_GENERATOR_EMBLEM_H

#include "picture.h"

enum emblem {
    EMBLEM_COIN,
    EMBLEM_GEM,
    EMBLEM_HEART,
    EMBLEM_STAR,
    EMBLEM_SHIELD,
    EMBLEM_KEY,
    EMBLEM_PANEL,
    EMBLEM_BUTTON
};

/* A sign on a clear ground. */
struct picture emblem_sign(enum emblem emblem, unsigned width_px, unsigned height_px);
/* The cut-out pictures that a 3D scene has: on a clear ground, few colours. */
struct picture emblem_chain(unsigned size_px);
struct picture emblem_leaves(unsigned size_px, uint32_t leaf_rgb, uint32_t seed);
struct picture emblem_banner(unsigned size_px);
/* A soft painting of hills, for backgrounds. */
struct picture emblem_landscape(unsigned width_px, unsigned height_px, uint32_t seed);
/* Pools of warm light on a floor, as a bake leaves them. */
struct picture emblem_lightmap(unsigned size_px, uint32_t seed);
/* One face of a sky; face is 0 to 5: right, left, top, bottom, front, back. */
struct picture emblem_sky(unsigned size_px, unsigned face);

#endif
