/* policy.c - budgets, levels, owners and waivers, each line checked where it stands.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/policy.h"

#include <stdio.h>

#include "base/date.h"

/* What is being read. */
typedef struct reading {
    arena *mem;
    pa_error *err;
    policy *out;
    uint32_t budget_room;
    str device; /* glob that the budgets at hand are for */
} reading;

static pa_status fail_name(const yaml_node *node, const char *what, yaml_guess *guess,
                           pa_error *err) {
    char hint[96];
    return yaml_fail_key(node, err, "%s '%.*s'%s", what, STR_ARGS(node->key),
                         yaml_guess_text(guess, hint, sizeof hint));
}

/* The value in the unit of the measure. */
static pa_status read_amount(const yaml_node *node, measure what, uint64_t *out,
                             pa_error *err) {
    return measure_get(what)->unit == MEASURE_BYTES
               ? yaml_size(node, out, err)
               : yaml_u64(node, 0, 1000000000, out, err);
}

/* "5 %", or an amount. */
static pa_status read_growth(const yaml_node *node, budget *out, pa_error *err) {
    out->has_growth = true;
    str text = str_trim(node->text);
    if (node->kind != YAML_SCALAR || !str_ends(text, "%")) {
        return read_amount(node, out->what, &out->growth, err);
    }
    out->is_growth_percent = true;
    if (!str_to_u64(str_trim(str_part(text, 0, text.size - 1)), 1000, &out->growth)) {
        return yaml_fail(node, err,
                         "'growth' takes a whole percentage such as 5 %%, not "
                         "'%.*s'",
                         STR_ARGS(node->text));
    }
    return PA_OK;
}

static pa_status read_limit(const yaml_node *node, budget *out, pa_error *err) {
    static const char *const keys[] = {"max", "growth", NULL};
    const yaml_node *max = node;
    const yaml_node *growth = NULL;
    if (node->kind == YAML_MAP) {
        if (yaml_only(node, keys, err) != PA_OK) {
            return err->status;
        }
        max = yaml_get(node, "max");
        growth = yaml_get(node, "growth");
    }
    if (max == NULL && growth == NULL) {
        return yaml_fail_key(node, err, "'%.*s' needs 'max', 'growth' or both",
                             STR_ARGS(node->key));
    }
    if (max != NULL) {
        out->has_max = true;
        out->max_node = max;
        if (read_amount(max, out->what, &out->max, err) != PA_OK) {
            return err->status;
        }
    }
    return growth == NULL ? PA_OK : read_growth(growth, out, err);
}

/* The measures of one subject. */
static pa_status read_limits(reading *r, const yaml_node *map, subject_kind kind,
                             const budget *subject) {
    if (yaml_expect(map, YAML_MAP, r->err) != PA_OK) {
        return r->err->status;
    }
    pa_status status = PA_OK;
    for (const yaml_node *n = map->first; n != NULL && status == PA_OK; n = n->next) {
        budget *out = &r->out->budgets[r->out->budget_count];
        *out = *subject;
        out->line = n->key_place.line;
        out->what = measure_of_name(kind, n->key);
        if (out->what == MEASURE_COUNT) {
            yaml_guess guess = {.word = n->key};
            for (unsigned i = 0; i < MEASURE_COUNT; i++) {
                if (measure_get((measure)i)->kind == kind) {
                    yaml_guess_try(&guess, str_of(measure_get((measure)i)->name));
                }
            }
            char what[64];
            snprintf(what, sizeof what, "budgets of %s know no", subject_kind_name(kind));
            return fail_name(n, what, &guess, r->err);
        }
        status = read_limit(n, out, r->err);
        r->out->budget_count++;
    }
    return status;
}

