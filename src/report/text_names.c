/* text_names.c - what code can load by name: bundles, folders, names, and hints in the
 * scripts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"
#include "report/table.h"

static void write_bundles(const report_view *view, buf *out) {
    const pa_audit *audit = view->audit;
    if (view->costs->name_only_count == 0) {
        return;
    }
    table t = {0};
    static const char *const numbers[] = {"assets", "images", "textures", "decoded",
                                          "GPU"};
    table_column(&t, "bundle", false);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        table_column(&t, numbers[i], true);
    }
    for (uint32_t i = 0; i < view->costs->name_only_count; i++) {
        const name_only_row *row = &view->costs->name_only[i];
        table_text(&t, audit->g.found.bundles[row->bundle].name);
        table_number(&t, row->root_count);
        table_number(&t, row->cost.image_count);
        table_number(&t, row->cost.texture_count);
        table_mib(&t, row->cost.decoded_bytes);
        table_mib(&t, row->cost.gpu_bytes);
    }
    report_heading(out,
                   "Reachable by name only: code may load it on top of any scene (MiB)");
    table_write(&t, view->width, out);
}

static void add_loadables(const report_view *view, const loadable *rows, size_t count,
                          const char *title, buf *out) {
    const pa_audit *audit = view->audit;
    size_t kept = 0;
    while (kept < count &&
           (view->options->is_listing_loadables || rows[kept].only_by_name_bytes > 0)) {
        kept++;
    }
    if (kept == 0) {
        return;
    }
    size_t shown =
        view->options->is_listing_loadables ? kept : report_shown_rows(view, kept);
    table t = {0};
    table_column(&t, title, false);
    table_column(&t, "names", true);
    table_column(&t, "images", true);
    table_column(&t, "decoded", true);
    table_column(&t, "GPU", true);
    table_column(&t, "by name only", true);
    for (size_t i = 0; i < shown; i++) {
        table_format(&t, "%.*s:%.*s",
                     STR_ARGS(audit->g.found.bundles[rows[i].bundle].name),
                     STR_ARGS(rows[i].path));
        table_number(&t, rows[i].name_count);
        table_number(&t, rows[i].image_count);
        table_mib(&t, rows[i].decoded_bytes);
        table_mib(&t, rows[i].gpu_bytes);
        table_mib(&t, rows[i].only_by_name_bytes);
    }
    buf_add_byte(out, '\n');
    table_write(&t, view->width, out);
    if (shown < kept) {
        buf_format(out, "  … and %zu more; --loadables lists all\n", kept - shown);
    }
}

/* Literals that name much, the heaviest target first as the lists above have them. */
static void write_hints(const report_view *view, buf *out) {
    const pa_audit *audit = view->audit;
    if (audit->hint_count == 0) {
        return;
    }
    table t = {0};
    table_column(&t, "script", false);
    table_column(&t, "names", false);
    table_column(&t, "GPU", true);
    size_t shown = view->options->is_listing_loadables
                       ? audit->hint_count
                       : report_shown_rows(view, audit->hint_count);
    for (size_t i = 0; i < shown; i++) {
        const loadable *target = audit->hints[i].target;
        table_text(&t, tree_get(audit->g.files, audit->hints[i].file)->path);
        table_format(&t, "%.*s:%.*s",
                     STR_ARGS(audit->g.found.bundles[target->bundle].name),
                     STR_ARGS(target->path));
        table_mib(&t, target->gpu_bytes);
    }
    report_heading(out,
                   "Hints: literals in scripts that equal such a name (not counted)");
    table_write(&t, view->width, out);
    if (shown < audit->hint_count) {
        buf_format(out, "  … and %zu more; --loadables lists all\n",
                   audit->hint_count - shown);
    }
}

void report_text_names(const report_view *view, buf *out) {
    const loadable_list *list = &view->audit->loadables;
    write_bundles(view, out);
    if (view->costs->undeclared_gpu_bytes > 0) {
        buf_add_text(out, "  together 0 to ");
        text_add_mib(out, view->costs->undeclared_gpu_bytes);
        buf_add_text(out,
                     " MiB on the GPU, that no scene and no declared state brings\n");
    }
    add_loadables(view, list->folders, list->folder_count, "folder", out);
    add_loadables(view, list->rows, list->count, "name", out);
    write_hints(view, out);
}
