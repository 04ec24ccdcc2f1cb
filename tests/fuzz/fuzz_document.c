/* fuzz_document.c - libFuzzer entry: any bytes as an import document in each form that
 * one can have: alone (compiled or verbose), the sections of a compiled pack, and the
 * parts of a texture pack.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "bundle/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true) {
    if (!is_true) {
        abort();
    }
}

/* A failure has words; facts hang together. */
static void check(const document_reader *in, pa_status status, const document *facts) {
    must((status == PA_OK) == (in->err->status == PA_OK));
    must((status == PA_OK) == (in->err->text[0] == '\0'));
    must(status != PA_NOMEM); /* nothing so small takes all memory */
    if (status != PA_OK) {
        return;
    }
    for (uint32_t i = 0; i < facts->reference_count; i++) {
        must(facts->references[i].uuid.at != NULL && facts->references[i].uuid.size > 0);
        must(facts->references[i].holder != NULL);
    }
    const texture_data *texture = facts->texture;
    must(texture == NULL ||
         (uint64_t)texture->image_from + texture->image_count <= facts->reference_count);
}

static void read_sections(document_reader *in) {
    const json *doc = &in->doc;
    const compiled_tables *tables = document_open_tables(in, 0);
    json_ref list = json_at(doc, 0, 5);
    json_ref section = json_first(doc, list);
    for (uint32_t left = json_count(doc, list); tables != NULL && left > 0; left--) {
        document facts = {0};
        *in->err = (pa_error){0};
        if (json_is(doc, section, JSON_ARRAY) && json_count(doc, section) == 6) {
            pa_status status =
                document_read_section(in, tables, json_first(doc, section), &facts);
            check(in, status, &facts);
        }
        section = json_next(doc, section);
    }
}

static void read_texture_pack(document_reader *in) {
    const json *doc = &in->doc;
    json_ref data = json_get(doc, 0, "data");
    json_ref item = json_is(doc, data, JSON_ARRAY) ? json_first(doc, data) : JSON_NONE;
    for (uint32_t left = item == JSON_NONE ? 0 : json_count(doc, data); left > 0;
         left--) {
        document facts = {0};
        *in->err = (pa_error){0};
        pa_status status = document_read_texture_pair(in, item, &facts);
        check(in, status, &facts);
        item = json_next(doc, item);
    }
    str rest = json_string(doc, data, in->mem);
    str text = {0};
    while (str_split(&rest, '|', &text)) {
        document facts = {0};
        *in->err = (pa_error){0};
        pa_status status = document_read_texture_text(in, text, &facts);
        check(in, status, &facts);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena mem = {0};
    pa_error err = {0};
    document_reader in = {.mem = &mem, .err = &err};
    if (json_parse(&in.doc, str_of_bytes(bytes_of(data, size)), &err) == PA_OK) {
        document facts = {0};
        pa_status status = document_read(&in, 0, &facts);
        check(&in, status, &facts);
        arena_reset(&in.scratch);
        err = (pa_error){0};
        if (document_is_compiled(&in.doc, 0) && json_count(&in.doc, 0) == 6) {
            read_sections(&in);
        } else if (json_is(&in.doc, 0, JSON_OBJECT)) {
            read_texture_pack(&in);
        }
    }
    document_reader_clear(&in);
    arena_clear(&mem);
    return 0;
}
