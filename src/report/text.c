/* text.c - the report for people: what was opened, what each scene costs, what to look
 * at.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "report/report.h"
#include "report/table.h"

void report_heading(buf *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf line = {0};
    buf_add_text(&line, STYLE_BOLD);
    buf_format_list(&line, format, args);
    buf_add_text(&line, STYLE_END);
    va_end(args);
    buf_add_byte(out, '\n');
    text_add_line(out, buf_str(&line));
    out->failed |= line.failed;
    buf_clear(&line);
}

/* A list is cut to --top rows unless all are asked for. */
uint32_t report_shown_rows(const report_view *view, size_t count) {
    return view->options->is_verbose || count <= view->top ? (uint32_t)count : view->top;
}

static void say_left_out(const report_view *view, buf *out, size_t count,
                         const char *what) {
    size_t shown = report_shown_rows(view, count);
    if (shown < count) {
        buf_format(out, "  … and %zu more %s; --top N or -v shows them\n", count - shown,
                   what);
    }
}

static uint32_t count_decoded(const report_view *view) {
    uint32_t decoded = 0;
    for (uint32_t i = 0; i < view->audit->images.count; i++) {
        const picture *file = view_picture(view->audit, view->costs, i);
        decoded += file != NULL && file->is_decoded;
    }
    return decoded;
}

/* "  label    text", wrapped below the text. */
static void add_field(const report_view *view, buf *out, const char *label,
                      const buf *text) {
    enum { LABEL_COLUMNS = 9, INDENT = 2 + LABEL_COLUMNS };
    buf_format(out, "  %-*s", LABEL_COLUMNS, label);
    buf line = {0};
    text_add_line(&line, buf_str(text));
    text_add_wrapped(out, str_part(buf_str(&line), 0, text->size), INDENT, view->width);
    out->failed |= line.failed || text->failed;
    buf_clear(&line);
}

/* A web device says nothing of a native build, nor the other way round. */
static bool is_other_kind(const report_view *view) {
    const device *one = view->costs->device;
    return one != NULL && one->is_web != (view->costs->model.target != TARGET_NATIVE);
}

static void write_build(const report_view *view, buf *out) {
    const pa_audit *audit = view->audit;
    const game *g = &audit->g;
    const device *one = view->costs->device;
    buf text = {0};
    text_format_line(out, STYLE_BOLD "%.*s" STYLE_END, STR_ARGS(g->path));
    buf_format(&text, "Cocos Creator %.*s (%.*s)", STR_ARGS(g->engine_text),
               STR_ARGS(g->engine_source));
    add_field(view, out, "engine", &text);
    text.size = 0;
    buf_format(&text, "%s (%.*s)", target_name(g->target), STR_ARGS(g->target_source));
    add_field(view, out, "target", &text);
    text.size = 0;
    buf_format(&text, "%zu bundle%s, %u scene%s, %llu document%s, %u image%s",
               g->found.bundle_count, plural(g->found.bundle_count), g->scene_count,
               plural(g->scene_count), (unsigned long long)g->document_count,
               plural(g->document_count), audit->images.count,
               plural(audit->images.count));
    if (audit->depth == PA_DEPTH_PIXELS) {
        buf_format(&text, " (%u decoded)", count_decoded(view));
    } else {
        buf_add_text(&text, " (headers only)");
    }
    add_field(view, out, "content", &text);
    text.size = 0;
    buf_format(&text, "of CPU copies after upload is %s: %s",
               view->costs->model.is_cleaning_images ? "on" : "off",
               view->costs->model.cleanup_reason);
    add_field(view, out, "clean-up", &text);
    text.size = 0;
    if (one == NULL) {
        buf_add_text(&text, "count as the alternative that every device reads");
    } else {
        buf_format(&text, "count as device %.*s takes them%s", STR_ARGS(one->name),
                   is_other_kind(view) ? ", which is of another kind than this build"
                                       : "");
    }
    add_field(view, out, "images", &text);
    text.size = 0;
    if (audit->rules_path != NULL) {
        buf_add_text(&text, audit->rules_path);
        add_field(view, out, "rules", &text);
    }
    buf_clear(&text);
}

