/* diff.c - two builds, figure by figure.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "codec/json_write.h"
#include "packaudit/check.h"
#include "report/report.h"
#include "report/snapshot_of.h"
#include "report/table.h"

/* A figure that differs; NULL on the side where the subject is not there. */
typedef struct difference {
    const measurement *before;
    const measurement *after;
} difference;

typedef struct diff {
    const pa_report_options *options;
    snapshot before;
    snapshot after;
    arena scratch; /* of one look */
    difference *rows;
    size_t count;
    size_t capacity;
    unsigned width;
    unsigned top;
} diff;

static const measurement *either(const difference *row) {
    return row->after != NULL ? row->after : row->before;
}

static uint64_t upper_of(const measurement *one) {
    return one == NULL ? 0 : one->upper;
}

static uint64_t size_of_change(const difference *row) {
    uint64_t before = upper_of(row->before);
    uint64_t after = upper_of(row->after);
    return after > before ? after - before : before - after;
}

static bool is_growing(const difference *row) {
    return upper_of(row->after) > upper_of(row->before);
}

/* By kind of subject, then growth before shrinking, largest first. */
static int by_weight(const void *a, const void *b) {
    const difference *left = a;
    const difference *right = b;
    const measurement *one = either(left);
    const measurement *other = either(right);
    subject_kind kinds[] = {measure_get(one->what)->kind, measure_get(other->what)->kind};
    if (kinds[0] != kinds[1]) {
        return kinds[0] < kinds[1] ? -1 : 1;
    }
    if (is_growing(left) != is_growing(right)) {
        return is_growing(left) ? -1 : 1;
    }
    if (size_of_change(left) != size_of_change(right)) {
        return size_of_change(left) > size_of_change(right) ? -1 : 1;
    }
    if (one->what != other->what) {
        return one->what < other->what ? -1 : 1;
    }
    int order = str_order(one->device, other->device);
    order = order != 0 ? order : str_order(one->id, other->id);
    return order != 0 ? order : str_order(one->to_id, other->to_id);
}

static pa_status add(diff *d, const measurement *before, const measurement *after,
                     pa_error *err) {
    if (mem_grow(&d->rows, &d->capacity, d->count + 1, sizeof *d->rows) != 0) {
        return error_nomem(err);
    }
    d->rows[d->count++] = (difference){before, after};
    return PA_OK;
}

static bool differs(const measurement *a, const measurement *b) {
    return b == NULL || a->lower != b->lower || a->upper != b->upper;
}

static pa_status compare(diff *d, pa_error *err) {
    pa_status status = PA_OK;
    for (size_t i = 0; i < d->after.count && status == PA_OK; i++) {
        const measurement *after = &d->after.rows[i];
        const measurement *before = snapshot_find(&d->before, after, &d->scratch);
        status = differs(after, before) ? add(d, before, after, err) : PA_OK;
    }
    for (size_t i = 0; i < d->before.count && status == PA_OK; i++) {
        const measurement *before = &d->before.rows[i];
        status = snapshot_find(&d->after, before, &d->scratch) == NULL
                     ? add(d, before, NULL, err)
                     : PA_OK;
    }
    if (status == PA_OK) {
        status = arena_status(&d->scratch, err);
    }
    if (d->count > 1) {
        qsort(d->rows, d->count, sizeof *d->rows, by_weight);
    }
    return status;
}

/* "+ 1.5 MiB", "- 3 files", "new", "gone" */
static void put_change(table *t, const difference *row) {
    buf text = {0};
    if (size_of_change(row) > 0) {
        buf_add_text(&text, is_growing(row) ? "+ " : "- ");
        measure_write(&text, either(row)->what, size_of_change(row));
    }
    if (row->before == NULL || row->after == NULL) {
        buf_add_text(&text, text.size > 0 ? ", " : "");
        buf_add_text(&text, row->before == NULL ? "new" : "gone");
    } else if (text.size == 0) {
        buf_add_text(&text, "lower bound only");
    }
    table_text(t, buf_str(&text));
    t->failed |= text.failed;
    buf_clear(&text);
}

static void put_value(table *t, const measurement *one) {
    buf text = {0};
    if (one == NULL) {
        buf_add_text(&text, "-");
    } else {
        measure_write(&text, one->what, one->upper);
    }
    table_text(t, buf_str(&text));
    t->failed |= text.failed;
    buf_clear(&text);
}

static void put_subject(table *t, const measurement *one) {
    if (measure_get(one->what)->kind == SUBJECT_TRANSITION) {
        table_format(t, "%.*s -> %.*s", STR_ARGS(str_file_name(one->name)),
                     STR_ARGS(str_file_name(one->to_name)));
    } else {
        table_text(t, one->name.size > 0 ? one->name : str_of("package"));
    }
}

static size_t count_kind(const diff *d, subject_kind kind, size_t from) {
    size_t count = 0;
    while (from + count < d->count &&
           measure_get(either(&d->rows[from + count])->what)->kind == kind) {
        count++;
    }
    return count;
}

