/* regroup_config.h - other packs in a bundle's config.
 *
 * Ids of packs stand in `uuids` in 3.x and nowhere in 2.4. No element of `uuids` moves:
 * all tables count them. Source: cocos-engine 3.8.5
 * cocos/asset/asset-manager/config.ts; 2.4 cocos2d/core/asset-manager/config.js.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_REGROUP_CONFIG_H
#define PA_REWRITE_REGROUP_CONFIG_H

#include "base/buf.h"
#include "bundle/game.h"

typedef struct new_pack {
    str id;
    str version;             /**< md5 part of its name, or empty */
    const uint32_t *members; /**< entries, in the order of the documents */
    uint32_t member_count;
} new_pack;

/** What of one bundle becomes different. */
typedef struct regroup_config {
    const game *g;
    const bundle *b;
    const bool *is_dropped; /**< of each pack: its file is no more */
    const bool
        *is_packed;      /**< of each entry: it had a file of its own and has none now */
    const str *versions; /**< of each entry that has a file of its own now, or empty */
    const new_pack *packs;
    uint32_t pack_count;
} regroup_config;

/** Writes the config anew, by the text that it has. */
pa_status regroup_config_edit(const regroup_config *in, str text, buf *edited,
                              pa_error *err);

#endif
