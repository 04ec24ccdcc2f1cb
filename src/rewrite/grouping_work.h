/* grouping_work.h - groups while they are made, for the two files that make them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_GROUPING_WORK_H
#define PA_REWRITE_GROUPING_WORK_H

#include "rewrite/grouping.h"

typedef struct group {
    uint32_t place;
    uint32_t item_count;
    uint64_t own_bytes; /* of its items */
    uint64_t bytes;     /* of the file */
    uint16_t *when;     /* of each load the first stage that wants something of it */
    uint64_t *rows;     /* bit set of shared rows */
    bool is_free;       /* some load wants it, and it can be joined */
    bool is_gone;       /* joined into another */
} group;

typedef struct group_work {
    const group_problem *problem;
    arena *mem; /* reset from try to try */
    group *groups;
    uint32_t count;
    uint32_t *group_of;  /* of each item */
    bool *is_kept;       /* of each place: it stays as it was */
    group_fetch *limits; /* of each load */
    group_fetch *now;
} group_work;

/* Bytes of a file beside its documents and rows: "[1,0,0,[],0,[]]" and the like. */
enum { GROUP_FRAME_BYTES = 20 };

/** grouping_join.c: joins until no load is above its limits, then small ones. False when
 * it could not; `*place` is the one to keep then. */
bool groups_join(group_work *work, uint32_t *place);

#endif
