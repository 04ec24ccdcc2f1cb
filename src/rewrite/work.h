/* work.h - carry the actions out on pixels: every image that has some is read, made
 * anew and written, in parallel, each in a slot of its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_WORK_H
#define PA_REWRITE_WORK_H

#include "audit/audit.h"
#include "rewrite/cache.h"
#include "rewrite/output.h"
#include "rewrite/patch.h"
#include "rewrite/use.h"

/** A file that was made for an image. */
typedef struct made_file {
    action wanted;
    str extension;
    encoded is;
    uint64_t file_bytes;
    bool is_dropped;  /**< not written, the old one stays: it is larger than what it would
                         replace, below its floor, or was not made */
    bool is_below;    /**< its floor */
    bool is_made;     /**< it was encoded */
    bool is_cached;   /**< it was found in the cache */
    bool is_remake;   /**< of an alternative that there is, in other sides */
    int32_t replaces; /**< old alternative, or -1 */
} made_file;

/** One image with the actions that it has. */
typedef struct image_work {
    uint32_t image;
    const action *scale; /**< or NULL */
    const action *alpha; /**< that is dropped, or NULL */
    made_file files[MAX_VARIANTS];
    uint32_t file_count;
    tree_id source;    /**< the file that pixels are taken from */
    uint32_t width_px; /**< as it is now */
    uint32_t height_px;
    uint32_t new_width_px;
    uint32_t new_height_px;
    bool is_changed; /**< false: every file was dropped */
    bool has_scale_quality;
    bool is_scale_below;   /**< the floor of `scale`: the sides stay as they are */
    quality scale_quality; /**< of the new sides, stretched to the old ones again */
    image_edit edit;       /**< when it is changed */
} image_work;

typedef struct work_list {
    arena mem;
    image_work *rows; /**< in the order of the image table */
    uint32_t count;
} work_list;

/** Sorts the actions of a plan by image and checks that each may be done. PA_USAGE with
 * the action that may not, and why. */
pa_status work_list_make(const pa_audit *audit, const plan *asked, work_list *out,
                         pa_error *err);

/** Does all the work; new files go to `out`, or with NULL nowhere: they are only
 * measured. `known` may be NULL. */
pa_status work_do(const pa_audit *audit, work_list *list, output *out, cache *known,
                  const pool *how, const pa_options *options, pa_error *err);

void work_list_clear(work_list *list);

#endif
