/* github.c - annotations by workflow commands: docs.github.com, "Workflow commands for
 * GitHub Actions", with the escapes of actions/toolkit packages/core/src/command.ts.
 *
 * A step shows ten errors, ten warnings and ten notices, so of each level the ten worst
 * are written; of the others the number. SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"
#include "report/verdict.h"

enum { SHOWN = 10, MAX_TEXT = 1000, MAX_LISTED = 3 };

/* In the values of properties ':' and ',' have a meaning, too. */
static void add_escaped(buf *out, str text, bool is_property) {
    str front = text_front(text, MAX_TEXT);
    bool is_cut = front.size < text.size;
    str one = {0};
    while (text_next(&front, &one)) {
        char byte = one.at[0];
        bool is_special =
            byte == '%' || byte == '\n' || (is_property && (byte == ':' || byte == ','));
        if (is_special) {
            buf_format(out, "%%%02X", (unsigned)(uint8_t)byte);
        } else {
            buf_add(out, one);
        }
    }
    buf_add_text(out, is_cut ? "…" : "");
}

static void add_line(buf *out, const char *label, str text) {
    if (text.size > 0) {
        buf_format(out, "%%0A%s", label);
        add_escaped(out, text, false);
    }
}

static void add_message(buf *out, const finding *row) {
    add_escaped(out, row->message, false);
    uint32_t shown = row->member_count <= MAX_LISTED ? row->member_count : MAX_LISTED;
    for (uint32_t i = 0; i < shown; i++) {
        add_line(out, "- ", row->members[i]);
    }
    if (shown < row->member_count) {
        buf_format(out, "%%0A- … and %u more", row->member_count - shown);
    }
    add_line(out, "asset: ", row->path.size > 0 ? row->path : row->asset);
    add_line(out, "via: ", row->chain);
    add_line(out, "mend: ", row->mend);
    add_line(out, "owner: ", row->owner);
}

static void write_command(const verdict_view *view, const finding *row, buf *out) {
    static const char *const commands[] = {
        [LEVEL_NOTE] = "notice", [LEVEL_WARNING] = "warning", [LEVEL_ERROR] = "error"};
    const rule_row *rule = rule_get(row->rule);
    buf path = {0};
    buf title = {0};
    place_add(&view->places, row, &path);
    buf_format(&title, "%s: %s", rule->name, rule->title);
    buf_format(out, "::%s file=", commands[row->level]);
    add_escaped(out, buf_str(&path), true);
    buf_format(out, ",line=%u,title=", place_line(row));
    add_escaped(out, buf_str(&title), true);
    buf_add_text(out, "::");
    add_message(out, row);
    buf_add_byte(out, '\n');
    out->failed |= path.failed || title.failed;
    buf_clear(&path);
    buf_clear(&title);
}

void verdict_github(const verdict_view *view, buf *out) {
    const finding_list *list = &view->verdict->findings;
    size_t count = list->count - view->verdict->waived_count;
    size_t shown[LEVEL_COUNT] = {0};
    size_t left[LEVEL_COUNT] = {0};
    size_t all_left = 0;
    for (size_t i = 0; i < count; i++) {
        finding_level level = list->rows[i].level;
        if (shown[level] < SHOWN) {
            write_command(view, &list->rows[i], out);
            shown[level]++;
        } else {
            left[level]++;
            all_left++;
        }
    }
    if (all_left > 0) {
        buf_format(out, "packaudit: %zu more: %zu error%s, %zu warning%s, %zu note%s\n",
                   all_left, left[LEVEL_ERROR], plural(left[LEVEL_ERROR]),
                   left[LEVEL_WARNING], plural(left[LEVEL_WARNING]), left[LEVEL_NOTE],
                   plural(left[LEVEL_NOTE]));
    }
}
