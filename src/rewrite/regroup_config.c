/* regroup_config.c - the tables `uuids`, `packs` and `versions`, by the habits that the
 * config shows.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/regroup_config.h"

#include "base/alloc.h"
#include "codec/splice.h"

typedef struct editing {
    const regroup_config *in;
    json doc;
    splice_list list;
    arena mem;
    uint32_t uuid_count;
    json_ref *uuids;  /* elements of `uuids` */
    bool lists_packs; /* ids of packs stand in `uuids` */
    bool has_numbers; /* members of packs are numbers, else texts of digits */
    bool *is_gone;    /* of each entry: the id of a pack that is dropped */
    uint32_t *places; /* of each new pack in `uuids`, when they are listed */
    buf packs;
    buf versions;
    pa_error *err;
} editing;

static bool is_dropped(const editing *e, uint32_t entry_index) {
    return entry_index < e->in->b->entry_count && e->is_gone[entry_index];
}

/* ---- habits -------------------------------------------------------------------------
 */

/* 3.0 to 3.8.1 write members as texts of digits, 2.4 and 3.8.2 on as numbers. */
static bool writes_numbers(const game *g) {
    return engine_is_2_4(g->engine) || g->engine >= ENGINE(3, 8, 2);
}

static void read_habits(editing *e) {
    const bundle *b = e->in->b;
    bool has_members = false;
    bool has_listed = false;
    for (uint32_t i = 0; i < b->pack_count; i++) {
        has_members |= b->packs[i].count > 0;
        has_listed |= b->packs[i].entry < e->uuid_count;
    }
    e->lists_packs = b->pack_count > 0 ? has_listed : !engine_is_2_4(e->in->g->engine);
    e->has_numbers = has_members ? b->has_number_members : writes_numbers(e->in->g);
}

static pa_status read_uuids(editing *e) {
    json_ref list = json_get(&e->doc, 0, "uuids");
    e->uuid_count = json_is(&e->doc, list, JSON_ARRAY) ? json_count(&e->doc, list) : 0;
    e->uuids = arena_alloc(&e->mem, (size_t)e->uuid_count + 1, sizeof *e->uuids);
    e->places = arena_alloc(&e->mem, (size_t)e->in->pack_count + 1, sizeof *e->places);
    e->is_gone = arena_alloc(&e->mem, (size_t)e->in->b->entry_count + 1, sizeof(bool));
    if (e->uuids == NULL || e->places == NULL || e->is_gone == NULL) {
        return error_nomem(e->err);
    }
    for (uint32_t i = 0; i < e->in->b->pack_count; i++) {
        e->is_gone[e->in->b->packs[i].entry] |= e->in->is_dropped[i];
    }
    for (uint32_t i = 0; i < e->in->b->entry_count; i++) { /* one id at several places */
        uint32_t first = map_get(&e->in->b->by_uuid, e->in->b->entries[i].uuid);
        e->is_gone[i] |= first != MAP_NONE && e->is_gone[first];
    }
    json_ref item = json_first(&e->doc, list);
    for (uint32_t i = 0; i < e->uuid_count; i++, item = json_next(&e->doc, item)) {
        e->uuids[i] = item;
    }
    return PA_OK;
}

/* ---- uuids ------------------------------------------------------------------------ */

/* An id that fills the place of one that is gone: it stands in the list already, and what
 * stands twice counts once. */
static str filler(const editing *e) {
    if (e->in->pack_count > 0) {
        return e->in->packs[0].id;
    }
    for (uint32_t i = 0; i < e->uuid_count; i++) {
        if (!is_dropped(e, i)) {
            return json_span(&e->doc, e->uuids[i]);
        }
    }
    return (str){0};
}

static pa_status put_uuid(editing *e, uint32_t place, str id) {
    return splice_replace(&e->list, e->doc.text, json_span(&e->doc, e->uuids[place]), id,
                          e->err);
}

/* New ids take the places of those that go; the others come behind the last. */
static pa_status edit_uuids(editing *e) {
    uint32_t next = 0;
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < e->uuid_count; i++) {
        if (!is_dropped(e, i)) {
            continue;
        }
        bool is_used = next < e->in->pack_count;
        status = put_uuid(e, i, is_used ? e->in->packs[next].id : filler(e));
        if (is_used) {
            e->places[next++] = i;
        }
    }
    buf more = {0};
    for (uint32_t i = next; i < e->in->pack_count; i++) {
        e->places[i] = e->uuid_count + (i - next);
        buf_format(&more, "%s\"%.*s\"", e->places[i] > 0 ? "," : "",
                   STR_ARGS(e->in->packs[i].id));
    }
    str list = json_span(&e->doc, json_get(&e->doc, 0, "uuids"));
    str added = more.failed ? (str){0} : arena_copy(&e->mem, buf_str(&more));
    if (status == PA_OK && added.at == NULL) {
        status = error_nomem(e->err);
    } else if (status == PA_OK && added.size > 0) {
        status = splice_replace(&e->list, e->doc.text, (str){list.at + list.size - 1, 0},
                                added, e->err);
    }
    buf_clear(&more);
    return status;
}

/* ---- packs ------------------------------------------------------------------------ */

static void add_member(editing *e, uint32_t entry_index) {
    if (e->in->b->is_debug) {
        buf_add(&e->packs, json_raw(&e->doc, e->uuids[entry_index]));
    } else {
        buf_format(&e->packs, e->has_numbers ? "%u" : "\"%u\"", entry_index);
    }
}

static void separate(buf *out, bool *is_first) {
    buf_add_text(out, *is_first ? "" : ",");
    *is_first = false;
}

