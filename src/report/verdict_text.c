/* verdict_text.c - the judgement for people: does it fit, what is wrong, what to do.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/units.h"
#include "report/report.h"
#include "report/table.h"
#include "report/verdict.h"

static uint32_t count_fitting(const verdict_view *view, size_t view_index) {
    uint32_t fitting = 0;
    for (uint32_t i = 0; i < view->audit->stage_count; i++) {
        const stage_verdict *one = verdict_stage(view->verdict, view_index, i);
        fitting += one->together == FIT_YES && !one->is_incomplete;
    }
    return fitting;
}

static void add_stage(const verdict_view *view, size_t view_index, uint32_t index,
                      table *t) {
    const pa_audit *audit = view->audit;
    const audit_view *costs = &audit->views[view_index];
    const stage_verdict *found = verdict_stage(view->verdict, view_index, index);
    table_text(t, audit->stages[index].name);
    table_mib(t, set_resident_bytes(&costs->stages[index]));
    table_mib(t, costs->stages[index].load.upper_bytes);
    if (found->worst_from == NO_INDEX) {
        table_text(t, str_of("-"));
        table_text(t, str_of("-"));
    } else {
        table_mib(
            t, costs->transitions[(size_t)found->worst_from * audit->stage_count + index]
                   .upper_bytes);
        table_text(t, audit->stages[found->worst_from].name);
    }
    table_text(t, str_of(verdict_words(found)));
}

/* The scenes of one device: those that do not fit for certain first; with -v all. */
static void write_device(const verdict_view *view, size_t view_index, buf *out) {
    const pa_audit *audit = view->audit;
    const device *one = audit->views[view_index].device;
    uint32_t fitting = count_fitting(view, view_index);
    if (fitting == audit->stage_count && !view->options->is_verbose) {
        buf_format(out, "\n%.*s: fits, %u scene%s; %s for images\n", STR_ARGS(one->name),
                   fitting, plural(fitting), bytes_text(one->image_budget_bytes).at);
        return;
    }
    report_heading(out, "%.*s (%.*s): %s for images", STR_ARGS(one->name),
                   STR_ARGS(one->title), bytes_text(one->image_budget_bytes).at);
    table t = {0};
    table_column(&t, "scene", false);
    table_column(&t, "stays", true);
    table_column(&t, "loading", true);
    table_column(&t, "arriving", true);
    table_column(&t, "from", false);
    table_column(&t, "MiB, at most", false);
    uint32_t shown = 0;
    uint32_t left_out = 0;
    for (int how = FIT_NO; how >= FIT_YES; how--) {
        for (uint32_t i = 0; i < audit->stage_count; i++) {
            const stage_verdict *found = verdict_stage(view->verdict, view_index, i);
            bool is_fine = found->together == FIT_YES && !found->is_incomplete;
            if ((int)found->together != how || (is_fine && !view->options->is_verbose)) {
                continue;
            }
            if (shown < view->top || view->options->is_verbose) {
                add_stage(view, view_index, i, &t);
                shown++;
            } else {
                left_out++;
            }
        }
    }
    table_write(&t, view->width, out);
    if (left_out > 0) {
        buf_format(out, "  … and %u more that do not or may not fit\n", left_out);
    }
    if (fitting > 0 && !view->options->is_verbose) {
        buf_format(out, "  … and %u scene%s that fit%s; -v shows them\n", fitting,
                   plural(fitting), fitting == 1 ? "s" : "");
    }
}

/* "    label  text", wrapped. */
static void write_field(const verdict_view *view, buf *out, const char *label, str text) {
    enum { LABEL_COLUMNS = 6, INDENT = 4 + LABEL_COLUMNS };
    if (text.size > 0) {
        buf_format(out, "    " STYLE_DIM "%-*s" STYLE_END, LABEL_COLUMNS, label);
        text_add_wrapped(out, text, INDENT, view->width);
    }
}

static void write_where(const verdict_view *view, const finding *row, buf *out) {
    buf text = {0};
    bool has_path = row->path.size > 0;
    str name = has_path ? row->path : row->asset;
    if (row->file.size > 0) {
        buf_add(&text, row->file);
    }
    if (name.size > 0) {
        buf_format(&text, "%s%.*s", text.size > 0 ? ", " : "", STR_ARGS(name));
    }
    if (row->bundle.size > 0 && (has_path || text.size == 0)) {
        buf_format(&text, "%sbundle %.*s", text.size > 0 ? ", " : "",
                   STR_ARGS(row->bundle));
    }
    write_field(view, out, "at", buf_str(&text));
    out->failed |= text.failed;
    buf_clear(&text);
}

static void write_members(const verdict_view *view, const finding *row, buf *out) {
    enum { SHOWN = 3 };
    uint32_t shown = view->options->is_verbose || row->member_count <= SHOWN + 1
                         ? row->member_count
                         : SHOWN;
    for (uint32_t i = 0; i < shown; i++) {
        write_field(view, out, "-", row->members[i]);
    }
    if (shown < row->member_count) {
        buf_format(out,
                   "    " STYLE_DIM "-" STYLE_END "     … and %u more; -v shows them\n",
                   row->member_count - shown);
    }
}

