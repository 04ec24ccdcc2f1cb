/* shared_rows.c - equal texts of one table are one row.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/shared_rows.h"

#include <stdio.h>

#include "base/alloc.h"
#include "bundle/config.h"

uint32_t shared_row_add(shared_rows *in, index_table table, str text,
                        uint32_t class_row) {
    char kind[32];
    snprintf(kind, sizeof kind, "%d %u ", (int)table,
             table == INDEX_MASK ? (unsigned)class_row : 0U);
    str front = str_of(kind);
    str key = arena_join(&in->mem, (str[]){front, text}, 2);
    uint32_t found = NO_INDEX;
    if (key.at == NULL || !map_add(&in->known, key, in->count, &found)) {
        return NO_INDEX;
    }
    if (found < in->count) {
        return found;
    }
    if (mem_grow(&in->rows, &in->capacity, (size_t)in->count + 1, sizeof *in->rows) !=
        0) {
        in->mem.failed = true;
        return NO_INDEX;
    }
    in->rows[in->count] = (shared_row){str_part(key, front.size, key.size), table,
                                       table == INDEX_MASK ? class_row : NO_INDEX};
    return in->count++;
}

uint64_t shared_row_bytes(const shared_rows *in, uint32_t row) {
    /* a mask's class has a digit or two that are not in its text */
    return in->rows[row].text.size + (in->rows[row].table == INDEX_MASK ? 3 : 1);
}

void shared_rows_clear(shared_rows *in) {
    mem_free(in->rows);
    map_clear(&in->known);
    arena_clear(&in->mem);
    *in = (shared_rows){0};
}
