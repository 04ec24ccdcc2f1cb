/* budgets.c - the figures of a build against the limits of the rules file: absolute ones,
 * and growth from the baseline.
 *
 * For a peak, the lower bound above a limit breaks it for certain, the upper bound may.
 * Growth compares upper bounds. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "audit/figures.h"
#include "audit/judge.h"
#include "base/alloc.h"
#include "base/units.h"

/* A change of scene above a limit, until all are known and can be grouped. */
typedef struct excess {
    uint32_t budget;
    uint32_t view;
    rule_id rule;
    scene_change what;
} excess;

typedef struct judging {
    pa_verdict *v;
    const policy *rules;
    bool *is_used; /* one a budget: some figure is its */
    arena scratch; /* of one look into the baseline */
    excess *changes;
    size_t count;
    size_t capacity;
} judging;

static void subject_words(const measurement *one, buf *out) {
    static const char *const words[] = {[SUBJECT_SCENE] = "scene ",
                                        [SUBJECT_TRANSITION] = "the change from ",
                                        [SUBJECT_BUNDLE] = "bundle ",
                                        [SUBJECT_TEXTURE] = "texture ",
                                        [SUBJECT_PACKAGE] = "the package"};
    subject_kind kind = measure_get(one->what)->kind;
    buf_add_text(out, words[kind]);
    if (kind != SUBJECT_PACKAGE) {
        buf_format(out, "'%.*s'", STR_ARGS(one->name));
    }
    if (one->device.size > 0) {
        buf_format(out, " on '%.*s'", STR_ARGS(one->device));
    }
}

/* What a finding about a budget is known by: not its line, which moves. */
static str key_of(judging *j, measure what, str words, str id) {
    return finding_text(&j->v->findings, "%s %.*s %.*s", measure_get(what)->name,
                        STR_ARGS(words), STR_ARGS(id));
}

static pa_status add_finding(judging *j, rule_id rule, const budget *limit,
                             const measurement *one, uint64_t value, uint64_t allowed,
                             const char *allowance, pa_error *err) {
    buf subject = {0};
    buf found = {0};
    buf over = {0};
    subject_words(one, &subject);
    measure_write(&found, one->what, value);
    measure_write(&over, one->what, value - allowed);
    bool is_texture = measure_get(one->what)->kind == SUBJECT_TEXTURE;
    bool has_failed = subject.failed || found.failed || over.failed;
    pa_status status =
        has_failed
            ? error_nomem(err)
            : finding_add(&j->v->findings, rule, (str){0},
                          is_texture ? one->id : (str){0}, err,
                          "%.*s: %s %s %.*s, %.*s more than %s",
                          STR_ARGS(buf_str(&subject)), measure_get(one->what)->words,
                          rule == RULE_BUDGET_MAY_EXCEED ? "can be" : "is",
                          STR_ARGS(buf_str(&found)), STR_ARGS(buf_str(&over)), allowance);
    buf_clear(&subject);
    buf_clear(&found);
    buf_clear(&over);
    if (status != PA_OK) {
        return status;
    }
    finding *row = finding_last(&j->v->findings);
    bool is_bytes = measure_get(one->what)->unit == MEASURE_BYTES;
    row->bytes = is_bytes ? value - allowed : 0;
    row->is_counted = !is_bytes;
    row->device = one->device;
    row->scene = measure_get(one->what)->kind == SUBJECT_SCENE ? one->name : (str){0};
    row->bundle = measure_get(one->what)->kind == SUBJECT_BUNDLE ? one->name : (str){0};
    row->line = limit->line;
    row->key = key_of(j, one->what, limit->words, one->id);
    return row->key.at == NULL ? error_nomem(err) : PA_OK;
}

static pa_status keep_change(judging *j, rule_id rule, const budget *limit,
                             const measurement *one, uint64_t value, uint64_t allowed,
                             pa_error *err) {
    if (mem_grow(&j->changes, &j->capacity, j->count + 1, sizeof *j->changes) != 0) {
        return error_nomem(err);
    }
    j->changes[j->count++] =
        (excess){(uint32_t)(limit - j->rules->budgets), one->view, rule,
                 (scene_change){one->stage, one->to_stage, value, allowed}};
    return PA_OK;
}