/* Columns that a narrow terminal does without. */
static bool is_wide(const report_view *view) {
    return view->width >= 96;
}

static void add_scene_row(table *t, const report_view *view, uint32_t index) {
    const stage *s = &view->audit->stages[index];
    const set_cost *cost = &view->costs->stages[index];
    uint32_t from = view_worst_predecessor(view->audit, view->costs, index);
    table_format(t, "%s%s", s->is_launch ? ">" : "", set_is_incomplete(cost) ? "*" : "");
    table_text(t, s->name);
    if (is_wide(view)) {
        table_number(t, cost->image_count);
        table_mib(t, cost->decoded_bytes);
    }
    table_mib(t, cost->gpu_bytes);
    table_mib(t, cost->kept_bytes);
    table_mib(t, set_resident_bytes(cost));
    table_mib(t, cost->load.upper_bytes);
    if (from == NO_INDEX) {
        table_text(t, str_of("-"));
        table_text(t, (str){0});
    } else {
        table_mib(t, report_transition(view, from, index)->upper_bytes);
        table_text(t, view->audit->stages[from].name);
    }
    if (is_wide(view)) {
        table_text(t, str_of(s->auto_release ? "yes" : "no"));
    }
}

static uint32_t shown_scenes(const report_view *view) {
    return view->options->is_verbose || view->stage_count <= 2 * view->top
               ? view->stage_count
               : 2 * view->top;
}

static void open_scene_table(const report_view *view, table *t) {
    table_column(t, "", false);
    table_column(t, "scene", false);
    if (is_wide(view)) {
        table_column(t, "images", true);
        table_column(t, "decoded", true);
    }
    static const char *const numbers[] = {"GPU", "kept", "resident", "loading",
                                          "changing"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        table_column(t, numbers[i], true);
    }
    table_column(t, "after", false);
    if (is_wide(view)) {
        table_column(t, "frees", false);
    }
}

static void add_paragraph(const report_view *view, buf *out, const char *text) {
    buf_add_text(out, "  ");
    text_add_wrapped(out, str_of(text), 2, view->width);
}

static void write_legend(const report_view *view, buf *out) {
    bool is_incomplete = false;
    for (uint32_t i = 0; i < view->stage_count; i++) {
        is_incomplete |= set_is_incomplete(&view->costs->stages[view->stages[i]]);
    }
    if (is_incomplete) {
        add_paragraph(view, out,
                      "* holds images or documents that could not be read: the sums are "
                      "too small; the findings name them");
    }
    add_paragraph(
        view, out,
        "resident = GPU + CPU copies kept; loading = at most while it loads alone; "
        "changing = at most while it loads after the scene named, with all there that "
        "never frees (what both share is loaded once); frees = autoReleaseAssets; > = "
        "launch scene");
}

static void write_scenes(const report_view *view, buf *out) {
    table t = {0};
    uint32_t shown = shown_scenes(view);
    open_scene_table(view, &t);
    for (uint32_t i = 0; i < shown; i++) {
        add_scene_row(&t, view, view->stages[i]);
    }
    report_heading(out, "Scenes, dearest first (MiB)");
    table_write(&t, view->width, out);
    if (shown < view->stage_count) {
        buf_format(out, "  … and %u more scenes; --top N or -v shows them\n",
                   view->stage_count - shown);
    }
    write_legend(view, out);
}

