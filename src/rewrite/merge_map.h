/* merge_map.h - which asset stands for which.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_MERGE_MAP_H
#define PA_REWRITE_MERGE_MAP_H

#include "bundle/game.h"

/** Zero: every asset is itself. */
typedef struct merge_map {
    uint32_t *into; /**< of each asset: what stands for it, or NO_INDEX; NULL: no merge */
    uint32_t count;
} merge_map;

/** The uuid that a reference has after the merges. */
static inline str merge_uuid(const game *g, const merge_map *in, str uuid) {
    uint32_t asset_index = in->count == 0 ? MAP_NONE : map_get(&g->by_uuid, uuid);
    bool is_merged = asset_index != MAP_NONE && in->into[asset_index] != NO_INDEX;
    return is_merged ? g->assets[in->into[asset_index]].uuid : uuid;
}

/** The copy that reference `index` of a copy leads to after the merges. */
static inline uint32_t merge_target(const game *g, const merge_map *in, const copy *c,
                                    uint32_t index) {
    bool is_listed = false;
    str old = c->document.references[index].uuid;
    str new = merge_uuid(g, in, old);
    return new.at == old.at ? c->targets[index]
                            : game_lookup(g, c->bundle, new, &is_listed);
}

#endif
