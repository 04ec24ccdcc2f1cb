/* verify.c - the same graph, and nothing newly wrong.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/verify.h"

static pa_status differ(pa_error *err, const char *what, uint64_t before,
                        uint64_t after) {
    return error_set(err, PA_OUTPUT,
                     "the build that was written reads back with %llu %s, not %llu",
                     (unsigned long long)after, what, (unsigned long long)before);
}

static pa_status same_counts(const game *before, const game *after, pa_error *err) {
    if (before->found.bundle_count != after->found.bundle_count) {
        return differ(err, "bundles", before->found.bundle_count,
                      after->found.bundle_count);
    }
    if (before->scene_count != after->scene_count) {
        return differ(err, "scenes", before->scene_count, after->scene_count);
    }
    if (before->asset_count != after->asset_count) {
        return differ(err, "assets", before->asset_count, after->asset_count);
    }
    return before->copy_count == after->copy_count
               ? PA_OK
               : differ(err, "documents", before->copy_count, after->copy_count);
}

static bool is_same_copy(const copy *before, const copy *after) {
    const document *old = &before->document;
    const document *new = &after->document;
    bool is_same = before->bundle == after->bundle && before->entry == after->entry &&
                   before->asset == after->asset &&
                   before->is_decoded == after->is_decoded &&
                   str_equal(old->class_name, new->class_name) &&
                   old->reference_count == new->reference_count;
    for (uint32_t i = 0; is_same && i < old->reference_count; i++) {
        is_same = before->targets[i] == after->targets[i] &&
                  str_equal(old->references[i].uuid, new->references[i].uuid);
    }
    return is_same;
}

static pa_status same_graph(const game *before, const game *after, pa_error *err) {
    for (uint32_t i = 0; i < before->asset_count; i++) {
        if (!str_equal(before->assets[i].uuid, after->assets[i].uuid)) {
            return error_set(err, PA_OUTPUT,
                             "the build that was written reads back with asset %.*s "
                             "where %.*s was",
                             STR_ARGS(after->assets[i].uuid),
                             STR_ARGS(before->assets[i].uuid));
        }
    }
    for (uint32_t i = 0; i < before->copy_count; i++) {
        if (!is_same_copy(&before->copies[i], &after->copies[i])) {
            return error_set(err, PA_OUTPUT,
                             "the document of %.*s reads back with another class or "
                             "other references",
                             STR_ARGS(before->assets[before->copies[i].asset].uuid));
        }
    }
    return PA_OK;
}

/* How many findings of a rule an asset has; file names may change, and messages with
 * them. */
static size_t count_findings(const finding_list *list, const finding *like) {
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        count += list->rows[i].rule == like->rule &&
                 str_equal(list->rows[i].asset, like->asset);
    }
    return count;
}

static pa_status no_new_findings(const finding_list *before, const finding_list *after,
                                 pa_error *err) {
    for (size_t i = 0; i < after->count; i++) {
        const finding *row = &after->rows[i];
        if (count_findings(after, row) > count_findings(before, row)) {
            return error_set(err, PA_OUTPUT,
                             "the build that was written has a new finding: %s: %.*s: "
                             "%.*s",
                             rule_get(row->rule)->name, STR_ARGS(row->file),
                             STR_ARGS(row->message));
        }
    }
    return PA_OK;
}

pa_status verify_same_game(const pa_audit *before, const pa_audit *after, pa_error *err) {
    pa_status status = same_counts(&before->g, &after->g, err);
    if (status == PA_OK) {
        status = same_graph(&before->g, &after->g, err);
    }
    return status == PA_OK ? no_new_findings(&before->findings, &after->findings, err)
                           : status;
}
