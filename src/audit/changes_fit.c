/* changes_fit.c - changes of scene that are too much, by what causes them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "audit/judge.h"
#include "base/alloc.h"
#include "base/units.h"

/* Members that a finding lists; the rest is a number. */
enum { MAX_MEMBERS = 100 };

/* Causes that are told apart; where more scenes are too large for each other, the device
 * is too small for the game, and the last finding has the rest. */
enum { MAX_CAUSES = 50 };

typedef struct grouping {
    pa_verdict *v;
    scene_change *changes;
    size_t count;
    uint32_t *uses;   /* of each stage: changes left that it takes part in */
    uint64_t *excess; /* and their bytes above the limit */
} grouping;

static uint64_t excess_of(const scene_change *one) {
    return one->peak_bytes - one->limit_bytes;
}

static void count_uses(grouping *g) {
    for (uint32_t i = 0; i < g->v->audit->stage_count; i++) {
        g->uses[i] = 0;
        g->excess[i] = 0;
    }
    for (size_t i = 0; i < g->count; i++) {
        const uint32_t ends[] = {g->changes[i].from, g->changes[i].to};
        for (size_t j = 0; j < 2; j++) {
            g->uses[ends[j]]++;
            g->excess[ends[j]] += excess_of(&g->changes[i]);
        }
    }
}

/* The stage in most of the changes; of equals the one with most bytes, then the first. */
static uint32_t cause_of(const grouping *g) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < g->v->audit->stage_count; i++) {
        if (g->uses[i] > g->uses[best] ||
            (g->uses[i] == g->uses[best] && g->excess[i] > g->excess[best])) {
            best = i;
        }
    }
    return best;
}

static int dearest_first(const void *a, const void *b) {
    const scene_change *left = a;
    const scene_change *right = b;
    if (left->peak_bytes != right->peak_bytes) {
        return left->peak_bytes > right->peak_bytes ? -1 : 1;
    }
    if (left->from != right->from) {
        return left->from < right->from ? -1 : 1;
    }
    return (left->to > right->to) - (left->to < right->to);
}

/* Moves the changes that a stage (NO_INDEX: any) takes part in to the front, and tells
 * how many. */
static size_t gather(grouping *g, uint32_t cause) {
    size_t taken = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (cause == NO_INDEX || g->changes[i].from == cause ||
            g->changes[i].to == cause) {
            scene_change kept = g->changes[taken];
            g->changes[taken++] = g->changes[i];
            g->changes[i] = kept;
        }
    }
    qsort(g->changes, taken, sizeof *g->changes, dearest_first);
    return taken;
}

static pa_status list_pairs(grouping *g, size_t taken, finding *row, pa_error *err) {
    finding_change *pairs = arena_alloc(&g->v->findings.mem, taken, sizeof *pairs);
    if (pairs == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < taken; i++) {
        pairs[i] = (finding_change){g->changes[i].from, g->changes[i].to};
    }
    row->changes = pairs;
    row->change_count = (uint32_t)taken;
    return PA_OK;
}

/* The first changes in words, all of them by their stages. */
static pa_status list_members(grouping *g, size_t taken, finding *row, pa_error *err) {
    const stage *stages = g->v->audit->stages;
    finding_list *list = &g->v->findings;
    size_t shown = taken < MAX_MEMBERS ? taken : MAX_MEMBERS;
    str *members = arena_alloc(&list->mem, shown, sizeof *members);
    if (members == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < shown; i++) {
        const scene_change *one = &g->changes[i];
        members[i] =
            finding_text(list, "%.*s -> %.*s: %s, %s too much",
                         STR_ARGS(stages[one->from].name), STR_ARGS(stages[one->to].name),
                         bytes_text(one->peak_bytes).at, bytes_text(excess_of(one)).at);
        if (members[i].at == NULL) {
            return error_nomem(err);
        }
    }
    row->members = members;
    row->member_count = (uint32_t)shown;
    return list_pairs(g, taken, row, err);
}

static pa_status add_finding(grouping *g, rule_id rule, str device_name,
                             const char *words, uint32_t line, uint32_t cause,
                             bool is_rest, size_t taken, pa_error *err) {
    const stage *stages = g->v->audit->stages;
    const scene_change *worst = &g->changes[0];
    char more[80] = "";
    if (taken > 1) {
        snprintf(more, sizeof more, "; so %s %zu other change%s%s",
                 taken == 2 ? "does" : "do", taken - 1, taken == 2 ? "" : "s",
                 is_rest ? "" : " with this scene");
    }
    bool is_certain = rule_get(rule)->level == LEVEL_ERROR;
    pa_status status = finding_add(
        &g->v->findings, rule, (str){0}, stages[cause].uuid, err,
        "going from '%.*s' to '%.*s' %s %s, %s more than %s%s",
        STR_ARGS(stages[worst->from].name), STR_ARGS(stages[worst->to].name),
        is_certain ? "needs at least" : "can need up to",
        bytes_text(worst->peak_bytes).at, bytes_text(excess_of(worst)).at, words, more);
    if (status != PA_OK) {
        return status;
    }
    finding *row = finding_last(&g->v->findings);
    row->scene = stages[cause].name;
    row->device = device_name;
    row->bytes = excess_of(worst);
    row->line = line;
    if (line > 0) {
        row->key = finding_text(&g->v->findings, "%s", words);
        status = row->key.at == NULL ? error_nomem(err) : PA_OK;
    }
    return status == PA_OK ? list_members(g, taken, row, err) : status;
}

pa_status judge_changes(pa_verdict *v, rule_id rule, str device_name, const char *words,
                        uint32_t line, scene_change *changes, size_t count,
                        pa_error *err) {
    grouping g = {.v = v, .changes = changes, .count = count};
    g.uses = mem_alloc((size_t)v->audit->stage_count + 1, sizeof *g.uses);
    g.excess = mem_alloc((size_t)v->audit->stage_count + 1, sizeof *g.excess);
    pa_status status = g.uses == NULL || g.excess == NULL ? error_nomem(err) : PA_OK;
    for (unsigned i = 1; status == PA_OK && g.count > 0; i++) {
        count_uses(&g);
        uint32_t cause = cause_of(&g);
        bool is_rest = i == MAX_CAUSES;
        size_t taken = gather(&g, is_rest ? NO_INDEX : cause);
        status =
            add_finding(&g, rule, device_name, words, line, cause, is_rest, taken, err);
        g.changes += taken;
        g.count -= taken;
    }
    mem_free(g.uses);
    mem_free(g.excess);
    return status;
}
