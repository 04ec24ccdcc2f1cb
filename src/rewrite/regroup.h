/* regroup.h - packs that follow scenes and their stages: documents change files, nothing
 * in them changes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_REGROUP_H
#define PA_REWRITE_REGROUP_H

#include "rewrite/grouping.h"
#include "rewrite/output.h"
#include "rewrite/patch.h"
#include "rewrite/requests.h"

/** What was done. Zero-initialise it; clear it. */
typedef struct regrouped {
    arena mem;
    wanted_copies wanted;  /**< of the build that was read */
    load_requests *before; /**< of each load, likewise */
    load_requests *after;  /**< as the new build will have it; native files as before */
    uint64_t *foreign_before; /**< import bytes that only other loads want */
    uint64_t *foreign_after;
    uint32_t files_gone; /**< import files that are no more */
    uint32_t files_made;
    uint32_t packs_made; /**< of these */
} regrouped;

/** Puts documents together as the stages of `order` want them, by the texts in `what`,
 * and edits configs and settings. New files go to `out`; NULL: nothing is written, and
 * `what` is for the bin. No load has more requests for import files than it had, nor more
 * bytes. */
pa_status regroup_build(const pa_audit *audit, const order_file *order, const pool *how,
                        changes *what, output *out, patch_counts *told, regrouped *result,
                        pa_error *err);

/** PA_OUTPUT unless the build that was written fetches the documents and packs that
 * `result` says; what else it fetches is put there. */
pa_status regroup_verify(const pa_audit *after, const order_file *order,
                         regrouped *result, pa_error *err);

void regrouped_clear(regrouped *in);

#endif
