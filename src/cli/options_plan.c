/* options_plan.c - the values of options of plan and rewrite.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/options_plan.h"

#include "base/text.h"

bool option_set_fit(request *out, const char *value) {
    out->fit = value;
    return value[0] != '\0';
}

bool option_set_compress(request *out, const char *value) {
    if (out->plan.compress_count == PA_MAX_COMPRESS) {
        return false;
    }
    out->plan.compress[out->plan.compress_count++] = value;
    return value[0] != '\0';
}

bool option_set_preset(request *out, const char *value) {
    out->plan.preset = value;
    return value[0] != '\0';
}

bool option_set_quality(request *out, const char *value) {
    uint64_t number = 0;
    bool is_good = str_to_u64(str_of(value), 100, &number) && number > 0;
    out->plan.quality = (unsigned)number;
    return is_good;
}

bool option_set_max_side(request *out, const char *value) {
    uint64_t number = 0;
    bool is_good = str_to_u64(str_of(value), 65535, &number) && number > 0;
    out->plan.max_side_px = (unsigned)number;
    return is_good;
}

bool option_set_match(request *out, const char *value) {
    out->plan.match = value;
    return value[0] != '\0';
}

bool option_set_bundle(request *out, const char *value) {
    out->plan.bundle = value;
    return value[0] != '\0';
}

bool option_set_plan(request *out, const char *value) {
    out->rewrite.plan = value;
    return value[0] != '\0';
}

bool option_set_receipt(request *out, const char *value) {
    out->rewrite.receipt = value;
    return value[0] != '\0';
}

bool option_set_dry_run(request *out, const char *value) {
    (void)value;
    out->rewrite.is_dry_run = true;
    return true;
}
