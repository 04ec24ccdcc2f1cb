/* regroup.c - from loads to groups, and again with a little less where a file came out
 * larger than estimated.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/regroup.h"

#include "base/alloc.h"
#include "rewrite/regroup_files.h"

enum { TRIES = 6 };

typedef struct regrouping {
    const pa_audit *audit;
    const game *g;
    changes *what;
    source_files sources;
    movable *documents;
    group_item *items;
    uint64_t *file_bytes;
    uint64_t *row_bytes;
    uint64_t *slack_bytes;
    group_problem problem;
    grouping groups;
    made_packs made;
    load_requests *base; /* of each load, with the edits of images */
    arena mem;           /* of the groups */
    regrouped *result;
    pa_error *err;
} regrouping;

/* ---- the problem ------------------------------------------------------------------ */

static pa_status make_room(regrouping *r) {
    size_t count = 0;
    for (uint32_t i = 0; i < r->sources.count; i++) {
        count += r->sources.items[i].documents.count;
    }
    r->documents = mem_zero(count + 1, sizeof *r->documents);
    r->items = mem_zero(count + 1, sizeof *r->items);
    r->file_bytes = mem_zero((size_t)r->sources.count + 1, sizeof *r->file_bytes);
    r->row_bytes = mem_zero((size_t)r->sources.rows.count + 1, sizeof *r->row_bytes);
    r->slack_bytes =
        mem_zero((size_t)r->result->wanted.load_count + 1, sizeof *r->slack_bytes);
    return r->documents == NULL || r->items == NULL || r->file_bytes == NULL ||
                   r->row_bytes == NULL || r->slack_bytes == NULL
               ? error_nomem(r->err)
               : PA_OK;
}

/* "[1,0,0,[],0,[]]" less a comma; the same of a pack of textures, and of a list. */
static const uint32_t frame_bytes[FAMILY_COUNT] = {14, 32, 1};

/* Bytes in a pack of its family, with the comma: in brackets where it is compiled. */
static uint64_t own_bytes(const loose_document *d, loose_family family) {
    return family == FAMILY_COMPILED ? d->compiled.size + 3 : d->text.size + 1;
}

static uint64_t texture_bytes(const loose_document *d, loose_family family) {
    bool is_texture = d->form == LOOSE_PAIR || d->form == LOOSE_TEXT;
    return is_texture && family == FAMILY_COMPILED ? d->text.size + 1 : 0;
}

static void add_documents(regrouping *r, uint32_t file, loose_family family) {
    const source_file *f = &r->sources.items[file];
    const bundle *b = &r->g->found.bundles[f->bundle];
    for (uint32_t i = 0; i < f->documents.count; i++) {
        const loose_document *d = &f->documents.items[i];
        uint32_t index = r->problem.count++;
        uint32_t entry_index = source_entry(r->g, f, i);
        r->documents[index] = (movable){file, entry_index, d};
        r->items[index] = (group_item){
            .place = f->bundle * FAMILY_COUNT + family,
            .file = file,
            .bytes = own_bytes(d, family),
            .texture_bytes = texture_bytes(d, family),
            .frame_bytes = frame_bytes[family],
            .when = wanted_copy(&r->result->wanted, b->first_copy[entry_index]),
            .rows = d->rows,
            .row_count = family == FAMILY_COMPILED ? d->row_count : 0};
    }
}

static void make_problem(regrouping *r) {
    r->problem = (group_problem){.items = r->items,
                                 .file_bytes = r->file_bytes,
                                 .file_count = r->sources.count,
                                 .load_count = r->result->wanted.load_count,
                                 .row_bytes = r->row_bytes,
                                 .row_count = r->sources.rows.count,
                                 .slack_bytes = r->slack_bytes};
    for (uint32_t i = 0; i < r->sources.rows.count; i++) {
        r->row_bytes[i] = shared_row_bytes(&r->sources.rows, i);
    }
    for (uint32_t i = 0; i < r->sources.count; i++) {
        loose_family family = source_family(&r->sources, &r->sources.items[i]);
        r->file_bytes[i] = r->sources.items[i].text.size;
        if (family != FAMILY_COUNT) {
            add_documents(r, i, family);
        }
    }
}

