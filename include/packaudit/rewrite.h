/** rewrite.h - carry out a plan: write a build anew with other textures, and with packs
 * that follow a load order.
 *
 *  SPDX-License-Identifier: Apache-2.0 */
#ifndef PACKAUDIT_REWRITE_H
#define PACKAUDIT_REWRITE_H

#include "packaudit/report.h"

enum { PA_MAX_COMPRESS = 8 };

/** Which edits are looked for. With neither `compress` nor `max_side_px` the recipes of
 * the rules file say. */
typedef struct pa_plan_options {
    const char *compress[PA_MAX_COMPRESS]; /**< "astc-6x6", "etc2", "etc1", "webp", "png",
                                              "jpg"; when fitting, the first is the
                                              cheapest */
    unsigned compress_count;               /**< 0: as the rules file, or,
                                              when fitting, what the device reads */
    const char *preset;   /**< "fastest", "fast", "medium", "thorough"; NULL: medium */
    unsigned quality;     /**< of webp and jpg, 1 … 100; 0: 80 and 85 */
    unsigned max_side_px; /**< halve larger images until they fit in it; 0: none */
    bool drops_unused;    /**< files of bundles that nothing asks for go */
    bool linear_light;    /**< smaller sides average light, not stored values */
    bool frames_of_code;  /**< also images whose sprite frames code may give to Sprites:
                             the user knows that no node takes its size from them */
    const char *match;    /**< glob over paths, uuids and files; NULL: all */
    const char *bundle;   /**< name; NULL: all */
    bool is_fitting;      /**< the cheapest edits by which the first device of the audit
                             is enough, instead of all */
    const char *cache;    /**< when fitting: folder of files that were encoded before, for
                             edits with a floor of quality, which are encoded to be
                             measured; NULL: none */
    uint64_t cache_bytes; /**< that it may hold when all is done; 0: 2 GiB */
} pa_plan_options;

/** What a plan comes to. */
typedef struct pa_plan_summary {
    size_t action_count;
    size_t refused_count;
    bool fits;          /**< the first device; false without one */
    bool is_impossible; /**< it is proven that no set of the edits fits */
    uint64_t cost; /**< when fitting: pixels of each edit times the place of its format */
    uint64_t least_cost; /**< no set of edits that fits costs less; 0: not known */
    uint64_t budget_bytes;
    uint64_t before_bytes; /**< the largest peak of a scene or of a change of scene */
    uint64_t after_bytes;
} pa_plan_summary;

/** Writes a plan (packaudit.plan/1) for the build at `path` to `sink`. PA_USAGE for a
 * format that is none, or when there is no device to fit. */
pa_status pa_plan_write(const char *path, const pa_options *how,
                        const pa_plan_options *options, pa_plan_summary *told,
                        pa_sink sink, void *ctx, pa_error *err);

typedef struct pa_rewrite_options {
    const char *plan;  /**< file with a packaudit.plan/1; NULL: no texture changes */
    const char *order; /**< file with a packaudit.order/1 of this build: packs follow its
                          stages; NULL: packs stay. The audit's device is the order's */
    const char *new_order; /**< file for the order of the new build; NULL: OUTPUT with
                              ".load-order.json" */
    const char *output;    /**< the new folder or archive; nothing is there yet */
    const char *receipt;   /**< file for the receipt; NULL: OUTPUT with ".receipt.json" */
    const char *cache;     /**< folder of files that were encoded before; NULL: none */
    uint64_t cache_bytes;  /**< that it may hold when all is done; 0: 2 GiB */
    bool is_dry_run;       /**< write nothing: only say what would be done */
} pa_rewrite_options;

/** Writes the build at `path` to options->output with the edits of the plan and the packs
 * of the order, whole or not at all, and beside it a receipt (packaudit.receipt/1) and,
 * with an order, the order that the new build is loaded by. The build is only read. A
 * summary for people goes to `sink`. PA_USAGE when the plan asks for what the build or
 * its engine does not take, or the order is for another build, PA_OUTPUT when the result
 * could not be written or does not read back as it should; nothing is at options->output
 * then. */
pa_status pa_rewrite(const char *path, const pa_options *how,
                     const pa_rewrite_options *options, pa_sink sink, void *ctx,
                     pa_error *err);

#endif
