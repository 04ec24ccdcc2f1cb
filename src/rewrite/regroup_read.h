/* regroup_read.h - the import files whose documents can be moved, read.
 *
 * Left alone, with all that they hold: what lies in zip bundles; binary containers; files
 * that are absent, damaged, or hold other documents than the config says; packs that
 * share a document with another.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_REGROUP_READ_H
#define PA_REWRITE_REGROUP_READ_H

#include "bundle/game.h"
#include "rewrite/changes.h"
#include "rewrite/pack_write.h"

typedef struct source_file {
    uint32_t bundle;
    uint32_t entry; /**< of the asset, or of the pack's own id */
    uint32_t pack;  /**< or NO_INDEX */
    tree_id file;
    buf text;
    loose_list documents;
} source_file;

typedef struct source_files {
    arena mem;
    shared_rows rows;
    source_file *items; /**< by bundle, packs before the others */
    uint32_t count;
    size_t capacity;
    bool has_lists;    /**< some pack is a plain list: the engine unpacks these */
    bool has_compiled; /**< some document is compiled */
} source_files;

/** Reads them as they stand in `what`. */
pa_status source_files_read(const game *g, const changes *what, const pool *how,
                            source_files *out, pa_error *err);

/** The entry of document `index` of a file. */
uint32_t source_entry(const game *g, const source_file *file, uint32_t index);

/** The family of a document, or FAMILY_COUNT when it stays where it is. */
loose_family source_family(const source_files *in, const source_file *file);

void source_files_clear(source_files *in);

#endif
