/* sides.h - pixels of an image as pixels of the same image in other sides, and how
 * documents write them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_SIDES_H
#define PA_REWRITE_SIDES_H

#include "base/arena.h"
#include "bundle/document.h"

typedef struct sides_change {
    uint32_t old_width_px;
    uint32_t old_height_px;
    uint32_t new_width_px;
    uint32_t new_height_px;
} sides_change;

double sides_scale_x(const sides_change *by, double pixels);
double sides_scale_y(const sides_change *by, double pixels);

/** The rectangle of a frame in the new sides. One that lay in the texture lies in it
 * again, in the arithmetic of the engine too: 3.x takes the whole texture for a frame
 * with `x + width > texture.width` (sprite-frame.ts, checkRect). */
frame_data sides_scale_frame(const sides_change *by, const frame_data *frame);

/** A text that reads back as exactly `number`, in `mem`; absent when memory ran out. */
str sides_number(double number, arena *mem);

#endif
