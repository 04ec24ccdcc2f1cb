/* shares.c - what each image has in the peak of a load: the sums of load.c and
 * load_cost.c, kept apart by image.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "base/alloc.h"
#include "base/bitset.h"

typedef struct sharing {
    const pa_audit *audit;
    const audit_view *view;
    living alive;
    image_use *uses;
    image_share *out;
    bool is_threaded; /* native from 3.0 */
} sharing;

static uint64_t larger(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

/* What is there before: each texture and copy once. */
static void add_resident(sharing *s, const set_cost *set) {
    for (uint32_t i = 0; i < set->texture_count; i++) {
        const texture_row *row = &s->view->textures[set->textures[i]];
        if (!bitset_has(s->alive.assets, row->asset) && row->image_count > 0) {
            s->out[row->images[0]].added_bytes += row->cost.gpu_bytes;
        }
    }
    for (uint32_t i = 0; i < set->image_count; i++) {
        uint32_t asset_index = s->audit->images.rows[set->images[i]].asset;
        if (!bitset_has(s->alive.assets, asset_index)) {
            s->out[set->images[i]].added_bytes += set->kept[i];
        }
    }
    living_add(s->audit, s->view, set, &s->alive);
}

static void add_alive(sharing *s, uint32_t from, uint32_t to, alive_before alive) {
    if (alive == ALIVE_SETTLED && s->view->persistent.assets != NULL) {
        add_resident(s, &s->view->persistent);
    }
    for (uint32_t i = 0; i < s->audit->stage_count; i++) {
        bool stays =
            alive == ALIVE_SETTLED && i != to && !s->audit->stages[i].auto_release;
        if (stays || (i == from && alive != ALIVE_NOTHING)) {
            add_resident(s, &s->view->stages[i]);
        }
    }
}

static uint64_t pool_bytes(const sharing *s, const upload_cost *up) {
    if (s->view->model.backend == BACKEND_VULKAN) {
        return up->supplied_bytes; /* its blocks hold at least that */
    }
    staging_pool alone = {0};
    staging_pool_add(&alone, s->view->model.backend, up->supplied_bytes, up->row_bytes);
    uint64_t kept = alone.pool_bytes;
    staging_pool_clear(&alone);
    return kept;
}

static void add_upload(sharing *s, const texture_upload *up) {
    uint64_t gpu = up->cost.gpu_bytes;
    uint64_t staging = up->cost.staging_bytes;
    image_share *share = &s->out[up->image];
    s->uses[up->image].traded_bytes += larger(gpu, staging);
    s->uses[up->image].is_uploaded = true;
    if (s->is_threaded) {
        share->added_bytes += larger(gpu, staging) + pool_bytes(s, &up->cost);
        share->last_bytes = larger(share->last_bytes, gpu < staging ? gpu : staging);
    }
}

static void add_textures(sharing *s, const set_cost *set) {
    for (uint32_t i = 0; i < set->texture_count; i++) {
        const texture_row *row = &s->view->textures[set->textures[i]];
        if (bitset_has(s->alive.assets, row->asset)) {
            continue;
        }
        if (!s->is_threaded && row->image_count > 0) {
            s->out[row->images[0]].added_bytes += row->cost.gpu_bytes;
        }
        for (uint32_t j = 0; j < row->upload_count; j++) {
            add_upload(s, &row->uploads[j]);
        }
    }
}

static void add_decode(const sharing *s, const decode_cost *cost, uint64_t traded_bytes,
                       image_share *share) {
    if (s->is_threaded) {
        uint64_t held = cost->finished_bytes + traded_bytes + cost->leak_bytes;
        share->added_bytes += cost->finished_bytes + cost->leak_bytes;
        share->extra_bytes = cost->peak_bytes > held ? cost->peak_bytes - held : 0;
    } else if (s->view->model.target == TARGET_NATIVE) {
        share->added_bytes += cost->pending_bytes;
        share->callback_bytes = cost->callback_bytes;
    } else {
        share->added_bytes += cost->finished_bytes;
    }
}

static void add_images(sharing *s, const set_cost *set) {
    for (uint32_t i = 0; i < set->image_count; i++) {
        uint32_t index = set->images[i];
        const image_use *use = &s->uses[index];
        bool is_evicted = s->view->model.is_cleaning_images && set->kept[i] == 0;
        bool is_alive = bitset_has(s->alive.assets, s->audit->images.rows[index].asset);
        if (!is_alive || (is_evicted && use->is_uploaded)) {
            add_decode(s, &s->view->decodes[index], use->traded_bytes, &s->out[index]);
        }
    }
}

pa_status view_shares(const pa_audit *audit, const audit_view *view, uint32_t from,
                      uint32_t to, alive_before alive, image_share *out, pa_error *err) {
    sharing s = {.audit = audit, .view = view, .out = out};
    s.is_threaded =
        view->model.target == TARGET_NATIVE && !engine_is_2_4(view->model.version);
    s.alive.assets =
        mem_zero(BITSET_WORDS((size_t)audit->g.asset_count + 1), sizeof(uint64_t));
    s.uses = mem_zero((size_t)audit->images.count + 1, sizeof *s.uses);
    if (s.alive.assets != NULL && s.uses != NULL) {
        add_alive(&s, from, to, alive);
        add_textures(&s, &view->stages[to]);
        add_images(&s, &view->stages[to]);
    } else {
        error_nomem(err);
    }
    mem_free(s.alive.assets);
    mem_free(s.uses);
    return err->status;
}

uint64_t shares_rest(const cost_model *model, const image_share *rows, size_t count) {
    unsigned threads = model->decode_threads < LOAD_MAX_THREADS ? model->decode_threads
                                                                : LOAD_MAX_THREADS;
    uint64_t extra[LOAD_MAX_THREADS] = {0};
    uint64_t last = 0;
    uint64_t callback = 0;
    for (size_t i = 0; i < count; i++) {
        last = larger(last, rows[i].last_bytes);
        callback = larger(callback, rows[i].callback_bytes);
        uint64_t value = rows[i].extra_bytes;
        for (unsigned j = 0; j < threads; j++) { /* the largest first */
            uint64_t smaller = value < extra[j] ? value : extra[j];
            extra[j] = larger(value, extra[j]);
            value = smaller;
        }
    }
    uint64_t sum = last + callback;
    for (unsigned j = 0; j < threads; j++) {
        sum += extra[j];
    }
    return sum;
}
