/* frame_edit.h - sprite frames follow their image to other sides: all their numbers that
 * are pixels.
 *
 * Sources: cocos-engine 2.4.15 cocos2d/core/assets/CCSpriteFrame.js, 3.8.5
 * cocos/2d/assets/sprite-frame.ts (_deserialize): rect, offset, originalSize, capInsets,
 * vertices; rect.x and y, and the u and v of vertices, count along the texture, all else
 * along the picture, which lies on its side when it is rotated. pixelsToUnit is the size
 * in the world of what is shown in pixels (_updateMeshVertices).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_FRAME_EDIT_H
#define PA_REWRITE_FRAME_EDIT_H

#include "audit/audit.h"
#include "rewrite/patch.h"
#include "rewrite/sides.h"

/** The editor of all frames of images that get other sides. */
typedef struct frame_edit {
    const pa_audit *audit;
    sides_change *changes; /**< of each image; without sides when it keeps them */
    uint32_t *image_of;    /**< of each asset, or NO_INDEX */
} frame_edit;

/** Failure leaves nothing; clear it otherwise. */
pa_status frame_edit_open(frame_edit *out, const pa_audit *audit, pa_error *err);
void frame_edit_clear(frame_edit *in);

/** Tells that an image gets other sides. */
void frame_edit_take(frame_edit *in, uint32_t image_index, const sides_change *by);

document_editor frame_editor(const frame_edit *in);

#endif
