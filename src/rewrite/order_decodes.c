/* order_decodes.c - what the order of a scene's dependency list does: the engine asks for
 * images in that order, level by level, and T threads take them from one queue.
 *
 * Sources: cocos-engine 3.8.5 cocos/asset/asset-manager/load.ts (loadDepends, in the
 * order of getDeps); native/cocos/bindings/manual/jsb_global.cpp (gThreadPool of 3
 * threads to 3.8.3, gIOThreadPool of 5 from 3.8.4, PR 17464); cocos2d-x-lite 2.4.6
 * jsb_global.cpp. The bound of a load does not depend on the order: finished images wait
 * without limit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "rewrite/order.h"

typedef struct sized {
    uint64_t size;
    uint32_t place;
} sized;

static int largest_first(const void *a, const void *b) {
    const sized *left = a;
    const sized *right = b;
    if (left->size != right->size) {
        return left->size > right->size ? -1 : 1;
    }
    return (left->place > right->place) - (left->place < right->place);
}

/* Dealt out like cards: every run of `apart` places has one of each class of size. Every
 * other class runs the other way, so that large ones meet small ones. */
void order_spread(const uint64_t *sizes, uint32_t count, unsigned apart,
                  uint32_t *order) {
    sized *rows = count < 2 ? NULL : mem_alloc(count, sizeof *rows);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
        if (rows != NULL) {
            rows[i] = (sized){sizes[i], i};
        }
    }
    if (rows == NULL || apart < 2) { /* one order is as right as another */
        mem_free(rows);
        return;
    }
    qsort(rows, count, sizeof *rows, largest_first);
    uint32_t next = 0;
    for (unsigned class_index = 0; class_index < apart; class_index++) {
        uint32_t places =
            count > class_index ? (count - class_index + apart - 1) / apart : 0;
        for (uint32_t i = 0; i < places; i++) {
            uint32_t row = class_index % 2 == 0 ? i : places - 1 - i;
            order[class_index + row * apart] = rows[next++].place;
        }
    }
    mem_free(rows);
}

/* The most that `threads` images next to each other take while they are decoded. */
static uint64_t largest_window(const uint64_t *sizes, const uint32_t *order,
                               uint32_t count, unsigned threads) {
    uint64_t sum = 0;
    uint64_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += sizes[order == NULL ? i : order[i]];
        if (i >= threads) {
            sum -= sizes[order == NULL ? i - threads : order[i - threads]];
        }
        most = sum > most ? sum : most;
    }
    return most;
}

/* The images of a scene as they are met, each once. */
static pa_status list_decodes(const order_work *work, const order_plan *plan,
                              uint64_t *sizes, uint32_t *count, pa_error *err) {
    const pa_audit *audit = work->order->audit;
    const stage *s = &audit->stages[plan->to];
    closure walked = {0};
    pa_status status = closure_walk(&audit->g, s->roots, s->root_count, &walked, err);
    for (uint32_t i = 0; status == PA_OK && i < walked.count; i++) {
        uint32_t picture_row =
            audit->images.of_asset[audit->g.copies[walked.copies[i]].asset];
        if (picture_row != NO_INDEX) {
            sizes[(*count)++] = work->order->view->decodes[picture_row].peak_bytes;
        }
    }
    closure_clear(&walked);
    return status;
}

static const decode_order engines[DECODE_ORDER_COUNT] = {
    {"2.4 native", "cocos2d-x-lite 2.4.6 jsb_global.cpp: three threads, one queue", 3, 0,
     0, false},
    {"3.0 to 3.8.3 native", "jsb_global.cpp 3.8.3: gThreadPool, three threads", 3, 0, 0,
     false},
    {"3.8.4 and later native",
     "jsb_global.cpp 3.8.4: gIOThreadPool, five threads (pull request 17464)", 5, 0, 0,
     false},
    {"web and mini games",
     "the browser or the host decodes, at upload or when it likes: downloader.ts limits "
     "transfers only",
     0, 0, 0, false}};

static uint32_t own_row(const cost_model *model) {
    if (model->target != TARGET_NATIVE) {
        return 3;
    }
    return engine_is_2_4(model->version) ? 0 : (model->decode_threads > 3 ? 2 : 1);
}

pa_status order_list_decodes(order_work *work, order_plan *plan, pa_error *err) {
    size_t room = (size_t)work->order->audit->images.count + 1;
    uint64_t *sizes = mem_alloc(room, sizeof *sizes);
    uint32_t *order = mem_alloc(room, sizeof *order);
    uint32_t count = 0;
    plan->decodes =
        arena_alloc(&work->order->mem, DECODE_ORDER_COUNT, sizeof *plan->decodes);
    pa_status status = sizes == NULL || order == NULL || plan->decodes == NULL
                           ? error_nomem(err)
                           : list_decodes(work, plan, sizes, &count, err);
    for (uint32_t i = 0; status == PA_OK && i < DECODE_ORDER_COUNT; i++) {
        decode_order *row = &plan->decodes[i];
        *row = engines[i];
        row->is_own = i == own_row(&work->order->view->model);
        if (row->threads > 0) {
            row->now_bytes = largest_window(sizes, NULL, count, row->threads);
            order_spread(sizes, count, row->threads, order);
            row->best_bytes = largest_window(sizes, order, count, row->threads);
        }
        if (row->best_bytes > row->now_bytes) {
            row->best_bytes = row->now_bytes;
        }
    }
    mem_free(sizes);
    mem_free(order);
    return status;
}
