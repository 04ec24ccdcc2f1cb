/* judge.c - the steps of a judgement.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/judge.h"

#include "audit/content.h"
#include "base/alloc.h"

static const char *const fit_names[] = {
    [FIT_YES] = "yes",
    [FIT_MAYBE] = "maybe",
    [FIT_NO] = "no",
};
_Static_assert(sizeof fit_names / sizeof fit_names[0] == FIT_COUNT, "every fit");

const char *fit_name(fit how) {
    return fit_names[how];
}

bool judge_has_device(const pa_verdict *v, str glob) {
    bool has_any = glob.size == 0;
    for (size_t i = 0; i < v->audit->view_count; i++) {
        const device *one = v->audit->views[i].device;
        has_any |= one != NULL && str_glob(glob, one->name);
    }
    return has_any;
}

pa_status judge(pa_verdict *out, int32_t today, pa_error *err) {
    const pa_audit *audit = out->audit;
    out->today = today;
    size_t room = audit->view_count * audit->stage_count + 1;
    out->stages = arena_alloc(&out->mem, room, sizeof *out->stages);
    pa_status status = out->stages == NULL
                           ? error_nomem(err)
                           : finding_take(&out->findings, &audit->findings, err);
    if (status == PA_OK) {
        status = content_find(audit, &out->findings, err);
    }
    if (status == PA_OK) {
        status = judge_devices(out, err);
    }
    if (status == PA_OK) {
        status = judge_budgets(out, err);
    }
    if (status == PA_OK) {
        status = judge_finish(out, today, err);
    }
    return status == PA_OK ? arena_status(&out->findings.mem, err) : status;
}

pa_finding_counts pa_verdict_findings(const pa_verdict *verdict) {
    pa_finding_counts counts = {0};
    for (size_t i = 0; i < verdict->findings.count - verdict->waived_count; i++) {
        finding_level level = verdict->findings.rows[i].level;
        counts.errors += level == LEVEL_ERROR;
        counts.warnings += level == LEVEL_WARNING;
        counts.notes += level == LEVEL_NOTE;
    }
    return counts;
}

bool pa_verdict_passes(const pa_verdict *verdict, pa_fail_on fail_on) {
    pa_finding_counts counts = pa_verdict_findings(verdict);
    size_t failures = fail_on == PA_FAIL_ON_NEVER ? 0 : counts.errors;
    failures += fail_on == PA_FAIL_ON_WARNING ? counts.warnings : 0;
    return failures == 0;
}

void pa_verdict_free(pa_verdict *verdict) {
    if (verdict == NULL) {
        return;
    }
    if (verdict->baseline != NULL) {
        snapshot_clear(verdict->baseline);
    }
    finding_list_clear(&verdict->findings);
    arena_clear(&verdict->mem);
    mem_free(verdict);
}
