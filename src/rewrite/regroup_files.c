/* regroup_files.c - texts first, names when all of them are right.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/regroup_files.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "rewrite/patch_config.h"

void made_packs_clear(made_packs *in) {
    for (uint32_t i = 0; i < in->count; i++) {
        buf_clear(&in->items[i].text);
    }
    arena_clear(&in->mem);
    *in = (made_packs){0};
}

static str uuid_of(const game *g, const source_files *sources, const movable *d) {
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
        rows[i] = (named){uuid_of(w->g, w->sources, &w->documents[p->members[i]]),
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

/* ---- places ----------------------------------------------------------------------- */

typedef struct placing {
    const game *g;
    const source_files *sources;
    const movable *documents;
    const made_packs *made;
    const bool *is_left;
    changes *what;
    output *out;
    patch_counts *told;
    arena mem;
    str_list names;    /* bundles with another version … */
    str_list versions; /* … and what it is */
    pa_error *err;
} placing;

/* Tables of one bundle. */
typedef struct placed {
    const bundle *b;
    bool *is_dropped;
    bool *is_packed;
    str *versions;
    new_pack *packs;
    uint32_t pack_count;
    str version; /* of some import file of it: names hold hashes, so long */
} placed;

static pa_status open_bundle(placing *p, const bundle *b, placed *out) {
    *out = (placed){
        .b = b,
        .is_dropped = arena_alloc(&p->mem, (size_t)b->pack_count + 1, sizeof(bool)),
        .is_packed = arena_alloc(&p->mem, (size_t)b->entry_count + 1, sizeof(bool)),
        .versions = arena_alloc(&p->mem, (size_t)b->entry_count + 1, sizeof(str)),
        .packs = arena_alloc(&p->mem, (size_t)p->made->count + 1, sizeof(new_pack))};
    for (uint32_t i = 0; i < b->entry_count && out->version.size == 0; i++) {
        out->version = b->entries[i].import_version;
    }
    return arena_status(&p->mem, p->err);
}

static bool is_taken(const placed *at, str id) {
    bool is_taken = map_get(&at->b->by_uuid, id) != MAP_NONE;
    for (uint32_t i = 0; i < at->pack_count; i++) {
        is_taken |= str_equal(at->packs[i].id, id);
    }
    return is_taken;
}

/* "0" and eight digits, as the builder has it, of what is in the pack and whose it is. */
static str pack_id(placing *p, const placed *at, const made_pack *from) {
    content_hash hash = hash_content(buf_str(&from->text));
    for (uint32_t i = 0; i < from->count; i++) {
        str uuid = uuid_of(p->g, p->sources, &p->documents[from->members[i]]);
        hash = hash_join(hash, hash_content(uuid));
    }
    char text[16];
    uint32_t number = (uint32_t)hash.part[0];
    do {
        snprintf(text, sizeof text, "0%08lx", (unsigned long)number++);
    } while (is_taken(at, str_of(text)));
    return arena_copy(&p->mem, str_of(text));
}

static pa_status add_file(placing *p, const placed *at, str uuid, str version,
                          const made_pack *from) {
    entry own = {.uuid = uuid, .import_version = version};
    str path = bundle_file_path(at->b, &own, false, str_of(".json"), &p->mem);
    if (path.at == NULL) {
        return error_nomem(p->err);
    }
    tree_id unused = tree_find(p->g->files, path);
    if (unused != TREE_NONE) { /* left over from an older build: no config means it */
        p->what->rows[unused].is_gone = true;
    }
    return p->out == NULL
               ? PA_OK
               : output_add(p->out, path, at->b->zip, buf_str(&from->text), p->err);
}

static str version_of(placing *p, const placed *at, const made_pack *from) {
    return at->version.size == 0
               ? (str){0}
               : name_version(hash_content(buf_str(&from->text)), at->version, &p->mem);
}

