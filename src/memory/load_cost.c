/* load_cost.c - sums of a load.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/load_cost.h"

static uint64_t larger(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

/* Enters a value into a list of the largest ones. */
static void keep_largest(uint64_t *list, unsigned count, uint64_t value) {
    for (unsigned i = 0; i < count; i++) {
        if (value > list[i]) {
            uint64_t smaller = list[i];
            list[i] = value;
            value = smaller;
        }
    }
}

static uint64_t sum_of(const uint64_t *list, unsigned count) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < count; i++) {
        sum += list[i];
    }
    return sum;
}

static void take_largest(load_sum *sum, uint64_t size_bytes, const char *site) {
    if (size_bytes > sum->peak.largest_bytes) {
        sum->peak.largest_bytes = size_bytes;
        sum->peak.largest_site = site;
    }
}

static bool is_threaded_native(const cost_model *model) {
    return model->target == TARGET_NATIVE && !engine_is_2_4(model->version);
}

void load_begin(load_sum *sum, const cost_model *model) {
    *sum = (load_sum){.model = model, .peak = {.largest_site = ""}};
}

void load_add_texture(load_sum *sum, uint64_t gpu_bytes) {
    sum->gpu_bytes += gpu_bytes;
    sum->resident_bytes += gpu_bytes;
}

void load_add_upload(load_sum *sum, const upload_cost *up) {
    const cost_model *model = sum->model;
    sum->traded_bytes += larger(up->gpu_bytes, up->staging_bytes);
    uint64_t both = up->gpu_bytes < up->staging_bytes ? up->gpu_bytes : up->staging_bytes;
    sum->last_bytes = larger(sum->last_bytes, both);
    if (is_threaded_native(model)) {
        take_largest(sum, up->request_bytes,
                     "ThreadSafeLinearAllocator in doBufferTextureCopy "
                     "(unchecked)");
        staging_pool_add(&sum->pool, model->backend, up->supplied_bytes, up->row_bytes);
    }
    if (model->target != TARGET_NATIVE || model->backend == BACKEND_GLES) {
        sum->peak.driver_bytes += up->supplied_bytes;
    }
}

void load_add_image(load_sum *sum, const decode_cost *cost, uint64_t traded_bytes,
                    uint64_t staging_bytes, uint64_t kept_bytes) {
    sum->resident_bytes += kept_bytes;
    sum->decoded_bytes += cost->finished_bytes;
    sum->pending_bytes += cost->pending_bytes;
    sum->callback_bytes = larger(sum->callback_bytes, cost->callback_bytes);
    sum->worker_bytes = larger(sum->worker_bytes, cost->peak_bytes);
    if (engine_is_2_4(sum->model->version)) {
        sum->worker_bytes =
            larger(sum->worker_bytes, cost->pending_bytes + cost->callback_bytes);
    }
    sum->peak.leak_bytes += cost->leak_bytes;
    uint64_t held = cost->finished_bytes + traded_bytes + cost->leak_bytes;
    uint64_t extra = cost->peak_bytes > held ? cost->peak_bytes - held : 0;
    unsigned threads = sum->model->decode_threads;
    keep_largest(sum->extra, threads < LOAD_MAX_THREADS ? threads : LOAD_MAX_THREADS,
                 extra);
    keep_largest(sum->burst, LOAD_TYPICAL_IMAGES, cost->finished_bytes + staging_bytes);
    take_largest(sum, cost->largest_bytes, cost->largest_site);
}

load_peak load_end(load_sum *sum) {
    load_peak peak = sum->peak;
    const cost_model *model = sum->model;
    bool is_native = model->target == TARGET_NATIVE;
    peak.lower_bytes =
        is_native ? larger(sum->resident_bytes, sum->worker_bytes) : sum->resident_bytes;
    peak.pool_bytes = sum->pool.pool_bytes;
    peak.resident_bytes = sum->resident_bytes;
    peak.decoded_bytes = sum->decoded_bytes;
    peak.traded_bytes = sum->traded_bytes;
    peak.last_bytes = sum->last_bytes;
    peak.extra_bytes = sum_of(sum->extra, LOAD_MAX_THREADS);
    peak.worker_bytes = sum->worker_bytes;
    peak.burst_bytes = sum_of(sum->burst, LOAD_TYPICAL_IMAGES);
    peak.pending_bytes = sum->pending_bytes;
    peak.callback_bytes = sum->callback_bytes;
    if (is_threaded_native(model)) {
        peak.upper_bytes = sum->decoded_bytes + sum->traded_bytes + sum->last_bytes +
                           peak.extra_bytes + peak.pool_bytes + peak.leak_bytes;
    } else if (is_native) {
        peak.upper_bytes = sum->gpu_bytes + sum->pending_bytes + sum->callback_bytes;
    } else {
        peak.upper_bytes = sum->gpu_bytes + sum->decoded_bytes;
        peak.leak_bytes = 0;
    }
    peak.upper_bytes = larger(peak.upper_bytes, peak.lower_bytes);
    peak.typical_bytes = sum->resident_bytes + peak.burst_bytes;
    peak.typical_bytes = larger(peak.typical_bytes, peak.lower_bytes);
    if (peak.typical_bytes > peak.upper_bytes) {
        peak.typical_bytes = peak.upper_bytes;
    }
    staging_pool_clear(&sum->pool);
    return peak;
}
