/* cover.h - choose one option of each item so that every need is covered, at the least
 * cost: a multiple-choice covering problem, without a word about images.
 *
 * The least cost is bounded from below by Lagrangian relaxation: for any prices >= 0 of
 * the needs, sum(price * need) + sum over items of min(cost - price * saving) is no more
 * than the cost of any choice that covers all (Fisher, "The Lagrangian relaxation method
 * for solving integer programming problems", Management Science 27, 1981).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_COVER_H
#define PA_REWRITE_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/** Options of item i are [first[i], first[i + 1]); its first one costs and saves 0. */
typedef struct cover {
    size_t item_count;
    const size_t *first;
    const uint64_t *cost; /**< of each option */
    size_t need_count;
    const int64_t *const *saving; /**< [need][option]; may be negative */
    const int64_t *need;
} cover;

/** What is known about a cover. */
typedef struct cover_result {
    bool is_covered;     /**< `choice` covers all needs */
    bool is_impossible;  /**< it is proven that no choice does */
    uint64_t cost;       /**< of `choice` */
    uint64_t least_cost; /**< no choice that covers all costs less */
} cover_result;

/** Searches. `choice`, a number of an option within its item for each item, is written.
 * PA_NOMEM is the one failure. */
pa_status cover_solve(const cover *in, uint32_t *choice, cover_result *told,
                      pa_error *err);

#endif
