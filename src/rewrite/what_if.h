/* what_if.h - what a build would cost with other alternatives of some images: computed by
 * the same steps as what it costs, before anything is encoded.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_WHAT_IF_H
#define PA_REWRITE_WHAT_IF_H

#include "audit/audit.h"
#include "rewrite/merge_map.h"
#include "rewrite/plan.h"

typedef struct what_if what_if;

/** Begins with the build as it is, seen as the first view of `audit` sees it; NULL when
 * memory ran out. The audit must outlive it. */
what_if *what_if_new(const pa_audit *audit, pa_error *err);

/** Makes an image again what it is, but for its sides; 0: these, too. */
void what_if_reset(what_if *w, uint32_t image_index, uint32_t width_px,
                   uint32_t height_px);

/** Gives it the alternative that an action makes, of the sides that it has now. */
void what_if_add(what_if *w, uint32_t image_index, const action *wanted);

/** From now on the image has no alpha. */
void what_if_drop_alpha(what_if *w, uint32_t image_index);

/** From now on whoever refers to a merged asset refers to the one it was merged into. */
pa_status what_if_merge(what_if *w, const merge_map *merged, pa_error *err);

/** Costs it anew; the view is valid until the next call. */
pa_status what_if_cost(what_if *w, const pool *how, const audit_view **out,
                       pa_error *err);

/** Bytes on the GPU of all textures made of an image, in a view. */
uint64_t image_gpu_bytes(const audit_view *view, uint32_t image_index);

void what_if_free(what_if *w); /**< accepts NULL */

#endif
