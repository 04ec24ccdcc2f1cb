/* verdict.c - judge, with a baseline from wherever it lies, and choose a writer.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/verdict.h"

#include <xxhash.h>

#include "base/alloc.h"
#include "base/date.h"
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

uint64_t finding_fingerprint(const finding *row) {
    str name = str_of(rule_get(row->rule)->name);
    const str parts[] = {name,       row->device, row->scene,
                         row->asset, row->file,   row->bundle};
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        sum = XXH3_64bits_withSeed(parts[i].at, parts[i].size, sum + i);
    }
    return sum;
}

str finding_place(const verdict_view *view, const finding *row) {
    if (row->file.size > 0) {
        return row->file;
    }
    const discovery *found = &view->audit->g.found;
    for (size_t i = 0; i < found->bundle_count; i++) {
        if (str_equal(found->bundles[i].name, row->bundle)) {
            return tree_get(view->audit->g.files, found->bundles[i].config)->path;
        }
    }
    return str_of(".");
}

static pa_status open_baseline(pa_verdict *v, const char *path, const pa_options *options,
                               pa_error *err) {
    if (path == NULL) {
        return PA_OK;
    }
    v->baseline = arena_alloc(&v->mem, 1, sizeof *v->baseline);
    return v->baseline == NULL ? error_nomem(err)
                               : snapshot_of(path, options, v->baseline, err);
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
    buf text = {0};
    formats[format].write(&view, &text);
    pa_status status =
        format == PA_CHECK_TEXT
            ? report_deliver_text(&text, options->has_color, sink, ctx, err)
            : report_deliver(&text, sink, ctx, err);
    buf_clear(&text);
    return status;
}
