/* grouping_join.c - join the two that cost least, again and again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/grouping_work.h"

#include "base/bitset.h"
#include "bundle/config.h"

/* What a join costs: bytes that loads fetch and never want, then bytes that they fetch
 * too early. */
typedef struct join {
    uint32_t a;
    uint32_t b;
    uint64_t foreign_bytes;
    uint64_t early; /* bytes times the stages that they come too early */
    uint64_t bytes; /* of the joined file */
} join;

static bool is_above(const group_work *w, uint32_t load) {
    return w->now[load].requests > w->limits[load].requests ||
           w->now[load].bytes > w->limits[load].bytes;
}

static bool wants(const group_work *w, uint32_t group_index, uint32_t load) {
    const group *g = &w->groups[group_index];
    return g->atom_count > 0 && g->when[load] != 0;
}

/* What both are together: rows that both need stand there once. */
static group sum_of(const group_work *w, const group *a, const group *b) {
    uint64_t common = 0;
    for (size_t i = 0; i < BITSET_WORDS(w->problem->row_count); i++) {
        for (uint64_t left = a->rows[i] & b->rows[i]; left != 0; left &= left - 1) {
            common += w->problem->row_bytes[i * 64 + (size_t)__builtin_ctzll(left)];
        }
    }
    bool is_textures = a->texture_bytes > 0 && b->texture_bytes > 0;
    group sum = *a;
    sum.item_count += b->item_count;
    sum.atom_count += b->atom_count;
    sum.plain_bytes += b->plain_bytes;
    sum.own_bytes += b->own_bytes;
    sum.texture_bytes = is_textures ? a->texture_bytes + b->texture_bytes : 0;
    sum.row_bytes += b->row_bytes - common;
    sum.bytes = group_file_bytes(&sum);
    return sum;
}

static void add_cost(const group_work *w, join *j) {
    const group *a = &w->groups[j->a];
    const group *b = &w->groups[j->b];
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        uint64_t x = a->when[i];
        uint64_t y = b->when[i];
        if (x != 0 && y != 0) {
            j->early += x < y ? b->plain_bytes * (y - x) : a->plain_bytes * (x - y);
        } else if (x != 0 || y != 0) {
            j->foreign_bytes += x != 0 ? b->plain_bytes : a->plain_bytes;
        }
    }
}

static bool is_cheaper(const join *j, const join *than) {
    if (j->foreign_bytes != than->foreign_bytes) {
        return j->foreign_bytes < than->foreign_bytes;
    }
    return j->early < than->early;
}

/* Bytes of a load when the two are one file. */
static uint64_t joined_fetch(const group_work *w, const join *j, uint32_t load) {
    const group *a = &w->groups[j->a];
    const group *b = &w->groups[j->b];
    uint64_t sum = w->now[load].bytes;
    sum -= (a->when[load] != 0 ? a->bytes : 0) + (b->when[load] != 0 ? b->bytes : 0);
    return sum + (a->when[load] != 0 || b->when[load] != 0 ? j->bytes : 0);
}

/* Bytes that a load fetches in vain then: all that it does not want of the two. */
static uint64_t joined_foreign(const group_work *w, const join *j, uint32_t load) {
    const group *a = &w->groups[j->a];
    const group *b = &w->groups[j->b];
    bool has_a = a->when[load] != 0;
    bool has_b = b->when[load] != 0;
    uint64_t more = has_a == has_b ? 0 : has_a ? b->plain_bytes : a->plain_bytes;
    return w->now[load].foreign_bytes + more;
}

/* No load fetches more and is above its limit then. */
static bool is_allowed(const group_work *w, const join *j) {
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        uint64_t after = joined_fetch(w, j, i);
        uint64_t foreign = joined_foreign(w, j, i);
        if ((after > w->now[i].bytes && after > w->limits[i].bytes) ||
            (foreign > w->now[i].foreign_bytes && foreign > w->limits[i].foreign_bytes)) {
            return false;
        }
    }
    return true;
}

static void carry_out(group_work *w, const join *j) {
    group *a = &w->groups[j->a];
    group *b = &w->groups[j->b];
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        w->now[i].bytes = joined_fetch(w, j, i);
        w->now[i].foreign_bytes = joined_foreign(w, j, i);
        w->now[i].requests -= a->when[i] != 0 && b->when[i] != 0;
    }
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        uint16_t x = a->when[i];
        uint16_t y = b->when[i];
        a->when[i] = x == 0 || (y != 0 && y < x) ? y : x;
    }
    *a = sum_of(w, a, b);
    bitset_unite(a->rows, b->rows, BITSET_WORDS(w->problem->row_count));
    b->atom_count = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        if (w->group_of[i] == j->b) {
            w->group_of[i] = j->a;
        }
    }
}

/* The cheapest join of two files that a load fetches. */
static bool find_join(const group_work *w, uint32_t load, join *best) {
    bool is_found = false;
    for (uint32_t a = 0; a < w->count; a++) {
        if (!w->groups[a].is_free || !wants(w, a, load)) {
            continue;
        }
        for (uint32_t b = a + 1; b < w->count; b++) {
            if (!w->groups[b].is_free || !wants(w, b, load) ||
                w->groups[a].place != w->groups[b].place) {
                continue;
            }
            join j = {.a = a, .b = b};
            add_cost(w, &j);
            if (is_found && !is_cheaper(&j, best)) {
                continue;
            }
            j.bytes = sum_of(w, &w->groups[a], &w->groups[b]).bytes;
            if (is_allowed(w, &j)) {
                *best = j;
                is_found = true;
            }
        }
    }
    return is_found;
}

static bool same_loads(const group_work *w, const group *a, const group *b) {
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        if ((a->when[i] == 0) != (b->when[i] == 0)) {
            return false;
        }
    }
    return true;
}

/* Joins a small file with one of the same loads that is wanted at nearly the same time.
 */
static bool join_small(group_work *w, uint32_t index) {
    const group *small = &w->groups[index];
    join best = {0};
    bool is_found = false;
    for (uint32_t i = 0; i < w->count; i++) {
        const group *other = &w->groups[i];
        if (i == index || !other->is_free || other->atom_count == 0 ||
            other->place != small->place || !same_loads(w, small, other)) {
            continue;
        }
        join j = {.a = i < index ? i : index, .b = i < index ? index : i};
        add_cost(w, &j);
        j.bytes = sum_of(w, &w->groups[j.a], &w->groups[j.b]).bytes;
        if ((!is_found || is_cheaper(&j, &best)) && is_allowed(w, &j)) {
            best = j;
            is_found = true;
        }
    }
    if (is_found) {
        carry_out(w, &best);
    }
    return is_found;
}

bool groups_join(group_work *w, uint32_t load) {
    join best = {0};
    while (is_above(w, load) && find_join(w, load, &best)) {
        carry_out(w, &best);
    }
    return !is_above(w, load);
}

void groups_join_small(group_work *w) {
    for (uint32_t i = 0; i < w->count; i++) {
        const group *g = &w->groups[i];
        while (g->is_free && g->atom_count > 0 && g->bytes < GROUP_LEAST_BYTES &&
               join_small(w, i)) {
        }
    }
}
