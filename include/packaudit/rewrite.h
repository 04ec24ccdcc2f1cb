/** rewrite.h - carry out a plan: write a build anew with other textures.
 *
 *  SPDX-License-Identifier: Apache-2.0 */
#ifndef PACKAUDIT_REWRITE_H
#define PACKAUDIT_REWRITE_H

#include "packaudit/report.h"

typedef struct pa_rewrite_options {
    const char *plan;    /**< file with a packaudit.plan/1 */
    const char *output;  /**< the new folder or archive; nothing is there yet */
    const char *receipt; /**< file for the receipt; NULL: OUTPUT with ".receipt.json" */
    bool is_dry_run;     /**< write nothing: only say what would be done */
} pa_rewrite_options;

/** Writes the build at `path` to options->output with the edits of the plan, whole or not
 * at all, and beside it a receipt (packaudit.receipt/1). The build is only read. A
 * summary for people goes to `sink`. PA_USAGE when the plan asks for what the build or
 * its engine does not take, PA_OUTPUT when the result could not be written or does not
 * read back as it should; nothing is at options->output then. */
pa_status pa_rewrite(const char *path, const pa_options *how,
                     const pa_rewrite_options *options, pa_sink sink, void *ctx,
                     pa_error *err);

#endif
