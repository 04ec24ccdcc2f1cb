/* closure.c - breadth-first walk over references.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/closure.h"

#include "base/alloc.h"
#include "base/bitset.h"

static bool make_room(const game *g, closure *out) {
    if (out->assets != NULL && out->capacity == g->asset_count) {
        return true;
    }
    closure_clear(out);
    size_t count = (size_t)g->asset_count + 1;
    out->assets = mem_zero(BITSET_WORDS(count), sizeof(uint64_t));
    out->copies = mem_alloc(count, sizeof(uint32_t));
    out->parents = mem_alloc(count, sizeof(uint32_t));
    out->via = mem_alloc(count, sizeof(uint32_t));
    out->capacity = g->asset_count;
    return out->assets != NULL && out->copies != NULL && out->parents != NULL &&
           out->via != NULL;
}

/* Walks are many and most of them short: only what the last one met is taken back. */
static void forget(const game *g, closure *out) {
    for (uint32_t i = 0; i < out->count; i++) {
        out->assets[g->copies[out->copies[i]].asset / 64] = 0;
    }
    out->count = 0;
}

static void visit(const game *g, closure *out, uint32_t copy_index, uint32_t parent,
                  uint32_t via) {
    if (copy_index == NO_INDEX || bitset_has(out->assets, g->copies[copy_index].asset)) {
        return;
    }
    bitset_add(out->assets, g->copies[copy_index].asset);
    out->copies[out->count] = copy_index;
    out->parents[out->count] = parent;
    out->via[out->count] = via;
    out->count++;
}

pa_status closure_walk(const game *g, const uint32_t *roots, size_t root_count,
                       closure *out, pa_error *err) {
    if (!make_room(g, out)) {
        return error_nomem(err);
    }
    forget(g, out);
    for (size_t i = 0; i < root_count; i++) {
        visit(g, out, roots[i], NO_INDEX, NO_INDEX);
    }
    for (uint32_t at = 0; at < out->count; at++) {
        const copy *c = &g->copies[out->copies[at]];
        for (uint32_t i = 0; i < c->document.reference_count; i++) {
            visit(g, out, c->targets[i], at, i);
        }
    }
    return PA_OK;
}

void closure_clear(closure *in) {
    mem_free(in->assets);
    mem_free(in->copies);
    mem_free(in->parents);
    mem_free(in->via);
    *in = (closure){0};
}
