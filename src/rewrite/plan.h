/* plan.h - the edits of a build as a file that can be read, edited, reviewed and
 * replayed: schema packaudit.plan/1.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_PLAN_H
#define PA_REWRITE_PLAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "codec/encoding.h"
#include "codec/quality.h"

typedef enum action_kind {
    ACTION_COMPRESS,  /**< one more alternative of an image, or a smaller one in place */
    ACTION_DOWNSCALE, /**< all alternatives of an image with other sides */
    ACTION_DROP,      /**< a file that nothing asks for */
    ACTION_KIND_COUNT
} action_kind;

typedef struct action {
    action_kind kind;
    str asset;  /**< uuid of the image; empty of a file that is dropped */
    str file;   /**< that is dropped */
    str reason; /**< for people, or empty */
    encoding to;
    uint32_t block_width_px; /**< ASTC */
    uint32_t block_height_px;
    uint32_t preset;   /**< not of WebP and JPEG: how hard to search, an astc_preset */
    uint32_t quality;  /**< WebP and JPEG: 1 … 100; 100 of WebP is lossless */
    uint32_t width_px; /**< downscale */
    uint32_t height_px;
    bool linear;           /**< average light, not stored values */
    bool frames_of_code;   /**< code may have the sprite frames: nothing follows there */
    quality_floor floor;   /**< below it the action is not carried out */
    uint64_t before_bytes; /**< on the GPU, of all textures made of the image; of a file
                              that is dropped, its own */
    uint64_t after_bytes;
} action;

/** An image that a recipe asked for and that stays as it is. */
typedef struct refusal {
    str asset;
    str path;
    str reason;
} refusal;

/** Zero-initialise it; clear it. Texts live in `mem`. */
typedef struct plan {
    arena mem;
    action *actions;
    size_t count;
    size_t capacity;
    refusal *refused;
    size_t refused_count;
    size_t refused_capacity;
} plan;

/** "compress", "downscale", … */
const char *action_kind_name(action_kind kind);

/** Fills in the encoding of a name (encoding_parse), with the usual preset and quality;
 * false when it is none. */
bool encoding_of_name(str name, action *out);

/** The name of an action's encoding, written to `out`. */
void encoding_name(const action *in, buf *out);

/** Reads a plan. PA_FORMAT with the place of what is no plan; an action or parameter that
 * is not known is no plan. */
pa_status plan_parse(str text, plan *out, pa_error *err);

/** How many actions of a kind there are. */
size_t plan_count(const plan *in, action_kind kind);

pa_status plan_add(plan *in, const action *added, pa_error *err);
/** A reason that was told of the image just before is not told again. */
pa_status plan_refuse(plan *in, str asset, str path, const char *reason, pa_error *err);

void plan_clear(plan *in);

#endif
