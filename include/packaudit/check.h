/** check.h - judge an audited build against budgets and rules.
 *
 *      pa_verdict *verdict = pa_check(audit, &check, &err);
 *      if (verdict == NULL) { … err.text … }
 *      bool fits = pa_verdict_passes(verdict, PA_FAIL_ON_ERROR);
 *      pa_verdict_free(verdict);
 *
 *  SPDX-License-Identifier: Apache-2.0 */
#ifndef PACKAUDIT_CHECK_H
#define PACKAUDIT_CHECK_H

#include "packaudit/audit.h"
#include "packaudit/report.h"

/** The judgement of one audit, which must outlive it. It never changes once made. */
typedef struct pa_verdict pa_verdict;

typedef enum pa_fail_on {
    PA_FAIL_ON_ERROR,   /**< an error fails the build */
    PA_FAIL_ON_WARNING, /**< a warning does, too */
    PA_FAIL_ON_NEVER
} pa_fail_on;

/** Take `{0}` and change what differs. */
typedef struct pa_check_options {
    const char *baseline; /**< a report in JSON, or a build, that growth is measured from;
                             NULL: none */
    const char *today;    /**< "2026-11-24": the day that waivers are judged on; NULL: the
                             clock's, in UTC */
} pa_check_options;

/** How a verdict is written. */
typedef enum pa_check_format {
    PA_CHECK_TEXT,
    PA_CHECK_JSON,     /**< schema packaudit.check/1 */
    PA_CHECK_SARIF,    /**< SARIF 2.1.0, one run, within GitHub's limits */
    PA_CHECK_JUNIT,    /**< JUnit XML: a case a scene and device, a case a rule */
    PA_CHECK_GITHUB,   /**< workflow commands: the ten worst findings of each level as
                            annotations */
    PA_CHECK_GITLAB,   /**< GitLab's code quality report */
    PA_CHECK_MARKDOWN, /**< for a job's summary; below 1 MiB */
    PA_CHECK_FORMAT_COUNT
} pa_check_format;

/** The format of a name ("text", "sarif", …); false leaves `*out` alone. */
bool pa_check_format_of(const char *name, pa_check_format *out);

/** Judges `audit` by its devices and its rules file. `audit_options` are those it was
 * opened with: a baseline that is a build is opened with them, too. NULL on failure:
 * PA_USAGE (a rules file that makes no sense for this build, a baseline that is none),
 * PA_NOMEM, and what opening the baseline can give. */
pa_verdict *pa_check(const pa_audit *audit, const pa_options *audit_options,
                     const pa_check_options *options, pa_error *err);

/** Accepts NULL. */
void pa_verdict_free(pa_verdict *verdict);

/** Findings by level, waived ones left out. */
pa_finding_counts pa_verdict_findings(const pa_verdict *verdict);

bool pa_verdict_passes(const pa_verdict *verdict, pa_fail_on fail_on);

/** Writes the verdict. Of `options`, text and Markdown use top, width, is_verbose and
 * has_color, and text says whether the build fails by `fail_on`. */
pa_status pa_verdict_write(const pa_verdict *verdict, pa_check_format format,
                           pa_fail_on fail_on, const pa_report_options *options,
                           pa_sink sink, void *ctx, pa_error *err);

/** Writes a first packaudit.yaml, with comments, by which this verdict passes. */
pa_status pa_verdict_write_rules(const pa_verdict *verdict, pa_sink sink, void *ctx,
                                 pa_error *err);

/** Writes the audit's rules file anew with each budget lowered to what this build
 * reaches; `*count` is how many were lowered, and with 0 nothing is written. PA_USAGE
 * when there is no rules file, or the build fails or holds what could not be read,
 * PA_OUTPUT when it could not be written. */
pa_status pa_verdict_ratchet(const pa_verdict *verdict, uint32_t *count, pa_error *err);

/** Writes every rule in a table, or, with `name`, the whole reasoning of one. PA_USAGE
 * when there is none of that name. */
pa_status pa_rules_write(const char *name, const pa_report_options *options, pa_sink sink,
                         void *ctx, pa_error *err);

/** Writes what came, went and grew from one report or build to another. `old_path` and
 * `new_path` are reports in JSON or builds, which are opened with `audit_options`.
 * `options->format`: text or JSON. */
pa_status pa_diff_write(const char *old_path, const char *new_path,
                        const pa_options *audit_options, const pa_report_options *options,
                        pa_sink sink, void *ctx, pa_error *err);

#endif
