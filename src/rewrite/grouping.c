/* grouping.c - what is wanted together, then joins, then what is as it was.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/grouping.h"

#include <string.h>

#include "base/bitset.h"
#include "base/map.h"
#include "bundle/config.h"
#include "rewrite/grouping_work.h"

static bool is_wanted(const group_problem *p, const group_item *item) {
    for (uint32_t i = 0; i < p->load_count; i++) {
        if (item->when[i] != 0) {
            return true;
        }
    }
    return false;
}

/* Its bytes wherever it lies. */
static uint64_t least_bytes(const group_item *item) {
    return item->texture_bytes > 0 ? item->texture_bytes : item->bytes;
}

/* ---- what loads fetch ------------------------------------------------------------- */

/* Adds up what each load fetches of files, `file_of` each item, `sizes` of each file. */
static pa_status sum_fetches(const group_problem *p, const uint32_t *file_of,
                             const uint64_t *sizes, uint32_t file_count, group_fetch *out,
                             arena *mem, pa_error *err) {
    uint64_t *any = arena_alloc(mem, (size_t)file_count + 1, sizeof *any);
    uint64_t *own = arena_alloc(mem, (size_t)file_count + 1, sizeof *own);
    bool *is_fetched = arena_alloc(mem, (size_t)file_count + 1, sizeof *is_fetched);
    if (any == NULL || own == NULL || is_fetched == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < p->count; i++) {
        any[file_of[i]] += is_wanted(p, &p->items[i]) ? least_bytes(&p->items[i]) : 0;
    }
    for (uint32_t load = 0; load < p->load_count; load++) {
        group_fetch *sum = &out[load];
        *sum = (group_fetch){0};
        memset(own, 0, (size_t)file_count * sizeof *own);
        memset(is_fetched, 0, (size_t)file_count * sizeof *is_fetched);
        for (uint32_t i = 0; i < p->count; i++) {
            if (p->items[i].when[load] != 0) {
                own[file_of[i]] += least_bytes(&p->items[i]);
                is_fetched[file_of[i]] = true;
            }
        }
        for (uint32_t i = 0; i < file_count; i++) {
            sum->requests += is_fetched[i];
            sum->bytes += is_fetched[i] ? sizes[i] : 0;
            sum->foreign_bytes += is_fetched[i] ? any[i] - own[i] : 0;
        }
    }
    return PA_OK;
}

static pa_status sum_before(const group_problem *p, arena *mem, group_fetch *out,
                            pa_error *err) {
    uint32_t *file_of = arena_alloc(mem, (size_t)p->count + 1, sizeof *file_of);
    if (file_of == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < p->count; i++) {
        file_of[i] = p->items[i].file;
    }
    return sum_fetches(p, file_of, p->file_bytes, p->file_count, out, mem, err);
}

/* ---- one try ------------------------------------------------------------------------
 */

/* Adds an item to its group, and the rows that nothing in the group needed yet. */
static void add_item(group_work *w, uint32_t index, const group_item *item) {
    group *g = &w->atoms[index];
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        uint16_t stage = item->when[i];
        bool is_first = stage != 0 && (g->when[i] == 0 || stage < g->when[i]);
        g->when[i] = is_first ? stage : g->when[i];
    }
    g->item_count++;
    g->plain_bytes += least_bytes(item);
    g->own_bytes += item->bytes;
    g->texture_bytes += item->texture_bytes;
    for (uint32_t i = 0; g->rows != NULL && i < item->row_count; i++) {
        uint32_t row = item->rows[i];
        g->row_bytes += bitset_has(g->rows, row) ? 0 : w->problem->row_bytes[row];
        bitset_add(g->rows, row);
    }
    g->bytes = group_file_bytes(g);
}

static uint32_t new_atom(group_work *w, const group_item *item, bool is_free) {
    const group_problem *p = w->problem;
    group *g = &w->atoms[w->count];
    *g = (group){.place = item->place,
                 .frame_bytes = item->frame_bytes,
                 .atom_count = 1,
                 .is_free = is_free};
    g->when = arena_alloc(w->mem, (size_t)p->load_count + 1, sizeof *g->when);
    g->rows = is_free
                  ? arena_alloc(w->mem, BITSET_WORDS(p->row_count) + 1, sizeof *g->rows)
                  : NULL;
    return w->count++;
}

/* What the same loads want is an atom, textures and other documents each; so is what no
 * load wants of a file, and a file that stays. */
