/* order_rank.c - what a player wants to see first: what the rules file says, then what
 * sprite frames show, small before large, then everything else likewise.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "rewrite/order.h"

typedef struct urgency {
    uint32_t wish; /* place in the rules file */
    bool is_sprite;
    uint64_t size_bytes;
    uint32_t texture;
} urgency;

static int most_urgent_first(const void *a, const void *b) {
    const urgency *left = a;
    const urgency *right = b;
    if (left->wish != right->wish) {
        return left->wish < right->wish ? -1 : 1;
    }
    if (left->is_sprite != right->is_sprite) {
        return left->is_sprite ? -1 : 1;
    }
    if (left->size_bytes != right->size_bytes) {
        return left->size_bytes < right->size_bytes ? -1 : 1;
    }
    return (left->texture > right->texture) - (left->texture < right->texture);
}

/* What a pattern brings gets its place, unless an earlier one brought it. */
static pa_status wish_pattern(const pa_order *order, const rules_pattern *pattern,
                              uint32_t place, closure *walked, urgency *rows,
                              pa_error *err) {
    const pa_audit *audit = order->audit;
    uint32_t *roots = NULL;
    size_t count = 0;
    size_t capacity = 0;
    pa_status status =
        audit_match_pattern(audit, pattern, &roots, &count, &capacity, err);
    if (status == PA_OK && count == 0) {
        status =
            error_set(err, PA_USAGE, "%s: line %u: no name is called '%.*s:%.*s'",
                      audit->rules_path == NULL ? "rules" : audit->rules_path,
                      pattern->line, STR_ARGS(pattern->bundle), STR_ARGS(pattern->path));
    }
    if (status == PA_OK) {
        status = closure_walk(&audit->g, roots, count, walked, err);
    }
    for (uint32_t i = 0; status == PA_OK && i < walked->count; i++) {
        uint32_t asset_index = audit->g.copies[walked->copies[i]].asset;
        uint32_t row = order->view->texture_of_asset[asset_index];
        if (row != NO_INDEX && rows[row].wish == audit->rules.first_count) {
            rows[row].wish = place;
        }
    }
    mem_free(roots);
    return status;
}

static pa_status take_wishes(const pa_order *order, urgency *rows, pa_error *err) {
    const rules_file *rules = &order->audit->rules;
    closure walked = {0};
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < rules->first_count; i++) {
        status = wish_pattern(order, &rules->first[i], i, &walked, rows, err);
    }
    for (uint32_t i = 0; status == PA_OK && i < rules->last_count; i++) {
        status = wish_pattern(order, &rules->last[i], rules->first_count + 1 + i, &walked,
                              rows, err);
    }
    closure_clear(&walked);
    return status;
}

static void mark_sprites(pa_order *order) {
    const game *g = &order->audit->g;
    for (uint32_t i = 0; i < g->copy_count; i++) {
        const copy *c = &g->copies[i];
        for (uint32_t j = 0;
             c->document.kind == ASSET_SPRITE_FRAME && j < c->document.reference_count;
             j++) {
            if (c->targets[j] != NO_INDEX) {
                bitset_add(order->sprites, g->copies[c->targets[j]].asset);
            }
        }
    }
}

pa_status order_rank(pa_order *order, pa_error *err) {
    const audit_view *view = order->view;
    size_t room = (size_t)view->texture_count + 1;
    urgency *rows = mem_alloc(room, sizeof *rows);
    order->ranks = arena_alloc(&order->mem, room, sizeof *order->ranks);
    order->sprites =
        arena_alloc(&order->mem, BITSET_WORDS((size_t)order->audit->g.asset_count + 1),
                    sizeof(uint64_t));
    if (rows == NULL || order->ranks == NULL || order->sprites == NULL) {
        mem_free(rows);
        return error_nomem(err);
    }
    mark_sprites(order);
    for (uint32_t i = 0; i < view->texture_count; i++) {
        const texture_row *row = &view->textures[i];
        rows[i] =
            (urgency){order->audit->rules.first_count,
                      bitset_has(order->sprites, row->asset), row->cost.gpu_bytes, i};
    }
    pa_status status = take_wishes(order, rows, err);
    if (status == PA_OK && view->texture_count > 0) {
        qsort(rows, view->texture_count, sizeof *rows, most_urgent_first);
    }
    for (uint32_t i = 0; i < view->texture_count; i++) {
        order->ranks[rows[i].texture] = i;
    }
    mem_free(rows);
    return status;
}
