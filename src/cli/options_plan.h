/* options_plan.h - the values of options of plan and rewrite: each takes one, false when
 * it makes no sense.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CLI_OPTIONS_PLAN_H
#define PA_CLI_OPTIONS_PLAN_H

#include "cli/options.h"

/** "512M", "2G", "64MiB": powers of 1024, at least 1 MiB. */
bool option_read_size(const char *value, uint64_t *out);

bool option_set_fit(request *out, const char *value);
bool option_set_compress(request *out, const char *value);
bool option_set_preset(request *out, const char *value);
bool option_set_quality(request *out, const char *value);
bool option_set_max_side(request *out, const char *value);
bool option_set_drop_unused(request *out, const char *value);
bool option_set_linear(request *out, const char *value);
bool option_set_frames_of_code(request *out, const char *value);
bool option_set_match(request *out, const char *value);
bool option_set_bundle(request *out, const char *value);
bool option_set_plan(request *out, const char *value);
bool option_set_order(request *out, const char *value);
bool option_set_new_order(request *out, const char *value);
bool option_set_receipt(request *out, const char *value);
bool option_set_cache(request *out, const char *value);
bool option_set_cache_size(request *out, const char *value);
bool option_set_dry_run(request *out, const char *value);

#endif
