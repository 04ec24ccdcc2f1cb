/* atlas.h - an image that several frames are cut out of, in smaller sides, so that no
 * frame gets pixels of another.
 *
 * Each pixel of the new image covers a block of old ones. One that covers pixels of a
 * frame is made of that frame alone, its edges carried on as far as the filter reaches;
 * one that covers no frame is the mean of its block. So a sampler that reads one pixel
 * over the edge of a frame finds there what lay beside the frame, as it did before.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_ATLAS_H
#define PA_REWRITE_ATLAS_H

#include "codec/resize.h"
#include "rewrite/sides.h"

/** Why that cannot be done, or NULL: the old sides have to be multiples of the new ones,
 * and no frame may reach a pixel that another one is made of. `mem` is for the judgement;
 * it fails when memory ran out. */
const char *atlas_refuses(const frame_data *const *frames, uint32_t count,
                          const sides_change *by, arena *mem);

/** Appends the new image to `out`; atlas_refuses said NULL. As resize() otherwise; holds
 * two more images as large as the largest frame. */
pa_status atlas_resize(image_view image, const frame_data *const *frames, uint32_t count,
                       const sides_change *by, const resize_settings *how, buf *out,
                       pa_error *err);

#endif