static void add_pack(editing *e, const new_pack *p) {
    buf_format(&e->packs, "\"%.*s\":[", STR_ARGS(p->id));
    for (uint32_t i = 0; i < p->member_count; i++) {
        buf_add_text(&e->packs, i > 0 ? "," : "");
        add_member(e, p->members[i]);
    }
    buf_add_byte(&e->packs, ']');
}

static void keep_packs(editing *e, json_ref table, bool *is_first) {
    json_ref key =
        json_is(&e->doc, table, JSON_OBJECT) ? json_first(&e->doc, table) : JSON_NONE;
    uint32_t count = key == JSON_NONE ? 0 : json_count(&e->doc, table);
    for (uint32_t i = 0; i < count; i++) {
        json_ref value = json_next(&e->doc, key);
        if (!e->in->is_dropped[i]) { /* config.c numbers them in this order */
            separate(&e->packs, is_first);
            buf_add(&e->packs, json_raw(&e->doc, key));
            buf_add_byte(&e->packs, ':');
            buf_add(&e->packs, json_raw(&e->doc, value));
        }
        key = json_next(&e->doc, value);
    }
}

static pa_status edit_packs(editing *e) {
    json_ref table = json_get(&e->doc, 0, "packs");
    bool is_absent = table == JSON_NONE;
    bool is_first = true;
    buf_add_text(&e->packs, is_absent ? "\"packs\":{" : "{");
    keep_packs(e, table, &is_first);
    for (uint32_t i = 0; i < e->in->pack_count; i++) {
        separate(&e->packs, &is_first);
        add_pack(e, &e->in->packs[i]);
    }
    buf_add_text(&e->packs, is_absent ? "}," : "}");
    str span =
        is_absent ? (str){json_span(&e->doc, 0).at + 1, 0} : json_span(&e->doc, table);
    return e->packs.failed
               ? error_nomem(e->err)
               : splice_replace(&e->list, e->doc.text, span, buf_str(&e->packs), e->err);
}

/* ---- versions --------------------------------------------------------------------- */

static void keep_versions(editing *e, json_ref pairs) {
    json_ref item = json_first(&e->doc, pairs);
    arena scratch = {0};
    for (uint32_t left = json_count(&e->doc, pairs) / 2; left > 0; left--) {
        json_ref value = json_next(&e->doc, item);
        uint32_t index = config_entry(&e->doc, e->in->b, item, &scratch);
        bool is_gone =
            index != NO_INDEX && (is_dropped(e, index) || e->in->is_packed[index]);
        if (!is_gone) {
            buf_add_text(&e->versions, e->versions.size > 1 ? "," : "");
            buf_add(&e->versions, json_raw(&e->doc, item));
            buf_add_byte(&e->versions, ',');
            buf_add(&e->versions, json_raw(&e->doc, value));
        }
        item = json_next(&e->doc, value);
    }
    e->versions.failed |= scratch.failed;
    arena_clear(&scratch);
}

/* Packs are named by their place where they are listed, in a release; assets always. */
static void add_versions(editing *e) {
    const regroup_config *in = e->in;
    for (uint32_t i = 0; i < in->b->entry_count; i++) {
        if (in->versions[i].size > 0) {
            buf_add_text(&e->versions, e->versions.size > 1 ? "," : "");
            if (in->b->is_debug) {
                buf_add(&e->versions, json_raw(&e->doc, e->uuids[i]));
            } else {
                buf_format(&e->versions, "%u", i);
            }
            buf_format(&e->versions, ",\"%.*s\"", STR_ARGS(in->versions[i]));
        }
    }
    for (uint32_t i = 0; i < in->pack_count; i++) {
        const new_pack *p = &in->packs[i];
        if (p->version.size == 0) {
            continue;
        }
        buf_add_text(&e->versions, e->versions.size > 1 ? "," : "");
        if (e->lists_packs && !in->b->is_debug) {
            buf_format(&e->versions, "%u", e->places[i]);
        } else {
            buf_format(&e->versions, "\"%.*s\"", STR_ARGS(p->id));
        }
        buf_format(&e->versions, ",\"%.*s\"", STR_ARGS(p->version));
    }
}

static pa_status edit_versions(editing *e) {
    json_ref pairs = json_get(&e->doc, json_get(&e->doc, 0, "versions"), "import");
    if (!json_is(&e->doc, pairs, JSON_ARRAY) || json_count(&e->doc, pairs) == 0) {
        return PA_OK;
    }
    buf_add_byte(&e->versions, '[');
    keep_versions(e, pairs);
    add_versions(e);
    buf_add_byte(&e->versions, ']');
    return e->versions.failed
               ? error_nomem(e->err)
               : splice_replace(&e->list, e->doc.text, json_span(&e->doc, pairs),
                                buf_str(&e->versions), e->err);
}

static pa_status edit_all(editing *e, str text) {
    pa_status status = json_parse(&e->doc, text, e->err);
    if (status == PA_OK) {
        status = read_uuids(e);
    }
    read_habits(e);
    if (status == PA_OK && e->lists_packs) {
        status = edit_uuids(e);
    }
    if (status == PA_OK) {
        status = edit_packs(e);
    }
    return status == PA_OK ? edit_versions(e) : status;
}

pa_status regroup_config_edit(const regroup_config *in, str text, buf *edited,
                              pa_error *err) {
    editing e = {.in = in, .err = err};
    pa_status status = edit_all(&e, text);
    if (status == PA_OK) {
        status = splice_apply(&e.list, text, edited, err);
    }
    splice_clear(&e.list);
    json_clear(&e.doc);
    buf_clear(&e.packs);
    buf_clear(&e.versions);
    arena_clear(&e.mem);
    return status;
}
