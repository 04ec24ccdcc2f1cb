/* order_json.c - load orders by schema packaudit.order/1.
 *
 * Keys may be added, never renamed. SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "codec/json_write.h"
#include "report/order.h"

static void put_hash(json_writer *w, const char *key, uint64_t hash, unsigned digits) {
    char text[17] = {0};
    for (unsigned i = 0; i < digits; i++) {
        text[i] = "0123456789abcdef"[hash >> (4 * (digits - 1 - i)) & 15];
    }
    json_put_text(w, key, str_of(text));
}

static void put_uuids(json_writer *w, const order_view *view, const char *key,
                      const uint32_t *assets, uint32_t count) {
    json_open_array(w, key);
    for (uint32_t i = 0; i < count; i++) {
        json_put_text(w, NULL, view->order->audit->g.assets[assets[i]].uuid);
    }
    json_close_array(w);
}

/* The bundles that store what the stages load, in the order of their names. */
static void put_bundles(json_writer *w, const order_view *view, const order_plan *plan) {
    const game *g = &view->order->audit->g;
    uint64_t *used =
        mem_zero(BITSET_WORDS((size_t)g->found.bundle_count + 1), sizeof *used);
    if (used == NULL) {
        w->out->failed = true;
        return;
    }
    uint32_t own = view->order->audit->stages[plan->to].bundle;
    if (own != NO_INDEX) {
        bitset_add(used, own);
    }
    for (uint32_t i = 0; i < plan->asset_count; i++) {
        bitset_add(used, g->copies[g->assets[plan->assets[i]].first_copy].bundle);
    }
    json_open_array(w, "bundles");
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        if (bitset_has(used, i)) {
            json_put_text(w, NULL, g->found.bundles[i].name);
        }
    }
    json_close_array(w);
    mem_free(used);
}

static void put_stages(json_writer *w, const order_view *view, const order_plan *plan) {
    json_open_array(w, "stages");
    for (uint32_t i = 0; i < plan->stage_count; i++) {
        const order_stage *part = &plan->stages[i];
        json_open_object(w, NULL);
        json_put_u64(w, "peak_bytes", part->peak_bytes);
        json_put_u64(w, "load_bytes", part->load_bytes);
        json_put_u64(w, "resident_bytes", part->resident_bytes);
        json_put_u64(w, "images", part->image_count);
        json_put_u64(w, "decoded_bytes", part->decoded_bytes);
        put_uuids(w, view, "assets", plan->assets + part->asset_from, part->asset_count);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_proof(json_writer *w, const order_view *view, const order_plan *plan) {
    if (plan->outcome != ORDER_IMPOSSIBLE) {
        json_put_null(w, "certificate");
        return;
    }
    json_open_object(w, "certificate");
    json_put_u64(w, "bytes", plan->proof_bytes);
    json_put_u64(w, "held_by_others_bytes", plan->alive_bytes);
    put_uuids(w, view, "assets", plan->proof, plan->proof_count);
    json_close_object(w);
}

static void put_plan(json_writer *w, const order_view *view, const order_plan *plan) {
    json_put_text(w, "outcome", str_of(order_outcome_name(plan->outcome)));
    json_put_u64(w, "held_by_others_bytes", plan->alive_bytes);
    json_put_u64(w, "at_once_bytes", plan->at_once_bytes);
    json_put_u64(w, "peak_bytes", plan->peak_bytes);
    put_hash(w, "match", order_match(view->order, plan), 8);
    put_bundles(w, view, plan);
    put_stages(w, view, plan);
    put_proof(w, view, plan);
}

static void put_decodes(json_writer *w, const order_plan *plan) {
    json_open_array(w, "reorder");
    for (uint32_t i = 0; i < DECODE_ORDER_COUNT; i++) {
        const decode_order *row = &plan->decodes[i];
        json_open_object(w, NULL);
        json_put_text(w, "engines", str_of(row->engines));
        json_put_bool(w, "is_own", row->is_own);
        json_put_u64(w, "threads", row->threads);
        json_put_u64(w, "now_bytes", row->now_bytes);
        json_put_u64(w, "best_bytes", row->best_bytes);
        json_put_u64(w, "gain_bytes", row->now_bytes - row->best_bytes);
        json_put_u64(w, "peak_gain_bytes", 0); /* no bound of a load knows the order */
        json_put_text(w, "source", str_of(row->source));
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_scene(json_writer *w, const order_view *view, const order_plan *plan) {
    const stage *s = &view->order->audit->stages[plan->to];
    json_open_object(w, NULL);
    json_put_text(w, "id", s->id);
    json_put_text(w, "name", s->name);
    json_put_text(w, "url", s->url);
    json_put_text(w, "uuid", s->uuid);
    json_put_bool(w, "auto_release", s->auto_release);
    put_plan(w, view, plan);
    put_decodes(w, plan);
    json_close_object(w);
}

static void put_change(json_writer *w, const order_view *view, const order_plan *plan) {
    json_open_object(w, NULL);
    json_put_text(w, "from", view->order->audit->stages[plan->from].id);
    json_put_text(w, "to", view->order->audit->stages[plan->to].id);
    put_plan(w, view, plan);
    json_open_array(w, "gains");
    for (uint32_t i = 0; i < plan->gain_count; i++) {
        const order_gain *gain = &plan->gains[i];
        json_open_object(w, NULL);
        json_put_text(w, "kind", str_of(gain_name(gain->kind)));
        if (gain->kind == GAIN_RELEASE_BUNDLE) {
            json_put_text(w, "bundle", gain->bundle);
        } else {
            json_put_null(w, "bundle");
        }
        json_put_u64(w, "peak_bytes", gain->peak_bytes);
        json_put_u64(w, "saved_bytes", gain->saved_bytes);
        json_put_u64(w, "later_bytes", gain->later_bytes);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

void order_json(const order_view *view, buf *out) {
    const pa_order *order = view->order;
    const game *g = &order->audit->g;
    json_writer w = {.out = out};
    json_open_object(&w, NULL);
    json_put_text(&w, "schema", str_of("packaudit.order/1"));
    json_open_object(&w, "build");
    json_put_text(&w, "path", g->path);
    json_put_text(&w, "engine", g->engine_text);
    json_put_text(&w, "target", str_of(target_name(g->target)));
    put_hash(&w, "hash", order->build_hash, 16);
    json_close_object(&w);
    json_open_object(&w, "device");
    json_put_text(&w, "name", order->view->device->name);
    json_put_u64(&w, "image_budget_bytes", order->view->device->image_budget_bytes);
    json_close_object(&w);
    json_put_bool(&w, "fits", pa_order_fits(order));
    json_open_array(&w, "scenes");
    for (uint32_t i = 0; i < order->scene_count; i++) {
        put_scene(&w, view, &order->scenes[i]);
    }
    json_close_array(&w);
    json_open_array(&w, "transitions");
    for (uint32_t i = 0; i < order->change_count; i++) {
        put_change(&w, view, &order->changes[i]);
    }
    json_close_array(&w);
    json_close_object(&w);
}
