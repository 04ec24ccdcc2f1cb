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
        any[file_of[i]] += is_wanted(p, &p->items[i]) ? p->items[i].bytes : 0;
    }
    for (uint32_t load = 0; load < p->load_count; load++) {
        group_fetch *sum = &out[load];
        *sum = (group_fetch){0};
        memset(own, 0, (size_t)file_count * sizeof *own);
        memset(is_fetched, 0, (size_t)file_count * sizeof *is_fetched);
        for (uint32_t i = 0; i < p->count; i++) {
            if (p->items[i].when[load] != 0) {
                own[file_of[i]] += p->items[i].bytes;
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
    group *g = &w->groups[index];
    g->item_count++;
    g->own_bytes += item->bytes;
    g->bytes += item->bytes;
    for (uint32_t i = 0; g->rows != NULL && i < item->row_count; i++) {
        uint32_t row = item->rows[i];
        g->bytes += bitset_has(g->rows, row) ? 0 : w->problem->row_bytes[row];
        bitset_add(g->rows, row);
    }
}

static uint32_t new_group(group_work *w, const group_item *item, bool is_free) {
    const group_problem *p = w->problem;
    group *g = &w->groups[w->count];
    *g = (group){.place = item->place, .bytes = GROUP_FRAME_BYTES, .is_free = is_free};
    g->when = arena_alloc(w->mem, (size_t)p->load_count + 1, sizeof *g->when);
    g->rows = is_free
                  ? arena_alloc(w->mem, BITSET_WORDS(p->row_count) + 1, sizeof *g->rows)
                  : NULL; /* never joined */
    if (g->when != NULL) {
        memcpy(g->when, item->when, p->load_count * sizeof *g->when);
    }
    return w->count++;
}

/* Groups of a place that stays, and what no load wants, follow the files. */
static pa_status part_items(group_work *w, pa_error *err) {
    const group_problem *p = w->problem;
    map known = {0};
    uint32_t *left_of = arena_alloc(w->mem, (size_t)p->file_count + 1, sizeof *left_of);
    char *keys = arena_alloc(w->mem, (size_t)p->count + 1,
                             sizeof(uint32_t) + p->load_count * sizeof(uint16_t));
    if (left_of == NULL || keys == NULL) {
        return error_nomem(err);
    }
    memset(left_of, 0xff, (size_t)p->file_count * sizeof *left_of);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < p->count; i++) {
        const group_item *item = &p->items[i];
        bool is_moved = !w->is_kept[item->place] && is_wanted(p, item);
        uint32_t found = left_of[item->file];
        if (is_moved) {
            size_t size = p->load_count * sizeof *item->when;
            str key = {keys, sizeof item->place + size};
            memcpy(keys, &item->place, sizeof item->place);
            memcpy(keys + sizeof item->place, item->when, size);
            keys += key.size;
            if (!map_add(&known, key, w->count, &found)) {
                status = error_nomem(err);
            }
        }
        if (status == PA_OK && (found == NO_INDEX || found == w->count)) {
            found = new_group(w, item, is_moved);
            left_of[item->file] = is_moved ? left_of[item->file] : found;
        }
        if (status == PA_OK) {
            status = arena_status(w->mem, err);
        }
        if (status == PA_OK) {
            w->group_of[i] = found;
            add_item(w, found, item);
        }
    }
    map_clear(&known);
    return status;
}

/* The file that a group has exactly the items of, or NO_INDEX. */
static void find_old_files(const group_work *w, uint32_t *old_of, uint32_t *counts) {
    const group_problem *p = w->problem;
    memset(counts, 0, (size_t)p->file_count * sizeof *counts);
    for (uint32_t i = 0; i < p->count; i++) {
        counts[p->items[i].file]++;
    }
    memset(old_of, 0xff, (size_t)w->count * sizeof *old_of);
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t index = w->group_of[i];
        if (w->groups[index].item_count == counts[p->items[i].file] &&
            (old_of[index] == NO_INDEX || old_of[index] == p->items[i].file)) {
            old_of[index] = p->items[i].file;
        } else {
            old_of[index] = NO_INDEX - 1; /* of several files */
        }
    }
    for (uint32_t i = 0; i < w->count; i++) {
        old_of[i] = old_of[i] == NO_INDEX - 1 ? NO_INDEX : old_of[i];
    }
}

/* Files that stay are as large as they are. */
static pa_status size_groups(group_work *w, uint32_t *old_of, pa_error *err) {
    const group_problem *p = w->problem;
    uint32_t *counts = arena_alloc(w->mem, (size_t)p->file_count + 1, sizeof *counts);
    uint64_t *sizes = arena_alloc(w->mem, (size_t)w->count + 1, sizeof *sizes);
    if (counts == NULL || sizes == NULL) {
        return error_nomem(err);
    }
    find_old_files(w, old_of, counts);
    for (uint32_t i = 0; i < w->count; i++) {
        if (old_of[i] != NO_INDEX) {
            w->groups[i].bytes = p->file_bytes[old_of[i]];
        }
        sizes[i] = w->groups[i].bytes;
    }
    return sum_fetches(p, w->group_of, sizes, w->count, w->now, w->mem, err);
}

/* Fills in the answer: files that stay keep their numbers. */
static void number_groups(const group_work *w, const uint32_t *old_of, uint32_t *numbers,
                          grouping *out) {
    const group_problem *p = w->problem;
    memset(numbers, 0xff, (size_t)w->count * sizeof *numbers);
    out->group_count = p->file_count;
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t index = w->group_of[i];
        if (numbers[index] == NO_INDEX) {
            numbers[index] =
                old_of[index] != NO_INDEX ? old_of[index] : out->group_count++;
        }
        out->group_of[i] = numbers[index];
    }
}

/* `*place` is NO_INDEX when it went well. */
static pa_status try(group_work *w, grouping *out, uint32_t *place, pa_error *err) {
    const group_problem *p = w->problem;
    *place = NO_INDEX;
    w->count = 0;
    w->groups =
        arena_alloc(w->mem, (size_t)p->count + p->file_count + 1, sizeof *w->groups);
    uint32_t *old_of =
        arena_alloc(w->mem, (size_t)p->count + p->file_count + 1, sizeof *old_of);
    uint32_t *numbers =
        arena_alloc(w->mem, (size_t)p->count + p->file_count + 1, sizeof *numbers);
    if (w->groups == NULL || old_of == NULL || numbers == NULL) {
        return error_nomem(err);
    }
    pa_status status = part_items(w, err);
    if (status == PA_OK) {
        status = size_groups(w, old_of, err);
    }
    if (status != PA_OK || !groups_join(w, place)) {
        return status;
    }
    status = size_groups(w, old_of, err);
    if (status == PA_OK) {
        number_groups(w, old_of, numbers, out);
        memcpy(out->after, w->now, p->load_count * sizeof *w->now);
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
    w->group_of = arena_alloc(mem, (size_t)p->count + 1, sizeof *w->group_of);
    w->is_kept = arena_alloc(mem, (size_t)p->place_count + 1, sizeof *w->is_kept);
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
    /* each try but the last keeps one more place */
    for (uint32_t place = 0; status == PA_OK && place != NO_INDEX;) {
        arena_reset(&scratch);
        status = try(&w, out, &place, err);
        if (status == PA_OK && place != NO_INDEX) {
            w.is_kept[place] = true;
        }
    }
    arena_clear(&scratch);
    return status;
}
