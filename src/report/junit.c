/* junit.c - the judgement as JUnit XML, as Jenkins, GitLab and others read it: a suite a
 * device with a case a scene, and a suite with a case a rule.
 *
 * A case fails exactly when a finding about it fails the build, so a file without
 * failures is a build that passes. There is no clock in it. SPDX-License-Identifier:
 * Apache-2.0 */
#include "base/alloc.h"
#include "base/units.h"
#include "report/report.h"
#include "report/verdict.h"

enum { MAX_TEXT = 2000, MAX_LISTED = 50 };

typedef enum outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_SKIPPED } outcome;

typedef struct suite {
    buf cases;
    size_t count;
    size_t failures;
    size_t skipped;
} suite;

/* Everything that XML 1.0 forbids becomes '?' or U+FFFD. */
static void add_xml(buf *out, str text) {
    static const struct {
        char byte;
        const char *entity;
    } entities[] = {{'&', "&amp;"},
                    {'<', "&lt;"},
                    {'>', "&gt;"},
                    {'"', "&quot;"},
                    {'\n', "&#10;"}}; /* in an attribute it would become a blank */
    str front = text_front(text, MAX_TEXT);
    bool is_cut = front.size < text.size;
    str one = {0};
    while (text_next(&front, &one)) {
        const char *entity = NULL;
        for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
            entity = one.at[0] == entities[i].byte ? entities[i].entity : entity;
        }
        bool is_no_character = str_is(one, "\xef\xbf\xbe") || str_is(one, "\xef\xbf\xbf");
        if (entity != NULL) {
            buf_add_text(out, entity);
        } else {
            buf_add(out, is_no_character ? str_of("\xef\xbf\xbd") : one);
        }
    }
    buf_add_text(out, is_cut ? "…" : "");
}

static void add_attribute(buf *out, const char *name, str value) {
    buf_format(out, " %s=\"", name);
    add_xml(out, value);
    buf_add_byte(out, '"');
}

static void open_case(suite *s, str class_name, str name) {
    buf_add_text(&s->cases, "    <testcase");
    buf_add_text(&s->cases, " classname=\"packaudit.");
    add_xml(&s->cases, class_name);
    buf_add_byte(&s->cases, '"');
    add_attribute(&s->cases, "name", name);
    buf_add_text(&s->cases, " time=\"0\"");
    s->count++;
}

/* Ends a case: with `message` of a failure or of why it is skipped, and what was found.
 */
static void close_case(suite *s, outcome how, const char *type, str message,
                       const buf *details) {
    buf *out = &s->cases;
    if (how == OUTCOME_PASSED && details->size == 0) {
        buf_add_text(out, "/>\n");
        return;
    }
    buf_add_text(out, ">\n");
    if (how == OUTCOME_SKIPPED) {
        buf_add_text(out, "      <skipped");
        add_attribute(out, "message", message);
        buf_add_text(out, "/>\n");
        s->skipped++;
    } else if (how == OUTCOME_FAILED) {
        buf_add_text(out, "      <failure");
        add_attribute(out, "message", message);
        add_attribute(out, "type", str_of(type));
        buf_add_byte(out, '>');
        buf_add(out, buf_str(details));
        buf_add_text(out, "</failure>\n");
        s->failures++;
    }
    if (how != OUTCOME_FAILED && details->size > 0) {
        buf_add_text(out, "      <system-out>");
        buf_add(out, buf_str(details));
        buf_add_text(out, "</system-out>\n");
    }
    buf_add_text(out, "    </testcase>\n");
    out->failed |= details->failed;
}

/* ---- scenes ----------------------------------------------------------------------- */

/* The findings about what fits that fail the build, of one device. */
typedef struct device_findings {
    const finding **rows;
    size_t count;
} device_findings;

static bool is_about_fit(rule_id rule) {
    return rule == RULE_SCENE_OVER || rule == RULE_SCENE_MAY_EXCEED ||
           rule == RULE_TRANSITION_OVER || rule == RULE_TRANSITION_MAY_EXCEED;
}