static pa_status exceed(judging *j, rule_id rule, const budget *limit,
                        const measurement *one, uint64_t value, uint64_t allowed,
                        const char *allowance, pa_error *err) {
    return one->what == TRANSITION_PEAK
               ? keep_change(j, rule, limit, one, value, allowed, err)
               : add_finding(j, rule, limit, one, value, allowed, allowance, err);
}

static pa_status judge_max(judging *j, const measurement *one, pa_error *err) {
    const budget *limit = budget_deciding(j->rules, one, false, j->is_used);
    if (limit == NULL || one->upper <= limit->max) {
        return PA_OK;
    }
    buf words = {0};
    buf_add_text(&words, "its budget of ");
    measure_write(&words, one->what, limit->max);
    buf_add_byte(&words, '\0');
    bool is_certain = one->lower > limit->max;
    pa_status status =
        words.failed ? error_nomem(err)
                     : exceed(j, is_certain ? RULE_BUDGET_OVER : RULE_BUDGET_MAY_EXCEED,
                              limit, one, is_certain ? one->lower : one->upper,
                              limit->max, words.at, err);
    buf_clear(&words);
    return status;
}

/* What a figure may be, from what it was. */
static uint64_t grown(const budget *limit, uint64_t before) {
    uint64_t more = limit->growth;
    if (limit->is_growth_percent) {
        more = before / 100 * limit->growth + before % 100 * limit->growth / 100;
    }
    return before > UINT64_MAX - more ? UINT64_MAX : before + more;
}

static pa_status judge_growth(judging *j, const measurement *one, pa_error *err) {
    const budget *limit = budget_deciding(j->rules, one, true, j->is_used);
    const measurement *before = limit == NULL || j->v->baseline == NULL
                                    ? NULL
                                    : snapshot_find(j->v->baseline, one, &j->scratch);
    if (before == NULL || one->upper <= grown(limit, before->upper)) {
        return PA_OK;
    }
    buf words = {0};
    measure_write(&words, one->what, before->upper);
    buf_add_text(&words, " of the baseline and the growth allowed, ");
    if (limit->is_growth_percent) {
        buf_format(&words, "%u %%", (unsigned)limit->growth);
    } else {
        measure_write(&words, one->what, limit->growth);
    }
    buf_add_byte(&words, '\0');
    pa_status status = words.failed ? error_nomem(err)
                                    : exceed(j, RULE_GROWTH, limit, one, one->upper,
                                             grown(limit, before->upper), words.at, err);
    buf_clear(&words);
    return status;
}

static pa_status judge_figure(void *ctx, const measurement *one, pa_error *err) {
    judging *j = ctx;
    pa_status status = judge_max(j, one, err);
    return status == PA_OK ? judge_growth(j, one, err) : status;
}

static int by_budget(const void *a, const void *b) {
    const excess *left = a;
    const excess *right = b;
    const uint32_t keys[][2] = {{left->budget, right->budget},
                                {left->view, right->view},
                                {(uint32_t)left->rule, (uint32_t)right->rule},
                                {left->what.from, right->what.from},
                                {left->what.to, right->what.to}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i][0] != keys[i][1]) {
            return keys[i][0] < keys[i][1] ? -1 : 1;
        }
    }
    return 0;
}

static bool is_same_group(const excess *a, const excess *b) {
    return a->budget == b->budget && a->view == b->view && a->rule == b->rule;
}

static pa_status judge_group(judging *j, const excess *first, scene_change *changes,
                             size_t count, pa_error *err) {
    const device *one = j->v->audit->views[first->view].device;
    const budget *limit = &j->rules->budgets[first->budget];
    char words[160];
    str name = one == NULL ? (str){0} : one->name;
    snprintf(words, sizeof words, "%s '%.*s'%s%.*s%s",
             first->rule == RULE_GROWTH ? "the baseline and the growth allowed for"
                                        : "the budget for",
             STR_ARGS(limit->words), name.size > 0 ? " on '" : "", STR_ARGS(name),
             name.size > 0 ? "'" : "");
    return judge_changes(j->v, first->rule, name, words, limit->line, changes, count,
                         err);
}

