/* order.h - in which stages each scene is loaded, alone and after any other.
 *
 * What is planned are textures, each with the images that only it uses, and images that
 * several assets hold. Everything else of a scene has no share in the image budget and is
 * left to the engine, which loads it with the scene behind the last stage.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_ORDER_H
#define PA_REWRITE_ORDER_H

#include "audit/audit.h"
#include "packaudit/order.h"
#include "rewrite/schedule.h"

typedef enum order_outcome {
    ORDER_AT_ONCE,    /* the engine's own loading fits */
    ORDER_IN_STAGES,  /* these stages fit */
    ORDER_IMPOSSIBLE, /* no order does; the proof says why */
    ORDER_NOT_FOUND,  /* none was found, and there is no proof */
    ORDER_OUTCOME_COUNT
} order_outcome;

const char *order_outcome_name(order_outcome what); /**< "at_once", … */

/** Assets that are loaded together, those before it being there already. */
typedef struct order_stage {
    uint32_t asset_from; /**< assets asset_from … of the plan, in the order of loading */
    uint32_t asset_count;
    uint32_t image_count;   /**< decoded */
    uint64_t decoded_bytes; /**< of them, all finished copies */
    uint64_t load_bytes;    /**< of the peak: this stage's own loading */
    uint64_t peak_bytes;
    uint64_t resident_bytes; /**< behind it, other scenes included */
} order_stage;

/** What a change of scene gains without stages. */
typedef enum gain_kind {
    GAIN_EMPTY_SCENE,              /* the scene that is left is freed first */
    GAIN_AUTO_RELEASE,             /* it is freed at all */
    GAIN_AUTO_RELEASE_EMPTY_SCENE, /* both */
    GAIN_RELEASE_BUNDLE            /* code releases what a bundle brought */
} gain_kind;

const char *gain_name(gain_kind kind); /**< "empty_scene", … */

typedef struct order_gain {
    gain_kind kind;
    str bundle;           /**< GAIN_RELEASE_BUNDLE */
    uint64_t peak_bytes;  /**< of the change, loaded at once */
    uint64_t saved_bytes; /**< of the peak */
    uint64_t later_bytes; /**< that no longer stay behind the change */
} order_gain;

/** How much is being decoded at once, by the order in which images are asked for. */
typedef struct decode_order {
    const char *engines;
    const char *source;
    unsigned threads; /**< 0: the order has no influence */
    uint64_t now_bytes;
    uint64_t best_bytes;
    bool is_own; /**< the build's own engine and target */
} decode_order;

enum { DECODE_ORDER_COUNT = 4 };

typedef struct order_plan {
    order_outcome outcome;
    uint32_t to;            /**< stage of the audit */
    uint32_t from;          /**< or NO_INDEX */
    uint64_t alive_bytes;   /**< held by others from the beginning */
    uint64_t at_once_bytes; /**< peak of the engine's own loading, at most */
    uint64_t peak_bytes;    /**< in stages */
    order_stage *stages;
    uint32_t stage_count;
    uint32_t *assets;
    uint32_t asset_count;
    uint32_t *proof; /**< assets */
    uint32_t proof_count;
    uint64_t proof_bytes;
    order_gain *gains; /**< of a change that does not fit at once, most first */
    uint32_t gain_count;
    decode_order *decodes; /**< of a scene: DECODE_ORDER_COUNT; else NULL */
} order_plan;

struct pa_order {
    const pa_audit *audit;
    const audit_view *view;
    arena mem;
    order_plan *scenes;
    uint32_t scene_count;
    order_plan *changes;
    uint32_t change_count;
    uint32_t *ranks;     /**< of each texture of the view: the most urgent is 0 */
    uint64_t *sprites;   /**< bit set of assets that sprite frames use */
    uint64_t build_hash; /**< of everything that a plan was made from */
};

/** What one plan after the other works with. */
typedef struct order_work {
    pa_order *order;
    load_scratch scratch;
    living alive;     /**< everything that may be there */
    living certain;   /**< what is there for sure */
    living trial;     /**< of gains */
    living never;     /**< scenes that never free, without the one that is loaded */
    uint32_t *uses;   /**< of each image: textures of the set */
    uint32_t *slots;  /**< of each image: its place in the set */
    uint32_t *stamps; /**< of each image: the set it was put in last */
    uint32_t stamp;
    uint64_t planned; /**< items so far */
} order_work;

/* Steps of it. */

/** order_rank.c: which textures are wanted first. */
pa_status order_rank(pa_order *order, pa_error *err);

/** order_items.c: one thing that is loaded. */
typedef struct order_item {
    uint32_t texture; /**< row, or NO_INDEX */
    uint32_t image;   /**< row, of an image on its own */
    uint32_t asset;
    uint32_t rank;
    uint64_t decode_bytes; /**< the largest decode of it */
} order_item;

typedef struct order_items {
    order_item *rows; /**< the most urgent first */
    schedule_item *costs;
    uint32_t count;
} order_items;

/** Of a set, without what is certainly there; in memory of `mem`. */
pa_status order_list_items(order_work *work, const set_cost *set, arena *mem,
                           order_items *out, pa_error *err);

/** order_items.c: some items as a set; `images` and `kept` have room for all images. */
void order_set_of(order_work *work, const set_cost *whole, const order_item *rows,
                  uint32_t count, set_cost *out);

/** order_stages.c: plans one load; alive, certain and at_once_bytes are set. */
pa_status order_plan_load(order_work *work, order_plan *plan, pa_error *err);

/** order_gains.c */
pa_status order_list_gains(order_work *work, order_plan *plan, pa_error *err);

/** order_decodes.c: puts numbers in an order that keeps large ones `apart` places from
 * each other; `order` is a permutation. */
void order_spread(const uint64_t *sizes, uint32_t count, unsigned apart, uint32_t *order);

/** order_decodes.c */
pa_status order_list_decodes(order_work *work, order_plan *plan, pa_error *err);

/** order_hash.c */
pa_status order_hash_build(pa_order *order, pa_error *err);

/** order_hash.c: 32 bits that a running game can work out from its configs: FNV-1a over
 * "UUID VERSION NATIVE_VERSION\n" of a plan's assets. */
uint32_t order_match(const pa_order *order, const order_plan *plan);

/** The copy whose document stands for an asset, and its entry. */
static inline const entry *order_entry(const pa_order *order, uint32_t asset_index) {
    const game *g = &order->audit->g;
    const copy *c = &g->copies[g->assets[asset_index].first_copy];
    return &g->found.bundles[c->bundle].entries[c->entry];
}

#endif
