/* grouping_work.h - groups while they are made, for the two files that make them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_GROUPING_WORK_H
#define PA_REWRITE_GROUPING_WORK_H

#include "rewrite/grouping.h"

/* Items that lie in one file: an atom, which is never parted, or some atoms joined. */
typedef struct group {
    uint32_t place;
    uint32_t item_count;
    uint32_t atom_count;
    uint32_t frame_bytes;
    uint64_t plain_bytes;   /* of its items, wherever they lie */
    uint64_t own_bytes;     /* of its items in this file */
    uint64_t texture_bytes; /* the same while all of them are textures; else 0 */
    uint64_t row_bytes;     /* of the rows it needs */
    uint64_t bytes;         /* of the file */
    uint16_t *when;         /* of each load the first stage that wants something of it */
    uint64_t *rows;         /* bit set of shared rows; NULL unless it is free */
    bool is_free;           /* some load wants it, and it can be joined */
} group;

typedef struct group_work {
    const group_problem *problem;
    arena *mem; /* reset from try to try */
    group *atoms;
    uint32_t count;      /* of atoms, and of places for groups */
    uint32_t *atom_of;   /* of each item */
    group *groups;       /* those without atoms are no more */
    uint32_t *group_of;  /* of each atom */
    bool *is_kept;       /* of each file: it stays as it is */
    group_fetch *limits; /* of each load */
    group_fetch *now;
} group_work;

/* Bytes of a pack of textures beside them: {"type":"cc.Texture2D","data":[]} less a
 * comma.
 */
enum { GROUP_TEXTURE_FRAME_BYTES = 32 };

static inline uint64_t group_file_bytes(const group *g) {
    return g->texture_bytes > 0 && g->item_count > 1
               ? GROUP_TEXTURE_FRAME_BYTES + g->texture_bytes
               : g->frame_bytes + g->own_bytes + g->row_bytes;
}

/** grouping_join.c: joins atoms until a load is not above its limits. False when it could
 * not. */
bool groups_join(group_work *work, uint32_t load);

/** grouping_join.c: joins those below GROUP_LEAST_BYTES with others of the same loads. */
void groups_join_small(group_work *work);

/** grouping_part.c: takes atoms out of groups again where the limits allow that, those
 * first that were fetched in vain most. */
void groups_part(group_work *work);

/** grouping_part.c: files that, kept as they are, spare a load requests: marks the one
 * that costs the fewest bytes in vain for each, or with `all` every one. False when there
 * is none. */
bool groups_keep_file(group_work *work, uint32_t load, bool all);

/** grouping_part.c: a group as its atoms make it. */
void group_sum_up(const group_work *work, uint32_t index);

#endif
