/* frame_use.h - the sprite frames that are cut out of each image, and whether they may be
 * scaled together with it.
 *
 * A frame tells its part of a texture in pixels, and some of who show it take sizes on
 * the screen from these pixels. A frame may follow its image to other sides when nobody
 * does. Sources: cocos-engine 2.4.15 cocos2d/core/components/CCSprite.js (__preload gives
 * the node the frame's size unless the size mode is CUSTOM); 3.0.0 and 3.2.0
 * cocos/2d/components/sprite.ts (the same when the texture comes later); 3.3.0 and 3.8.5
 * (only a frame that is assigned at run time does); cocos/2d/assembler/sprite (simple and
 * filled sprites take proportions of a frame, sliced ones its borders, tiled ones its
 * size); cocos/particle-2d (the proportion of its sides);
 * cocos/ui/page-view-indicator.ts (size mode CUSTOM).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_FRAME_USE_H
#define PA_REWRITE_FRAME_USE_H

#include "audit/audit.h"
#include "rewrite/sides.h"

typedef struct image_frames {
    const frame_data **items; /**< of every document of one */
    uint32_t count;
    bool are_several;    /**< they are not all the same rectangle */
    const char *fixed;   /**< why they have to stay as they are, or NULL */
    const char *by_code; /**< why code might show them otherwise, or NULL */
} image_frames;

/** The image that a document cuts a frame out of, or NO_INDEX when it is no frame. */
uint32_t frame_image(const pa_audit *audit, const copy *c);

/** One row an image of the audit's table, in `mem`. */
pa_status frames_of_images(const pa_audit *audit, arena *mem, image_frames **out,
                           pa_error *err);

/** Why the frames cannot follow an image to these sides, or NULL when they can. What code
 * may do counts unless the user takes it upon himself. `mem` is for the judgement; it
 * fails when memory ran out. */
const char *frames_refuse(const image_frames *frames, const sides_change *by,
                          bool trusts_code, arena *mem);

#endif
