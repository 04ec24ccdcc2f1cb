/* verdict.h - one writer a format over the same judgement.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_VERDICT_H
#define PA_REPORT_VERDICT_H

#include "audit/judge.h"
#include "packaudit/check.h"

/** What is to be written, and how. */
typedef struct verdict_view {
    const pa_verdict *verdict;
    const pa_audit *audit;
    const pa_report_options *options;
    pa_fail_on fail_on;
    uint32_t width;
    uint32_t top;
} verdict_view;

/** A device's scene in words: "fits", "may not fit", "does not fit", "may not fit after
 * another", …; "unknown" when not all of it could be read and the rest fits. */
const char *verdict_words(const stage_verdict *one);

void verdict_text(const verdict_view *view, buf *out);
void verdict_json(const verdict_view *view, buf *out);

/** 64 bits that name a finding from build to build: rule, device, scene, asset or file,
 * but no figure. */
uint64_t finding_fingerprint(const finding *row);

/** The path in the build that a format can point at: the finding's file, else that of the
 * config of its bundle, else the build itself ("."). */
str finding_place(const verdict_view *view, const finding *row);

#endif
