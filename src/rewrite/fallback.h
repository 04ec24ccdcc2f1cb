/* fallback.h - alternatives that every device reads, beside one that the target's devices
 * take: PNG, JPEG and BMP of images that have a compressed alternative or a WebP.
 *
 * They go only when the user says so and names the devices, each of which takes another
 * one (variant_choose).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_FALLBACK_H
#define PA_REWRITE_FALLBACK_H

#include "rewrite/recipe.h"
#include "rewrite/work.h"

/** Adds an action for each image whose recipe wants it, after all others were added; a
 * refusal where some device takes what would go. */
pa_status fallback_plan(const pa_audit *audit, const candidate_list *found, plan *out,
                        pa_error *err);

/** True when the work is to drop them and left all alternatives that devices take. */
bool fallback_goes(const pa_audit *audit, const image_work *work);

#endif