static pa_status place_pack(placing *p, placed *at, const made_pack *from) {
    uint32_t *members = arena_alloc(&p->mem, (size_t)from->count + 1, sizeof *members);
    new_pack made = {.id = pack_id(p, at, from),
                     .version = version_of(p, at, from),
                     .members = members,
                     .member_count = from->count};
    if (members == NULL || p->mem.failed) {
        return error_nomem(p->err);
    }
    for (uint32_t i = 0; i < from->count; i++) {
        const movable *d = &p->documents[from->members[i]];
        members[i] = d->entry;
        at->is_packed[d->entry] = p->sources->items[d->file].pack == NO_INDEX;
    }
    at->packs[at->pack_count++] = made;
    return add_file(p, at, made.id, made.version, from);
}

static pa_status place_single(placing *p, placed *at, const made_pack *from) {
    uint32_t entry_index = p->documents[from->members[0]].entry;
    at->versions[entry_index] = version_of(p, at, from);
    return add_file(p, at, at->b->entries[entry_index].uuid, at->versions[entry_index],
                    from);
}

static pa_status edit_config(placing *p, placed *at) {
    regroup_config config = {.g = p->g,
                             .b = at->b,
                             .is_dropped = at->is_dropped,
                             .is_packed = at->is_packed,
                             .versions = at->versions,
                             .packs = at->packs,
                             .pack_count = at->pack_count};
    buf text = {0};
    buf edited = {0};
    str version = {0};
    pa_status status =
        changes_read(p->what, at->b->config, PA_MAX_DOCUMENT_BYTES, &text, p->err);
    if (status == PA_OK) {
        status = regroup_config_edit(&config, buf_str(&text), &edited, p->err);
    }
    if (status == PA_OK) {
        status = config_put(p->g, at->b, &edited, p->what, p->told, &version, p->err);
    }
    if (status == PA_OK && version.size > 0) {
        p->names.items[p->names.count++] = at->b->name;
        p->versions.items[p->versions.count++] = version;
    }
    buf_clear(&edited);
    buf_clear(&text);
    return status;
}

static void drop_files(placing *p, uint32_t bundle_index, placed *at) {
    for (uint32_t i = 0; i < p->sources->count; i++) {
        const source_file *f = &p->sources->items[i];
        if (f->bundle == bundle_index && p->is_left[i]) {
            p->what->rows[f->file].is_gone = true;
            if (f->pack != NO_INDEX) {
                at->is_dropped[f->pack] = true;
            }
        }
    }
}

static pa_status place_bundle(placing *p, uint32_t bundle_index) {
    placed at;
    bool is_any = false;
    pa_status status = open_bundle(p, &p->g->found.bundles[bundle_index], &at);
    for (uint32_t i = 0; status == PA_OK && i < p->made->count; i++) {
        const made_pack *from = &p->made->items[i];
        if (from->bundle == bundle_index) {
            is_any = true;
            status =
                from->is_pack ? place_pack(p, &at, from) : place_single(p, &at, from);
        }
    }
    if (status != PA_OK || !is_any) {
        return status;
    }
    drop_files(p, bundle_index, &at);
    return edit_config(p, &at);
}

pa_status made_packs_put(const game *g, const source_files *sources,
                         const movable *documents, const made_packs *made,
                         const bool *is_left, changes *what, output *out,
                         patch_counts *told, pa_error *err) {
    placing p = {.g = g,
                 .sources = sources,
                 .documents = documents,
                 .made = made,
                 .is_left = is_left,
                 .what = what,
                 .out = out,
                 .told = told,
                 .err = err};
    size_t bundles = g->found.bundle_count + 1;
    p.names.items = arena_alloc(&what->mem, bundles, sizeof(str));
    p.versions.items = arena_alloc(&what->mem, bundles, sizeof(str));
    pa_status status = arena_status(&what->mem, err);
    for (uint32_t i = 0; status == PA_OK && i < g->found.bundle_count; i++) {
        status = place_bundle(&p, i);
    }
    if (status == PA_OK && p.names.count > 0) {
        status = settings_edit(g, &p.names, &p.versions, what, err);
    }
    if (status == PA_OK) {
        status = arena_status(&p.mem, err);
    }
    arena_clear(&p.mem);
    return status == PA_OK ? arena_status(&what->mem, err) : status;
}
