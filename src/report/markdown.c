/* markdown.c - the judgement for a job's summary, in GitHub's Markdown.
 *
 * A summary takes 1 MiB (docs.github.com, "Workflow commands", "Step isolation and
 * limits"), so rows end before that and their number is told. What a build names is
 * escaped by references to characters, which are never taken for Markdown or HTML.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/units.h"
#include "report/report.h"
#include "report/table.h"
#include "report/verdict.h"

enum {
    MAX_BYTES = 900000, /* then no further row is begun */
    MAX_NAME = 300,
    MAX_TEXT = 1000,
    MAX_LISTED = 3
};

static bool is_full(const buf *out) {
    return out->size >= MAX_BYTES || out->failed;
}

static bool is_word(char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || (byte & 0x80) != 0;
}

/* A text that stays as it is: on one line, no markup, no table's cell ends, nobody is
 * called by '@'. */
static void add_plain(buf *out, str text, size_t most_bytes) {
    static const char specials[] = "\\`*[]<>|~&#$!";
    str front = text_front(text, most_bytes);
    bool is_cut = front.size < text.size;
    char before = ' ';
    str one = {0};
    while (text_next(&front, &one)) {
        char byte = one.at[0];
        bool is_inner = is_word(before) && front.size > 0 && is_word(front.at[0]);
        if (byte == '\n') {
            buf_add_byte(out, ' ');
        } else if (strchr(specials, byte) != NULL || (byte == '_' && !is_inner)) {
            buf_format(out, "&#%u;", (unsigned)byte);
        } else {
            buf_add(out, one);
        }
        if (byte == '@' && !is_word(before)) {
            buf_add_text(out, "\xe2\x80\x8b"); /* a blank of no width */
        }
        before = byte;
    }
    buf_add_text(out, is_cut ? "…" : "");
}

/* A name: between backquotes when nothing in it could end them, the cell or the line. */
static void add_code(buf *out, str text) {
    bool is_simple = text.size > 0 && text.size <= MAX_NAME;
    for (size_t i = 0; is_simple && i < text.size; i++) {
        is_simple = is_word(text.at[i]) ? (text.at[i] & 0x80) == 0
                                        : strchr("/.-_@:+>()= ,", text.at[i]) != NULL &&
                                              text.at[i] != '\0';
    }
    bool has_blank_end =
        is_simple && (text.at[0] == ' ' || text.at[text.size - 1] == ' ');
    if (is_simple && !has_blank_end) {
        buf_format(out, "`%.*s`", STR_ARGS(text));
    } else {
        buf_add_text(out, "<code>");
        add_plain(out, text, MAX_NAME);
        buf_add_text(out, "</code>");
    }
}

static void add_field(buf *out, const char *label, str text, bool is_name) {
    if (text.size > 0) {
        buf_format(out, "<br>%s ", label);
        if (is_name) {
            add_code(out, text);
        } else {
            add_plain(out, text, MAX_TEXT);
        }
    }
}

/* ---- scenes ----------------------------------------------------------------------- */

static fit worst_fit(const verdict_view *view, uint32_t index) {
    fit worst = FIT_YES;
    for (size_t i = 0; i < view->audit->view_count; i++) {
        const stage_verdict *found = verdict_stage(view->verdict, i, index);
        fit how = found->is_incomplete && found->together == FIT_YES ? FIT_MAYBE
                                                                     : found->together;
        worst = how > worst ? how : worst;
    }
    return worst;
}

/* "**does not fit** after another, 966.2 to 1210.6" */
static void add_cell(const verdict_view *view, size_t view_index, uint32_t index,
                     buf *out) {
    const stage_verdict *found = verdict_stage(view->verdict, view_index, index);
    stage_peak peak = verdict_peak(view, view_index, index);
    const char *mark = found->together == FIT_NO ? "**" : "";
    buf_format(out, " %s%s%s, ", mark, verdict_words(found), mark);
    text_add_mib(out, peak.lower_bytes);
    buf_add_text(out, " to ");
    text_add_mib(out, peak.upper_bytes);
    buf_add_text(out, " |");
}

static void add_head(const verdict_view *view, buf *out) {
    buf_add_text(out, "| scene |");
    for (size_t i = 0; i < view->audit->view_count; i++) {
        const device *one = view->audit->views[i].device;
        buf_add_byte(out, ' ');
        add_code(out, one->name);
        buf_format(out, ", %s |", bytes_text(one->image_budget_bytes).at);
    }
    buf_add_text(out, "\n|---|");
    for (size_t i = 0; i < view->audit->view_count; i++) {
        buf_add_text(out, "---|");
    }
    buf_add_byte(out, '\n');
}

/* Rows of the scenes from the `skip`-th on, worst first, `most` at most; how many. */
static uint32_t add_scenes(const verdict_view *view, uint32_t skip, uint32_t most,
                           buf *out) {
    uint32_t seen = 0;
    uint32_t written = 0;
    for (int how = FIT_NO; how >= FIT_YES; how--) {
        for (uint32_t i = 0; i < view->audit->stage_count; i++) {
            if ((int)worst_fit(view, i) != how || seen++ < skip || written == most ||
                is_full(out)) {
                continue;
            }
            buf_add_text(out, "| ");
            add_code(out, view->audit->stages[i].name);
            buf_add_text(out, " |");
            for (size_t j = 0; j < view->audit->view_count; j++) {
                add_cell(view, j, i, out);
            }
            buf_add_byte(out, '\n');
            written++;
        }
    }
    return written;
}

static void open_details(buf *out, size_t count, const char *what) {
    buf_format(out, "\n<details><summary>%zu %s</summary>\n\n", count, what);
}

