/* requests.c - files of closures, each once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/requests.h"

#include "base/alloc.h"
#include "base/bitset.h"

enum { MOST_STAGES = UINT16_MAX - 1 };

typedef struct listing {
    const pa_audit *audit;
    const order_file *order;
    wanted_copies *out;
    closure whole;
    closure part;
    uint32_t *copy_of; /* of each asset the copy that the load at hand takes */
    uint32_t *roots;
    uint64_t *at_start; /* bit set of assets */
    uint16_t rest;      /* stage of what no stage names */
    arena scratch;
    pa_error *err;
} listing;

static void want(const listing *l, uint32_t copy_index, uint32_t load,
                 uint16_t part_number) {
    l->out->when[(size_t)copy_index * l->out->load_count + load] = part_number;
}

/* Copies of a load's own that some assets bring along, unless an earlier stage has them.
 */
static pa_status want_stage(listing *l, json_ref assets, uint32_t load,
                            uint16_t part_number) {
    const json *doc = &l->order->doc;
    const game *g = &l->audit->g;
    uint32_t count = 0;
    json_ref item = json_first(doc, assets);
    for (uint32_t left = json_count(doc, assets); left > 0; left--) {
        arena_reset(&l->scratch);
        uint32_t asset_index = map_get(&g->by_uuid, json_string(doc, item, &l->scratch));
        if (asset_index != MAP_NONE && bitset_has(l->whole.assets, asset_index) &&
            count < g->asset_count) {
            l->roots[count++] = l->copy_of[asset_index];
        }
        item = json_next(doc, item);
    }
    if (closure_walk(g, l->roots, count, &l->part, l->err) != PA_OK) {
        return l->err->status;
    }
    for (uint32_t i = 0; i < l->part.count; i++) {
        uint32_t own = l->copy_of[g->copies[l->part.copies[i]].asset];
        if (l->out->when[(size_t)own * l->out->load_count + load] == l->rest) {
            want(l, own, load, part_number);
        }
    }
    return arena_status(&l->scratch, l->err);
}

/* The rest of a scene comes behind its last stage. */
static pa_status want_load(listing *l, const uint32_t *roots, size_t root_count,
                           uint32_t load, json_ref stages) {
    const game *g = &l->audit->g;
    if (closure_walk(g, roots, root_count, &l->whole, l->err) != PA_OK) {
        return l->err->status;
    }
    uint32_t count = stages == JSON_NONE ? 0 : json_count(&l->order->doc, stages);
    count = count < MOST_STAGES ? count : MOST_STAGES;
    l->rest = (uint16_t)(count + 1);
    for (uint32_t i = 0; i < l->whole.count; i++) {
        uint32_t copy_index = l->whole.copies[i];
        l->copy_of[g->copies[copy_index].asset] = copy_index;
        want(l, copy_index, load, l->rest);
    }
    json_ref part = stages == JSON_NONE ? JSON_NONE : json_first(&l->order->doc, stages);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < count; i++) {
        status = want_stage(l, json_get(&l->order->doc, part, "assets"), load,
                            (uint16_t)(i + 1));
        part = json_next(&l->order->doc, part);
    }
    return status;
}

/* What the start has loaded no scene fetches again. */
static void leave_out_start(const listing *l, uint32_t load) {
    for (uint32_t i = 0; i < l->whole.count; i++) {
        if (bitset_has(l->at_start, l->audit->g.copies[l->whole.copies[i]].asset)) {
            want(l, l->whole.copies[i], load, 0);
        }
    }
}

static pa_status list_all(listing *l) {
    const game *g = &l->audit->g;
    pa_status status = want_load(l, g->startup, g->startup_count, 0, JSON_NONE);
    for (uint32_t i = 0; status == PA_OK && i < l->whole.count; i++) {
        bitset_add(l->at_start, g->copies[l->whole.copies[i]].asset);
    }
    for (uint32_t i = 0; status == PA_OK && i < l->audit->stage_count; i++) {
        const stage *s = &l->audit->stages[i];
        status =
            want_load(l, s->roots, s->root_count, 1 + i,
                      l->order == NULL ? JSON_NONE : order_file_stages(l->order, s->id));
        leave_out_start(l, 1 + i);
    }
    return status;
}

