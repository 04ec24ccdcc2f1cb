/* first_rules.c - a packaudit.yaml to begin with: by it the build of today passes, and
 * every line says what it is for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/figures.h"
#include "audit/judge.h"
#include "base/date.h"
#include "base/units.h"
#include "report/report.h"

/* The largest of each measure, and whose it is. */
typedef struct most {
    uint64_t value[MEASURE_COUNT];
    str name[MEASURE_COUNT];
    str to_name[MEASURE_COUNT];
} most;

static pa_status note(void *ctx, const measurement *one, pa_error *err) {
    (void)err;
    most *m = ctx;
    bool is_texture = measure_get(one->what)->kind == SUBJECT_TEXTURE;
    if (one->upper > m->value[one->what]) {
        m->value[one->what] = one->upper;
        m->name[one->what] = is_texture ? (str){0} : one->name;
        m->to_name[one->what] = one->to_name;
    }
    return PA_OK;
}

/* A tenth above today's, in whole MiB, or whole KiB below one. */
static void put_limit(buf *out, const most *m, measure what) {
    uint64_t value = m->value[what] + m->value[what] / 10;
    if (measure_get(what)->unit != MEASURE_BYTES) {
        buf_format(out, "%llu", (unsigned long long)(value + 1));
        return;
    }
    unsigned shift = value < UINT64_C(1) << 20 ? 10 : 20;
    buf_format(out, "%llu %s", (unsigned long long)((value >> shift) + 1),
               shift == 10 ? "KiB" : "MiB");
}

/* "    "*": { resident: 12 MiB, … }   # today: 10.2 MiB of 'menu', …" */
static void put_row(buf *out, const most *m, const char *indent, const char *subject,
                    const measure *measures, size_t count) {
    buf_format(out, "%s%s{ ", indent, subject);
    for (size_t i = 0; i < count; i++) {
        buf_format(out, "%s%s: ", i == 0 ? "" : ", ", measure_get(measures[i])->name);
        put_limit(out, m, measures[i]);
    }
    buf_add_text(out, " }\n");
}

/* A name in a comment: YAML ends one at U+2028 and U+2029, too. */
static void put_name(buf *out, str name) {
    for (size_t i = 0; i < name.size;) {
        str shown = {0};
        size_t length = text_shown(name, i, &shown);
        bool is_line_end = str_is(shown, "\xe2\x80\xa8") || str_is(shown, "\xe2\x80\xa9");
        buf_add(out, is_line_end ? str_of("?") : shown);
        i += length;
    }
}

static void put_today(buf *out, const most *m, measure what) {
    buf_format(out, "  # %s today: ", measure_get(what)->words);
    measure_write(out, what, m->value[what]);
    if (m->name[what].size > 0) {
        buf_add_text(out, ", ");
        put_name(out, m->name[what]);
    }
    if (m->to_name[what].size > 0) {
        buf_add_text(out, " -> ");
        put_name(out, m->to_name[what]);
    }
    buf_add_byte(out, '\n');
}

static void put_devices(buf *out, const pa_audit *audit) {
    buf_add_text(out, "# Whose memory counts. 'packaudit devices' lists the profiles.\n");
    if (audit->views[0].device == NULL) {
        buf_add_text(out, "# devices: [iphone_2g, android_low_2g]\n");
        return;
    }
    buf_add_text(out, "devices: [");
    for (size_t i = 0; i < audit->view_count; i++) {
        buf_format(out, "%s%.*s", i == 0 ? "" : ", ",
                   STR_ARGS(audit->views[i].device->name));
    }
    buf_add_text(out, "]\n");
}

static void put_budgets(buf *out, const pa_audit *audit, const most *m) {
    static const measure of_scene[] = {SCENE_RESIDENT, SCENE_LOAD_PEAK};
    static const measure of_peak[] = {TRANSITION_PEAK};
    static const measure of_bundle[] = {BUNDLE_DOWNLOAD};
    static const measure of_texture[] = {TEXTURE_SIDE};
    static const measure of_package[] = {PACKAGE_DOWNLOAD, PACKAGE_FIRST_SCREEN};
    buf_add_text(
        out, "\n# What parts of the game may cost: a tenth more than they do today. Of "
             "several lines\n# about the same thing the last one counts; { max: 40 MiB, "
             "growth: 5 % } also limits growth\n# from --baseline.\nbudgets:\n");
    if (audit->stage_count > 0) {
        put_today(out, m, SCENE_RESIDENT);
        put_today(out, m, SCENE_LOAD_PEAK);
        buf_add_text(out, "  scenes:\n");
        put_row(out, m, "    ", "\"*\": ", of_scene, 2);
    }
    if (audit->stage_count > 1) {
        put_today(out, m, TRANSITION_PEAK);
        buf_add_text(out, "  transitions:\n");
        put_row(out, m, "    ", "\"* -> *\": ", of_peak, 1);
    }
    put_today(out, m, BUNDLE_DOWNLOAD);
    buf_add_text(out, "  bundles:\n");
    put_row(out, m, "    ", "\"*\": ", of_bundle, 1);
    if (m->value[TEXTURE_SIDE] > 0) {
        put_today(out, m, TEXTURE_SIDE);
        buf_add_text(out, "  textures:\n");
        put_row(out, m, "    ", "\"*\": ", of_texture, 1);
    }
    put_today(out, m, PACKAGE_DOWNLOAD);
    put_today(out, m, PACKAGE_FIRST_SCREEN);
    put_row(out, m, "  ", "package: ", of_package, 2);
}

