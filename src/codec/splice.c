/* splice.c - sort the spans, copy what lies between.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/splice.h"

#include <stdlib.h>

#include "base/alloc.h"

static pa_status add(splice_list *list, splice row, pa_error *err) {
    if (mem_grow(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows) !=
        0) {
        return error_nomem(err);
    }
    list->rows[list->count++] = row;
    return PA_OK;
}

pa_status splice_replace(splice_list *list, str whole, str span, str text,
                         pa_error *err) {
    uintptr_t from = (uintptr_t)span.at - (uintptr_t)whole.at;
    if (span.at == NULL || from > whole.size || span.size > whole.size - from) {
        return error_set(err, PA_INTERNAL, "a span is edited that is not in the text");
    }
    return add(list, (splice){from, span.size, text}, err);
}

pa_status splice_replace_all(splice_list *list, str whole, str old, str text,
                             size_t *count, pa_error *err) {
    *count = 0;
    pa_status status = PA_OK;
    for (size_t at = 0; status == PA_OK && at + old.size <= whole.size;) {
        str rest = str_part(whole, at, whole.size);
        const char *first = memchr(rest.at, old.at[0], rest.size - old.size + 1);
        if (first == NULL) {
            break;
        }
        at = (size_t)(first - whole.at);
        if (memcmp(first, old.at, old.size) != 0) {
            at++;
            continue;
        }
        status = add(list, (splice){at, old.size, text}, err);
        at += old.size;
        (*count)++;
    }
    return status;
}

static int by_place(const void *a, const void *b) {
    size_t left = ((const splice *)a)->from;
    size_t right = ((const splice *)b)->from;
    return (left > right) - (left < right);
}

pa_status splice_apply(splice_list *list, str whole, buf *out, pa_error *err) {
    size_t at = 0;
    if (list->count > 1) {
        qsort(list->rows, list->count, sizeof *list->rows, by_place);
    }
    for (size_t i = 0; i < list->count; i++) {
        const splice *row = &list->rows[i];
        if (row->from < at) {
            return error_set(err, PA_INTERNAL, "byte %zu is edited twice", row->from);
        }
        buf_add(out, str_part(whole, at, row->from));
        buf_add(out, row->text);
        at = row->from + row->size;
    }
    buf_add(out, str_part(whole, at, whole.size));
    return out->failed ? error_nomem(err) : PA_OK;
}

void splice_clear(splice_list *list) {
    mem_free(list->rows);
    *list = (splice_list){0};
}
