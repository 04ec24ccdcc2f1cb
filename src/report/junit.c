/* junit.c - the judgement as JUnit XML, as Jenkins, GitLab and others read it: a suite a
 * device with a case a scene, and a suite with a case a rule.
 *
 * A case fails exactly when a finding about it fails the build, so a file without
 * failures is a build that passes. A scene that only a waived finding is about passes and
 * tells so. There is no clock in it. SPDX-License-Identifier:
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
    out->failed |= details->failed;
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
}

/* ---- scenes ----------------------------------------------------------------------- */

/* Of each stage on one device, the finding that fails its case and, where none does, one
 * that would but is waived; NULL: none. */
typedef struct causes {
    const finding **failing;
    const finding **waived;
} causes;

/* Whether a finding is about a scene itself. A uuid tells equally named ones apart. */
static bool is_about(const finding *row, const stage *s) {
    return str_equal(row->scene, s->name) && str_equal(row->asset, s->uuid);
}

static bool has_cause(const finding *row, uint32_t index, const causes *out) {
    return (row->waiver.size > 0 ? out->waived : out->failing)[index] != NULL;
}

static void set_cause(const finding *row, uint32_t index, const causes *out) {
    if (!has_cause(row, index, out)) {
        (row->waiver.size > 0 ? out->waived : out->failing)[index] = row;
    }
}

/* The stages that are too much when they are reached from one that is so by itself: of
 * such changes there are no findings of their own. */
static void blame_origin(const verdict_view *view, size_t view_index, const finding *row,
                         fit how, uint32_t from, const causes *out) {
    const audit_view *costs = &view->audit->views[view_index];
    uint64_t limit_bytes = costs->device->image_budget_bytes;
    for (uint32_t to = 0; to < view->audit->stage_count; to++) {
        const transition *change =
            &costs->transitions[(size_t)from * view->audit->stage_count + to];
        uint64_t peak_bytes = how == FIT_NO ? change->lower_bytes : change->upper_bytes;
        if (to != from && peak_bytes > limit_bytes &&
            verdict_stage(view->verdict, view_index, to)->alone < how) {
            set_cause(row, to, out);
        }
    }
}

/* What a finding is about in a case: the scene itself, a change that ends there, or a
 * change from a scene that is too much by itself. */
typedef enum part { PART_OWN, PART_CHANGE, PART_ORIGIN, PART_COUNT } part;

static void blame_scene(const verdict_view *view, size_t view_index, const finding *row,
                        fit how, part at, const causes *out) {
    for (uint32_t i = 0; i < view->audit->stage_count; i++) {
        if (!is_about(row, &view->audit->stages[i]) ||
            verdict_stage(view->verdict, view_index, i)->alone < how) {
            continue;
        }
        if (at == PART_OWN) {
            set_cause(row, i, out);
        } else {
            blame_origin(view, view_index, row, how, i, out);
        }
    }
}

static void blame(const verdict_view *view, size_t view_index, const finding *row,
                  fit how, part at, const causes *out) {
    bool is_certain = how == FIT_NO;
    if (at != PART_CHANGE &&
        row->rule == (is_certain ? RULE_SCENE_OVER : RULE_SCENE_MAY_EXCEED)) {
        blame_scene(view, view_index, row, how, at, out);
    }
    if (at == PART_CHANGE &&
        row->rule == (is_certain ? RULE_TRANSITION_OVER : RULE_TRANSITION_MAY_EXCEED)) {
        for (uint32_t i = 0; i < row->change_count; i++) {
            set_cause(row, row->changes[i].to, out);
        }
    }
}

/* What is certain goes before what may be, and what is about the scene itself before its
 * changes; of equals the heaviest. */
