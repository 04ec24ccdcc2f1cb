/* image_view.h - pixels that somebody else owns, as the encoders take them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_IMAGE_VIEW_H
#define PA_CODEC_IMAGE_VIEW_H

#include "base/error.h"
#include "base/text.h"

/** width * height pixels of RGBA8, straight alpha, rows from the top without gaps.
 *  Borrowed: lives as long as its owner. */
typedef struct image_view {
    const uint8_t *pixels;
    uint32_t width_px;
    uint32_t height_px;
} image_view;

/** PA_LIMIT when a side is 0, or a side or the area exceeds limits.h, whatever `what` is
 *  for ("webp"). Sides up to `max_side_px`. All products of a view that passed fit. */
pa_status image_view_check(image_view image, uint32_t max_side_px, const char *what,
                           pa_error *err);

/** Bytes of the pixels of a view that was checked. */
static inline size_t image_view_bytes(image_view view) {
    return (size_t)view.width_px * view.height_px * 4;
}

/** Every alpha is 255. */
bool image_view_is_opaque(image_view image);

#endif