/* ---- the answer ------------------------------------------------------------------- */

/* Import bytes of each load with the files as they came out. */
static void sum_loads(const regrouping *r, load_requests *out, uint32_t *stamps) {
    const group_problem *p = &r->problem;
    for (uint32_t load = 0; load < p->load_count; load++) {
        const group_fetch *before = &r->groups.before[load];
        out[load] = r->base[load];
        out[load].import_requests -= before->requests;
        out[load].import_bytes -= before->bytes;
        for (uint32_t i = 0; i < p->count; i++) {
            uint32_t group_index = r->groups.group_of[i];
            if (p->items[i].when[load] == 0 || stamps[group_index] == load + 1) {
                continue;
            }
            stamps[group_index] = load + 1;
            out[load].import_requests++;
            out[load].import_bytes +=
                group_index < p->file_count
                    ? p->file_bytes[group_index]
                    : r->made.items[group_index - p->file_count].text.size;
        }
    }
}

/* True when no load fetches more than before; else what is too much is taken off. */
static bool is_within(regrouping *r, unsigned tries) {
    bool is_good = true;
    for (uint32_t i = 0; i < r->problem.load_count; i++) {
        const load_requests *before = &r->base[i];
        const load_requests *after = &r->result->after[i];
        if (after->import_bytes > before->import_bytes) {
            r->slack_bytes[i] += (after->import_bytes - before->import_bytes) << tries;
            is_good = false;
        }
        is_good = is_good && after->import_requests <= before->import_requests;
    }
    return is_good;
}

static pa_status try(regrouping *r) {
    made_packs_clear(&r->made);
    arena_reset(&r->mem);
    pa_status status = grouping_make(&r->problem, &r->mem, &r->groups, r->err);
    if (status == PA_OK) {
        status = made_packs_write(r->g, &r->sources, r->documents, r->problem.count,
                                  &r->groups, &r->made, r->err);
    }
    uint32_t *stamps = mem_zero((size_t)r->groups.group_count + 1, sizeof *stamps);
    if (status == PA_OK && stamps == NULL) {
        status = error_nomem(r->err);
    }
    if (status == PA_OK) {
        sum_loads(r, r->result->after, stamps);
    }
    mem_free(stamps);
    return status;
}

/* All as it was. */
static void give_up(regrouping *r) {
    made_packs_clear(&r->made);
    for (uint32_t i = 0; i < r->problem.count; i++) {
        r->groups.group_of[i] = r->items[i].file;
    }
    for (uint32_t i = 0; i < r->problem.load_count; i++) {
        r->groups.after[i] = r->groups.before[i];
        r->result->after[i] = r->base[i];
    }
}

static pa_status find_groups(regrouping *r) {
    pa_status status = PA_OK;
    bool is_good = false;
    for (unsigned i = 0; status == PA_OK && !is_good && i < TRIES; i++) {
        status = try(r);
        is_good = status == PA_OK && is_within(r, i);
    }
    if (status == PA_OK && !is_good) {
        give_up(r);
    }
    return status;
}

static pa_status put(regrouping *r, output *out, patch_counts *told) {
    bool *is_left = mem_zero((size_t)r->sources.count + 1, sizeof *is_left);
    if (is_left == NULL) {
        return error_nomem(r->err);
    }
    for (uint32_t i = 0; i < r->problem.count; i++) {
        uint32_t file = r->items[i].file;
        is_left[file] |= r->groups.group_of[i] != file;
    }
    for (uint32_t i = 0; i < r->sources.count; i++) {
        r->result->files_gone += is_left[i];
    }
    r->result->files_made = r->made.count;
    for (uint32_t i = 0; i < r->made.count; i++) {
        r->result->packs_made += r->made.items[i].is_pack;
    }
    for (uint32_t i = 0; i < r->problem.load_count; i++) {
        r->result->foreign_before[i] = r->groups.before[i].foreign_bytes;
        r->result->foreign_after[i] = r->groups.after[i].foreign_bytes;
    }
    pa_status status = r->made.count == 0
                           ? PA_OK
                           : made_packs_put(r->g, &r->sources, r->documents, &r->made,
                                            is_left, r->what, out, told, r->err);
    mem_free(is_left);
    return status;
}

