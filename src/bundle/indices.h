/* indices.h - where a compiled document names rows of the tables that its file shares: to
 * put it behind other tables, these numbers are all that changes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_INDICES_H
#define PA_BUNDLE_INDICES_H

#include "bundle/document.h"

typedef enum index_table {
    INDEX_UUID,
    INDEX_STRING,
    INDEX_CLASS,
    INDEX_MASK,
    INDEX_TABLE_COUNT
} index_table;

/** A number of the text that stands for a row. */
typedef struct index_site {
    json_ref value;
    index_table table;
    uint32_t row;
} index_site;

/** Zero-initialise it, set `indices` of a reader to it, reset `count` from document to
 * document; clear it. */
typedef struct index_list {
    index_site *rows;
    size_t count;
    size_t capacity;
} index_list;

/** Notes one, if the reader wants them. */
pa_status index_note(document_reader *in, json_ref value, index_table table, int64_t row);

/** Notes the elements of an array that are 0 or more, every `step`th from `first` on, as
 * many as there are below `end`. */
pa_status index_note_each(document_reader *in, json_ref array, index_table table,
                          uint32_t first, uint32_t step, uint32_t end);

void index_list_clear(index_list *in);

#endif
