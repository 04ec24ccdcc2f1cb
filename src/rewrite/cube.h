/* cube.h - the faces of a cube are as large as each other, or the cube is none: all of
 * them get other sides, or none does.
 *
 * Source: cocos-engine 3.8.5 cocos/asset/assets/texture-cube.ts (the texture is as large
 * as the front of its first level, every face is uploaded into that).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_CUBE_H
#define PA_REWRITE_CUBE_H

#include "audit/audit.h"

/** Why a face alone stays as it is. */
#define CUBE_IS_TORN                                                                     \
    "it is a face of a cube, whose other faces would not get the same sides"

/** The sides that an image will have. */
typedef struct image_sides {
    uint32_t width_px;
    uint32_t height_px;
} image_sides;

/** The cubes of images: one number for each row of the audit's table, the same for images
 * that are faces of the same cubes, else NO_INDEX. In `mem`. */
pa_status cubes_of_images(const pa_audit *audit, arena *mem, uint32_t **out,
                          pa_error *err);

/** True when all faces of the cubes of an image will be as large as it. */
bool cube_is_whole(const uint32_t *cubes, const image_sides *sides, uint32_t image_count,
                   uint32_t image_index);

#endif
