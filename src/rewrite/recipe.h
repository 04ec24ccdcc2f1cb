/* recipe.h - what is wanted of which images, and the plan that follows.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_RECIPE_H
#define PA_REWRITE_RECIPE_H

#include "rewrite/use.h"
#include "rewrite/what_if.h"

enum { MAX_STEPS = RECIPE_MAX_FORMATS };

typedef struct recipe {
    action steps[MAX_STEPS]; /**< `compress`, each another format */
    uint32_t step_count;
    uint32_t max_side_px; /**< larger images are halved until both sides fit; 0: none */
    bool linear;          /**< … in linear light */
    bool frames_of_code;  /**< … whoever has their sprite frames */
    str match;            /**< glob over paths and uuids; empty: all */
    str bundle;           /**< name; empty: all */
    quality_floor floor;  /**< of smaller sides; steps have their own */
    uint32_t deeds;       /**< bit set of recipe_deed */
    const recipe_row
        *row; /**< of the rules file, which says what else it means; or NULL */
} recipe;

/** Of several that mean an image the last one counts. */
typedef struct recipe_list {
    recipe *rows;
    uint32_t count;
} recipe_list;

/** True when one of them has a deed. */
bool recipe_list_has(const recipe_list *list, recipe_deed deed);

/** What a plan comes to in one view. */
typedef struct plan_result {
    const device *device; /**< NULL: as every device takes it */
    bool is_fitting;      /**< asked to fit a device */
    bool fits;
    uint64_t budget_bytes;
    uint64_t before_bytes; /**< largest peak of a scene or a change of scene */
    uint64_t after_bytes;
    uint64_t gpu_before_bytes; /**< of all textures together */
    uint64_t gpu_after_bytes;
    bool is_minimal;          /**< no cheaper set fits: all were tried */
    uint64_t cost;            /**< of the edits: pixels times the place of the step */
    uint64_t least_cost;      /**< when it fits: no set of edits that does costs less */
    bool is_impossible;       /**< it is proven that no set of the edits fits */
    struct over_budget *over; /**< what remains above the budget, in the plan's memory */
    size_t over_count;
} plan_result;

/** A scene (from is to), or a change of scene, that holds too much. */
typedef struct over_budget {
    uint32_t from;
    uint32_t to;
    uint64_t peak_bytes;
    uint64_t least_bytes; /**< no choice of edits brings it below; 0: not known */
} over_budget;

/** One edit that may be done to an image: a step of the recipe, in the order of cost. */
typedef struct candidate {
    uint32_t image;
    action steps[MAX_STEPS];
    uint32_t step_count;
    uint32_t width_px; /**< after */
    uint32_t height_px;
    bool is_scaled;
    bool drops_alpha;
    bool linear;
    bool frames_of_code; /**< it takes that */
    bool is_face;        /**< of a cube: all six are changed alike, or none */
    quality_floor floor; /**< of the smaller sides */
    uint32_t measured;   /**< when fitting: bit set of options that were encoded */
    uint32_t barred;     /**< and of those that fell below their floor */
} candidate;

/* The options of a candidate: 0 is as it is, then its steps, and, where smaller sides are
 * allowed, these with the last step on top. */

static inline uint32_t candidate_options(const candidate *row) {
    return row->step_count + row->is_scaled;
}

static inline bool candidate_is_scaled(const candidate *row, uint32_t option) {
    return option > row->step_count;
}

/** The step of an option, or NULL. */
static inline const action *candidate_step(const candidate *row, uint32_t option) {
    uint32_t step = option > row->step_count ? row->step_count : option;
    return step > 0 ? &row->steps[step - 1] : NULL;
}

typedef struct candidate_list {
    candidate *rows; /**< in the order of the images */
    size_t count;
    image_users *users; /**< of each image */
    uint32_t *deeds;    /**< of each image: a bit set of recipe_deed */
    merge_map merged;   /**< textures that become one */
} candidate_list;

/** What the recipes may do to each image that they mean; what it may not goes to
 * out->refused. In `mem`. */
pa_status recipe_candidates(const pa_audit *audit, const recipe_list *from, arena *mem,
                            candidate_list *found, plan *out, pa_error *err);

/** The build with the merges of the candidates; NULL on failure. */
what_if *recipe_what_if(const pa_audit *audit, const candidate_list *from, pa_error *err);

/** Every candidate with all its steps. */
pa_status recipe_apply(const pa_audit *audit, const candidate_list *from, const pool *how,
                       plan *out, plan_result *told, pa_error *err);

/** What fitting works with. */
typedef struct fit_tools {
    pool work;
    const pa_options *options;
    struct cache *known; /**< of what was encoded to be measured, or NULL */
} fit_tools;

/** The cheapest choice of candidates, at most one step each, by which no scene and no
 * change of scene holds more than the budget of the first view's device. When there is
 * none, the choice that holds least, and told->fits is false.
 *
 * The cost of an edit is its pixels times the place of its step. An edit with a floor of
 * quality is encoded and measured before it counts. */
pa_status recipe_fit(const pa_audit *audit, const candidate_list *from,
                     const fit_tools *with, plan *out, plan_result *told, pa_error *err);

/* Shared by the two ways to a plan. */

/** Pixels of the picture that counts. */
uint64_t candidate_pixels(const pa_audit *audit, const candidate *row);

/** Gives an image in `w` what an option makes of it. */
void candidate_choose(what_if *w, const candidate *row, uint32_t option);

/** Adds the actions of an option to a plan. */
pa_status candidate_option_to_plan(const pa_audit *audit, const candidate *row,
                                   uint32_t option, uint64_t before_bytes,
                                   uint64_t after_bytes, plan *out, pa_error *err);

/** measure.c: encodes what is chosen and has a floor and was not measured, and bars the
 * options that fall below it; tells it in out->refused. `is_new`: some were barred. */
pa_status fit_measure(const pa_audit *audit, const candidate_list *from,
                      const uint32_t *choice, const fit_tools *with, plan *out,
                      bool *is_new, pa_error *err);

/** The most that a change from one stage to another holds by its upper bound; of one and
 * the same, what it holds at rest and while it loads first. */
uint64_t plan_peak(const pa_audit *audit, const audit_view *view, uint32_t from,
                   uint32_t to);

/** The largest of these, and where it is. */
uint64_t plan_worst_peak(const pa_audit *audit, const audit_view *view, uint32_t *from,
                         uint32_t *to);

/** The step of a candidate that drops alpha. */
extern const action drop_alpha_step;

/** Adds one action: a step of a candidate, or with NULL its new sides. */
pa_status candidate_to_plan(const pa_audit *audit, const candidate *from,
                            const action *step, uint64_t before_bytes,
                            uint64_t after_bytes, plan *out, pa_error *err);

/** Fills in the figures. */
void plan_sum_up(const pa_audit *audit, const audit_view *before, const audit_view *after,
                 plan_result *told);

/** The plan as text, packaudit.plan/1. */
pa_status plan_write(const pa_audit *audit, const plan *in, const plan_result *told,
                     buf *out, pa_error *err);

#endif