static pa_status part_items(group_work *w, pa_error *err) {
    const group_problem *p = w->problem;
    map known = {0};
    uint32_t *left_of = arena_alloc(w->mem, (size_t)p->file_count + 1, sizeof *left_of);
    size_t when_size = p->load_count * sizeof(uint16_t);
    char *keys = arena_alloc(w->mem, (size_t)p->count + 1, sizeof(uint32_t) + when_size);
    if (left_of == NULL || keys == NULL) {
        return error_nomem(err);
    }
    memset(left_of, 0xff, (size_t)p->file_count * sizeof *left_of);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < p->count; i++) {
        const group_item *item = &p->items[i];
        bool is_moved = !w->is_kept[item->file] && is_wanted(p, item);
        uint32_t found = left_of[item->file];
        if (is_moved) {
            uint32_t kind = item->place * 2 + (item->texture_bytes > 0);
            str key = {keys, sizeof kind + when_size};
            memcpy(keys, &kind, sizeof kind);
            memcpy(keys + sizeof kind, item->when, when_size);
            keys += key.size;
            status = map_add(&known, key, w->count, &found) ? PA_OK : error_nomem(err);
        }
        if (status == PA_OK && (found == NO_INDEX || found == w->count)) {
            found = new_atom(w, item, is_moved);
            left_of[item->file] = is_moved ? left_of[item->file] : found;
            status = arena_status(w->mem, err);
        }
        if (status == PA_OK) {
            w->atom_of[i] = found;
            add_item(w, found, item);
        }
    }
    map_clear(&known);
    return status;
}

/* The group that an item lies in. */
static uint32_t group_of(const group_work *w, uint32_t item) {
    return w->group_of[w->atom_of[item]];
}

/* The file that a group has exactly the items of, or NO_INDEX. */
static void find_old_files(const group_work *w, uint32_t *old_of, uint32_t *counts) {
    const group_problem *p = w->problem;
    enum { SEVERAL = NO_INDEX - 1 };
    memset(counts, 0, (size_t)p->file_count * sizeof *counts);
    for (uint32_t i = 0; i < p->count; i++) {
        counts[p->items[i].file]++;
    }
    memset(old_of, 0xff, (size_t)w->count * sizeof *old_of);
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t index = group_of(w, i);
        uint32_t file = p->items[i].file;
        bool is_whole = w->groups[index].item_count == counts[file];
        old_of[index] = is_whole && (old_of[index] == NO_INDEX || old_of[index] == file)
                            ? file
                            : SEVERAL;
    }
    for (uint32_t i = 0; i < w->count; i++) {
        old_of[i] = old_of[i] == SEVERAL ? NO_INDEX : old_of[i];
    }
}

/* Every atom is a group; files that stay are as large as they are. */
static pa_status open_groups(group_work *w, uint32_t *old_of, uint32_t *counts,
                             pa_error *err) {
    const group_problem *p = w->problem;
    w->groups = arena_alloc(w->mem, (size_t)w->count + 1, sizeof *w->groups);
    w->group_of = arena_alloc(w->mem, (size_t)w->count + 1, sizeof *w->group_of);
    if (w->groups == NULL || w->group_of == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        w->groups[i] = w->atoms[i];
        w->group_of[i] = i;
    }
    find_old_files(w, old_of, counts);
    for (uint32_t i = 0; i < w->count; i++) {
        group *g = &w->groups[i];
        size_t words = g->rows == NULL ? 0 : BITSET_WORDS(p->row_count) + 1;
        w->atoms[i].bytes = old_of[i] != NO_INDEX ? p->file_bytes[old_of[i]] : g->bytes;
        g->bytes = w->atoms[i].bytes;
        g->when = arena_alloc(w->mem, (size_t)p->load_count + 1, sizeof *g->when);
        g->rows = words > 0 ? arena_alloc(w->mem, words, sizeof *g->rows) : NULL;
        if (arena_status(w->mem, err) != PA_OK) {
            return err->status;
        }
        memcpy(g->when, w->atoms[i].when, p->load_count * sizeof *g->when);
        if (words > 0) {
            memcpy(g->rows, w->atoms[i].rows, words * sizeof *g->rows);
        }
    }
    return PA_OK;
}

static pa_status sum_now(group_work *w, const uint32_t *old_of, pa_error *err) {
    const group_problem *p = w->problem;
    uint32_t *file_of = arena_alloc(w->mem, (size_t)p->count + 1, sizeof *file_of);
    uint64_t *sizes = arena_alloc(w->mem, (size_t)w->count + 1, sizeof *sizes);
    if (file_of == NULL || sizes == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < p->count; i++) {
        file_of[i] = group_of(w, i);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        sizes[i] = old_of[i] != NO_INDEX ? p->file_bytes[old_of[i]] : w->groups[i].bytes;
    }
    return sum_fetches(p, file_of, sizes, w->count, w->now, w->mem, err);
}