/* What does not fit beside the rest: -v. */
static void write_details(const report_view *view, buf *out) {
    table t = {0};
    static const char *const numbers[] = {"textures", "files", "counter", "least",
                                          "typical",  "most",  "driver",  "largest"};
    table_column(&t, "scene", false);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        table_column(&t, numbers[i], true);
    }
    table_column(&t, "asked for by", false);
    for (uint32_t i = 0; i < view->stage_count; i++) {
        const set_cost *cost = &view->costs->stages[view->stages[i]];
        table_text(&t, view->audit->stages[view->stages[i]].name);
        table_number(&t, cost->texture_count);
        table_mib(&t, cost->file_bytes);
        table_mib(&t, cost->counter_bytes);
        table_mib(&t, cost->load.lower_bytes);
        table_mib(&t, cost->load.typical_bytes);
        table_mib(&t, cost->load.upper_bytes);
        table_mib(&t, cost->load.driver_bytes);
        table_mib(&t, cost->load.largest_bytes);
        table_text(&t, str_of(cost->load.largest_site));
    }
    report_heading(out, "Loading in detail (MiB)");
    table_write(&t, view->width, out);
    buf_add_text(
        out, "  counter = what the engine's profiler shows; driver = 0 to this on top; "
             "largest = one request\n");
}

static void write_startup(const report_view *view, buf *out) {
    const set_cost *cost = &view->costs->startup;
    if (cost->image_count > 0) {
        buf_format(out,
                   "  The launcher loads %u image%s beside every scene and keeps them: ",
                   cost->image_count, plural(cost->image_count));
        text_add_mib(out, set_resident_bytes(cost));
        buf_add_text(out, " MiB resident\n");
    }
}

typedef struct ranked_texture {
    uint64_t gpu_bytes;
    uint32_t row;
} ranked_texture;

static int heaviest_first(const void *a, const void *b) {
    const ranked_texture *left = a;
    const ranked_texture *right = b;
    if (left->gpu_bytes != right->gpu_bytes) {
        return left->gpu_bytes > right->gpu_bytes ? -1 : 1;
    }
    return (left->row > right->row) - (left->row < right->row);
}

static const picture *texture_picture(const report_view *view, const texture_row *row) {
    return row->image_count == 0 ? NULL
                                 : view_picture(view->audit, view->costs, row->images[0]);
}

static str texture_file(const report_view *view, const texture_row *row) {
    const picture *file = texture_picture(view, row);
    return file == NULL || file->file == TREE_NONE
               ? (str){0}
               : tree_get(view->audit->g.files, file->file)->path;
}

static void add_texture_row(table *t, const report_view *view, const texture_row *row) {
    const pa_audit *audit = view->audit;
    const picture *file = texture_picture(view, row);
    table_format(t, "%u x %u", row->shape.width_px, row->shape.height_px);
    table_text(t, str_of(file == NULL ? "" : picture_format_name(file->info.format)));
    table_text(t, str_of(gpu_format_get(row->shape.format)->name));
    table_number(t, row->cost.levels);
    table_mib(t, row->cost.gpu_bytes);
    str path = game_asset_path(&audit->g, row->asset);
    if (path.size == 0 && row->image_count > 0) {
        path = game_asset_path(&audit->g, audit->images.rows[row->images[0]].asset);
    }
    table_text(t, path.size > 0 ? path : texture_file(view, row));
}

static void write_textures(const report_view *view, buf *out) {
    if (view->stage_count == 0) {
        return;
    }
    const pa_audit *audit = view->audit;
    const set_cost *cost = &view->costs->stages[view->stages[0]];
    ranked_texture *rows = mem_alloc((size_t)cost->texture_count + 1, sizeof *rows);
    if (rows == NULL) {
        out->failed = true;
        return;
    }
    for (uint32_t i = 0; i < cost->texture_count; i++) {
        uint32_t row = cost->textures[i];
        rows[i] = (ranked_texture){view->costs->textures[row].cost.gpu_bytes, row};
    }
    qsort(rows, cost->texture_count, sizeof *rows, heaviest_first);
    uint32_t count = 0;
    while (count < cost->texture_count && rows[count].gpu_bytes > 0) {
        count++;
    }
    if (count > 0) {
        table t = {0};
        table_column(&t, "size", true);
        table_column(&t, "file", false);
        table_column(&t, "on the GPU", false);
        table_column(&t, "levels", true);
        table_column(&t, "MiB", true);
        table_column(&t, "what", false);
        for (uint32_t i = 0; i < report_shown_rows(view, count); i++) {
            add_texture_row(&t, view, &view->costs->textures[rows[i].row]);
        }
        report_heading(out, "Heaviest textures of %.*s",
                       STR_ARGS(audit->stages[view->stages[0]].name));
        table_write(&t, view->width, out);
        say_left_out(view, out, count, "textures");
    }
    mem_free(rows);
}

