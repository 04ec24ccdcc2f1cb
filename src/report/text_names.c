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

/* Textures and sprite frames repeat what their picture brings: the short list leaves them
 * out where the picture has a name, too. */
static bool is_repeated(const pa_audit *audit, const loadable *row) {
    if (row->asset == NO_INDEX) {
        return false;
    }
    asset_class kind =
        audit->g.copies[audit->g.assets[row->asset].first_copy].document.kind;
    bool is_picture = audit->images.of_asset[row->asset] != NO_INDEX;
    return kind == ASSET_SPRITE_FRAME || (kind == ASSET_TEXTURE && !is_picture);
}

static bool is_listed(const report_view *view, const loadable *row) {
    return view->options->is_listing_loadables ||
           (row->only_by_name_bytes > 0 && !is_repeated(view->audit, row));
}

static void add_loadable(table *t, const pa_audit *audit, const loadable *row) {
    table_format(t, "%.*s:%.*s", STR_ARGS(audit->g.found.bundles[row->bundle].name),
                 STR_ARGS(row->path));
    table_number(t, row->name_count);
    table_number(t, row->image_count);
    table_mib(t, row->decoded_bytes);
    table_mib(t, row->gpu_bytes);
    table_mib(t, row->only_by_name_bytes);
}

static void add_loadables(const report_view *view, const loadable *rows, size_t count,
                          const char *title, buf *out) {
    table t = {0};
    size_t kept = 0;
    size_t limit =
        view->options->is_listing_loadables ? count : report_shown_rows(view, count);
    table_column(&t, title, false);
    table_column(&t, "names", true);
    table_column(&t, "images", true);
    table_column(&t, "decoded", true);
    table_column(&t, "GPU", true);
    table_column(&t, "by name only", true);
    for (size_t i = 0; i < count; i++) {
        if (is_listed(view, &rows[i]) && kept++ < limit) {
            add_loadable(&t, view->audit, &rows[i]);
        }
    }
    buf text = {0};
    table_write(&t, view->width, &text);
    if (kept > 0) {
        buf_add_byte(out, '\n');
        buf_add(out, buf_str(&text));
    }
    if (kept > limit) {
        buf_format(out, "  … and %zu more; --loadables lists all\n", kept - limit);
    }
    out->failed |= text.failed;
    buf_clear(&text);
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
