/* requests.h - what a running game asks its server for: at its start, and for each scene
 * once it has started.
 *
 * An asset is fetched once: what the start loads no scene fetches again. A pack is one
 * file whichever of its documents are wanted. Sources: cocos-engine 3.8.5
 * cocos/asset/asset-manager/pack-manager.ts (load), pipeline load.ts; 2.4.15
 * cocos2d/core/asset-manager.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_REQUESTS_H
#define PA_REWRITE_REQUESTS_H

#include "rewrite/changes.h"
#include "rewrite/order_file.h"

/** When each copy is wanted. Load 0 is the start, load 1 + i stage i of the audit. */
typedef struct wanted_copies {
    uint16_t *when; /**< [copy * load_count + load]: the stage of the load from 1; 0 none
                     */
    uint32_t load_count;
} wanted_copies;

/** In `mem`. Stages are those of `order`, which may be NULL. */
pa_status wanted_copies_list(const pa_audit *audit, const order_file *order, arena *mem,
                             wanted_copies *out, pa_error *err);

static inline const uint16_t *wanted_copy(const wanted_copies *in, uint32_t copy_index) {
    return &in->when[(size_t)copy_index * in->load_count];
}

/** What a load fetches. */
typedef struct load_requests {
    uint32_t import_requests; /**< documents and packs */
    uint64_t import_bytes;
    uint32_t native_requests; /**< images, as the first view takes them, and other files
                               */
    uint64_t native_bytes;
} load_requests;

/** One row a load, in `mem`. Documents are as large as they are in `what`; NULL: as they
 * are. */
pa_status requests_of(const pa_audit *audit, const wanted_copies *wanted,
                      const changes *what, arena *mem, load_requests **out,
                      pa_error *err);

#endif
