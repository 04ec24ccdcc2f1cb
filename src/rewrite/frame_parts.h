/* frame_parts.h - the parts of each image that sprite frames, glyphs of bitmap fonts in
 * them, and regions of Spine atlases show.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_FRAME_PARTS_H
#define PA_REWRITE_FRAME_PARTS_H

#include "audit/audit.h"

typedef struct image_frames {
    const frame_data **items; /**< of every document of one; of a font its glyphs instead
                                 of its frame */
    uint32_t count;
    bool are_several;    /**< they are not all the same rectangle */
    bool are_glyphs;     /**< some are of a bitmap font, which has one scale */
    bool are_regions;    /**< some are of a Spine atlas, maybe premultiplied */
    const char *fixed;   /**< why they have to stay as they are, or NULL */
    const char *by_code; /**< why code might show them otherwise, or NULL */
} image_frames;

/** The image that a document cuts a frame out of, or NO_INDEX when it is no frame. */
uint32_t frame_image(const pa_audit *audit, const copy *c);

/** The sprite frame that a bitmap font, or a label atlas, is cut out of; NULL when it has
 * none, or is none. */
const copy *font_frame(const pa_audit *audit, const copy *c);

/** Of each asset whether it is the frame of a font, in `mem`. */
pa_status font_frames(const pa_audit *audit, arena *mem, bool **out, pa_error *err);

/** Fills in the parts of each image; `is_font` comes from font_frames. In `mem`. */
pa_status frame_parts_take(const pa_audit *audit, const bool *is_font, arena *mem,
                           image_frames *rows, pa_error *err);

#endif
