/* merge.h - textures of identical pixels become one: whoever refers to one of them refers
 * to the other, which then is loaded once.
 *
 * That is what the engine sees when two sprites show one texture, and all that it does
 * with it (counting users, releasing) is made for it. It is safe when nothing but
 * documents of known kinds uses the two textures, all in the same way, and code cannot
 * get hold of either: what it loads by a path it may change or release. The texture that
 * nobody refers to any more stays in the build, as its config lists it.
 *
 * Sources: cocos-engine 3.8.5 cocos/asset/asset-manager/{depend-util,
 * release-manager}.ts, 2.4.15 cocos2d/core/asset-manager/{depend-util,
 * releaseManager}.js. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_MERGE_H
#define PA_REWRITE_MERGE_H

#include "rewrite/patch.h"
#include "rewrite/recipe.h"

/** Finds what the recipes want merged, adds its actions and refusals to the plan, and
 * tells it to found->merged. */
pa_status merge_plan(const pa_audit *audit, candidate_list *found, const pool *how,
                     plan *out, pa_error *err);

/** Reads the merges of a plan into `out`, in memory of `mem`. PA_USAGE for one that may
 * not be. */
pa_status merge_read(const pa_audit *audit, const plan *asked, const pool *how,
                     arena *mem, merge_map *out, pa_error *err);

/** merge_edit.c: the editor of all documents that refer to a merged texture. */
typedef struct merge_edit {
    const pa_audit *audit;
    const merge_map *merged;
    bool *is_user; /**< of each asset */
} merge_edit;

/** Failure leaves nothing; clear it otherwise. */
pa_status merge_edit_open(merge_edit *out, const pa_audit *audit, const merge_map *merged,
                          pa_error *err);
void merge_edit_clear(merge_edit *in);
document_editor merge_editor(const merge_edit *in);

#endif
