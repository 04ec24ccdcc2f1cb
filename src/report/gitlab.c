/* gitlab.c - GitLab's code quality report: docs.gitlab.com/ci/testing/code_quality/,
 * "Code quality report format". Waived findings are left out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/json_write.h"
#include "report/fingerprint.h"
#include "report/report.h"
#include "report/verdict.h"

enum { MAX_TEXT = 4000 };

/* What does not fit for certain blocks; what may not is worse than a waste. */
static const char *severity_of(const finding *row) {
    bool is_peak = rule_get(row->rule)->unit == UNIT_PEAK;
    switch (row->level) {
    case LEVEL_ERROR:
        return is_peak ? "blocker" : "critical";
    case LEVEL_WARNING:
        return is_peak ? "major" : "minor";
    default:
        return "info";
    }
}

static void put_description(json_writer *w, const finding *row) {
    buf text = {0};
    buf_add(&text, text_front(row->message, MAX_TEXT));
    if (row->mend.size > 0) {
        buf_format(&text, "; mend: %.*s", STR_ARGS(text_front(row->mend, MAX_TEXT)));
    }
    json_put_text(w, "description", buf_str(&text));
    w->out->failed |= text.failed;
    buf_clear(&text);
}

static void put_location(json_writer *w, const verdict_view *view, const finding *row) {
    buf path = {0};
    place_add(&view->places, row, &path);
    json_open_object(w, "location");
    json_put_text(w, "path", buf_str(&path));
    json_open_object(w, "lines");
    json_put_u64(w, "begin", place_line(row));
    json_close_object(w);
    json_close_object(w);
    w->out->failed |= path.failed;
    buf_clear(&path);
}

void verdict_gitlab(const verdict_view *view, buf *out) {
    const finding_list *list = &view->verdict->findings;
    size_t count = list->count - view->verdict->waived_count;
    json_writer w = {.out = out};
    json_open_array(&w, NULL);
    for (size_t i = 0; i < count; i++) {
        const finding *row = &list->rows[i];
        json_open_object(&w, NULL);
        w.is_flat = true;
        put_description(&w, row);
        json_put_text(&w, "check_name", str_of(rule_get(row->rule)->name));
        json_put_text(&w, "fingerprint",
                      str_of(fingerprint_text(view->fingerprints[i]).at));
        json_put_text(&w, "severity", str_of(severity_of(row)));
        put_location(&w, view, row);
        json_close_object(&w);
        w.is_flat = false;
    }
    json_close_array(&w);
}
