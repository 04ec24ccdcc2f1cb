/* schedule_proof.c - why no order fits: a few items such that, whichever of them comes
 * last, the others are there while it is loaded, and that is too much:
 *      base + R(items) + min transient(items) > limit
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rewrite/schedule.h"

typedef struct weighed {
    uint64_t resident_bytes;
    uint64_t transient_bytes; /* more than what stays, loaded alone */
    uint32_t item;
} weighed;

static int heaviest_first(const void *a, const void *b) {
    const weighed *left = a;
    const weighed *right = b;
    if (left->resident_bytes != right->resident_bytes) {
        return left->resident_bytes > right->resident_bytes ? -1 : 1;
    }
    return (left->item > right->item) - (left->item < right->item);
}

static int ascending(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* How many items whose transient is not below `least` are too much, the heaviest first;
 * `most` when they are not, or not fewer. */
static uint32_t count_needed(const schedule_problem *problem, const weighed *rows,
                             uint64_t least_bytes, uint32_t most, uint64_t *held_bytes) {
    uint64_t held = problem->base_bytes + least_bytes;
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->count && count + 1 < most; i++) {
        if (rows[i].transient_bytes < least_bytes) {
            continue;
        }
        held += rows[i].resident_bytes;
        count++;
        if (held > problem->limit_bytes) {
            *held_bytes = held;
            return count;
        }
    }
    return most;
}

static void weigh(const schedule_problem *problem, weighed *rows) {
    for (uint32_t i = 0; i < problem->count; i++) {
        uint64_t resident = problem->items[i].resident_bytes;
        rows[i] = (weighed){resident, schedule_load_bytes(problem, &i, 1) - resident, i};
    }
    qsort(rows, problem->count, sizeof *rows, heaviest_first);
}

/* The first `count` rows whose transient is not below `least`. */
static void take(const schedule_problem *problem, const weighed *rows, uint64_t least,
                 schedule *out, uint32_t count) {
    for (uint32_t i = 0; i < problem->count && out->proof_count < count; i++) {
        if (rows[i].transient_bytes >= least) {
            out->proof[out->proof_count++] = rows[i].item;
        }
    }
    qsort(out->proof, out->proof_count, sizeof *out->proof, ascending);
}

/* Items that one with a transient of at least `least` needs, however indirectly, are no
 * exception: they are never last. Marks them all; `stack` has room for every item. */
static void mark_bound(const schedule_problem *problem, const weighed *rows,
                       uint64_t least_bytes, uint8_t *is_bound, uint32_t *stack) {
    uint32_t depth = 0;
    memset(is_bound, 0, problem->count);
    for (uint32_t i = 0; i < problem->count; i++) {
        if (rows[i].transient_bytes >= least_bytes) {
            is_bound[rows[i].item] = 1;
            stack[depth++] = rows[i].item;
        }
    }
    while (depth > 0) {
        const schedule_item *item = &problem->items[stack[--depth]];
        for (uint32_t i = 0; i < item->need_count; i++) {
            if (!is_bound[item->needs[i]]) {
                is_bound[item->needs[i]] = 1;
                stack[depth++] = item->needs[i];
            }
        }
    }
}

/* The proof with needs: all that is bound to one transient. */
static void prove_bound(const schedule_problem *problem, const weighed *rows,
                        uint8_t *is_bound, uint32_t *stack, schedule *out) {
    for (uint32_t i = 0; i < problem->count && out->proof_count == 0; i++) {
        uint64_t held = problem->base_bytes + rows[i].transient_bytes;
        mark_bound(problem, rows, rows[i].transient_bytes, is_bound, stack);
        for (uint32_t j = 0; j < problem->count; j++) {
            held += is_bound[j] ? problem->items[j].resident_bytes : 0;
        }
        for (uint32_t j = 0; held > problem->limit_bytes && j < problem->count; j++) {
            if (is_bound[j]) {
                out->proof[out->proof_count++] = j;
            }
            out->proof_bytes = held;
        }
    }
}

/* The proof without: as few as possible. */
static void prove_plain(const schedule_problem *problem, const weighed *rows,
                        schedule *out) {
    uint32_t fewest = problem->count + 1;
    uint64_t least = 0;
    for (uint32_t i = 0; i < problem->count; i++) {
        uint64_t held = 0;
        uint32_t needed =
            count_needed(problem, rows, rows[i].transient_bytes, fewest, &held);
        if (needed < fewest) {
            fewest = needed;
            least = rows[i].transient_bytes;
            out->proof_bytes = held;
        }
    }
    if (fewest <= problem->count) {
        take(problem, rows, least, out, fewest);
    }
}

pa_status schedule_prove(const schedule_problem *problem, arena *mem, schedule *out,
                         pa_error *err) {
    size_t room = (size_t)problem->count + 1;
    weighed *rows = mem_alloc(room, sizeof *rows);
    uint32_t *stack = mem_alloc(room, sizeof *stack);
    uint8_t *is_bound = mem_alloc(room, sizeof *is_bound);
    out->proof = arena_alloc(mem, room, sizeof *out->proof);
    out->proof_count = 0;
    out->proof_bytes = problem->base_bytes;
    bool has_room =
        rows != NULL && stack != NULL && is_bound != NULL && out->proof != NULL;
    if (has_room && problem->base_bytes <= problem->limit_bytes) {
        weigh(problem, rows);
        prove_plain(problem, rows, out);
        if (out->proof_count == 0) {
            prove_bound(problem, rows, is_bound, stack, out);
        }
    }
    mem_free(rows);
    mem_free(stack);
    mem_free(is_bound);
    return has_room ? PA_OK : error_nomem(err);
}
