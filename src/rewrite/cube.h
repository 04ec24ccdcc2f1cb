/* cube.h - the faces of a cube are alike in sides, format and levels, or the cube is
 * none: all of them are changed in the same way, or none is.
 *
 * Source: cocos-engine 3.8.5 cocos/asset/assets/texture-cube.ts (the texture has the
 * sides and the format of the front of its first level, every face is uploaded into that;
 * faces with different numbers of levels make no texture).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_CUBE_H
#define PA_REWRITE_CUBE_H

#include "audit/audit.h"
#include "rewrite/use.h"

/** Why a face alone stays as it is. */
#define CUBE_IS_TORN                                                                     \
    "it is a face of a cube, whose other faces would not get the same sides and "        \
    "formats"

/** What an image will be, as far as the other faces of its cube must be the same. */
typedef struct face_form {
    uint32_t width_px;
    uint32_t height_px;
    uint32_t levels;              /**< for the GPU; 0: nothing is for it */
    gpu_format gpu[MAX_VARIANTS]; /**< of its alternatives, in their order */
    uint32_t count;
    bool has_gpu;      /**< one of them is for the GPU */
    bool is_left_open; /**< one of them may yet be left out, in some faces only */
    bool is_unsure;    /**< … and it stands before one for the GPU */
} face_form;

/** Fills in what becomes of an image with the sides of the form when some alternatives
 * are made: those that are new stand before the others. */
void face_form_take(face_form *form, const pa_audit *audit, const image_users *users,
                    uint32_t image_index, const action *made, uint32_t count,
                    bool is_opaque);

/** The cubes of images: one number for each row of the audit's table, the same for images
 * that are faces of the same cubes, else NO_INDEX. In `mem`. */
pa_status cubes_of_images(const pa_audit *audit, arena *mem, uint32_t **out,
                          pa_error *err);

/** True when all faces of the cubes of an image will be what it will be. */
bool cube_is_whole(const uint32_t *cubes, const face_form *forms, uint32_t image_count,
                   uint32_t image_index);

#endif