static void collect(const verdict_view *view, str device_name, device_findings *out) {
    const finding_list *list = &view->verdict->findings;
    out->count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const finding *row = &list->rows[i];
        if (is_about_fit(row->rule) && row->line == 0 &&
            str_equal(row->device, device_name) && verdict_is_failing(view, row)) {
            out->rows[out->count++] = row;
        }
    }
}

/* What makes a scene fail: a finding about itself, else one about the changes that it
 * takes part in, else one about the scene that it is reached from. NULL when nothing
 * does: it is waived, or its level is below what fails. */
static const finding *blame(const device_findings *found, const stage *s,
                            const stage_verdict *how) {
    bool is_certain = how->together == FIT_NO;
    const finding *other = NULL;
    for (size_t i = 0; how->together != FIT_YES && i < found->count; i++) {
        const finding *row = found->rows[i];
        bool is_scene =
            row->rule == (is_certain ? RULE_SCENE_OVER : RULE_SCENE_MAY_EXCEED);
        bool is_change =
            row->rule == (is_certain ? RULE_TRANSITION_OVER : RULE_TRANSITION_MAY_EXCEED);
        bool is_own = str_equal(row->scene, s->name);
        if ((is_scene && is_own && how->alone == how->together) ||
            (is_change && is_own && how->alone != how->together)) {
            return row;
        }
        if (other == NULL && (is_scene || is_change) && how->alone != how->together) {
            other = row;
        }
    }
    return other;
}

static void add_figures(const verdict_view *view, size_t view_index, uint32_t index,
                        buf *out) {
    const audit_view *costs = &view->audit->views[view_index];
    stage_peak peak = verdict_peak(view, view_index, index);
    const stage_verdict *found = verdict_stage(view->verdict, view_index, index);
    buf_format(out, "%s: keeps %s", verdict_words(found),
               bytes_text(set_resident_bytes(&costs->stages[index])).at);
    buf_format(out, ", needs %s", bytes_text(peak.lower_bytes).at);
    buf_format(out, " to %s", bytes_text(peak.upper_bytes).at);
    if (peak.from == NO_INDEX) {
        buf_add_text(out, " while it loads");
    } else {
        buf_format(out, " coming from '%.*s'",
                   STR_ARGS(view->audit->stages[peak.from].name));
    }
    buf_format(out, "; '%.*s' has %s for images", STR_ARGS(costs->device->name),
               bytes_text(costs->device->image_budget_bytes).at);
}

static void add_stage(const verdict_view *view, size_t view_index, uint32_t index,
                      const device_findings *failing, suite *out) {
    const stage *s = &view->audit->stages[index];
    const stage_verdict *found = verdict_stage(view->verdict, view_index, index);
    const finding *cause = blame(failing, s, found);
    buf figures = {0};
    buf details = {0};
    add_figures(view, view_index, index, &figures);
    bool is_unknown = found->is_incomplete && found->together != FIT_NO && cause == NULL;
    bool is_told = found->together != FIT_YES || is_unknown;
    if (is_told) {
        add_xml(&details, buf_str(&figures));
    }
    if (cause != NULL) {
        buf_add_byte(&details, '\n');
        add_xml(&details, cause->message);
        for (uint32_t i = 0; i < cause->member_count && i < MAX_LISTED; i++) {
            buf_add_text(&details, "\n- ");
            add_xml(&details, cause->members[i]);
        }
        buf_add_text(&details, "\nmend: ");
        add_xml(&details, cause->mend);
    }
    open_case(out, view->audit->views[view_index].device->name, s->id);
    if (cause != NULL) {
        close_case(out, OUTCOME_FAILED, rule_get(cause->rule)->name, buf_str(&figures),
                   &details);
    } else if (is_unknown) {
        close_case(out, OUTCOME_SKIPPED, NULL,
                   str_of("unknown: not all of it could be read, so the figures are "
                          "too small"),
                   &details);
    } else {
        close_case(out, OUTCOME_PASSED, NULL, (str){0}, &details);
    }
    out->cases.failed |= figures.failed;
    buf_clear(&figures);
    buf_clear(&details);
}

