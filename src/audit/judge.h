/* judge.h - a build against what it should cost: verdicts on every scene and device, and
 * one finding for every cause.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_JUDGE_H
#define PA_AUDIT_JUDGE_H

#include "audit/audit.h"
#include "audit/snapshot.h"
#include "packaudit/check.h"

/** Whether something fits: by its lower bound it does not, by its upper one it may not.
 */
typedef enum fit { FIT_YES, FIT_MAYBE, FIT_NO, FIT_COUNT } fit;

const char *fit_name(fit how); /**< "yes", "maybe", "no" */

/** One stage on one device. */
typedef struct stage_verdict {
    fit alone;           /**< at rest and while it loads with nothing before it */
    fit arrival;         /**< coming from any other stage */
    uint32_t worst_from; /**< that makes the arrival dearest, NO_INDEX without another */
    fit together;        /**< the worse of both */
    bool is_incomplete;  /**< something could not be read: the figures are too small */
} stage_verdict;

struct pa_verdict {
    const pa_audit *audit;
    snapshot *baseline;    /**< NULL: none; owned */
    finding_list findings; /**< heaviest first, waived ones behind */
    uint32_t waived_count; /**< of them, at the end */
    int32_t today;         /**< the day that it was made for */
    stage_verdict *stages; /**< [view * audit->stage_count + stage]; of views with a
                              device, else all FIT_YES */
    arena mem;
};

/** The verdict on a stage in a view. */
static inline const stage_verdict *verdict_stage(const pa_verdict *v, size_t view,
                                                 uint32_t stage_index) {
    return &v->stages[view * v->audit->stage_count + stage_index];
}

/** Fills `out` (audit and baseline are set) for a day. */
pa_status judge(pa_verdict *out, int32_t today, pa_error *err);

/** True when the glob is empty or names a device of this run. */
bool judge_has_device(const pa_verdict *v, str glob);

/* Steps of it. */

/** devices_fit.c: scenes, changes, single requests and the package on each device. */
pa_status judge_devices(pa_verdict *v, pa_error *err);

/** budgets.c: the budgets of the rules file, absolute and against the baseline. */
pa_status judge_budgets(pa_verdict *v, pa_error *err);

/** findings.c: adds to each finding what people want to know of it, then levels, owners
 * and waivers of the rules file; sorts. */
pa_status judge_finish(pa_verdict *v, int32_t today, pa_error *err);

/** foldings.c: where a rule has many findings, those that nobody waived become one. */
pa_status judge_fold(finding_list *list, pa_error *err);

/** One change of scene that is too much. */
typedef struct scene_change {
    uint32_t from;
    uint32_t to;
    uint64_t peak_bytes; /**< that is above the limit */
    uint64_t limit_bytes;
} scene_change;

/** changes_fit.c: adds findings for changes that are too much: the scene that occurs in
 * most of them is the cause and gets one finding with all of its changes, then the next
 * one. Reorders `changes`. `words`: what the limit is ("what 'iphone_2g' has for
 * images").
 */
pa_status judge_changes(pa_verdict *v, rule_id rule, str device_name, const char *words,
                        uint32_t line, scene_change *changes, size_t count,
                        pa_error *err);

#endif
