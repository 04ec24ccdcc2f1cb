/* grouping_part.c - joins that later ones made needless are taken back; files that are
 * best left alone.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bitset.h"
#include "bundle/config.h"
#include "rewrite/grouping_work.h"

static uint64_t rows_bytes(const group_work *w, const uint64_t *rows) {
    uint64_t sum = 0;
    for (size_t i = 0; i < BITSET_WORDS(w->problem->row_count); i++) {
        for (uint64_t left = rows[i]; left != 0; left &= left - 1) {
            sum += w->problem->row_bytes[i * 64 + (size_t)__builtin_ctzll(left)];
        }
    }
    return sum;
}

/* The sums of the group's atoms but one (or NO_INDEX), into `out`, whose arrays are set.
 */
static void sum_atoms(const group_work *w, uint32_t index, uint32_t without, group *out) {
    const group_problem *p = w->problem;
    const group *only = NULL;
    size_t words = BITSET_WORDS(p->row_count);
    memset(out->when, 0, p->load_count * sizeof *out->when);
    memset(out->rows, 0, words * sizeof *out->rows);
    out->item_count = 0;
    out->atom_count = 0;
    out->plain_bytes = 0;
    out->own_bytes = 0;
    out->texture_bytes = 0;
    bool is_textures = true;
    for (uint32_t i = 0; i < w->count; i++) {
        const group *atom = &w->atoms[i];
        if (w->group_of[i] != index || i == without) {
            continue;
        }
        only = atom;
        out->place = atom->place;
        out->frame_bytes = atom->frame_bytes;
        out->is_free = true;
        out->item_count += atom->item_count;
        out->plain_bytes += atom->plain_bytes;
        out->own_bytes += atom->own_bytes;
        out->texture_bytes += atom->texture_bytes;
        is_textures &= atom->texture_bytes > 0;
        out->atom_count++;
        bitset_unite(out->rows, atom->rows, words);
        for (uint32_t load = 0; load < p->load_count; load++) {
            uint16_t x = out->when[load];
            uint16_t y = atom->when[load];
            out->when[load] = x == 0 || (y != 0 && y < x) ? y : x;
        }
    }
    out->texture_bytes = is_textures ? out->texture_bytes : 0;
    out->row_bytes = rows_bytes(w, out->rows);
    out->bytes = out->atom_count == 1 ? only->bytes : group_file_bytes(out);
}

void group_sum_up(const group_work *w, uint32_t index) {
    sum_atoms(w, index, NO_INDEX, &w->groups[index]);
}

/* ---- taking atoms out --------------------------------------------------------------
 */

/* Bytes that loads would no longer fetch in vain. */
static uint64_t spared_bytes(const group_work *w, const group *atom, const group *rest) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        bool has_atom = atom->when[i] != 0;
        bool has_rest = rest->when[i] != 0;
        sum += has_atom && !has_rest   ? rest->plain_bytes
               : has_rest && !has_atom ? atom->plain_bytes
                                       : 0;
    }
    return sum;
}

/* What a load fetches when `whole` is parted. */
static group_fetch parted_fetch(const group_work *w, uint32_t load, const group *whole,
                                const group *atom, const group *rest) {
    group_fetch after = w->now[load];
    if (whole->when[load] != 0) {
        after.bytes -= whole->bytes;
        after.bytes += atom->when[load] != 0 ? atom->bytes : 0;
        after.bytes += rest->when[load] != 0 ? rest->bytes : 0;
        after.requests += atom->when[load] != 0 && rest->when[load] != 0;
        after.foreign_bytes -= atom->when[load] == 0   ? atom->plain_bytes
                               : rest->when[load] == 0 ? rest->plain_bytes
                                                       : 0;
    }
    return after;
}

static bool may_part(const group_work *w, const group *whole, const group *atom,
                     const group *rest) {
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        group_fetch after = parted_fetch(w, i, whole, atom, rest);
        if (after.requests > w->limits[i].requests ||
            (after.bytes > w->limits[i].bytes && after.bytes > w->now[i].bytes)) {
            return false;
        }
    }
    return true;
}