static void write_kind(const diff *d, subject_kind kind, size_t from, size_t count,
                       buf *out) {
    bool has_device = false;
    for (size_t i = 0; i < count; i++) {
        has_device |= either(&d->rows[from + i])->device.size > 0;
    }
    size_t shown = d->options->is_verbose || count <= d->top ? count : d->top;
    report_heading(out, "%c%s", subject_kind_name(kind)[0] - 'a' + 'A',
                   subject_kind_name(kind) + 1);
    table t = {0};
    table_column(&t, "of", false);
    if (has_device) {
        table_column(&t, "on", false);
    }
    table_column(&t, "what", false);
    table_column(&t, "before", true);
    table_column(&t, "after", true);
    table_column(&t, "change", false);
    for (size_t i = 0; i < shown; i++) {
        const difference *row = &d->rows[from + i];
        put_subject(&t, either(row));
        if (has_device) {
            table_text(&t, either(row)->device);
        }
        table_text(&t, str_of(measure_get(either(row)->what)->words));
        put_value(&t, row->before);
        put_value(&t, row->after);
        put_change(&t, row);
    }
    table_write(&t, d->width, out);
    if (shown < count) {
        buf_format(out, "  … and %zu more; --top N or -v shows them\n", count - shown);
    }
}

static bool has_scenes(const snapshot *in) {
    for (size_t i = 0; i < in->count; i++) {
        if (measure_get(in->rows[i].what)->kind == SUBJECT_SCENE) {
            return true;
        }
    }
    return false;
}

/* True unless both have scenes, and no device on which both have figures. */
static bool has_common_device(const diff *d) {
    for (size_t i = 0; i < d->after.count; i++) {
        if (measure_get(d->after.rows[i].what)->kind == SUBJECT_SCENE &&
            snapshot_has_device(&d->before, SUBJECT_SCENE, d->after.rows[i].device)) {
            return true;
        }
    }
    return !has_scenes(&d->before) || !has_scenes(&d->after);
}

static void write_text(const diff *d, buf *out) {
    text_format_line(out, STYLE_BOLD "%.*s" STYLE_END " -> " STYLE_BOLD "%.*s" STYLE_END,
                     STR_ARGS(d->before.path), STR_ARGS(d->after.path));
    if (d->count == 0) {
        buf_add_text(out, "no figure differs\n");
    }
    if (!has_common_device(d)) {
        buf_add_text(out,
                     "their scenes were measured on different devices, or one without "
                     "any: give both the same --device\n");
    }
    size_t from = 0;
    for (unsigned kind = 0; kind < SUBJECT_COUNT; kind++) {
        size_t count = count_kind(d, (subject_kind)kind, from);
        if (count > 0) {
            write_kind(d, (subject_kind)kind, from, count, out);
        }
        from += count;
    }
}

static void put_bounds(json_writer *w, const char *key, const measurement *one) {
    if (one == NULL) {
        json_put_null(w, key);
        return;
    }
    json_open_object(w, key);
    json_put_u64(w, "lower", one->lower);
    json_put_u64(w, "upper", one->upper);
    json_close_object(w);
}

static void write_json(const diff *d, buf *out) {
    json_writer w = {.out = out};
    json_open_object(&w, NULL);
    json_put_text(&w, "schema", str_of("packaudit.diff/1"));
    json_put_text(&w, "old", d->before.path);
    json_put_text(&w, "new", d->after.path);
    json_open_array(&w, "changes");
    for (size_t i = 0; i < d->count; i++) {
        const measurement *one = either(&d->rows[i]);
        const measure_row *row = measure_get(one->what);
        json_open_object(&w, NULL);
        json_put_text(&w, "kind", str_of(subject_kind_name(row->kind)));
        json_put_text(&w, "measure", str_of(row->name));
        json_put_text(&w, "device", one->device);
        json_put_text(&w, "name", one->name);
        json_put_text(&w, "id", one->id);
        json_put_text(&w, "to", one->to_id);
        put_bounds(&w, "before", d->rows[i].before);
        put_bounds(&w, "after", d->rows[i].after);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
}

pa_status pa_diff_write(const char *old_path, const char *new_path,
                        const pa_options *audit_options, const pa_report_options *options,
                        pa_sink sink, void *ctx, pa_error *err) {
    *err = (pa_error){0};
    diff d = {.options = options,
              .width = options->width == 0 ? 100 : options->width,
              .top = options->top == 0 ? 10 : options->top};
    buf text = {0};
    pa_status status = snapshot_of(old_path, audit_options, &d.before, err);
    if (status == PA_OK) {
        status = snapshot_of(new_path, audit_options, &d.after, err);
    }
    if (status == PA_OK) {
        status = compare(&d, err);
    }
    if (status == PA_OK && options->format == PA_FORMAT_JSON) {
        write_json(&d, &text);
        status = report_deliver(&text, sink, ctx, err);
    } else if (status == PA_OK) {
        write_text(&d, &text);
        status = report_deliver_text(&text, options->has_color, sink, ctx, err);
    }
    buf_clear(&text);
    mem_free(d.rows);
    arena_clear(&d.scratch);
    snapshot_clear(&d.before);
    snapshot_clear(&d.after);
    return status;
}