/* ---- rules ------------------------------------------------------------------------ */

static void add_rule(const verdict_view *view, rule_id rule, suite *out) {
    const finding_list *list = &view->verdict->findings;
    size_t count = list->count - view->verdict->waived_count;
    size_t found = 0;
    const finding *failing = NULL;
    buf details = {0};
    for (size_t i = 0; i < count; i++) {
        const finding *row = &list->rows[i];
        if (row->rule != rule) {
            continue;
        }
        if (failing == NULL && verdict_is_failing(view, row)) {
            failing = row;
        }
        if (found++ < MAX_LISTED) {
            buf_format(&details, "%s%s: ", found > 1 ? "\n" : "", level_name(row->level));
            add_xml(&details, row->message);
        }
    }
    if (found > MAX_LISTED) {
        buf_format(&details, "\n… and %zu more", found - MAX_LISTED);
    }
    if (found > 0) {
        const rule_row *row = rule_get(rule);
        buf_add_text(&details, "\nmend: ");
        add_xml(&details, str_of(row->mend));
        buf message = {0};
        buf_format(&message, "%zu finding%s: %.*s", found, plural(found),
                   failing == NULL ? 0 : (int)failing->message.size,
                   failing == NULL ? "" : failing->message.at);
        open_case(out, str_of("rules"), str_of(row->name));
        close_case(out, failing == NULL ? OUTCOME_PASSED : OUTCOME_FAILED, row->name,
                   buf_str(&message), &details);
        out->cases.failed |= message.failed;
        buf_clear(&message);
    }
    buf_clear(&details);
}

/* ---- suites ----------------------------------------------------------------------- */

static void add_counts(buf *out, const suite *s) {
    buf_format(out,
               " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" "
               "time=\"0\">\n",
               s->count, s->failures, s->skipped);
}

/* Writes a suite and adds its numbers to those of all. */
static void end_suite(suite *s, str name, suite *all) {
    buf *out = &all->cases;
    buf_add_text(out, "  <testsuite");
    add_attribute(out, "name", name);
    add_counts(out, s);
    buf_add(out, buf_str(&s->cases));
    buf_add_text(out, "  </testsuite>\n");
    out->failed |= s->cases.failed;
    all->count += s->count;
    all->failures += s->failures;
    all->skipped += s->skipped;
    buf_clear(&s->cases);
}

static void add_device(const verdict_view *view, size_t view_index,
                       device_findings *failing, suite *all) {
    const device *one = view->audit->views[view_index].device;
    suite s = {0};
    collect(view, one->name, failing);
    for (uint32_t i = 0; i < view->audit->stage_count; i++) {
        add_stage(view, view_index, i, failing, &s);
    }
    end_suite(&s, one->name, all);
}

static void add_rules(const verdict_view *view, suite *all) {
    suite s = {0};
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        add_rule(view, (rule_id)i, &s);
    }
    if (s.count == 0) { /* several readers call a file without any case an error */
        open_case(&s, str_of("rules"), str_of("no findings"));
        close_case(&s, OUTCOME_PASSED, NULL, (str){0}, &(buf){0});
    }
    end_suite(&s, str_of("rules"), all);
}

void verdict_junit(const verdict_view *view, buf *out) {
    suite all = {0};
    device_findings failing = {
        mem_alloc(view->verdict->findings.count + 1, sizeof *failing.rows), 0};
    if (failing.rows == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; verdict_has_device(view) && i < view->audit->view_count; i++) {
        add_device(view, i, &failing, &all);
    }
    add_rules(view, &all);
    buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
                      "name=\"packaudit\"");
    add_counts(out, &all);
    buf_add(out, buf_str(&all.cases));
    buf_add_text(out, "</testsuites>\n");
    out->failed |= all.cases.failed;
    buf_clear(&all.cases);
    mem_free(failing.rows);
}
