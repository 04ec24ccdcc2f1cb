/* indices.c - note them while a document is decoded.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/indices.h"

#include "base/alloc.h"

pa_status index_note(document_reader *in, json_ref value, index_table table,
                     int64_t row) {
    index_list *list = in->indices;
    if (list == NULL) {
        return PA_OK;
    }
    if (mem_grow(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows) !=
        0) {
        return error_nomem(in->err);
    }
    list->rows[list->count++] = (index_site){value, table, (uint32_t)row};
    return PA_OK;
}

pa_status index_note_each(document_reader *in, json_ref array, index_table table,
                          uint32_t first, uint32_t step, uint32_t end) {
    uint32_t count = in->indices == NULL ? 0 : json_count(&in->doc, array);
    json_ref item = json_first(&in->doc, array);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < count && i < end; i++) {
        int64_t row = -1;
        if (i >= first && (i - first) % step == 0 && json_int(&in->doc, item, &row) &&
            row >= 0) {
            status = index_note(in, item, table, row);
        }
        item = json_next(&in->doc, item);
    }
    return status;
}

void index_list_clear(index_list *in) {
    mem_free(in->rows);
    *in = (index_list){0};
}
