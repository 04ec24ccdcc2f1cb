/* content_files.c - the rule about files that no config names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/content_search.h"
#include "audit/strays.h"

static pa_status report_bundle(content_search *s, const stray *rows, size_t count) {
    const game *g = &s->audit->g;
    const bundle *b = &g->found.bundles[rows[0].bundle];
    pa_status status = PA_OK;
    content_begin(s);
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        const tree_file *file = tree_get(g->files, rows[i].file);
        content_mark_all(s, file->size_bytes);
        status = content_member(s, file->size_bytes, "%.*s", STR_ARGS(file->path));
    }
    return status != PA_OK
               ? status
               : content_add(s, RULE_FILE_UNKNOWN, tree_get(g->files, b->config)->path,
                             (str){0},
                             "%zu file%s of bundle '%.*s' ha%s an id or a hash that its "
                             "config does not list",
                             count, content_plural(count), STR_ARGS(b->name),
                             count == 1 ? "s" : "ve");
}

static pa_status report_strays(content_search *s, const stray_list *list) {
    pa_status status = PA_OK;
    size_t end = 0;
    for (size_t i = 0; status == PA_OK && i < list->count; i = end) {
        end = i + 1;
        while (end < list->count && list->rows[end].bundle == list->rows[i].bundle) {
            end++;
        }
        status = report_bundle(s, list->rows + i, end - i);
    }
    return status;
}

pa_status content_file_unknown(content_search *s) {
    stray_list strays = {0};
    pa_status status = strays_list(&s->audit->g, &strays, s->err);
    if (status == PA_OK) {
        status = report_strays(s, &strays);
    }
    stray_list_clear(&strays);
    return status;
}