/* "from -> to": both globs. */
static pa_status read_change(const yaml_node *node, budget *out, pa_error *err) {
    size_t arrow = str_find_text(node->key, "->");
    out->subject = str_trim(str_part(node->key, 0, arrow));
    out->to = str_trim(str_part(node->key, arrow + 2, node->key.size));
    if (arrow == node->key.size || out->subject.size == 0 || out->to.size == 0) {
        return yaml_fail_key(node, err,
                             "a change of scene is written \"from -> to\", not '%.*s'",
                             STR_ARGS(node->key));
    }
    return PA_OK;
}

/* The subjects of one kind: a map of globs. */
static pa_status read_subjects(reading *r, const yaml_node *map, subject_kind kind) {
    if (yaml_is_empty(map)) {
        return PA_OK;
    }
    if (kind == SUBJECT_PACKAGE) {
        return read_limits(
            r, map, kind, &(budget){.device = r->device, .words = str_of("the package")});
    }
    if (yaml_expect(map, YAML_MAP, r->err) != PA_OK) {
        return r->err->status;
    }
    pa_status status = PA_OK;
    for (const yaml_node *n = map->first; n != NULL && status == PA_OK; n = n->next) {
        budget subject = {.device = r->device, .subject = n->key, .words = n->key};
        if (kind == SUBJECT_TRANSITION) {
            status = read_change(n, &subject, r->err);
        }
        if (status == PA_OK) {
            status = read_limits(r, n, kind, &subject);
        }
    }
    return status;
}

static uint32_t count_leaves(const yaml_node *node) {
    uint32_t leaves = node != NULL && node->kind == YAML_SCALAR;
    for (const yaml_node *n = yaml_first(node); n != NULL; n = n->next) {
        leaves += count_leaves(n);
    }
    return leaves;
}

static pa_status read_kinds(reading *r, const yaml_node *map) {
    pa_status status = PA_OK;
    for (unsigned kind = 0; kind < SUBJECT_COUNT && status == PA_OK; kind++) {
        status = read_subjects(r, yaml_get(map, subject_kind_name((subject_kind)kind)),
                               (subject_kind)kind);
    }
    return status;
}

/* Bundles, textures and the package are the same on every device. */
static pa_status read_device_budgets(reading *r, const yaml_node *map) {
    static const char *const keys[] = {"scenes", "transitions", NULL};
    if (yaml_is_empty(map)) {
        return PA_OK;
    }
    pa_status status = yaml_expect(map, YAML_MAP, r->err);
    for (const yaml_node *n = yaml_first(map); n != NULL && status == PA_OK;
         n = n->next) {
        status = yaml_expect(n, YAML_MAP, r->err);
        if (status == PA_OK) {
            status = yaml_only(n, keys, r->err);
        }
        r->device = n->key;
        if (status == PA_OK) {
            status = read_kinds(r, n);
        }
    }
    return status;
}

static pa_status read_budgets(reading *r, const yaml_node *map) {
    static const char *const keys[] = {"scenes",  "transitions", "bundles", "textures",
                                       "package", "devices",     NULL};
    if (yaml_is_empty(map)) {
        return PA_OK;
    }
    r->out->budgets = arena_alloc(r->mem, (size_t)count_leaves(map) + 1, sizeof(budget));
    if (r->out->budgets == NULL) {
        return error_nomem(r->err);
    }
    if (yaml_expect(map, YAML_MAP, r->err) != PA_OK ||
        yaml_only(map, keys, r->err) != PA_OK || read_kinds(r, map) != PA_OK) {
        return r->err->status;
    }
    return read_device_budgets(r, yaml_get(map, "devices"));
}

static pa_status read_level(const yaml_node *node, rule_setting *out, pa_error *err) {
    out->has_level = true;
    if (node->kind != YAML_SCALAR || !level_of_name(node->text, &out->level)) {
        return yaml_fail(
            node, err, "'%.*s' takes off, note, warning or error, not '%.*s'",
            STR_ARGS(node->key),
            STR_ARGS(node->kind == YAML_SCALAR ? node->text : str_of("a list or map")));
    }
    return PA_OK;
}

