/* load_cost.h - what loading a set of assets holds at its worst: a lower bound that is
 * certain within the model, an upper bound, and what is typical between them.
 *
 * Native 3.x with a device thread:
 *   upper   = sum D + sum M + max min(G, S) + the T largest max(0, worker peak - D - M) +
 * pool + leak M       = max(G, S) of an upload; T decode threads lower   = max(R, the
 * largest worker peak)           R = what stays: GPU + CPU kept typical = R + the D + S
 * of the eight largest images  (an inference: what finishes in two frames) Native 2.4:
 * upper = GPU + sum pending + the largest copy of a callback. Web and mini games: upper =
 * GPU + sum D; lower = R. The driver's own copies, 0 to sum U on GLES and WebGL, are a
 * line of their own. Sources: the events of a load in cocos/asset/asset-manager/load.ts;
 * jsb_global.cpp (no back pressure on finished images); gfx-agent (staging is traded for
 * GPU memory in one queue), 3.8.5. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_MEMORY_LOAD_COST_H
#define PA_MEMORY_LOAD_COST_H

#include "memory/decode_cost.h"
#include "memory/upload_cost.h"

enum { LOAD_MAX_THREADS = 8, LOAD_TYPICAL_IMAGES = 8 };

typedef struct load_peak {
    uint64_t lower_bytes;
    uint64_t typical_bytes;
    uint64_t upper_bytes;
    uint64_t driver_bytes;  /**< 0 … this, on top of everything */
    uint64_t pool_bytes;    /**< of upper: staging that the backend keeps */
    uint64_t leak_bytes;    /**< of upper: never freed */
    uint64_t largest_bytes; /**< largest single request */
    const char *largest_site;
    /* What the bounds are made of, to explain them. */
    uint64_t resident_bytes; /**< R */
    uint64_t decoded_bytes;  /**< sum D */
    uint64_t traded_bytes;   /**< sum M */
    uint64_t last_bytes;     /**< max min(G, S) */
    uint64_t extra_bytes;    /**< the T largest max(0, peak - D - M) */
    uint64_t worker_bytes;   /**< the largest peak of a worker */
    uint64_t burst_bytes;    /**< D + S of the eight largest */
    uint64_t pending_bytes;  /**< 2.4 native */
    uint64_t callback_bytes; /**< 2.4 native */
} load_peak;

/** One upload, measured. */
typedef struct upload_cost {
    uint64_t gpu_bytes;      /**< G: its share of the texture */
    uint64_t staging_bytes;  /**< S that is really filled */
    uint64_t request_bytes;  /**< S as the engine asks for it, wrapped sizes included */
    uint64_t supplied_bytes; /**< U */
    uint64_t row_bytes;      /**< of level 0, for pools */
} upload_cost;

/** Sums being made. Initialise with load_begin. */
typedef struct load_sum {
    const cost_model *model;
    uint64_t resident_bytes;
    uint64_t gpu_bytes;
    uint64_t decoded_bytes;
    uint64_t traded_bytes; /**< sum M */
    uint64_t last_bytes;   /**< max min(G, S) */
    uint64_t pending_bytes;
    uint64_t callback_bytes;             /**< largest */
    uint64_t worker_bytes;               /**< largest peak of a worker */
    uint64_t extra[LOAD_MAX_THREADS];    /**< largest first */
    uint64_t burst[LOAD_TYPICAL_IMAGES]; /**< largest first */
    staging_pool pool;
    load_peak peak;
} load_sum;

void load_begin(load_sum *sum, const cost_model *model);

/** A texture that becomes resident. */
void load_add_texture(load_sum *sum, uint64_t gpu_bytes);

void load_add_upload(load_sum *sum, const upload_cost *up);

/** An image that is decoded. `traded_bytes` is the sum of M, `staging_bytes` the sum of S
 * over its uploads, `kept_bytes` what stays of it. */
void load_add_image(load_sum *sum, const decode_cost *cost, uint64_t traded_bytes,
                    uint64_t staging_bytes, uint64_t kept_bytes);

/** The result; frees what the sum held. */
load_peak load_end(load_sum *sum);

#endif