static void close_details(buf *out, size_t left_out) {
    if (left_out > 0) {
        buf_format(out, "\n… and %zu more that no summary has room for\n", left_out);
    }
    buf_add_text(out, "\n</details>\n");
}

static void write_scenes(const verdict_view *view, buf *out) {
    uint32_t count = view->audit->stage_count;
    if (!verdict_has_device(view) || count == 0) {
        buf_add_text(out, verdict_has_device(view)
                              ? ""
                              : "\nNo device was given, so no scene was judged by its "
                                "memory.\n");
        return;
    }
    buf_add_text(out,
                 "\n## Scenes\n\nMiB that loading needs, at least to at most, at the "
                 "worst moment.\n\n");
    add_head(view, out);
    uint32_t most = view->options->is_verbose ? count : view->top;
    uint32_t shown = add_scenes(view, 0, most, out);
    if (shown < count) {
        open_details(out, count - shown, "more, none of them worse");
        add_head(view, out);
        uint32_t more = add_scenes(view, shown, count, out);
        close_details(out, count - shown - more);
    }
}

/* ---- findings --------------------------------------------------------------------- */

static void add_where(const verdict_view *view, const finding *row, buf *out) {
    buf path = {0};
    place_add(&view->places, row, &path);
    add_code(out, buf_str(&path));
    if (row->line > 0) {
        buf_format(out, " line %u", row->line);
    }
    out->failed |= path.failed;
    buf_clear(&path);
}

static void add_weight(const finding *row, buf *out) {
    if (row->bytes > 0) {
        buf_format(out, "%s %s", bytes_text(row->bytes).at,
                   rule_unit_name(rule_get(row->rule)->unit));
    }
}

static void write_finding(const verdict_view *view, size_t number, const finding *row,
                          buf *out) {
    const rule_row *rule = rule_get(row->rule);
    buf_format(out, "%zu. **%s** `%s`%s", number, level_name(row->level), rule->name,
               row->bytes > 0 ? ", " : "");
    add_weight(row, out);
    buf_add_text(out, "<br>");
    add_plain(out, row->message, MAX_TEXT);
    for (uint32_t i = 0; i < row->member_count && i < MAX_LISTED; i++) {
        add_field(out, "-", row->members[i], false);
    }
    if (row->member_count > MAX_LISTED) {
        buf_format(out, "<br>- … and %u more", row->member_count - MAX_LISTED);
    }
    buf_add_text(out, "<br>at ");
    add_where(view, row, out);
    add_field(out, "asset", row->path.size > 0 ? row->path : row->asset, true);
    add_field(out, "via", row->chain, true);
    add_field(out, "mend:", row->mend, false);
    add_field(out, "owner", row->owner, true);
    buf_add_byte(out, '\n');
}

/* A table of findings [from, to); the last column is the mending, or why it is waived. */
static void write_table(const verdict_view *view, size_t from, size_t to, bool is_waived,
                        buf *out) {
    open_details(out, to - from, is_waived ? "waived" : "more");
    buf_format(out, "| level | rule | bytes | what | where | %s |\n|---|---|---|---|---|",
               is_waived ? "waived because" : "mend");
    buf_add_text(out, "---|\n");
    size_t i = from;
    for (; i < to && !is_full(out); i++) {
        const finding *row = &view->verdict->findings.rows[i];
        buf_format(out, "| %s | `%s` | ", level_name(row->level),
                   rule_get(row->rule)->name);
        add_weight(row, out);
        buf_add_text(out, " | ");
        add_plain(out, row->message, MAX_TEXT);
        buf_add_text(out, " | ");
        add_where(view, row, out);
        buf_add_text(out, " | ");
        add_plain(out, is_waived ? row->waiver : row->mend, MAX_TEXT);
        buf_add_text(out, " |\n");
    }
    close_details(out, to - i);
}

static void write_findings(const verdict_view *view, buf *out) {
    size_t all = view->verdict->findings.count;
    size_t count = all - view->verdict->waived_count;
    size_t shown = view->options->is_verbose || count < view->top ? count : view->top;
    buf_add_text(out, all > 0 ? "\n## Findings\n\n" : "");
    size_t written = 0;
    for (; written < shown && !is_full(out); written++) {
        write_finding(view, written + 1, &view->verdict->findings.rows[written], out);
    }
    if (written < count) {
        write_table(view, written, count, false, out);
    }
    if (count < all) {
        write_table(view, count, all, true, out);
    }
}

void verdict_markdown(const verdict_view *view, buf *out) {
    const game *g = &view->audit->g;
    pa_finding_counts counts = pa_verdict_findings(view->verdict);
    buf_format(out, "# packaudit: %s\n\n",
               pa_verdict_passes(view->verdict, view->fail_on) ? "passed" : "FAILED");
    str prefix = buf_str(&view->places.prefix); /* ends with '/' */
    add_code(out, prefix.size > 0 ? str_part(prefix, 0, prefix.size - 1)
                                  : str_file_name(g->path));
    buf_add_text(out, ", Cocos Creator ");
    add_plain(out, g->engine_text, MAX_NAME);
    buf_format(out, ", %s: %zu error%s, %zu warning%s, %zu note%s",
               target_name(g->target), counts.errors, plural(counts.errors),
               counts.warnings, plural(counts.warnings), counts.notes,
               plural(counts.notes));
    if (view->verdict->waived_count > 0) {
        buf_format(out, ", %u waived", view->verdict->waived_count);
    }
    buf_add_byte(out, '\n');
    write_scenes(view, out);
    write_findings(view, out);
}
