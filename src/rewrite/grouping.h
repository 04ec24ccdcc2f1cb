/* grouping.h - which documents lie in one file: those that the same loads want, unless
 * the requests of a load would become more than they were.
 *
 * What is wanted together begins in one file. That may be more files than a load fetched
 * before; then files are joined where it costs the fewest bytes that another load fetches
 * in vain, until no load has more requests nor more bytes than before, in vain or not,
 * and joins that turn out needless are taken back. Where no join helps, files stay as
 * they were. Small files of the same loads and other stages are joined as well.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_GROUPING_H
#define PA_REWRITE_GROUPING_H

#include "base/arena.h"
#include "base/error.h"

/** A document. */
typedef struct group_item {
    uint32_t place;         /**< only items of one place can lie in one file */
    uint32_t file;          /**< that holds it now */
    uint64_t bytes;         /**< its own */
    uint64_t texture_bytes; /**< the same in a pack that holds textures only; 0: it is
                               none of those */
    uint32_t frame_bytes;   /**< of a file of its place, beside documents and rows */
    const uint16_t *when;   /**< of each load the stage that wants it, from 1; 0: none */
    const uint32_t *rows;   /**< shared rows that it needs */
    uint32_t row_count;
} group_item;

typedef struct group_problem {
    const group_item *items; /**< those of one file side by side */
    uint32_t count;
    const uint64_t *file_bytes; /**< of each file */
    uint32_t file_count;
    uint32_t load_count;
    const uint64_t *row_bytes;
    uint32_t row_count;
    const uint64_t *slack_bytes; /**< of each load: so much below what it fetched */
} group_problem;

/** Below this a file is joined with another of the same loads: a request costs as much
 * time as 4 KiB at 1 MB/s with 4 ms there and back. */
enum { GROUP_LEAST_BYTES = 4096 };

/** What a load fetches of the items. */
typedef struct group_fetch {
    uint32_t requests;
    uint64_t bytes;
    uint64_t foreign_bytes; /**< of items that only other loads want */
} group_fetch;

typedef struct grouping {
    uint32_t *group_of; /**< of each item; file numbers first: a group below file_count is
                           the old file as it was */
    uint32_t group_count;
    group_fetch *before; /**< of each load */
    group_fetch *after;  /**< new files as large as they are estimated */
} grouping;

/** In memory of `mem`. PA_NOMEM is the one failure. */
pa_status grouping_make(const group_problem *problem, arena *mem, grouping *out,
                        pa_error *err);

#endif
