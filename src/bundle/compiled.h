/* compiled.h - the shared tables of the compiled form, for the two files that read it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_COMPILED_H
#define PA_BUNDLE_COMPILED_H

#include "bundle/document.h"

typedef struct int_list {
    int64_t *at;
    uint32_t count;
} int_list;

/* A class: a bare name when it reads its own content, else its keys and their types. Keys
 * below simple_count are plain JSON, the others have types[key - simple_count]. */
typedef struct class_row {
    str name;
    bool is_custom;
    str *keys;
    uint32_t key_count;
    uint32_t simple_count;
    int_list types;
} class_row;

struct compiled_tables {
    str *uuids;
    uint32_t uuid_count;
    str *strings;
    uint32_t string_count;
    class_row *classes;
    uint32_t class_count;
    int_list *masks;
    uint32_t mask_count;
};

/** Fails with the offset of a value and what is wrong there. */
pa_status compiled_bad(document_reader *in, json_ref value, const char *what);

/** A list of whole numbers in scratch memory; the number 0 stands for the empty one. */
pa_status compiled_ints(document_reader *in, json_ref value, const char *what,
                        int_list *out);

#endif