/* Less than a tenth of a MiB would be a row of zeros. */
#define SHOWN_BYTES (1 << 16)

static void write_meshes(const report_view *view, buf *out) {
    table t = {0};
    table_column(&t, "scene", false);
    table_column(&t, "meshes CPU", true);
    table_column(&t, "meshes GPU", true);
    table_column(&t, "sounds, fonts and other files", true);
    bool has_any = false;
    for (uint32_t i = 0; i < shown_scenes(view); i++) {
        const set_cost *cost = &view->costs->stages[view->stages[i]];
        if (cost->mesh_bytes + cost->other_native_bytes >= SHOWN_BYTES) {
            has_any = true;
            table_text(&t, view->audit->stages[view->stages[i]].name);
            table_mib(&t, cost->mesh_bytes);
            table_mib(&t, cost->mesh_bytes);
            table_mib(&t, cost->other_native_bytes);
        }
    }
    if (has_any) {
        report_heading(out, "Beside the images (MiB)");
    }
    buf unused = {0};
    table_write(&t, view->width, has_any ? out : &unused);
    buf_clear(&unused);
}

static void write_finding(const report_view *view, const finding *row, buf *out) {
    static const char *const colors[] = {[LEVEL_NOTE] = STYLE_DIM,
                                         [LEVEL_WARNING] = STYLE_YELLOW,
                                         [LEVEL_ERROR] = STYLE_RED};
    const rule_row *rule = rule_get(row->rule);
    buf line = {0};
    if (row->file.size > 0) {
        buf_format(&line, "%.*s: ", STR_ARGS(row->file));
    }
    buf_add(&line, row->message);
    buf_format(&line, " [%s]", rule->name);
    buf_format(out, "  %s%-7s" STYLE_END " ", colors[rule->level],
               level_name(rule->level));
    text_add_wrapped(out, buf_str(&line), 10, view->width);
    out->failed |= line.failed;
    buf_clear(&line);
}

/* Of each rule at most `top` rows: one cause may have hundreds. */
static void write_findings(const report_view *view, buf *out) {
    const finding_list *list = &view->audit->findings;
    pa_finding_counts counts = pa_audit_findings(view->audit);
    if (list->count == 0) {
        report_heading(out, "No findings");
        return;
    }
    report_heading(out, "Findings: %zu error%s, %zu warning%s, %zu note%s", counts.errors,
                   plural(counts.errors), counts.warnings, plural(counts.warnings),
                   counts.notes, plural(counts.notes));
    uint32_t seen[RULE_COUNT] = {0};
    for (size_t i = 0; i < list->count; i++) {
        if (view->options->is_verbose || seen[list->rows[i].rule] < view->top) {
            write_finding(view, &list->rows[i], out);
        }
        seen[list->rows[i].rule]++;
    }
    for (int rule = 0; rule < RULE_COUNT && !view->options->is_verbose; rule++) {
        if (seen[rule] > view->top) {
            buf_format(out, "  … and %u more [%s]; -v shows them\n",
                       seen[rule] - view->top, rule_get((rule_id)rule)->name);
        }
    }
}

void report_text(const report_view *view, buf *out) {
    write_build(view, out);
    if (view->audit->stage_count > 0) {
        write_scenes(view, out);
        write_startup(view, out);
        report_text_changes(view, out);
        report_text_devices(view, out);
        if (view->options->is_verbose) {
            write_details(view, out);
        }
    } else {
        buf_add_text(out, "\n  no bundle of this build lists a scene\n");
    }
    write_textures(view, out);
    write_meshes(view, out);
    report_text_names(view, out);
    write_findings(view, out);
}