static pa_status read_skips(reading *r, const yaml_node *list, rule_setting *out) {
    if (yaml_is_empty(list)) {
        return PA_OK;
    }
    pa_status status = yaml_expect(list, YAML_LIST, r->err);
    str *skips = arena_alloc(r->mem, (size_t)list->count + 1, sizeof *skips);
    if (status == PA_OK && skips == NULL) {
        return error_nomem(r->err);
    }
    out->skips = skips;
    for (const yaml_node *n = list->first; n != NULL && status == PA_OK; n = n->next) {
        status = yaml_text(n, &skips[out->skip_count++], r->err);
    }
    return status;
}

static pa_status read_setting(reading *r, const yaml_node *node) {
    static const char *const keys[] = {"level", "at_least", "skip", NULL};
    rule_id rule = rule_of_name(node->key);
    if (rule == RULE_COUNT) {
        yaml_guess guess = {.word = node->key};
        for (unsigned i = 0; i < RULE_COUNT; i++) {
            yaml_guess_try(&guess, str_of(rule_get((rule_id)i)->name));
        }
        return fail_name(node, "there is no rule", &guess, r->err);
    }
    rule_setting *out = &r->out->settings[rule];
    if (node->kind != YAML_MAP) {
        return read_level(node, out, r->err);
    }
    const yaml_node *level = yaml_get(node, "level");
    const yaml_node *least = yaml_get(node, "at_least");
    pa_status status = yaml_only(node, keys, r->err);
    if (status == PA_OK && level != NULL) {
        status = read_level(level, out, r->err);
    }
    if (status == PA_OK && least != NULL) {
        status = yaml_size(least, &out->least_bytes, r->err);
    }
    return status == PA_OK ? read_skips(r, yaml_get(node, "skip"), out) : status;
}

static pa_status read_settings(reading *r, const yaml_node *map) {
    if (yaml_is_empty(map)) {
        return PA_OK;
    }
    pa_status status = yaml_expect(map, YAML_MAP, r->err);
    for (const yaml_node *n = yaml_first(map); n != NULL && status == PA_OK;
         n = n->next) {
        status = read_setting(r, n);
    }
    return status;
}

static pa_status read_owners(reading *r, const yaml_node *map) {
    if (yaml_is_empty(map)) {
        return PA_OK;
    }
    pa_status status = yaml_expect(map, YAML_MAP, r->err);
    r->out->owners = arena_alloc(r->mem, (size_t)map->count + 1, sizeof(owner_row));
    if (status == PA_OK && r->out->owners == NULL) {
        return error_nomem(r->err);
    }
    for (const yaml_node *n = map->first; n != NULL && status == PA_OK; n = n->next) {
        owner_row *row = &r->out->owners[r->out->owner_count++];
        row->at = n->key;
        status = yaml_text(n, &row->owner, r->err);
    }
    return status;
}

static bool names_a_rule(str glob) {
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        if (str_glob(glob, str_of(rule_get((rule_id)i)->name))) {
            return true;
        }
    }
    return false;
}

static pa_status check_waiver_rule(const yaml_node *node, str glob, pa_error *err) {
    rule_id rule = rule_of_name(glob);
    if (rule == RULE_WAIVER_EXPIRED || rule == RULE_WAIVER_UNUSED) {
        return yaml_fail(node, err, "'%.*s' cannot be waived; 'rules' can turn it off",
                         STR_ARGS(glob));
    }
    if (names_a_rule(glob)) {
        return PA_OK;
    }
    yaml_guess guess = {.word = glob};
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        yaml_guess_try(&guess, str_of(rule_get((rule_id)i)->name));
    }
    char hint[96];
    return yaml_fail(node, err, "there is no rule '%.*s'%s", STR_ARGS(glob),
                     yaml_guess_text(&guess, hint, sizeof hint));
}

