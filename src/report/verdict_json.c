/* verdict_json.c - the judgement by schema packaudit.check/1.
 *
 * Keys may be added, never renamed. SPDX-License-Identifier: Apache-2.0 */
#include "codec/json_write.h"
#include "report/fingerprint.h"
#include "report/verdict.h"

static void put_text_or_null(json_writer *w, const char *key, str text) {
    if (text.size > 0) {
        json_put_text(w, key, text);
    } else {
        json_put_null(w, key);
    }
}

static void put_build(json_writer *w, const verdict_view *view) {
    const game *g = &view->audit->g;
    json_open_object(w, "build");
    json_put_text(w, "path", g->path);
    json_put_text(w, "engine", g->engine_text);
    json_put_text(w, "target", str_of(target_name(g->target)));
    json_close_object(w);
    put_text_or_null(w, "rules", str_of(view->audit->rules_path));
    put_text_or_null(w, "baseline",
                     view->verdict->baseline == NULL ? (str){0}
                                                     : view->verdict->baseline->path);
}

static void put_outcome(json_writer *w, const verdict_view *view) {
    static const char *const names[] = {[PA_FAIL_ON_ERROR] = "error",
                                        [PA_FAIL_ON_WARNING] = "warning",
                                        [PA_FAIL_ON_NEVER] = "never"};
    pa_finding_counts counts = pa_verdict_findings(view->verdict);
    json_put_text(w, "fail_on", str_of(names[view->fail_on]));
    json_put_bool(w, "passes", pa_verdict_passes(view->verdict, view->fail_on));
    json_open_object(w, "counts");
    json_put_u64(w, "errors", counts.errors);
    json_put_u64(w, "warnings", counts.warnings);
    json_put_u64(w, "notes", counts.notes);
    json_put_u64(w, "waived", view->verdict->waived_count);
    json_close_object(w);
}

static void put_stage(json_writer *w, const verdict_view *view, size_t view_index,
                      uint32_t index) {
    const pa_audit *audit = view->audit;
    const audit_view *costs = &audit->views[view_index];
    const stage_verdict *found = verdict_stage(view->verdict, view_index, index);
    const set_cost *cost = &costs->stages[index];
    json_open_object(w, NULL);
    json_put_text(w, "name", audit->stages[index].name);
    json_put_text(w, "id", audit->stages[index].id);
    json_put_text(w, "verdict", str_of(verdict_words(found)));
    json_put_text(w, "fits_alone", str_of(fit_name(found->alone)));
    json_put_text(w, "fits_arrival", str_of(fit_name(found->arrival)));
    json_put_bool(w, "incomplete", found->is_incomplete);
    json_put_u64(w, "resident_bytes", set_resident_bytes(cost));
    json_put_u64(w, "load_lower_bytes", cost->load.lower_bytes);
    json_put_u64(w, "load_upper_bytes", cost->load.upper_bytes);
    if (found->worst_from == NO_INDEX) {
        json_put_null(w, "worst_from");
    } else {
        const transition *change =
            &costs->transitions[(size_t)found->worst_from * audit->stage_count + index];
        json_put_text(w, "worst_from", audit->stages[found->worst_from].id);
        json_put_u64(w, "arrival_lower_bytes", change->lower_bytes);
        json_put_u64(w, "arrival_upper_bytes", change->upper_bytes);
    }
    json_close_object(w);
}

static void put_devices(json_writer *w, const verdict_view *view) {
    json_open_array(w, "devices");
    for (size_t i = 0; i < view->audit->view_count; i++) {
        const device *one = view->audit->views[i].device;
        if (one == NULL) {
            continue;
        }
        json_open_object(w, NULL);
        json_put_text(w, "name", one->name);
        json_put_text(w, "title", one->title);
        json_put_u64(w, "image_budget_bytes", one->image_budget_bytes);
        json_open_array(w, "scenes");
        for (uint32_t j = 0; j < view->audit->stage_count; j++) {
            put_stage(w, view, i, j);
        }
        json_close_array(w);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_finding(json_writer *w, const finding *row, uint64_t fingerprint) {
    const rule_row *rule = rule_get(row->rule);
    json_open_object(w, NULL);
    json_put_text(w, "rule", str_of(rule->name));
    json_put_text(w, "level", str_of(level_name(row->level)));
    json_put_text(w, "title", str_of(rule->title));
    json_put_text(w, "message", row->message);
    const struct {
        const char *key;
        str text;
    } texts[] = {{"device", row->device}, {"scene", row->scene}, {"bundle", row->bundle},
                 {"file", row->file},     {"asset", row->asset}, {"path", row->path},
                 {"chain", row->chain},   {"mend", row->mend},   {"owner", row->owner},
                 {"waiver", row->waiver}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        put_text_or_null(w, texts[i].key, texts[i].text);
    }
    json_put_u64(w, "bytes", row->bytes);
    json_put_u64(w, "line", row->line);
    json_put_text(w, "fingerprint", str_of(fingerprint_text(fingerprint).at));
    json_open_array(w, "members");
    for (uint32_t i = 0; i < row->member_count; i++) {
        json_put_text(w, NULL, row->members[i]);
    }
    json_close_array(w);
    json_close_object(w);
}

void verdict_json(const verdict_view *view, buf *out) {
    json_writer w = {.out = out};
    json_open_object(&w, NULL);
    json_put_text(&w, "schema", str_of("packaudit.check/1"));
    put_build(&w, view);
    put_outcome(&w, view);
    put_devices(&w, view);
    json_open_array(&w, "findings");
    for (size_t i = 0; i < view->verdict->findings.count; i++) {
        put_finding(&w, &view->verdict->findings.rows[i], view->fingerprints[i]);
    }
    json_close_array(&w);
    json_close_object(&w);
}