static pa_status judge_kept_changes(judging *j, pa_error *err) {
    if (j->count == 0) {
        return PA_OK;
    }
    scene_change *changes = mem_alloc(j->count, sizeof *changes);
    if (changes == NULL) {
        return error_nomem(err);
    }
    qsort(j->changes, j->count, sizeof *j->changes, by_budget);
    pa_status status = PA_OK;
    size_t from = 0;
    for (size_t i = 0; i < j->count && status == PA_OK; i++) {
        changes[i - from] = j->changes[i].what;
        if (i + 1 == j->count || !is_same_group(&j->changes[i], &j->changes[i + 1])) {
            status = judge_group(j, &j->changes[from], changes, i + 1 - from, err);
            from = i + 1;
        }
    }
    mem_free(changes);
    return status;
}

static pa_status report_unused(judging *j, pa_error *err) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; i < j->rules->budget_count && status == PA_OK; i++) {
        const budget *limit = &j->rules->budgets[i];
        if (j->is_used[i] || !judge_has_device(j->v, limit->device)) {
            continue;
        }
        status = finding_add(&j->v->findings, RULE_RULES_UNMATCHED,
                             str_of(j->v->audit->rules_path), (str){0}, err,
                             "line %u: the budget '%s' for '%.*s' is about nothing in "
                             "this build",
                             limit->line, measure_get(limit->what)->name,
                             STR_ARGS(limit->words));
        if (status == PA_OK) {
            finding *row = finding_last(&j->v->findings);
            row->line = limit->line;
            row->key = key_of(j, limit->what, limit->words, (str){0});
            status = row->key.at == NULL ? error_nomem(err) : PA_OK;
        }
    }
    return status;
}

/* True when growth of a kind is limited on a device. */
static bool limits_growth(const policy *rules, subject_kind kind, str device_name) {
    for (uint32_t i = 0; i < rules->budget_count; i++) {
        const budget *limit = &rules->budgets[i];
        if (limit->has_growth && measure_get(limit->what)->kind == kind &&
            (limit->device.size == 0 || str_glob(limit->device, device_name))) {
            return true;
        }
    }
    return false;
}

/* Growth that cannot be judged is said, or a gap would look like a pass. */
static pa_status report_unknown(judging *j, subject_kind kind, const device *one,
                                pa_error *err) {
    str name = one == NULL ? (str){0} : one->name;
    if (!limits_growth(j->rules, kind, name) ||
        snapshot_has_device(j->v->baseline, kind, name)) {
        return PA_OK;
    }
    pa_status status = finding_add(
        &j->v->findings, RULE_RULES_UNMATCHED, (str){0}, (str){0}, err,
        "the growth of %s %s%.*s%s is unknown: the baseline '%.*s' has no "
        "figures for it",
        subject_kind_name(kind), one == NULL ? "without a device" : "on '",
        STR_ARGS(name), one == NULL ? "" : "'", STR_ARGS(j->v->baseline->path));
    if (status == PA_OK) {
        finding_last(&j->v->findings)->mend =
            str_of("make the baseline with the same --device or rules file");
    }
    return status;
}

static pa_status report_unknown_devices(judging *j, pa_error *err) {
    uint32_t stages = j->v->audit->stage_count;
    pa_status status = PA_OK;
    for (size_t i = 0; i < j->v->audit->view_count && status == PA_OK; i++) {
        const device *one = j->v->audit->views[i].device;
        if (j->v->baseline != NULL && stages > 0) {
            status = report_unknown(j, SUBJECT_SCENE, one, err);
        }
        if (j->v->baseline != NULL && stages > 1 && status == PA_OK) {
            status = report_unknown(j, SUBJECT_TRANSITION, one, err);
        }
    }
    return status;
}

pa_status judge_budgets(pa_verdict *v, pa_error *err) {
    judging j = {.v = v, .rules = &v->audit->rules.policy};
    if (j.rules->budget_count == 0) {
        return PA_OK;
    }
    j.is_used = mem_zero(j.rules->budget_count, sizeof *j.is_used);
    if (j.is_used == NULL) {
        return error_nomem(err);
    }
    pa_status status = figures_visit(v->audit, judge_figure, &j, err);
    if (status == PA_OK) {
        status = judge_kept_changes(&j, err);
    }
    if (status == PA_OK) {
        status = report_unused(&j, err);
    }
    if (status == PA_OK) {
        status = report_unknown_devices(&j, err);
    }
    if (status == PA_OK) {
        status = arena_status(&j.scratch, err);
    }
    arena_clear(&j.scratch);
    mem_free(j.is_used);
    mem_free(j.changes);
    return status;
}
