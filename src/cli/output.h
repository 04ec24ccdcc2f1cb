/* output.h - what a command makes goes to standard output, or whole to a file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CLI_OUTPUT_H
#define PA_CLI_OUTPUT_H

#include "cli/options.h"

/** Writes something to a sink. */
typedef pa_status (*output_maker)(const void *what, pa_sink sink, void *ctx,
                                  pa_error *err);

/** Makes `what` into the file at `path`, or on standard output when `path` is NULL. */
pa_status output_make(const char *path, output_maker make, const void *what,
                      pa_error *err);

#endif
