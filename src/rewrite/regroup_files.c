/* regroup_files.c - texts first, names (regroup_place.c) when all of them are right.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/regroup_files.h"

#include <stdlib.h>

#include "base/alloc.h"

void made_packs_clear(made_packs *in) {
    for (uint32_t i = 0; i < in->count; i++) {
        buf_clear(&in->items[i].text);
    }
    arena_clear(&in->mem);
    *in = (made_packs){0};
}

str movable_uuid(const game *g, const source_files *sources, const movable *d) {
    const bundle *b = &g->found.bundles[sources->items[d->file].bundle];
    return b->entries[d->entry].uuid;
}

/* ---- texts ------------------------------------------------------------------------ */

typedef struct writing {
    const game *g;
    const source_files *sources;
    const movable *documents;
    made_packs *out;
    const loose_document **list; /* of the pack at hand */
    uint32_t *slots;
    arena facts;
    document_reader reader;
    pa_error *err;
} writing;

/* A member with its uuid, to be sorted. */
typedef struct named {
    str uuid;
    uint32_t index;
} named;

static int compare_named(const void *a, const void *b) {
    return str_order(((const named *)a)->uuid, ((const named *)b)->uuid);
}

/* The builder sorts the members of a pack by uuid. */
static pa_status sort_members(const writing *w, made_pack *p) {
    named *rows = mem_alloc((size_t)p->count + 1, sizeof *rows);
    if (rows == NULL) {
        return error_nomem(w->err);
    }
    for (uint32_t i = 0; i < p->count; i++) {
        rows[i] = (named){movable_uuid(w->g, w->sources, &w->documents[p->members[i]]),
                          p->members[i]};
    }
    qsort(rows, p->count, sizeof *rows, compare_named);
    for (uint32_t i = 0; i < p->count; i++) {
        p->members[i] = rows[i].index;
    }
    mem_free(rows);
    return PA_OK;
}

/* True when both spell the same. */
static bool is_same(const loose_document *a, const shared_rows *rows_a,
                    const loose_document *b, const shared_rows *rows_b, bool *failed) {
    buf x = {0};
    buf y = {0};
    loose_spell(a, rows_a, &x);
    loose_spell(b, rows_b, &y);
    bool is_equal = str_equal(buf_str(&x), buf_str(&y));
    *failed = x.failed || y.failed;
    buf_clear(&x);
    buf_clear(&y);
    return is_equal;
}

/* What was written is read as any file is. */
static pa_status check_text(writing *w, const made_pack *p) {
    shared_rows rows = {0};
    arena mem = {0};
    loose_list found = {0};
    bool failed = false;
    pa_status status = loose_read(&w->reader, buf_str(&p->text), p->is_pack, &rows, &mem,
                                  &found, w->err);
    bool is_right = status == PA_OK && found.count == p->count;
    for (uint32_t i = 0; is_right && !failed && i < p->count; i++) {
        is_right =
            is_same(w->list[i], &w->sources->rows, &found.items[i], &rows, &failed);
    }
    shared_rows_clear(&rows);
    arena_clear(&mem);
    if (failed || status == PA_NOMEM) {
        return error_nomem(w->err);
    }
    return is_right ? PA_OK
                    : error_set(w->err, PA_INTERNAL,
                                "a pack of %u documents does not read back as they were",
                                p->count);
}

static pa_status write_text(writing *w, made_pack *p) {
    pa_status status = sort_members(w, p);
    if (status != PA_OK) {
        return status;
    }
    for (uint32_t i = 0; i < p->count; i++) {
        w->list[i] = w->documents[p->members[i]].is;
    }
    p->is_pack = p->count > 1 || family_is_packed(p->family);
    status = pack_write(w->list, p->count, p->family, &w->sources->rows, w->slots,
                        &p->text, w->err);
    return status == PA_OK ? check_text(w, p) : status;
}

static pa_status list_members(const writing *w, const grouping *groups, uint32_t count,
                              uint32_t file_count) {
    made_packs *out = w->out;
    for (uint32_t i = 0; i < count; i++) {
        if (groups->group_of[i] >= file_count) {
            out->items[groups->group_of[i] - file_count].count++;
        }
    }
    for (uint32_t i = 0; i < out->count; i++) {
        made_pack *p = &out->items[i];
        p->members = arena_alloc(&out->mem, (size_t)p->count + 1, sizeof *p->members);
        p->count = 0;
    }
    if (out->mem.failed) {
        return error_nomem(w->err);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (groups->group_of[i] >= file_count) {
            made_pack *p = &out->items[groups->group_of[i] - file_count];
            const source_file *f = &w->sources->items[w->documents[i].file];
            p->bundle = f->bundle;
            p->family = source_family(w->sources, f);
            p->members[p->count++] = i;
        }
    }
    return PA_OK;
}

pa_status made_packs_write(const game *g, const source_files *sources,
                           const movable *documents, uint32_t count,
                           const grouping *groups, made_packs *out, pa_error *err) {
    writing w = {
        .g = g, .sources = sources, .documents = documents, .out = out, .err = err};
    *out = (made_packs){0};
    w.reader.mem = &w.facts;
    w.list = mem_alloc((size_t)count + 1, sizeof(void *));
    w.slots = mem_alloc((size_t)sources->rows.count + 1, sizeof *w.slots);
    uint32_t made = groups->group_count - sources->count;
    out->items = arena_alloc(&out->mem, (size_t)made + 1, sizeof *out->items);
    pa_status status = PA_OK;
    if (w.list == NULL || w.slots == NULL || out->items == NULL) {
        status = error_nomem(err);
    } else {
        out->count = made;
        status = list_members(&w, groups, count, sources->count);
    }
    for (uint32_t i = 0; status == PA_OK && i < made; i++) {
        status = write_text(&w, &out->items[i]);
    }
    document_reader_clear(&w.reader);
    arena_clear(&w.facts);
    mem_free(w.list);
    mem_free(w.slots);
    return status;
}