/* What a device makes of a scene is waived scene by scene: a level would let the next
 * scene pass, too. */
static bool is_waivable(const finding *row) {
    return row->level == LEVEL_ERROR && row->device.size > 0 && row->scene.size > 0;
}

static void put_levels(buf *out, const pa_verdict *v) {
    uint32_t errors[RULE_COUNT] = {0};
    bool has_any = false;
    for (size_t i = 0; i < v->findings.count; i++) {
        const finding *row = &v->findings.rows[i];
        bool is_lowered = row->level == LEVEL_ERROR && !is_waivable(row);
        errors[row->rule] += is_lowered;
        has_any |= is_lowered;
    }
    buf_add_text(out,
                 "\n# Levels: off, note, warning, error. 'packaudit rules' lists the "
                 "rules.\n");
    if (!has_any) {
        buf_add_text(out,
                     "# rules:\n#   pixels-twice: { level: error, at_least: 1 MiB }\n");
        return;
    }
    buf_add_text(out, "# Errors of today are warnings here, so that this build passes: "
                      "mend them, then delete the line.\nrules:\n");
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        if (errors[i] > 0) {
            buf_format(out, "  %s: warning  # %u today: %s\n", rule_get((rule_id)i)->name,
                       errors[i], rule_get((rule_id)i)->title);
        }
    }
}

/* Text in single quotes, as YAML writes it. */
static void put_quoted(buf *out, str text) {
    buf_add_byte(out, '\'');
    for (size_t i = 0; i < text.size; i++) {
        buf_add_text(out, text.at[i] == '\'' ? "\'" : "");
        buf_add_byte(out, text.at[i]);
    }
    buf_add_byte(out, '\'');
}

static void put_waivers(buf *out, const pa_verdict *v) {
    enum { DAYS_TO_MEND = 90 };
    char day[11];
    date_of_days(v->today + DAYS_TO_MEND, day);
    bool has_any = false;
    buf_add_text(out, "\n# What is known and accepted, until a day.\n");
    for (size_t i = 0; i < v->findings.count; i++) {
        const finding *row = &v->findings.rows[i];
        if (!is_waivable(row)) {
            continue;
        }
        buf_add_text(out, has_any ? "" : "waivers:\n");
        has_any = true;
        buf_format(out, "  - { rule: %s, device: ", rule_get(row->rule)->name);
        put_quoted(out, row->device);
        buf_add_text(out, ", at: ");
        put_quoted(out, row->scene);
        buf_format(out, ", reason: was so when this file was made, expires: %s }\n", day);
    }
    if (!has_any) {
        buf_add_text(out,
                     "# waivers:\n#   - { rule: scene-may-exceed, at: fight, reason: "
                     "ticket 123, expires: 2030-12-31 }\n");
    }
}

static void put_examples(buf *out) {
    buf_add_text(out,
                 "\n# What code loads on top of a scene, so that it is judged with it.\n"
                 "# states:\n"
                 "#   battle: { scene: fight, loads: [\"resources:ui/battle*\"] }\n"
                 "\n# Who looks after what: findings name them.\n"
                 "# owners:\n"
                 "#   \"resources:ui/*\": \"@ui-team\"\n");
}

pa_status pa_verdict_write_rules(const pa_verdict *verdict, pa_sink sink, void *ctx,
                                 pa_error *err) {
    *err = (pa_error){0};
    most m = {0};
    pa_status status = figures_visit(verdict->audit, note, &m, err);
    if (status != PA_OK) {
        return status;
    }
    buf out = {0};
    buf_add_text(&out,
                 "# packaudit.yaml - what this game may cost; 'packaudit check BUILD' "
                 "judges by it.\n\n");
    put_devices(&out, verdict->audit);
    put_budgets(&out, verdict->audit, &m);
    put_levels(&out, verdict);
    put_waivers(&out, verdict);
    put_examples(&out);
    status = report_deliver(&out, sink, ctx, err);
    buf_clear(&out);
    return status;
}