pa_status wanted_copies_list(const pa_audit *audit, const order_file *order, arena *mem,
                             wanted_copies *out, pa_error *err) {
    size_t assets = (size_t)audit->g.asset_count + 1;
    listing l = {.audit = audit, .order = order, .out = out, .err = err};
    out->load_count = audit->stage_count + 1;
    out->when = arena_alloc(mem, (size_t)out->load_count * audit->g.copy_count + 1,
                            sizeof *out->when);
    l.copy_of = mem_zero(assets, sizeof *l.copy_of);
    l.roots = mem_zero(assets, sizeof *l.roots);
    l.at_start = mem_zero(BITSET_WORDS(assets), sizeof *l.at_start);
    bool has_room =
        out->when != NULL && l.copy_of != NULL && l.roots != NULL && l.at_start != NULL;
    pa_status status = has_room ? list_all(&l) : error_nomem(err);
    closure_clear(&l.whole);
    closure_clear(&l.part);
    arena_clear(&l.scratch);
    mem_free(l.copy_of);
    mem_free(l.roots);
    mem_free(l.at_start);
    return status;
}

/* ---- files ------------------------------------------------------------------------ */

typedef struct counting {
    const pa_audit *audit;
    const changes *what; /* or NULL */
    uint32_t *stamps;    /* of each file: the load that counted it last, plus one */
    arena scratch;
} counting;

static void count_import(counting *c, uint32_t load, tree_id file, load_requests *out) {
    if (file != TREE_NONE && c->stamps[file] != load + 1) {
        c->stamps[file] = load + 1;
        bool is_edited = c->what != NULL && c->what->rows[file].is_edited;
        out->import_requests++;
        out->import_bytes += is_edited ? c->what->rows[file].text.size
                                       : tree_get(c->audit->g.files, file)->size_bytes;
    }
}

/* A CCON in text has its data in a file beside it. */
static void count_chunk(counting *c, uint32_t load, const copy *of, load_requests *out) {
    const bundle *b = &c->audit->g.found.bundles[of->bundle];
    const entry *e = &b->entries[of->entry];
    if (str_is(e->extension, ".ccon")) {
        arena_reset(&c->scratch);
        str path = bundle_file_path(b, e, false, str_of(".bin"), &c->scratch);
        count_import(c, load, tree_find(c->audit->g.files, path), out);
    }
}

static void count_native(const counting *c, const copy *of, load_requests *out) {
    uint32_t image_index = c->audit->images.of_asset[of->asset];
    uint64_t file_bytes = c->audit->native_bytes[of->asset];
    if (image_index != NO_INDEX) {
        const picture *file = view_picture(c->audit, &c->audit->views[0], image_index);
        file_bytes = file == NULL || file->file == TREE_NONE
                         ? 0
                         : tree_get(c->audit->g.files, file->file)->size_bytes;
    }
    out->native_requests += file_bytes > 0;
    out->native_bytes += file_bytes;
}

pa_status requests_of(const pa_audit *audit, const wanted_copies *wanted,
                      const changes *what, arena *mem, load_requests **out,
                      pa_error *err) {
    counting c = {.audit = audit, .what = what};
    c.stamps = mem_zero(tree_count(audit->g.files) + 1, sizeof *c.stamps);
    *out = arena_alloc(mem, (size_t)wanted->load_count + 1, sizeof **out);
    pa_status status = c.stamps == NULL || *out == NULL ? error_nomem(err) : PA_OK;
    for (uint32_t load = 0; status == PA_OK && load < wanted->load_count; load++) {
        for (uint32_t i = 0; i < audit->g.copy_count; i++) {
            const copy *of = &audit->g.copies[i];
            if (wanted_copy(wanted, i)[load] != 0) {
                count_import(&c, load, of->file, &(*out)[load]);
                count_chunk(&c, load, of, &(*out)[load]);
                count_native(&c, of, &(*out)[load]);
            }
        }
    }
    if (status == PA_OK) {
        status = arena_status(&c.scratch, err);
    }
    arena_clear(&c.scratch);
    mem_free(c.stamps);
    return status;
}
