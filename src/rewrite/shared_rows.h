/* shared_rows.h - rows of the tables that compiled files share, each once, so that
 * documents of several files can stand behind the same tables.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_SHARED_ROWS_H
#define PA_REWRITE_SHARED_ROWS_H

#include "base/map.h"
#include "bundle/indices.h"

/** A row as it stands in a file. */
typedef struct shared_row {
    str text; /**< of a mask what follows the number of its class */
    index_table table;
    uint32_t class_row; /**< of a mask: row of its class; else NO_INDEX */
} shared_row;

/** Zero-initialise it; clear it. */
typedef struct shared_rows {
    arena mem;
    map known;
    shared_row *rows;
    uint32_t count;
    size_t capacity;
} shared_rows;

/** The number of a row that reads so; made when there is none. `class_row` counts for
 * masks only. NO_INDEX when memory ran out. */
uint32_t shared_row_add(shared_rows *in, index_table table, str text, uint32_t class_row);

/** Bytes that a row takes in a table, with the comma before it. */
uint64_t shared_row_bytes(const shared_rows *in, uint32_t row);

void shared_rows_clear(shared_rows *in);

#endif
