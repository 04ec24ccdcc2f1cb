/* closure.h - everything that loading some assets loads with them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_CLOSURE_H
#define PA_BUNDLE_CLOSURE_H

#include "bundle/game.h"

/** Copies in the order they are met, breadth first; an asset is taken once, in the copy
 * met first. Zero-initialise it; reuse it; clear it at the end. */
typedef struct closure {
    uint64_t *assets; /**< bit set of assets */
    uint32_t *copies;
    uint32_t *parents; /**< place in `copies` of the first user, NO_INDEX for a root */
    uint32_t *via;     /**< which reference of that user */
    uint32_t count;
    uint32_t capacity; /**< assets of the game */
} closure;

/** Forgets what was there and walks from `roots`; entries of NO_INDEX are passed over. */
pa_status closure_walk(const game *g, const uint32_t *roots, size_t root_count,
                       closure *out, pa_error *err);

void closure_clear(closure *in);

#endif
