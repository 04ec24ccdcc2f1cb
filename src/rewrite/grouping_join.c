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
    uint64_t early_bytes;
    uint64_t bytes; /* of the joined file */
} join;

static bool is_above(const group_work *w, uint32_t load) {
    return w->now[load].requests > w->limits[load].requests ||
           w->now[load].bytes > w->limits[load].bytes;
}

static bool wants(const group_work *w, uint32_t group_index, uint32_t load) {
    const group *g = &w->groups[group_index];
    return !g->is_gone && g->when[load] != 0;
}

/* Rows that both need stand there once. */
static uint64_t joined_bytes(const group_work *w, const group *a, const group *b) {
    uint64_t common = 0;
    for (size_t i = 0; i < BITSET_WORDS(w->problem->row_count); i++) {
        for (uint64_t left = a->rows[i] & b->rows[i]; left != 0; left &= left - 1) {
            common += w->problem->row_bytes[i * 64 + (size_t)__builtin_ctzll(left)];
        }
    }
    uint64_t sum = a->bytes + b->bytes;
    uint64_t saved = common + GROUP_FRAME_BYTES;
    return saved < sum ? sum - saved : sum;
}

static void add_cost(const group_work *w, join *j) {
    const group *a = &w->groups[j->a];
    const group *b = &w->groups[j->b];
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        uint16_t x = a->when[i];
        uint16_t y = b->when[i];
        if (x != 0 && y != 0) {
            j->early_bytes += x < y ? b->own_bytes : x > y ? a->own_bytes : 0;
        } else if (x != 0 || y != 0) {
            j->foreign_bytes += x != 0 ? b->own_bytes : a->own_bytes;
        }
    }
}

static bool is_cheaper(const join *j, const join *than) {
    if (j->foreign_bytes != than->foreign_bytes) {
        return j->foreign_bytes < than->foreign_bytes;
    }
    return j->early_bytes < than->early_bytes;
}

/* Who fetches one of the two only fetches more: not above the limit. */
static bool is_allowed(const group_work *w, const join *j) {
    const group *a = &w->groups[j->a];
    const group *b = &w->groups[j->b];
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        bool is_both = a->when[i] != 0 && b->when[i] != 0;
        if (is_both || (a->when[i] == 0 && b->when[i] == 0)) {
            continue;
        }
        uint64_t old = a->when[i] != 0 ? a->bytes : b->bytes;
        uint64_t after = w->now[i].bytes - old + j->bytes;
        if (after > w->now[i].bytes && after > w->limits[i].bytes) {
            return false;
        }
    }
    return true;
}

static void carry_out(group_work *w, const join *j) {
    group *a = &w->groups[j->a];
    group *b = &w->groups[j->b];
    for (uint32_t i = 0; i < w->problem->load_count; i++) {
        uint16_t x = a->when[i];
        uint16_t y = b->when[i];
        w->now[i].bytes -= (x != 0 ? a->bytes : 0) + (y != 0 ? b->bytes : 0);
        w->now[i].bytes += x != 0 || y != 0 ? j->bytes : 0;
        w->now[i].requests -= x != 0 && y != 0;
        a->when[i] = x == 0 || (y != 0 && y < x) ? y : x;
    }
    bitset_unite(a->rows, b->rows, BITSET_WORDS(w->problem->row_count));
    a->item_count += b->item_count;
    a->own_bytes += b->own_bytes;
    a->bytes = j->bytes;
    b->is_gone = true;
    for (uint32_t i = 0; i < w->problem->count; i++) {
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
            j.bytes = joined_bytes(w, &w->groups[a], &w->groups[b]);
            if (is_allowed(w, &j)) {
                *best = j;
                is_found = true;
            }
        }
    }
    return is_found;
}

/* Where a load that cannot be helped fetches most files that could be joined. */
static uint32_t place_of(const group_work *w, uint32_t load) {
    uint32_t worst = NO_INDEX;
    uint32_t most = 0;
    for (uint32_t place = 0; place < w->problem->place_count; place++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < w->count; i++) {
            count +=
                w->groups[i].is_free && wants(w, i, load) && w->groups[i].place == place;
        }
        if (count > most) {
            worst = place;
            most = count;
        }
    }
    return worst;
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
        if (i == index || !other->is_free || other->is_gone ||
            other->place != small->place || !same_loads(w, small, other)) {
            continue;
        }
        join j = {.a = i < index ? i : index, .b = i < index ? index : i};
        add_cost(w, &j);
        if (!is_found || is_cheaper(&j, &best)) {
            best = j;
            is_found = true;
        }
    }
    if (is_found) {
        best.bytes = joined_bytes(w, &w->groups[best.a], &w->groups[best.b]);
        carry_out(w, &best);
    }
    return is_found;
}

bool groups_join(group_work *w, uint32_t *place) {
    for (uint32_t load = 0; load < w->problem->load_count; load++) {
        while (is_above(w, load)) {
            join best = {0};
            if (!find_join(w, load, &best)) {
                *place = place_of(w, load);
                if (*place != NO_INDEX) {
                    return false;
                }
                break; /* it fetches nothing but what stays */
            }
            carry_out(w, &best);
        }
    }
    for (uint32_t i = 0; i < w->count; i++) {
        const group *g = &w->groups[i];
        while (g->is_free && !g->is_gone && g->bytes < GROUP_LEAST_BYTES &&
               join_small(w, i)) {
        }
    }
    return true;
}