static void part(group_work *w, uint32_t atom, group *rest) {
    uint32_t old = w->group_of[atom];
    uint32_t free_place = 0;
    while (w->groups[free_place].atom_count > 0) { /* a joined group left one */
        free_place++;
    }
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        w->now[i] = parted_fetch(w, i, &w->groups[old], &w->atoms[atom], rest);
    }
    w->group_of[atom] = free_place;
    group_sum_up(w, old);
    group_sum_up(w, free_place);
}

void groups_part(group_work *w) {
    group rest = {0};
    rest.when =
        arena_alloc(w->mem, (size_t)w->problem->load_count + 1, sizeof *rest.when);
    rest.rows =
        arena_alloc(w->mem, BITSET_WORDS(w->problem->row_count) + 1, sizeof *rest.rows);
    for (bool is_found = rest.when != NULL && rest.rows != NULL; is_found;) {
        uint32_t best = NO_INDEX;
        uint64_t most = 0;
        for (uint32_t i = 0; i < w->count; i++) {
            const group *whole = &w->groups[w->group_of[i]];
            if (!w->atoms[i].is_free || whole->atom_count < 2) {
                continue;
            }
            sum_atoms(w, w->group_of[i], i, &rest);
            uint64_t spared = spared_bytes(w, &w->atoms[i], &rest);
            if (spared > most && may_part(w, whole, &w->atoms[i], &rest)) {
                best = i;
                most = spared;
            }
        }
        is_found = best != NO_INDEX;
        if (is_found) {
            sum_atoms(w, w->group_of[best], best, &rest);
            part(w, best, &rest);
        }
    }
}

/* ---- files that stay ----------------------------------------------------------------
 */

/* Bytes of a file that some load fetches and does not want, all loads together, and how
 * many requests its parts are for `load` now. */
static void judge_file(const group_work *w, uint32_t from, uint32_t to, uint32_t load,
                       uint64_t *foreign_bytes, uint32_t *parts) {
    const group_problem *p = w->problem;
    *foreign_bytes = 0;
    *parts = 0;
    for (uint32_t l = 0; l < p->load_count; l++) {
        uint64_t own = 0;
        uint64_t all = 0;
        for (uint32_t i = from; i < to; i++) {
            all += p->items[i].bytes;
            own += p->items[i].when[l] != 0 ? p->items[i].bytes : 0;
        }
        *foreign_bytes += own > 0 ? all - own : 0;
    }
    for (uint32_t i = from; i < to; i++) {
        bool is_first = p->items[i].when[load] != 0;
        for (uint32_t j = from; is_first && j < i; j++) {
            is_first = p->items[j].when[load] == 0 ||
                       w->group_of[w->atom_of[j]] != w->group_of[w->atom_of[i]];
        }
        *parts += is_first;
    }
}

bool groups_keep_file(group_work *w, uint32_t load, bool all) {
    const group_problem *p = w->problem;
    uint32_t best = NO_INDEX;
    uint64_t least = 0;
    uint64_t spares = 1;
    for (uint32_t from = 0, to = 0; from < p->count; from = to) {
        uint32_t file = p->items[from].file;
        while (to < p->count && p->items[to].file == file) {
            to++;
        }
        uint64_t foreign_bytes = 0;
        uint32_t parts = 0;
        judge_file(w, from, to, load, &foreign_bytes, &parts);
        if (w->is_kept[file] || parts < 2) {
            continue;
        }
        if (best == NO_INDEX || foreign_bytes * spares < least * (parts - 1)) {
            best = file;
            least = foreign_bytes;
            spares = parts - 1;
        }
        w->is_kept[file] |= all;
    }
    if (best != NO_INDEX) {
        w->is_kept[best] = true;
    }
    return best != NO_INDEX;
}
