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
 * 2.4.15 and 3.3.0 CCMask.js, mask-assembler.ts (a mask is drawn as a simple sprite);
 * cocos/ui/page-view-indicator.ts (size mode CUSTOM).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_FRAME_USE_H
#define PA_REWRITE_FRAME_USE_H

#include "rewrite/frame_parts.h"
#include "rewrite/sides.h"

/** One row an image of the audit's table, in `mem`. */
pa_status frames_of_images(const pa_audit *audit, arena *mem, image_frames **out,
                           pa_error *err);

/** Why the frames cannot follow an image to these sides, or NULL when they can. What code
 * may do counts unless the user takes it upon himself. `mem` is for the judgement; it
 * fails when memory ran out. */
const char *frames_refuse(const image_frames *frames, const sides_change *by,
                          bool trusts_code, arena *mem);

/** A reason with a name in it, in `mem`; constant text when memory ran out. */
const char *use_reason(arena *mem, const char *format, const char *what);

#endif