static pa_status list_loads(regrouping *r, const order_file *order) {
    regrouped *result = r->result;
    pa_status status =
        wanted_copies_list(r->audit, order, &result->mem, &result->wanted, r->err);
    if (status == PA_OK) {
        status = requests_of(r->audit, &result->wanted, NULL, &result->mem,
                             &result->before, r->err);
    }
    if (status == PA_OK) {
        status = requests_of(r->audit, &result->wanted, r->what, &result->mem, &r->base,
                             r->err);
    }
    size_t loads = (size_t)result->wanted.load_count + 1;
    result->after = arena_alloc(&result->mem, loads, sizeof *result->after);
    result->foreign_before =
        arena_alloc(&result->mem, loads, sizeof *result->foreign_before);
    result->foreign_after =
        arena_alloc(&result->mem, loads, sizeof *result->foreign_after);
    return status == PA_OK ? arena_status(&result->mem, r->err) : status;
}

pa_status regroup_build(const pa_audit *audit, const order_file *order, const pool *how,
                        changes *what, output *out, patch_counts *told, regrouped *result,
                        pa_error *err) {
    regrouping r = {
        .audit = audit, .g = &audit->g, .what = what, .result = result, .err = err};
    pa_status status = list_loads(&r, order);
    if (status == PA_OK) {
        status = source_files_read(r.g, what, how, &r.sources, err);
    }
    if (status == PA_OK) {
        status = make_room(&r);
    }
    if (status == PA_OK) {
        make_problem(&r);
        status = find_groups(&r);
    }
    if (status == PA_OK) {
        status = put(&r, out, told);
    }
    made_packs_clear(&r.made);
    source_files_clear(&r.sources);
    mem_free(r.documents);
    mem_free(r.items);
    mem_free(r.file_bytes);
    mem_free(r.row_bytes);
    mem_free(r.slack_bytes);
    arena_clear(&r.mem);
    return status;
}

/* ---- proof ------------------------------------------------------------------------ */

/* Native files are counted as they came out: images may be other ones, and a manifest of
 * a hot update that is among them tells other sizes. */
static pa_status compare_loads(regrouped *told, const load_requests *found,
                               pa_error *err) {
    for (uint32_t i = 0; i < told->wanted.load_count; i++) {
        load_requests *a = &told->after[i];
        const load_requests *b = &found[i];
        if (a->import_requests != b->import_requests ||
            a->import_bytes != b->import_bytes) {
            return error_set(err, PA_OUTPUT,
                             "the build that was written fetches %u documents and packs "
                             "of %llu bytes for load %u, not %u of %llu",
                             b->import_requests, (unsigned long long)b->import_bytes, i,
                             a->import_requests, (unsigned long long)a->import_bytes);
        }
        *a = *b;
    }
    return PA_OK;
}

pa_status regroup_verify(const pa_audit *after, const order_file *order,
                         regrouped *result, pa_error *err) {
    arena mem = {0};
    wanted_copies wanted;
    load_requests *found = NULL;
    pa_status status = wanted_copies_list(after, order, &mem, &wanted, err);
    if (status == PA_OK) {
        status = requests_of(after, &wanted, NULL, &mem, &found, err);
    }
    if (status == PA_OK) {
        status = compare_loads(result, found, err);
    }
    arena_clear(&mem);
    return status;
}

void regrouped_clear(regrouped *in) {
    arena_clear(&in->mem);
    *in = (regrouped){0};
}