static void find_causes(const verdict_view *view, size_t view_index, const causes *out) {
    const finding_list *list = &view->verdict->findings;
    str device_name = view->audit->views[view_index].device->name;
    for (uint32_t i = 0; i < view->audit->stage_count; i++) {
        out->failing[i] = out->waived[i] = NULL;
    }
    for (int how = FIT_NO; how > FIT_YES; how--) {
        for (unsigned at = 0; at < PART_COUNT; at++) {
            for (size_t i = 0; i < list->count; i++) {
                const finding *row = &list->rows[i];
                bool counts = row->waiver.size > 0 || verdict_is_failing(view, row);
                if (counts && row->line == 0 && str_equal(row->device, device_name)) {
                    blame(view, view_index, row, (fit)how, (part)at, out);
                }
            }
        }
    }
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

/* The finding, as far as it is about the scene: of changes those that end there. */
static void add_cause(const verdict_view *view, const finding *cause, uint32_t index,
                      buf *out) {
    if (cause->change_count == 0 || cause->changes[0].to == index) {
        buf_add_byte(out, '\n');
        add_xml(out, cause->message);
    }
    if (cause->change_count == 0) {
        for (uint32_t i = 0; i < cause->member_count && i < MAX_LISTED; i++) {
            buf_add_text(out, "\n- ");
            add_xml(out, cause->members[i]);
        }
    }
    uint32_t listed = 0;
    uint32_t found = 0;
    for (uint32_t i = 0; i < cause->change_count; i++) {
        bool is_here = cause->changes[i].to == index;
        found += is_here;
        if (is_here && i < cause->member_count && listed < MAX_LISTED) {
            buf_add_text(out, "\n- ");
            add_xml(out, cause->members[i]);
            listed++;
        }
    }
    if (found > listed) {
        buf_format(out, "\n%s%u change%s to '", listed > 0 ? "… and " : "",
                   found - listed, plural(found - listed));
        add_xml(out, view->audit->stages[index].name);
        buf_add_text(out, listed > 0 ? "' more" : "' need too much");
    }
}

static void add_details(const verdict_view *view, uint32_t index, const finding *failing,
                        const finding *waived, buf *out) {
    if (failing != NULL) {
        add_cause(view, failing, index, out);
        buf_add_text(out, "\nmend: ");
        add_xml(out, failing->mend);
    } else if (waived != NULL) {
        add_cause(view, waived, index, out);
        buf_add_text(out, "\nwaived: ");
        add_xml(out, waived->waiver);
    }
}

static void add_stage(const verdict_view *view, size_t view_index, uint32_t index,
                      const causes *found_causes, suite *out) {
    const stage *s = &view->audit->stages[index];
    const stage_verdict *found = verdict_stage(view->verdict, view_index, index);
    const finding *cause = found_causes->failing[index];
    buf figures = {0};
    buf details = {0};
    add_figures(view, view_index, index, &figures);
    bool is_unknown = found->is_incomplete && found->together != FIT_NO && cause == NULL;
    bool is_told = found->together != FIT_YES || is_unknown;
    if (is_told) {
        add_xml(&details, buf_str(&figures));
    }
    add_details(view, index, cause, found_causes->waived[index], &details);
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

static void add_device(const verdict_view *view, size_t view_index, const causes *found,
                       suite *all) {
    const device *one = view->audit->views[view_index].device;
    suite s = {0};
    find_causes(view, view_index, found);
    for (uint32_t i = 0; i < view->audit->stage_count; i++) {
        add_stage(view, view_index, i, found, &s);
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
    size_t room = (size_t)view->audit->stage_count + 1;
    causes found = {mem_alloc(room, sizeof *found.failing),
                    mem_alloc(room, sizeof *found.waived)};
    if (found.failing == NULL || found.waived == NULL) {
        out->failed = true;
    }
    for (size_t i = 0;
         !out->failed && verdict_has_device(view) && i < view->audit->view_count; i++) {
        add_device(view, i, &found, &all);
    }
    add_rules(view, &all);
    buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
                      "name=\"packaudit\"");
    add_counts(out, &all);
    buf_add(out, buf_str(&all.cases));
    buf_add_text(out, "</testsuites>\n");
    out->failed |= all.cases.failed;
    buf_clear(&all.cases);
    mem_free(found.failing);
    mem_free(found.waived);
}
