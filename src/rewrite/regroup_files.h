/* regroup_files.h - the new import files, made and checked in memory, then put in place.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_REGROUP_FILES_H
#define PA_REWRITE_REGROUP_FILES_H

#include "rewrite/grouping.h"
#include "rewrite/output.h"
#include "rewrite/patch.h"
#include "rewrite/regroup_config.h"
#include "rewrite/regroup_read.h"

/** One document: the same number as its item of the grouping. */
typedef struct movable {
    uint32_t file; /**< of the sources */
    uint32_t entry;
    const loose_document *is;
} movable;

typedef struct made_pack {
    uint32_t bundle;
    loose_family family;
    uint32_t *members; /**< movables, by uuid */
    uint32_t count;
    buf text;
    bool is_pack; /**< false: the file of one asset */
} made_pack;

typedef struct made_packs {
    arena mem;
    made_pack *items; /**< group file_count + i of the grouping */
    uint32_t count;
} made_packs;

str movable_uuid(const game *g, const source_files *sources, const movable *d);

/** Writes the text of every new group and reads it again: PA_INTERNAL when a document is
 * not what it was. */
pa_status made_packs_write(const game *g, const source_files *sources,
                           const movable *documents, uint32_t count,
                           const grouping *groups, made_packs *out, pa_error *err);

/** regroup_place.c: names the new files, drops those whose documents have gone, and edits
 * configs and settings. `out` NULL: no file is written. */
pa_status made_packs_put(const game *g, const source_files *sources,
                         const movable *documents, const made_packs *made,
                         const bool *is_left, changes *what, output *out,
                         patch_counts *told, pa_error *err);

void made_packs_clear(made_packs *in);

#endif
