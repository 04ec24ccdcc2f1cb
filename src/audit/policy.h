/* policy.h - what a team demands of its build: budgets, levels of rules, owners, waivers;
 * the part of packaudit.yaml that `check` judges by.
 *
 *      budgets:
 *        scenes:
 *          "*":    { resident: 200 MiB, load_peak: { max: 400 MiB, growth: 5 % } }
 *          "menu": { resident: 40 MiB }
 *        transitions: { "* -> *": { peak: 500 MiB } }
 *        package: { download: 30 MiB }
 *        devices: { "iphone*": { scenes: { "*": { resident: 300 MiB } } } }
 *      rules:
 *        pixels-twice: { level: error, at_least: 1 MiB, skip: ["shared:*"] }
 *        image-extension: off
 *      owners: { "resources:ui*": "@ui" }
 *      waivers:
 *        - { rule: scene-over-budget, at: sponza, reason: …, expires: 2026-12-31 }
 *
 * Of several lines that are about the same figure, owner or finding the last one counts,
 * so that an exception stands below what it is an exception from.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_POLICY_H
#define PA_AUDIT_POLICY_H

#include "audit/measure.h"
#include "bundle/finding.h"
#include "codec/yaml.h"

/** One limit for one measure of the subjects that a glob names. */
typedef struct budget {
    measure what;
    str device;  /**< glob of device names; empty: with and without any device */
    str subject; /**< glob of a name or id; of a transition of the scene that is left */
    str to;      /**< transition: glob of the scene that is loaded */
    str words;   /**< the subject as it stands in the file */
    bool has_max;
    uint64_t max;
    const yaml_node *max_node; /**< where it stands */
    bool has_growth;
    bool is_growth_percent;
    uint64_t growth; /**< above the baseline: in the measure's unit, or percent */
    uint32_t line;
} budget;

/** What the file says about a rule. */
typedef struct rule_setting {
    bool has_level;
    finding_level level;
    uint64_t least_bytes; /**< findings with fewer are dropped */
    const str *skips;     /**< places (policy_is_at) whose findings are dropped */
    uint32_t skip_count;
} rule_setting;

typedef struct owner_row {
    str at;
    str owner;
} owner_row;

typedef struct waiver {
    str rule;   /**< glob of rule names */
    str at;     /**< place, or empty: everywhere */
    str device; /**< glob, or empty: all */
    str reason;
    str expires; /**< "2026-12-31": the last day that it holds */
    int32_t expires_day;
    uint32_t line;
} waiver;

/** Everything lives in the arena of the rules file. */
typedef struct policy {
    budget *budgets; /**< in the file's order, those for devices behind */
    uint32_t budget_count;
    rule_setting settings[RULE_COUNT];
    owner_row *owners;
    uint32_t owner_count;
    waiver *waivers;
    uint32_t waiver_count;
} policy;

/** Reads the four keys of a rules file's root. PA_FORMAT "line L, column C: …" or
 * PA_NOMEM. */
pa_status policy_parse(const yaml_node *root, arena *mem, policy *out, pa_error *err);

/** True when a budget's globs name the subject of a figure of its measure. */
bool budget_is_about(const budget *limit, const measurement *one);

/** The last line that limits a figure, absolutely or in growth, or NULL; marks in
 * `is_used`, one a budget, all that are about it. */
const budget *budget_deciding(const policy *rules, const measurement *one, bool is_growth,
                              bool *is_used);

/** True when a finding is at a place: a glob of "bundle:path", of a path, of a file in
 * the build, of a uuid, of a scene's or a bundle's name. */
bool policy_is_at(str place, const finding *row);

#endif
