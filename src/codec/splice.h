/* splice.h - replace spans of a text and nothing else: every byte outside of them stays.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_SPLICE_H
#define PA_CODEC_SPLICE_H

#include "base/buf.h"
#include "base/error.h"

typedef struct splice {
    size_t from;
    size_t size; /**< bytes that go; 0 inserts */
    str text;    /**< what comes; borrowed */
} splice;

/** Zero-initialise it; clear it. */
typedef struct splice_list {
    splice *rows;
    size_t count;
    size_t capacity;
} splice_list;

/** Replaces a part of `whole`, which `span` borrows from. PA_INTERNAL when it does not.
 */
pa_status splice_replace(splice_list *list, str whole, str span, str text, pa_error *err);

/** `whole` with all replacements, appended to `out`. PA_INTERNAL when two overlap: a span
 * is edited once. */
pa_status splice_apply(splice_list *list, str whole, buf *out, pa_error *err);

/** Replaces every occurrence of `old` and tells how many there were. PA_NOMEM. */
pa_status splice_replace_all(splice_list *list, str whole, str old, str text,
                             size_t *count, pa_error *err);

void splice_clear(splice_list *list);

#endif
