/* snapshot_of.h - the figures of a report, or of a build.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_SNAPSHOT_OF_H
#define PA_REPORT_SNAPSHOT_OF_H

#include "audit/snapshot.h"
#include "packaudit/audit.h"

/** Reads the report in JSON at `path`, or opens the build there with `options` and takes
 * its report. PA_USAGE when it is a file and neither. */
pa_status snapshot_of(const char *path, const pa_options *options, snapshot *out,
                      pa_error *err);

#endif
