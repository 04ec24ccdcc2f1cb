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

bool option_set_drop_unused(request *out, const char *value) {
    (void)value;
    out->plan.drops_unused = true;
    return true;
}

bool option_set_linear(request *out, const char *value) {
    (void)value;
    out->plan.linear_light = true;
    return true;
}

bool option_set_frames_of_code(request *out, const char *value) {
    (void)value;
    out->plan.frames_of_code = true;
    return true;
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

bool option_set_order(request *out, const char *value) {
    out->rewrite.order = value;
    return value[0] != '\0';
}

bool option_set_new_order(request *out, const char *value) {
    out->rewrite.new_order = value;
    return value[0] != '\0';
}

bool option_set_receipt(request *out, const char *value) {
    out->rewrite.receipt = value;
    return value[0] != '\0';
}

/* "512M", "2G", "64MiB": powers of 1024. */
bool option_read_size(const char *value, uint64_t *out) {
    str text = str_of(value);
    size_t digits = 0;
    while (digits < text.size && text.at[digits] >= '0' && text.at[digits] <= '9') {
        digits++;
    }
    static const struct {
        const char *suffix;
        unsigned shift;
    } units[] = {{"", 0},     {"K", 10},   {"M", 20},  {"G", 30},
                 {"KiB", 10}, {"MiB", 20}, {"GiB", 30}};
    uint64_t number = 0;
    str suffix = str_part(text, digits, text.size);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (str_is(suffix, units[i].suffix)) {
            bool is_good = str_to_u64(str_part(text, 0, digits),
                                      UINT64_MAX >> units[i].shift >> 1, &number);
            *out = number << units[i].shift;
            return is_good && *out >= UINT64_C(1) << 20;
        }
    }
    return false;
}

bool option_set_cache(request *out, const char *value) {
    out->rewrite.cache = value;
    return value[0] != '\0';
}

bool option_set_cache_size(request *out, const char *value) {
    return option_read_size(value, &out->rewrite.cache_bytes);
}

bool option_set_dry_run(request *out, const char *value) {
    (void)value;
    out->rewrite.is_dry_run = true;
    return true;
}
