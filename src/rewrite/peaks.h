/* peaks.h - the peaks that must come below a budget, as needs of a cover: what every
 * option of every candidate saves of each of them.
 *
 * A peak is a sum over images and a rest of a few largest ones (view_shares). The sum
 * with the least rest that any choice can have bounds the peak from below: what must be
 * saved of it must be saved by every choice that fits.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_PEAKS_H
#define PA_REWRITE_PEAKS_H

#include "rewrite/cover.h"
#include "rewrite/recipe.h"

typedef struct peaks peaks;

/** Begins without any peak. NULL on failure. The candidates must outlive it. */
peaks *peaks_new(const pa_audit *audit, const candidate_list *from, const pool *how,
                 uint64_t budget_bytes, pa_error *err);

/** Takes the peaks of a change (or of one stage: from is to) in, unless they are there.
 */
pa_status peaks_add(peaks *in, uint32_t from, uint32_t to, pa_error *err);

/** Looks for the cheapest choice by which all peaks taken in come below the budget, by
 * what peaks_tighten learned. Barred options are left out. */
pa_status peaks_solve(peaks *in, uint32_t *choice, cover_result *told, pa_error *err);

/** The same by what is certain of every choice that costs less than `below_cost`, which
 * a known one that fits does: told->least_cost is then no more than any choice costs that
 * fits. */
pa_status peaks_bound(peaks *in, uint64_t below_cost, uint32_t *choice,
                      cover_result *told, pa_error *err);

/** A choice was found to hold `peak_bytes` there, more than the budget: that much more
 * is to be saved. */
void peaks_tighten(peaks *in, const uint32_t *choice, uint32_t from, uint32_t to,
                   uint64_t peak_bytes);

/** True when a choice is certain to be above the budget somewhere. */
bool peaks_exclude(const peaks *in, const uint32_t *choice);

/** No choice of options that are not barred brings this peak, which was taken in, below
 * that. */
uint64_t peaks_least_bytes(const peaks *in, uint32_t from, uint32_t to);

void peaks_free(peaks *in); /**< accepts NULL */

#endif
