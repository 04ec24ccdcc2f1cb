/* merge_edit.c - the ids of merged textures in the documents that refer to them.
 *
 * A compiled document names what it depends on in the table of uuids at its front, which
 * the documents of a pack share: whoever stands in the pack means the same texture by it.
 * The other forms name it where it is used: {"__uuid__": id}, and "texture" of a sprite
 * frame of 2.4.0, 2.4.1, 3.0 and 3.1.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "bundle/uuid.h"
#include "rewrite/merge.h"

pa_status merge_edit_open(merge_edit *out, const pa_audit *audit, const merge_map *merged,
                          pa_error *err) {
    const game *g = &audit->g;
    *out = (merge_edit){.audit = audit, .merged = merged};
    out->is_user = mem_zero((size_t)g->asset_count + 1, sizeof *out->is_user);
    if (out->is_user == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; merged->count > 0 && i < g->copy_count; i++) {
        const document *d = &g->copies[i].document;
        for (uint32_t j = 0; j < d->reference_count; j++) {
            str uuid = d->references[j].uuid;
            out->is_user[g->copies[i].asset] |= merge_uuid(g, merged, uuid).at != uuid.at;
        }
    }
    return PA_OK;
}

void merge_edit_clear(merge_edit *in) {
    mem_free(in->is_user);
    *in = (merge_edit){0};
}

/* An id, which keeps its form. */
static pa_status edit_id(const merge_edit *in, const document_site *at, json_ref value,
                         splice_list *list, pa_error *err) {
    const json *doc = &at->reader->doc;
    str id = json_string(doc, value, at->mem);
    str uuid = id.size == 0 ? id : uuid_decode(at->mem, id);
    str new = id.size == 0 ? id : merge_uuid(at->g, in->merged, uuid);
    if (new.at == uuid.at) {
        return arena_status(at->mem, err);
    }
    str text = uuid_is_full(id) ? new : uuid_encode(at->mem, new);
    str span = json_span(doc, value);
    return text.at == NULL ? arena_status(at->mem, err)
                           : splice_replace(list, doc->text, span, text, err);
}

static pa_status edit_table(const merge_edit *in, const document_site *at,
                            json_ref holder, splice_list *list, pa_error *err) {
    const json *doc = &at->reader->doc;
    json_ref uuids = json_at(doc, holder, 1);
    pa_status status = PA_OK;
    json_ref item = json_first(doc, uuids);
    for (uint32_t left = json_count(doc, uuids);
         json_is(doc, uuids, JSON_ARRAY) && status == PA_OK && left > 0; left--) {
        status = edit_id(in, at, item, list, err);
        item = json_next(doc, item);
    }
    return status;
}

/* Recursion is bounded by PA_MAX_JSON_DEPTH. */
static pa_status edit_inside(const merge_edit *in, const document_site *at,
                             json_ref value, splice_list *list, pa_error *err) {
    const json *doc = &at->reader->doc;
    bool is_object = json_is(doc, value, JSON_OBJECT);
    pa_status status = PA_OK;
    json_ref item =
        json_type_of(doc, value) < JSON_ARRAY ? JSON_NONE : json_first(doc, value);
    for (uint32_t left = item == JSON_NONE ? 0 : json_count(doc, value);
         status == PA_OK && left > 0; left--) {
        json_ref key = item;
        item = is_object ? json_next(doc, item) : item;
        bool is_id =
            is_object && json_is(doc, item, JSON_STRING) &&
            (json_string_is(doc, key, "__uuid__") || json_string_is(doc, key, "texture"));
        status = is_id ? edit_id(in, at, item, list, err)
                       : edit_inside(in, at, item, list, err);
        item = json_next(doc, item);
    }
    return status;
}

static pa_status edit(const void *ctx, const document_site *at, splice_list *list,
                      pa_error *err) {
    const merge_edit *in = ctx;
    const json *doc = &at->reader->doc;
    bool is_section = at->part->form == PART_SECTION;
    pa_status status = PA_OK;
    bool has_table = is_section ? at->is_first /* the others share it */
                                : document_is_compiled(doc, at->part->value);
    if (has_table) {
        status = edit_table(in, at, is_section ? 0 : at->part->value, list, err);
    }
    return status == PA_OK ? edit_inside(in, at, at->part->value, list, err) : status;
}

static bool means(const void *ctx, uint32_t asset_index) {
    return ((const merge_edit *)ctx)->is_user[asset_index];
}

document_editor merge_editor(const merge_edit *in) {
    return (document_editor){in, means, edit};
}
