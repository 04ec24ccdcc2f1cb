/* order_items.c - a scene as things that are loaded, each measured by loading it alone.
 *
 * An image that stays on the CPU and that several textures use, or something else, is a
 * thing of its own, which its textures need: it is decoded once. One that is freed behind
 * each upload is decoded again for each texture that comes later, so that it belongs to
 * every one of them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bitset.h"
#include "rewrite/order.h"

static bool is_on_its_own(const order_work *work, const set_cost *set,
                          uint32_t picture_row) {
    return work->uses[picture_row] == 0 ||
           (work->uses[picture_row] > 1 && set->kept[work->slots[picture_row]] > 0);
}

static bool is_in_set(const order_work *work, const set_cost *set, uint32_t picture_row) {
    uint32_t slot = work->slots[picture_row];
    return slot < set->image_count && set->images[slot] == picture_row;
}

static void count_uses(order_work *work, const set_cost *set) {
    for (uint32_t i = 0; i < set->image_count; i++) {
        work->uses[set->images[i]] = 0;
        work->slots[set->images[i]] = i;
    }
    for (uint32_t i = 0; i < set->texture_count; i++) {
        const texture_row *row = &work->order->view->textures[set->textures[i]];
        for (uint32_t j = 0; j < row->image_count; j++) {
            work->uses[row->images[j]]++;
        }
    }
}

static void add_image(const set_cost *whole, set_cost *out, uint32_t slot) {
    out->images[out->image_count] = whole->images[slot];
    out->kept[out->image_count++] = whole->kept[slot];
}

void order_set_of(order_work *work, const set_cost *whole, const order_item *rows,
                  uint32_t count, set_cost *out) {
    out->image_count = out->texture_count = 0;
    work->stamp++;
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].texture == NO_INDEX) {
            add_image(whole, out, work->slots[rows[i].image]);
            continue;
        }
        const texture_row *row = &work->order->view->textures[rows[i].texture];
        out->textures[out->texture_count++] = rows[i].texture;
        for (uint32_t j = 0; j < row->image_count; j++) {
            uint32_t picture_row = row->images[j];
            bool is_taken = work->stamps[picture_row] == work->stamp;
            work->stamps[picture_row] = work->stamp;
            if (!is_taken && is_in_set(work, whole, picture_row) &&
                !is_on_its_own(work, whole, picture_row)) {
                add_image(whole, out, work->slots[picture_row]);
            }
        }
    }
}

static bool is_there(const living *all, uint32_t asset_index) {
    return bitset_has(all->assets, asset_index);
}

/* What of an item is counted among what may be there already. */
static uint64_t counted_bytes(const order_work *work, const set_cost *one) {
    const pa_audit *audit = work->order->audit;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < one->texture_count; i++) {
        const texture_row *row = &work->order->view->textures[one->textures[i]];
        sum += is_there(&work->alive, row->asset) ? row->cost.gpu_bytes : 0;
    }
    for (uint32_t i = 0; i < one->image_count; i++) {
        uint32_t asset_index = audit->images.rows[one->images[i]].asset;
        sum += is_there(&work->alive, asset_index) ? one->kept[i] : 0;
    }
    return sum;
}

/* The terms of load_cost.h by how they add up. */
static schedule_item cost_of(const cost_model *model, const load_peak *peak,
                             uint64_t counted) {
    schedule_item cost = {.resident_bytes = peak->resident_bytes,
                          .load_bytes = peak->upper_bytes};
    if (model->target == TARGET_NATIVE && !engine_is_2_4(model->version)) {
        cost.resident_bytes += peak->leak_bytes;
        cost.last_bytes = peak->last_bytes;
        cost.extra_bytes = peak->extra_bytes;
        cost.pool_bytes = peak->pool_bytes;
    } else if (model->target == TARGET_NATIVE) {
        cost.last_bytes = peak->callback_bytes;
    }
    cost.load_bytes -= cost.last_bytes + cost.extra_bytes + cost.pool_bytes;
    if (cost.load_bytes < cost.resident_bytes) {
        cost.load_bytes = cost.resident_bytes;
    }
    cost.load_bytes -= counted;
    cost.resident_bytes -= counted;
    return cost;
}

static pa_status measure_alone(order_work *work, const set_cost *set, order_item *row,
                               set_cost *one, schedule_item *cost, pa_error *err) {
    const pa_order *order = work->order;
    order_set_of(work, set, row, 1, one);
    load_peak peak = {0};
    pa_status status =
        set_load_of(order->audit, order->view, one, NULL, &work->scratch, &peak, err);
    *cost = cost_of(&order->view->model, &peak, counted_bytes(work, one));
    if (order->view->model.backend == BACKEND_VULKAN && cost->pool_bytes > 0) {
        cost->pool_bytes = 0;
        for (uint32_t i = 0; i < order->view->textures[row->texture].upload_count; i++) {
            cost->pool_bytes +=
                order->view->textures[row->texture].uploads[i].cost.supplied_bytes;
        }
    }
    for (uint32_t i = 0; i < one->image_count; i++) {
        uint64_t peak_bytes = order->view->decodes[one->images[i]].peak_bytes;
        row->decode_bytes =
            peak_bytes > row->decode_bytes ? peak_bytes : row->decode_bytes;
    }
    return status;
}