static void write_finding(const verdict_view *view, const finding *row, buf *out) {
    static const char *const colors[] = {[LEVEL_NOTE] = STYLE_DIM,
                                         [LEVEL_WARNING] = STYLE_YELLOW,
                                         [LEVEL_ERROR] = STYLE_RED};
    const rule_row *rule = rule_get(row->rule);
    buf_format(out, "\n  %s%s" STYLE_END " " STYLE_BOLD "%s" STYLE_END,
               colors[row->level], level_name(row->level), rule->name);
    if (row->device.size > 0) {
        buf_format(out, "  on %.*s", STR_ARGS(row->device));
    }
    if (row->bytes > 0 && rule->unit != UNIT_NONE) {
        buf_format(out, "  %s %s", bytes_text(row->bytes).at, rule_unit_name(rule->unit));
    }
    buf_add_byte(out, '\n');
    buf_add_text(out, "    ");
    text_add_wrapped(out, row->message, 4, view->width);
    write_members(view, row, out);
    write_where(view, row, out);
    write_field(view, out, "via", row->chain);
    write_field(view, out, "mend", row->mend);
    write_field(view, out, "owner", row->owner);
    write_field(view, out, "waived", row->waiver);
}

/* Of each rule at most `top` findings; notes in one line a rule, unless all are wanted.
 */
static void write_findings(const verdict_view *view, buf *out) {
    const finding_list *list = &view->verdict->findings;
    bool has_waived = view->options->is_verbose;
    size_t count = list->count - (has_waived ? 0 : view->verdict->waived_count);
    uint32_t seen[RULE_COUNT] = {0};
    uint32_t hidden[RULE_COUNT] = {0};
    uint64_t hidden_bytes[RULE_COUNT] = {0};
    if (count > 0) {
        report_heading(out, "Findings");
    }
    for (size_t i = 0; i < count; i++) {
        const finding *row = &list->rows[i];
        bool is_shown = view->options->is_verbose ||
                        (row->level > LEVEL_NOTE && seen[row->rule] < view->top);
        seen[row->rule]++;
        if (is_shown) {
            write_finding(view, row, out);
        } else {
            hidden[row->rule]++;
            hidden_bytes[row->rule] += row->bytes;
        }
    }
    bool is_first = true;
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const rule_row *rule = rule_get((rule_id)i);
        if (hidden[i] > 0) {
            buf_format(out, "%s  … %u%s %s: %s", is_first ? "\n" : "", hidden[i],
                       hidden[i] < seen[i] ? " more" : "", rule->name, rule->title);
            if (hidden_bytes[i] > 0) {
                buf_format(out, ", %s %s", bytes_text(hidden_bytes[i]).at,
                           rule_unit_name(rule->unit));
            }
            buf_add_text(out, "\n");
            is_first = false;
        }
    }
    if (!is_first) {
        buf_add_text(out, "  -v shows them\n");
    }
}

static bool has_growth_budget(const verdict_view *view) {
    const policy *rules = &view->audit->rules.policy;
    bool has_any = false;
    for (uint32_t i = 0; i < rules->budget_count; i++) {
        has_any |= rules->budgets[i].has_growth;
    }
    return has_any;
}

static const finding *first_finding(const verdict_view *view) {
    const finding_list *list = &view->verdict->findings;
    bool has_any = list->count > view->verdict->waived_count;
    return has_any ? &list->rows[0] : NULL;
}

static void write_outcome(const verdict_view *view, buf *out) {
    pa_finding_counts counts = pa_verdict_findings(view->verdict);
    bool passes = pa_verdict_passes(view->verdict, view->fail_on);
    buf_format(out, "\n%s%s" STYLE_END ": %zu error%s, %zu warning%s, %zu note%s",
               passes ? STYLE_BOLD : STYLE_RED, passes ? "passed" : "FAILED",
               counts.errors, plural(counts.errors), counts.warnings,
               plural(counts.warnings), counts.notes, plural(counts.notes));
    if (view->verdict->waived_count > 0) {
        buf_format(out, ", %u waived", view->verdict->waived_count);
    }
    buf_add_text(out, "\n");
    if (!verdict_has_device(view)) {
        text_add_wrapped(out,
                         str_of("no device was given, so no scene was judged by its "
                                "memory: --device NAME, or 'devices' in packaudit.yaml; "
                                "'packaudit devices' lists them"),
                         0, view->width);
    }
    if (has_growth_budget(view) && view->verdict->baseline == NULL) {
        text_add_wrapped(out,
                         str_of("growth was not judged: --baseline gives the report or "
                                "build to measure from"),
                         0, view->width);
    }
    const finding *worst = first_finding(view);
    if (!passes && worst != NULL) {
        buf_format(out, "'packaudit rules %s' tells why it matters\n",
                   rule_get(worst->rule)->name);
    }
}

void verdict_text(const verdict_view *view, buf *out) {
    const game *g = &view->audit->g;
    text_format_line(out, STYLE_BOLD "%.*s" STYLE_END "  Cocos Creator %.*s (%.*s), %s",
                     STR_ARGS(g->path), STR_ARGS(g->engine_text),
                     STR_ARGS(g->engine_source), target_name(g->target));
    if (view->audit->rules_path != NULL) {
        text_format_line(out, "  rules    %s", view->audit->rules_path);
    }
    if (view->verdict->baseline != NULL) {
        text_format_line(out, "  baseline %.*s", STR_ARGS(view->verdict->baseline->path));
    }
    for (size_t i = 0; i < view->audit->view_count && verdict_has_device(view); i++) {
        write_device(view, i, out);
    }
    write_findings(view, out);
    write_outcome(view, out);
}
