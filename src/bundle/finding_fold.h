/* finding_fold.h - many findings of one cause as one finding with a list.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_FINDING_FOLD_H
#define PA_BUNDLE_FINDING_FOLD_H

#include "bundle/finding.h"

/** Which findings of a rule stay as they are, and what the others become. */
typedef struct finding_folding {
    rule_id rule;
    size_t keep;        /**< so many of the heaviest stay, … */
    uint64_t own_bytes; /**< … if they are about at least so many bytes */
    size_t least;       /**< fewer others than this stay, too */
    bool is_telling;    /**< members say what each finding said, else only where */
    const char *what;   /**< "image files are absent": stands behind their number */
} finding_folding;

/** Puts the others into one row about the heaviest one's file: their bytes summed, each
 * of them a member; it is_folded. Rows of other rules keep their order. */
pa_status finding_fold(finding_list *list, const finding_folding *how, pa_error *err);

#endif
