/* read_document.c - reads the text of one import document for a test.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "read_document.h"

#include "expect.h"

/* Parses a copy of the text, which the caller spoils when all is read. */
static char *begin(read_out *out, const char *text) {
    *out = (read_out){0};
    out->reader.mem = &out->mem;
    out->reader.err = &out->err;
    char *quoted = with_quotes(text);
    json_parse(&out->reader.doc, str_of(quoted), &out->err);
    expect_no_error(&out->err);
    return quoted;
}

void read_document(read_out *out, const char *text) {
    char *quoted = begin(out, text);
    document_read(&out->reader, 0, &out->document);
    spoil(quoted);
}

void read_section(read_out *out, const char *text, uint32_t section) {
    char *quoted = begin(out, text);
    const json *doc = &out->reader.doc;
    const compiled_tables *tables = document_open_tables(&out->reader, 0);
    if (tables != NULL) {
        json_ref parts = json_at(doc, json_at(doc, 0, 5), section);
        document_read_section(&out->reader, tables, json_first(doc, parts),
                              &out->document);
    }
    spoil(quoted);
}

void read_pair(read_out *out, const char *text) {
    char *quoted = begin(out, text);
    document_read_texture_pair(&out->reader, 0, &out->document);
    spoil(quoted);
}

void read_clear(read_out *out) {
    out->reader.err = NULL;
    document_reader_clear(&out->reader);
    arena_clear(&out->mem);
}
