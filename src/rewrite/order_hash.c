/* order_hash.c - which build a plan is for: everything it was made from, and what a
 * running game can compare.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <xxhash.h>

#include "base/buf.h"
#include "rewrite/order.h"

static void add_asset(const pa_order *order, uint32_t asset_index, buf *out) {
    const entry *e = order_entry(order, asset_index);
    buf_format(out, "%.*s %.*s %.*s\n", STR_ARGS(e->uuid), STR_ARGS(e->import_version),
               STR_ARGS(e->native_version));
}

pa_status order_hash_build(pa_order *order, pa_error *err) {
    const pa_audit *audit = order->audit;
    const audit_view *view = order->view;
    buf text = {0};
    buf_format(&text, "%.*s %s\n", STR_ARGS(audit->g.engine_text),
               target_name(audit->g.target));
    for (uint32_t i = 0; i < audit->g.asset_count; i++) {
        add_asset(order, i, &text);
    }
    for (uint32_t i = 0; i < audit->images.count; i++) {
        const decode_cost *cost = &view->decodes[i];
        buf_format(&text, "%u %llu %llu %llu\n", audit->images.rows[i].asset,
                   (unsigned long long)cost->file_bytes,
                   (unsigned long long)cost->finished_bytes,
                   (unsigned long long)cost->peak_bytes);
    }
    for (uint32_t i = 0; i < view->texture_count; i++) {
        buf_format(&text, "%u %llu\n", view->textures[i].asset,
                   (unsigned long long)view->textures[i].cost.gpu_bytes);
    }
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        buf_format(&text, "%.*s %d\n", STR_ARGS(audit->stages[i].id),
                   audit->stages[i].auto_release);
    }
    order->build_hash = text.failed ? 0 : XXH3_64bits(text.at, text.size);
    bool failed = text.failed;
    buf_clear(&text);
    return failed ? error_nomem(err) : PA_OK;
}

/* http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t add_bytes(uint32_t hash, str text) {
    enum { PRIME = 16777619 };
    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (uint8_t)text.at[i]) * PRIME;
    }
    return hash;
}

uint32_t order_match(const pa_order *order, const order_plan *plan) {
    uint32_t hash = 2166136261U;
    for (uint32_t i = 0; i < plan->asset_count; i++) {
        const entry *e = order_entry(order, plan->assets[i]);
        const str parts[] = {e->uuid,     str_of(" "),       e->import_version,
                             str_of(" "), e->native_version, str_of("\n")};
        for (size_t j = 0; j < sizeof parts / sizeof parts[0]; j++) {
            hash = add_bytes(hash, parts[j]);
        }
    }
    return hash;
}
