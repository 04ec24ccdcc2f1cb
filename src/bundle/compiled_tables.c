/* compiled_tables.c - the five tables at the front of a compiled file or pack, checked
 * once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/compiled.h"

pa_status compiled_bad(document_reader *in, json_ref value, const char *what) {
    str span = json_span(&in->doc, value);
    size_t offset = span.at == NULL ? 0 : (size_t)(span.at - in->doc.text.at);
    return error_set(in->err, PA_FORMAT, "byte %zu: %s", offset, what);
}

pa_status compiled_ints(document_reader *in, json_ref value, const char *what,
                        int_list *out) {
    uint32_t count =
        json_is(&in->doc, value, JSON_ARRAY) ? json_count(&in->doc, value) : 0;
    if (value == JSON_NONE || (!json_is(&in->doc, value, JSON_ARRAY) &&
                               !json_is(&in->doc, value, JSON_NUMBER))) {
        return compiled_bad(in, value, what);
    }
    *out =
        (int_list){arena_alloc(&in->scratch, (size_t)count + 1, sizeof *out->at), count};
    if (out->at == NULL) {
        return error_nomem(in->err);
    }
    json_ref item = json_first(&in->doc, value);
    for (uint32_t i = 0; i < count; i++, item = json_next(&in->doc, item)) {
        if (!json_int(&in->doc, item, &out->at[i])) {
            return compiled_bad(in, item, what);
        }
    }
    return PA_OK;
}

static pa_status read_strings(document_reader *in, json_ref value, str **out,
                              uint32_t *count) {
    *count = json_is(&in->doc, value, JSON_ARRAY) ? json_count(&in->doc, value) : 0;
    *out = arena_alloc(&in->scratch, (size_t)*count + 1, sizeof **out);
    if (*out == NULL) {
        return error_nomem(in->err);
    }
    json_ref item = json_first(&in->doc, value);
    for (uint32_t i = 0; i < *count; i++, item = json_next(&in->doc, item)) {
        if (!json_is(&in->doc, item, JSON_STRING)) {
            return compiled_bad(in, item, "expected a string in a shared table");
        }
        (*out)[i] = json_string(&in->doc, item, &in->scratch);
    }
    return PA_OK;
}

/* [name, [key, …], offset, type, …]: offset is 3 less the number of plain keys. */
static pa_status read_class(document_reader *in, json_ref value, class_row *out) {
    const json *doc = &in->doc;
    if (json_is(doc, value, JSON_STRING)) {
        *out =
            (class_row){.name = json_string(doc, value, &in->scratch), .is_custom = true};
        return PA_OK;
    }
    json_ref keys = json_at(doc, value, 1);
    json_ref offset = json_at(doc, value, 2);
    int64_t shift = 0;
    if (!json_is(doc, keys, JSON_ARRAY) || !json_int(doc, offset, &shift) || shift > 3 ||
        shift < 3 - (int64_t)json_count(doc, keys)) {
        return compiled_bad(in, value, "expected a class [name, keys, offset, types…]");
    }
    out->name = json_string(doc, json_at(doc, value, 0), &in->scratch);
    pa_status status = read_strings(in, keys, &out->keys, &out->key_count);
    out->simple_count = (uint32_t)(3 - shift);
    out->types.count = json_count(doc, value) - 3;
    out->types.at =
        arena_alloc(&in->scratch, (size_t)out->types.count + 1, sizeof(int64_t));
    if (status != PA_OK || out->types.at == NULL) {
        return status != PA_OK ? status : error_nomem(in->err);
    }
    if (out->types.count < out->key_count - out->simple_count) {
        return compiled_bad(in, value, "a class has fewer types than keys");
    }
    json_ref item = json_next(doc, offset);
    for (uint32_t i = 0; i < out->types.count; i++, item = json_next(doc, item)) {
        if (!json_int(doc, item, &out->types.at[i])) {
            return compiled_bad(in, item, "expected the number of a type");
        }
    }
    return PA_OK;
}

static pa_status read_classes(document_reader *in, json_ref value, compiled_tables *out) {
    uint32_t count =
        json_is(&in->doc, value, JSON_ARRAY) ? json_count(&in->doc, value) : 0;
    out->classes = arena_alloc(&in->scratch, (size_t)count + 1, sizeof *out->classes);
    if (out->classes == NULL) {
        return error_nomem(in->err);
    }
    json_ref item = json_first(&in->doc, value);
    pa_status status = PA_OK;
    for (; status == PA_OK && out->class_count < count;
         item = json_next(&in->doc, item)) {
        status = read_class(in, item, &out->classes[out->class_count++]);
    }
    return status;
}

/* [class, key, …, first advanced value]. */
static pa_status read_mask(document_reader *in, json_ref value,
                           const compiled_tables *tables, int_list *out) {
    pa_status status = compiled_ints(in, value, "expected a mask of numbers", out);
    if (status != PA_OK) {
        return status;
    }
    int64_t last = out->count < 2 ? -1 : out->at[out->count - 1];
    if (last < 1 || last >= out->count || out->at[0] < 0 ||
        out->at[0] >= tables->class_count || tables->classes[out->at[0]].is_custom) {
        return compiled_bad(in, value, "a mask names a class that is not there");
    }
    const class_row *row = &tables->classes[out->at[0]];
    for (uint32_t i = 1; i + 1 < out->count; i++) {
        bool is_simple = i < last;
        if (out->at[i] < 0 || out->at[i] >= row->key_count ||
            (!is_simple && out->at[i] < row->simple_count)) {
            return compiled_bad(in, value,
                                "a mask names a key that its class does not have");
        }
    }
    return PA_OK;
}

static pa_status read_masks(document_reader *in, json_ref value, compiled_tables *out) {
    uint32_t count =
        json_is(&in->doc, value, JSON_ARRAY) ? json_count(&in->doc, value) : 0;
    out->masks = arena_alloc(&in->scratch, (size_t)count + 1, sizeof *out->masks);
    if (out->masks == NULL) {
        return error_nomem(in->err);
    }
    json_ref item = json_first(&in->doc, value);
    pa_status status = PA_OK;
    for (; status == PA_OK && out->mask_count < count; item = json_next(&in->doc, item)) {
        status = read_mask(in, item, out, &out->masks[out->mask_count++]);
    }
    return status;
}

compiled_tables *document_open_tables(document_reader *in, json_ref root) {
    const json *doc = &in->doc;
    int64_t version = 0;
    json_ref first = json_first(doc, root);
    if (!json_int(doc, first, &version) || version != 1) {
        compiled_bad(in, first, "expected version 1 of the compiled form");
        return NULL;
    }
    compiled_tables *tables = arena_alloc(&in->scratch, 1, sizeof *tables);
    if (tables == NULL) {
        error_nomem(in->err);
        return NULL;
    }
    json_ref uuids = json_next(doc, first);
    json_ref strings = json_next(doc, uuids);
    json_ref classes = json_next(doc, strings);
    bool is_read =
        read_strings(in, uuids, &tables->uuids, &tables->uuid_count) == PA_OK &&
        read_strings(in, strings, &tables->strings, &tables->string_count) == PA_OK &&
        read_classes(in, classes, tables) == PA_OK &&
        read_masks(in, json_next(doc, classes), tables) == PA_OK;
    return is_read ? tables : NULL;
}