/* Fills in the answer: files that stay keep their numbers. */
static void number_groups(const group_work *w, const uint32_t *old_of, uint32_t *numbers,
                          grouping *out) {
    const group_problem *p = w->problem;
    memset(numbers, 0xff, (size_t)w->count * sizeof *numbers);
    out->group_count = p->file_count;
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t index = group_of(w, i);
        if (numbers[index] == NO_INDEX) {
            numbers[index] =
                old_of[index] != NO_INDEX ? old_of[index] : out->group_count++;
        }
        out->group_of[i] = numbers[index];
    }
}

/* What a try works with beside the groups. */
typedef struct try_room {
    uint32_t *old_of;
    uint32_t *counts;
    uint32_t *numbers;
} try_room;

static pa_status begin(group_work *w, try_room *room, pa_error *err) {
    size_t count = (size_t)w->problem->count + 1;
    w->count = 0;
    w->atoms = arena_alloc(w->mem, count, sizeof *w->atoms);
    *room = (try_room){.old_of = arena_alloc(w->mem, count, sizeof(uint32_t)),
                       .counts = arena_alloc(w->mem, (size_t)w->problem->file_count + 1,
                                             sizeof(uint32_t)),
                       .numbers = arena_alloc(w->mem, count, sizeof(uint32_t))};
    pa_status status = arena_status(w->mem, err);
    if (status == PA_OK) {
        status = part_items(w, err);
    }
    if (status == PA_OK) {
        status = open_groups(w, room->old_of, room->counts, err);
    }
    return status == PA_OK ? sum_now(w, room->old_of, err) : status;
}

/* Joins until every load is within its limits. False when files were marked to stay, and
 * all begins anew. A load that no join and no file helps fetches nothing but what stays,
 * or is above by what is estimated. */
static bool meet_limits(group_work *w, unsigned tries) {
    enum { ONE_BY_ONE = 64 };
    for (uint32_t load = 0; load < w->problem->load_count; load++) {
        if (!groups_join(w, load) && groups_keep_file(w, load, tries >= ONE_BY_ONE)) {
            return false;
        }
    }
    return true;
}

static pa_status try(group_work *w, unsigned tries, grouping *out, bool *is_done,
                     pa_error *err) {
    try_room room;
    pa_status status = begin(w, &room, err);
    *is_done = status != PA_OK || meet_limits(w, tries);
    if (!*is_done) {
        return PA_OK;
    }
    if (status == PA_OK) {
        groups_part(w);
        groups_join_small(w);
        find_old_files(w, room.old_of, room.counts);
        status = sum_now(w, room.old_of, err);
    }
    if (status == PA_OK) {
        number_groups(w, room.old_of, room.numbers, out);
        memcpy(out->after, w->now, w->problem->load_count * sizeof *w->now);
    }
    return status;
}

static pa_status make_room(const group_problem *p, arena *mem, grouping *out,
                           group_work *w, pa_error *err) {
    size_t loads = (size_t)p->load_count + 1;
    *out = (grouping){.group_of =
                          arena_alloc(mem, (size_t)p->count + 1, sizeof *out->group_of),
                      .before = arena_alloc(mem, loads, sizeof *out->before),
                      .after = arena_alloc(mem, loads, sizeof *out->after)};
    w->atom_of = arena_alloc(mem, (size_t)p->count + 1, sizeof *w->atom_of);
    w->is_kept = arena_alloc(mem, (size_t)p->file_count + 1, sizeof *w->is_kept);
    w->limits = arena_alloc(mem, loads, sizeof *w->limits);
    w->now = arena_alloc(mem, loads, sizeof *w->now);
    return arena_status(mem, err);
}

pa_status grouping_make(const group_problem *p, arena *mem, grouping *out,
                        pa_error *err) {
    arena scratch = {0};
    group_work w = {.problem = p, .mem = &scratch};
    pa_status status = make_room(p, mem, out, &w, err);
    if (status == PA_OK) {
        status = sum_before(p, &scratch, out->before, err);
    }
    for (uint32_t i = 0; status == PA_OK && i < p->load_count; i++) {
        uint64_t slack = p->slack_bytes[i];
        w.limits[i] = out->before[i];
        w.limits[i].bytes -= slack < w.limits[i].bytes ? slack : w.limits[i].bytes;
    }
    bool is_done = false; /* each try but the last keeps one more file */
    for (unsigned i = 0; status == PA_OK && !is_done; i++) {
        arena_reset(&scratch);
        status = try(&w, i, out, &is_done, err);
    }
    arena_clear(&scratch);
    return status;
}
