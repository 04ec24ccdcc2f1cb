/* verdict.h - one writer a format over the same judgement.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_VERDICT_H
#define PA_REPORT_VERDICT_H

#include "audit/judge.h"
#include "packaudit/check.h"
#include "report/place.h"

/** What is to be written, and how. */
typedef struct verdict_view {
    const pa_verdict *verdict;
    const pa_audit *audit;
    const pa_report_options *options;
    pa_fail_on fail_on;
    uint32_t width;
    uint32_t top;
    places places;
    uint64_t *fingerprints; /**< one a finding, in the list's order */
} verdict_view;

/** A device's scene in words: "fits", "may not fit", "does not fit", "may not fit after
 * another", …; "unknown" when not all of it could be read and the rest fits. */
const char *verdict_words(const stage_verdict *one);

/** True when a finding makes the build fail by `fail_on`. */
bool verdict_is_failing(const verdict_view *view, const finding *row);

bool verdict_has_device(const verdict_view *view);

/** What a stage can need on a device at the worst moment: alone, or coming from any other
 * stage. */
typedef struct stage_peak {
    uint64_t lower_bytes;
    uint64_t upper_bytes;
    uint32_t from; /**< whose upper bound that is, NO_INDEX: alone */
} stage_peak;

stage_peak verdict_peak(const verdict_view *view, size_t view_index,
                        uint32_t stage_index);

void verdict_text(const verdict_view *view, buf *out);
void verdict_json(const verdict_view *view, buf *out);
void verdict_sarif(const verdict_view *view, buf *out);    /* sarif.c */
void verdict_junit(const verdict_view *view, buf *out);    /* junit.c */
void verdict_github(const verdict_view *view, buf *out);   /* github.c */
void verdict_gitlab(const verdict_view *view, buf *out);   /* gitlab.c */
void verdict_markdown(const verdict_view *view, buf *out); /* markdown.c */

#endif
