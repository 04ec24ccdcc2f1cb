/* parts.c - tell the kinds of packs apart.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/parts.h"

pa_status part_read(document_reader *in, const document_part *from, document *out) {
    switch (from->form) {
    case PART_DOCUMENT:
        return document_read(in, from->value, out);
    case PART_SECTION:
        if (json_count(&in->doc, from->value) != 6) {
            return error_set(in->err, PA_FORMAT, "a section has 6 parts, this one %u",
                             json_count(&in->doc, from->value));
        }
        return document_read_section(in, from->tables, json_first(&in->doc, from->value),
                                     out);
    case PART_PAIR:
        return document_read_texture_pair(in, from->value, out);
    case PART_TEXT:
        break;
    }
    return document_read_texture_text(in, from->text, out);
}

document_part part_of_file(const json *doc) {
    bool is_ccon =
        json_is(doc, 0, JSON_OBJECT) && json_get(doc, 0, "chunks") != JSON_NONE;
    json_ref inner = is_ccon ? json_get(doc, 0, "document") : JSON_NONE;
    return (document_part){.form = PART_DOCUMENT,
                           .value = inner == JSON_NONE ? 0 : inner};
}

static pa_status unknown_pack(document_reader *in) {
    return error_set(
        in->err, PA_FORMAT,
        "is a pack of no known form: expected a compiled pack of 6 parts, a list, or "
        "{\"type\", \"data\"}");
}

static pa_status make_room(document_reader *in, size_t count, part_list *out) {
    out->items = arena_alloc(&in->scratch, count + 1, sizeof *out->items);
    return out->items == NULL ? error_nomem(in->err) : PA_OK;
}

/* A list of which each element is one document of the form given. */
static pa_status list_elements(document_reader *in, json_ref list, document_part form,
                               part_list *out) {
    uint32_t count = json_count(&in->doc, list);
    if (make_room(in, count, out) != PA_OK) {
        return in->err->status;
    }
    json_ref item = json_first(&in->doc, list);
    for (; out->count < count; item = json_next(&in->doc, item)) {
        form.value = item;
        out->items[out->count++] = form;
    }
    return PA_OK;
}

/* 2.4: all textures in one text, '|' between them. */
static pa_status split_texts(document_reader *in, json_ref value, part_list *out) {
    str rest = json_string(&in->doc, value, &in->scratch);
    size_t room = 1;
    for (size_t at = str_find(rest, '|', 0); at < rest.size;
         at = str_find(rest, '|', at + 1)) {
        room++;
    }
    if (make_room(in, room, out) != PA_OK) {
        return in->err->status;
    }
    str text = {0};
    while (str_split(&rest, '|', &text)) {
        out->items[out->count++] = (document_part){.form = PART_TEXT, .text = text};
    }
    return PA_OK;
}

static pa_status list_typed(document_reader *in, part_list *out) {
    const json *doc = &in->doc;
    json_ref data = json_get(doc, 0, "data");
    bool is_texture = json_string_is(doc, json_get(doc, 0, "type"), "cc.Texture2D");
    if (is_texture && json_is(doc, data, JSON_STRING)) {
        return split_texts(in, data, out);
    }
    document_part form = {.form = is_texture ? PART_PAIR : PART_DOCUMENT};
    return json_is(doc, data, JSON_ARRAY) ? list_elements(in, data, form, out)
                                          : unknown_pack(in);
}

pa_status parts_of_pack(document_reader *in, part_list *out) {
    const json *doc = &in->doc;
    *out = (part_list){0};
    if (json_is(doc, 0, JSON_OBJECT)) {
        return list_typed(in, out);
    }
    if (!document_is_compiled(doc, 0)) {
        return json_is(doc, 0, JSON_ARRAY)
                   ? list_elements(in, 0, (document_part){.form = PART_DOCUMENT}, out)
                   : unknown_pack(in);
    }
    if (json_count(doc, 0) != 6) {
        return unknown_pack(in);
    }
    const compiled_tables *tables = document_open_tables(in, 0);
    return tables == NULL
               ? in->err->status
               : list_elements(in, json_at(doc, 0, 5),
                               (document_part){.form = PART_SECTION, .tables = tables},
                               out);
}
