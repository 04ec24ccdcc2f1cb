/* explain.h - numbers taken apart, for people.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_EXPLAIN_H
#define PA_REPORT_EXPLAIN_H

#include "report/report.h"

/** Explains every asset or scene that `wanted` names. PA_USAGE when it names none. */
pa_status report_explain(const report_view *view, const char *wanted, buf *out,
                         pa_error *err);

#endif