static int most_urgent_first(const void *a, const void *b) {
    const order_item *left = a;
    const order_item *right = b;
    if (left->rank != right->rank) {
        return left->rank < right->rank ? -1 : 1;
    }
    /* an image on its own comes before the texture that has its rank */
    bool left_texture = left->texture != NO_INDEX;
    bool right_texture = right->texture != NO_INDEX;
    if (left_texture != right_texture) {
        return left_texture ? 1 : -1;
    }
    return (left->asset > right->asset) - (left->asset < right->asset);
}

static void list_rows(order_work *work, const set_cost *set, order_items *out) {
    const pa_order *order = work->order;
    uint32_t last_rank = order->view->texture_count;
    for (uint32_t i = 0; i < set->image_count; i++) {
        uint32_t asset_index = order->audit->images.rows[set->images[i]].asset;
        if (is_on_its_own(work, set, set->images[i]) &&
            order->view->texture_of_asset[asset_index] == NO_INDEX &&
            !is_there(&work->certain, asset_index)) {
            out->rows[out->count++] =
                (order_item){NO_INDEX, set->images[i], asset_index, last_rank, 0};
        }
    }
    for (uint32_t i = 0; i < set->texture_count; i++) {
        const texture_row *row = &order->view->textures[set->textures[i]];
        if (row->upload_count > 0 && !is_there(&work->certain, row->asset)) {
            out->rows[out->count++] = (order_item){set->textures[i], NO_INDEX, row->asset,
                                                   order->ranks[set->textures[i]], 0};
        }
    }
}

/* An image on its own is as urgent as the most urgent texture of it. */
static void rank_images(const order_work *work, order_items *items, uint32_t *ranks) {
    const audit_view *view = work->order->view;
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->rows[i].texture == NO_INDEX) {
            ranks[items->rows[i].image] = items->rows[i].rank;
        }
    }
    for (uint32_t i = 0; i < items->count; i++) {
        const order_item *row = &items->rows[i];
        for (uint32_t j = 0;
             row->texture != NO_INDEX && j < view->textures[row->texture].image_count;
             j++) {
            uint32_t picture_row = view->textures[row->texture].images[j];
            ranks[picture_row] =
                row->rank < ranks[picture_row] ? row->rank : ranks[picture_row];
        }
    }
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->rows[i].texture == NO_INDEX) {
            items->rows[i].rank = ranks[items->rows[i].image];
        }
    }
}

/* Textures need their images that are things of their own. */
static pa_status link(const order_work *work, order_items *items, uint32_t *places,
                      arena *mem, pa_error *err) {
    const audit_view *view = work->order->view;
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->rows[i].texture == NO_INDEX) {
            places[items->rows[i].image] = i;
        }
    }
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->rows[i].texture == NO_INDEX) {
            continue;
        }
        const texture_row *row = &view->textures[items->rows[i].texture];
        uint32_t *needs = arena_alloc(mem, (size_t)row->image_count + 1, sizeof *needs);
        if (needs == NULL) {
            return error_nomem(err);
        }
        for (uint32_t j = 0; j < row->image_count; j++) {
            if (places[row->images[j]] != NO_INDEX) {
                needs[items->costs[i].need_count++] = places[row->images[j]];
            }
        }
        items->costs[i].needs = needs;
    }
    return PA_OK;
}

static pa_status finish(order_work *work, const set_cost *set, arena *mem,
                        order_items *out, pa_error *err) {
    size_t images = (size_t)work->order->audit->images.count + 1;
    uint32_t *of_image = arena_alloc(mem, images, sizeof *of_image);
    set_cost one = {
        .images = arena_alloc(mem, (size_t)set->image_count + 1, sizeof(uint32_t)),
        .kept = arena_alloc(mem, (size_t)set->image_count + 1, sizeof(uint64_t)),
        .textures = arena_alloc(mem, (size_t)set->texture_count + 1, sizeof(uint32_t))};
    if (of_image == NULL || one.images == NULL || one.kept == NULL ||
        one.textures == NULL) {
        return error_nomem(err);
    }
    memset(of_image, 0xff, images * sizeof *of_image);
    rank_images(work, out, of_image);
    if (out->count > 1) {
        qsort(out->rows, out->count, sizeof *out->rows, most_urgent_first);
    }
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < out->count; i++) {
        status = measure_alone(work, set, &out->rows[i], &one, &out->costs[i], err);
    }
    memset(of_image, 0xff, images * sizeof *of_image);
    return status == PA_OK ? link(work, out, of_image, mem, err) : status;
}

pa_status order_list_items(order_work *work, const set_cost *set, arena *mem,
                           order_items *out, pa_error *err) {
    size_t room = (size_t)set->image_count + set->texture_count + 1;
    *out = (order_items){.rows = arena_alloc(mem, room, sizeof *out->rows),
                         .costs = arena_alloc(mem, room, sizeof *out->costs)};
    if (out->rows == NULL || out->costs == NULL) {
        return error_nomem(err);
    }
    count_uses(work, set);
    list_rows(work, set, out);
    return finish(work, set, mem, out, err);
}
