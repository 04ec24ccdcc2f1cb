/* game.h - a built game, opened: its bundles, the documents they store, and who refers to
 * whom.
 *
 * An asset is a uuid. A bundle may store it (then there is a copy of it: one document),
 * redirect to a bundle that does, or both kinds may occur side by side. References lead
 * from copy to copy, as the engine looks an id up in the bundle its user was loaded from.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_GAME_H
#define PA_BUNDLE_GAME_H

#include "bundle/discover.h"
#include "bundle/document.h"
#include "bundle/engine.h"

/** One document as one bundle stores it. */
typedef struct copy {
    uint32_t bundle;
    uint32_t entry; /**< in that bundle */
    uint32_t asset;
    tree_id
        file; /**< its import file, or the pack it is taken from; TREE_NONE when absent */
    bool is_decoded; /**< false: absent or broken, `document` is empty */
    document document;
    uint32_t *targets; /**< copy of each reference, NO_INDEX where it leads nowhere */
} copy;

typedef struct asset {
    str uuid;
    uint32_t first_copy; /**< in the order of the bundles' names */
    uint32_t copy_count;
    uint32_t told_copy; /**< whose document tells what it is: the first that could be
                           read, or the first when none could */
} asset;

typedef struct scene {
    str name; /**< "sponza": the last part of the url */
    str url;
    uint32_t
        copy; /**< of the scene asset; NO_INDEX when no bundle of the build stores it */
    uint32_t bundle; /**< that lists it */
    str uuid;
    bool is_launch;
    bool auto_release;
} scene;

typedef struct game {
    arena mem;
    str path; /**< as the caller named it */
    tree *files;
    discovery found;
    copy *copies;
    uint32_t copy_count;
    asset *assets; /**< sorted by the order of their first copies */
    uint32_t asset_count;
    map by_uuid;   /**< uuid to asset */
    scene *scenes; /**< in the order of bundles and their configs */
    uint32_t scene_count;
    uint32_t *startup; /**< copies that the launcher loads and keeps */
    uint32_t startup_count;
    uint64_t document_count; /**< import documents decoded, packs' sections included */
    uint64_t document_bytes; /**< of the files read for them */
    engine_version engine;
    str engine_text;
    str engine_source; /**< why that one: "settings", "script", "shape: …", "given" */
    engine_target target;
    str target_source;
    arena *worker_mem; /**< where threads put documents; one a thread */
    unsigned worker_count;
} game;

typedef struct game_options {
    pool how;
    str engine; /**< given by the user, or empty */
    str target; /**< likewise */
} game_options;

/** Opens what lies at `path`: a folder, an archive, "-". Clear with game_clear, also on
 * failure. */
pa_status game_open(game *out, const char *path, const game_options *options,
                    finding_list *findings, pa_error *err);

void game_clear(game *in);

/** The bundle of a name, or NO_INDEX. */
uint32_t game_bundle(const game *in, str name);

/** The copy that a bundle gives for a uuid: its own, or that of the bundle it redirects
 * to. NO_INDEX when it has none; `*is_listed` tells whether the bundle lists the uuid at
 * all. */
uint32_t game_lookup(const game *in, uint32_t bundle_index, str uuid, bool *is_listed);

/** Path of a native file of a copy, with `extension` (".png"), in `mem`. */
str game_native_path(const game *in, const copy *c, str extension, arena *mem);

/** The addressable path or scene url under which people know an asset, else empty. */
str game_asset_path(const game *in, uint32_t asset_index);

/** documents.c: makes the copies and decodes all documents. */
pa_status game_read_documents(game *g, const pool *how, finding_list *findings,
                              pa_error *err);

/** references.c: resolves the references of all copies. */
pa_status game_resolve(game *g, finding_list *findings, pa_error *err);

/** versions.c: decides engine and target. */
pa_status game_decide_engine(game *g, const game_options *options, finding_list *findings,
                             pa_error *err);

#endif