static pa_status read_waiver(const yaml_node *node, waiver *out, pa_error *err) {
    static const char *const keys[] = {"rule", "at", "device", "reason", "expires", NULL};
    if (yaml_expect(node, YAML_MAP, err) != PA_OK ||
        yaml_only(node, keys, err) != PA_OK) {
        return err->status;
    }
    out->line = node->place.line;
    const struct {
        const char *key;
        str *text;
        bool is_needed;
    } fields[] = {{"rule", &out->rule, true},
                  {"at", &out->at, false},
                  {"device", &out->device, false},
                  {"reason", &out->reason, true},
                  {"expires", &out->expires, true}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const yaml_node *value = yaml_get(node, fields[i].key);
        if (value == NULL && fields[i].is_needed) {
            return yaml_fail(node, err, "a waiver needs '%s'", fields[i].key);
        }
        if (value != NULL && yaml_text(value, fields[i].text, err) != PA_OK) {
            return err->status;
        }
    }
    if (!date_to_days(out->expires, &out->expires_day)) {
        return yaml_fail(yaml_get(node, "expires"), err,
                         "'expires' takes a day such as 2026-12-31, not '%.*s'",
                         STR_ARGS(out->expires));
    }
    return check_waiver_rule(yaml_get(node, "rule"), out->rule, err);
}

static pa_status read_waivers(reading *r, const yaml_node *list) {
    if (yaml_is_empty(list)) {
        return PA_OK;
    }
    pa_status status = yaml_expect(list, YAML_LIST, r->err);
    r->out->waivers = arena_alloc(r->mem, (size_t)list->count + 1, sizeof(waiver));
    if (status == PA_OK && r->out->waivers == NULL) {
        return error_nomem(r->err);
    }
    for (const yaml_node *n = list->first; n != NULL && status == PA_OK; n = n->next) {
        status = read_waiver(n, &r->out->waivers[r->out->waiver_count++], r->err);
    }
    return status;
}

pa_status policy_parse(const yaml_node *root, arena *mem, policy *out, pa_error *err) {
    reading r = {.mem = mem, .err = err, .out = out};
    pa_status status = read_budgets(&r, yaml_get(root, "budgets"));
    if (status == PA_OK) {
        status = read_settings(&r, yaml_get(root, "rules"));
    }
    if (status == PA_OK) {
        status = read_owners(&r, yaml_get(root, "owners"));
    }
    return status == PA_OK ? read_waivers(&r, yaml_get(root, "waivers")) : status;
}

bool policy_is_at(str place, const finding *row) {
    size_t colon = str_find(place, ':', 0);
    if (colon < place.size && row->bundle.size > 0 &&
        str_glob(str_part(place, 0, colon), row->bundle) &&
        str_glob(str_part(place, colon + 1, place.size), row->path)) {
        return true;
    }
    const str texts[] = {row->path, row->file, row->asset, row->scene, row->bundle};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].size > 0 && str_glob(place, texts[i])) {
            return true;
        }
    }
    return false;
}

static bool is_named(str glob, str name, str id) {
    return str_glob(glob, name) || str_glob(glob, id);
}

bool budget_is_about(const budget *limit, const measurement *one) {
    if (limit->what != one->what ||
        (limit->device.size > 0 && !str_glob(limit->device, one->device))) {
        return false;
    }
    return measure_get(one->what)->kind == SUBJECT_PACKAGE ||
           (is_named(limit->subject, one->name, one->id) &&
            (limit->to.size == 0 || is_named(limit->to, one->to_name, one->to_id)));
}

const budget *budget_deciding(const policy *rules, const measurement *one, bool is_growth,
                              bool *is_used) {
    const budget *found = NULL;
    for (uint32_t i = 0; i < rules->budget_count; i++) {
        const budget *limit = &rules->budgets[i];
        if ((is_growth ? limit->has_growth : limit->has_max) &&
            budget_is_about(limit, one)) {
            is_used[i] = true;
            found = limit;
        }
    }
    return found;
}
