/* regroup_place.c - where the new files go, and what tells of them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/limits.h"
#include "rewrite/patch_config.h"
#include "rewrite/regroup_files.h"

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
        str uuid = movable_uuid(p->g, p->sources, &p->documents[from->members[i]]);
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
