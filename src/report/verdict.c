/* verdict.c - judge, with a baseline from wherever it lies, and choose a writer.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/verdict.h"

#include "base/alloc.h"
#include "base/date.h"
#include "report/fingerprint.h"
#include "report/report.h"
#include "report/snapshot_of.h"
#include "sys/clock.h"

enum { DEFAULT_WIDTH = 100, LEAST_WIDTH = 60, DEFAULT_TOP = 10 };

static const struct {
    const char *name;
    void (*write)(const verdict_view *view, buf *out);
} formats[] = {
    [PA_CHECK_TEXT] = {"text", verdict_text},
    [PA_CHECK_JSON] = {"json", verdict_json},
    [PA_CHECK_SARIF] = {"sarif", verdict_sarif},
    [PA_CHECK_JUNIT] = {"junit", verdict_junit},
    [PA_CHECK_GITHUB] = {"github", verdict_github},
    [PA_CHECK_GITLAB] = {"gitlab", verdict_gitlab},
    [PA_CHECK_MARKDOWN] = {"markdown", verdict_markdown},
};
_Static_assert(sizeof formats / sizeof formats[0] == PA_CHECK_FORMAT_COUNT,
               "every format");

bool pa_check_format_of(const char *name, pa_check_format *out) {
    for (unsigned i = 0; i < PA_CHECK_FORMAT_COUNT; i++) {
        if (str_is(str_of(name), formats[i].name)) {
            *out = (pa_check_format)i;
            return true;
        }
    }
    return false;
}

const char *verdict_words(const stage_verdict *one) {
    static const char *const alone[] = {"fits", "may not fit", "does not fit"};
    static const char *const after[] = {"fits", "may not fit after another",
                                        "does not fit after another"};
    if (one->is_incomplete && one->together != FIT_NO) {
        return "unknown";
    }
    return one->arrival > one->alone ? after[one->arrival] : alone[one->alone];
}

bool verdict_is_failing(const verdict_view *view, const finding *row) {
    return row->waiver.size == 0 && view->fail_on != PA_FAIL_ON_NEVER &&
           row->level >=
               (view->fail_on == PA_FAIL_ON_WARNING ? LEVEL_WARNING : LEVEL_ERROR);
}

bool verdict_has_device(const verdict_view *view) {
    return view->audit->views[0].device != NULL;
}

stage_peak verdict_peak(const verdict_view *view, size_t view_index,
                        uint32_t stage_index) {
    const audit_view *costs = &view->audit->views[view_index];
    const load_peak *alone = &costs->stages[stage_index].load;
    stage_peak out = {alone->lower_bytes, alone->upper_bytes, NO_INDEX};
    for (uint32_t from = 0; from < view->audit->stage_count; from++) {
        const transition *change =
            &costs->transitions[(size_t)from * view->audit->stage_count + stage_index];
        if (change->lower_bytes > out.lower_bytes) {
            out.lower_bytes = change->lower_bytes;
        }
        if (change->upper_bytes > out.upper_bytes) {
            out.upper_bytes = change->upper_bytes;
            out.from = from;
        }
    }
    return out;
}

static pa_status open_baseline(pa_verdict *v, const char *path, const pa_options *options,
                               pa_error *err) {
    if (path == NULL) {
        return PA_OK;
    }
    v->baseline = arena_alloc(&v->mem, 1, sizeof *v->baseline);
    if (v->baseline == NULL) {
        return error_nomem(err);
    }
    return snapshot_of(path, options, v->baseline, err) == PA_OK
               ? PA_OK
               : error_in(err, "the baseline");
}

static pa_status judge_all(pa_verdict *v, const pa_options *audit_options,
                           const pa_check_options *options, pa_error *err) {
    int32_t today = 0;
    if (v->audit->depth == PA_DEPTH_GRAPH) {
        return error_set(err, PA_USAGE, "an audit without images cannot be judged");
    }
    if (options->today == NULL) {
        today = clock_today();
    } else if (!date_to_days(str_of(options->today), &today)) {
        return error_set(err, PA_USAGE, "'%s' is no day such as 2026-12-31",
                         options->today);
    }
    pa_status status = open_baseline(v, options->baseline, audit_options, err);
    return status == PA_OK ? judge(v, today, err) : status;
}

pa_verdict *pa_check(const pa_audit *audit, const pa_options *audit_options,
                     const pa_check_options *options, pa_error *err) {
    *err = (pa_error){0};
    pa_verdict *v = mem_zero(1, sizeof *v);
    if (v == NULL) {
        error_nomem(err);
        return NULL;
    }
    v->audit = audit;
    if (judge_all(v, audit_options, options, err) != PA_OK) {
        pa_verdict_free(v);
        return NULL;
    }
    return v;
}

pa_status pa_verdict_write(const pa_verdict *verdict, pa_check_format format,
                           pa_fail_on fail_on, const pa_report_options *options,
                           pa_sink sink, void *ctx, pa_error *err) {
    *err = (pa_error){0};
    verdict_view view = {
        .verdict = verdict,
        .audit = verdict->audit,
        .options = options,
        .fail_on = fail_on,
        .width = options->width == 0 ? DEFAULT_WIDTH : options->width,
        .top = options->top == 0 ? DEFAULT_TOP : options->top,
    };
    view.width = view.width < LEAST_WIDTH ? LEAST_WIDTH : view.width;
    view.fingerprints = fingerprints_of(&verdict->findings);
    if (view.fingerprints == NULL) {
        return error_nomem(err);
    }
    buf text = {0};
    places_of(verdict->audit, &view.places);
    text.failed = view.places.prefix.failed || view.places.rules.failed;
    formats[format].write(&view, &text);
    pa_status status =
        format == PA_CHECK_TEXT
            ? report_deliver_text(&text, options->has_color, sink, ctx, err)
            : report_deliver(&text, sink, ctx, err);
    buf_clear(&text);
    places_clear(&view.places);
    mem_free(view.fingerprints);
    return status;
}
