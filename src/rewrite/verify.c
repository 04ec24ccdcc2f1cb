/* verify.c - the same graph, and nothing newly wrong.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/verify.h"

#include "base/alloc.h"
#include "base/bitset.h"

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

static bool is_same_copy(const game *g, const merge_map *merged, const copy *before,
                         const copy *after) {
    const document *old = &before->document;
    const document *new = &after->document;
    bool is_same = before->bundle == after->bundle && before->entry == after->entry &&
                   before->asset == after->asset &&
                   before->is_decoded == after->is_decoded &&
                   str_equal(old->class_name, new->class_name) &&
                   old->reference_count == new->reference_count;
    for (uint32_t i = 0; is_same && i < old->reference_count; i++) {
        str uuid = merge_uuid(g, merged, old->references[i].uuid);
        is_same = merge_target(g, merged, before, i) == after->targets[i] &&
                  str_equal(uuid, new->references[i].uuid);
    }
    return is_same;
}

static pa_status same_graph(const game *before, const game *after,
                            const merge_map *merged, pa_error *err) {
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
        if (!is_same_copy(before, merged, &before->copies[i], &after->copies[i])) {
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

/* What is the purpose of an action. Which assets merges leave without a name is looked at
 * one by one: that finding only counts them. */
static bool is_asked_for(const plan *asked, const finding *row) {
    bool is_so = row->rule == RULE_UNREFERENCED && plan_count(asked, ACTION_MERGE) > 0;
    for (size_t i = 0; row->rule == RULE_VARIANT_NONE && i < asked->count; i++) {
        is_so |= asked->actions[i].kind == ACTION_DROP_FALLBACK &&
                 str_equal(asked->actions[i].asset, row->asset);
    }
    return is_so;
}

static pa_status no_new_findings(const finding_list *before, const finding_list *after,
                                 const plan *asked, pa_error *err) {
    for (size_t i = 0; i < after->count; i++) {
        const finding *row = &after->rows[i];
        if (!is_asked_for(asked, row) &&
            count_findings(after, row) > count_findings(before, row)) {
            return error_set(err, PA_OUTPUT,
                             "the build that was written has a new finding: %s: %.*s: "
                             "%.*s",
                             rule_get(row->rule)->name, STR_ARGS(row->file),
                             STR_ARGS(row->message));
        }
    }
    return PA_OK;
}

/* The assets that were merged away and what they lead to. */
static void find_merged_away(const game *g, const merge_map *merged, uint64_t *out) {
    bool is_grown = true;
    for (uint32_t i = 0; i < g->asset_count; i++) {
        if (merged->into[i] != NO_INDEX) {
            bitset_add(out, i);
        }
    }
    while (is_grown) {
        is_grown = false;
        for (uint32_t i = 0; i < g->copy_count; i++) {
            const copy *c = &g->copies[i];
            for (uint32_t j = 0;
                 bitset_has(out, c->asset) && j < c->document.reference_count; j++) {
                uint32_t target = c->targets[j];
                if (target != NO_INDEX && !bitset_has(out, g->copies[target].asset)) {
                    bitset_add(out, g->copies[target].asset);
                    is_grown = true;
                }
            }
        }
    }
}

/* What nothing names any more is what the merges meant to be so. */
static pa_status same_names(const pa_audit *before, const pa_audit *after,
                            const merge_map *merged, pa_error *err) {
    const game *g = &before->g;
    if (merged->count == 0) {
        return PA_OK;
    }
    uint64_t *away = mem_zero(BITSET_WORDS(g->asset_count) + 1, sizeof *away);
    if (away == NULL) {
        return error_nomem(err);
    }
    find_merged_away(g, merged, away);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->asset_count; i++) {
        if (bitset_has(before->views[0].named, i) &&
            !bitset_has(after->views[0].named, i) && !bitset_has(away, i)) {
            status = error_set(err, PA_OUTPUT,
                               "in the build that was written nothing leads to asset "
                               "%.*s any more, which was not merged",
                               STR_ARGS(g->assets[i].uuid));
        }
    }
    mem_free(away);
    return status;
}

pa_status verify_same_game(const pa_audit *before, const pa_audit *after,
                           const plan *asked, const merge_map *merged, pa_error *err) {
    pa_status status = same_counts(&before->g, &after->g, err);
    if (status == PA_OK) {
        status = same_graph(&before->g, &after->g, merged, err);
    }
    if (status == PA_OK) {
        status = same_names(before, after, merged, err);
    }
    return status == PA_OK
               ? no_new_findings(&before->findings, &after->findings, asked, err)
               : status;
}

static pa_status verify_file(const image *row, const image_work *work,
                             const made_file *file, str uuid, pa_error *err) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        const picture *found = &row->pictures[i];
        if (!str_equal(row->variants[i].extension, file->extension)) {
            continue;
        }
        bool is_same = found->is_decoded && found->gpu == file->is.gpu &&
                       found->info.width_px == work->new_width_px &&
                       found->info.height_px == work->new_height_px &&
                       found->file_bytes == file->file_bytes;
        return is_same
                   ? PA_OK
                   : error_set(err, PA_OUTPUT,
                               "image %.*s: its new '%.*s' reads back as %s of %u x "
                               "%u, not %s of %u x %u",
                               STR_ARGS(uuid), STR_ARGS(file->extension),
                               gpu_format_get(found->gpu)->name, found->info.width_px,
                               found->info.height_px, gpu_format_get(file->is.gpu)->name,
                               work->new_width_px, work->new_height_px);
    }
    return error_set(err, PA_OUTPUT, "image %.*s reads back without its new '%.*s'",
                     STR_ARGS(uuid), STR_ARGS(file->extension));
}

static pa_status verify_image(const pa_audit *before, const pa_audit *after,
                              const image_work *work, pa_error *err) {
    uint32_t asset_index = before->images.rows[work->image].asset;
    str uuid = before->g.assets[asset_index].uuid;
    const image *row = &after->images.rows[after->images.of_asset[asset_index]];
    uint32_t left = after->g.assets[asset_index].copy_count;
    for (uint32_t c = after->g.assets[asset_index].first_copy; left > 0; c++) {
        const copy *stored = &after->g.copies[c];
        bool is_own = stored->asset == asset_index;
        left -= is_own;
        if (is_own && !str_equal(stored->document.image->formats, work->edit.formats)) {
            return error_set(err, PA_OUTPUT,
                             "image %.*s reads back with the alternatives '%.*s', not "
                             "'%.*s'",
                             STR_ARGS(uuid), STR_ARGS(stored->document.image->formats),
                             STR_ARGS(work->edit.formats));
        }
    }
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < work->file_count; i++) {
        if (!work->files[i].is_dropped) {
            status = verify_file(row, work, &work->files[i], uuid, err);
        }
    }
    return status;
}

static bool is_near(double a, double b) {
    double away = a - b;
    return away < 1e-6 && away > -1e-6;
}

/* Worked out anew from what the build said, not from what was written. */
static bool is_frame_scaled(const frame_data *old, const frame_data *new,
                            const image_work *work) {
    double across = (double)work->new_width_px / work->width_px;
    double down = (double)work->new_height_px / work->height_px;
    bool is_rotated = old->is_rotated;
    double right = new->left_px + (is_rotated ? new->height_px : new->width_px);
    double bottom = new->top_px + (is_rotated ? new->width_px : new->height_px);
    return new->is_rotated == is_rotated &&is_near(new->left_px, old->left_px * across) &&
           is_near(new->top_px, old->top_px * down) &&
           is_near(new->width_px, old->width_px * (is_rotated ? down : across)) &&
           is_near(new->height_px, old->height_px * (is_rotated ? across : down)) &&
           right <= work->new_width_px &&bottom <= work->new_height_px;
}

static bool is_font_scaled(const font_data *old, const font_data *new,
                           const image_work *work) {
    double by = (double)work->new_width_px / work->width_px;
    bool is_good = new != NULL &&new->glyph_count == old->glyph_count;
    for (uint32_t i = 0; is_good && i < old->glyph_count; i++) {
        const frame_data *was = &old->glyphs[i];
        const frame_data *is = &new->glyphs[i];
        is_good = is_near(is->left_px, was->left_px * by) &&
                  is_near(is->top_px, was->top_px * by) &&
                  is_near(is->width_px, was->width_px * by) &&
                  is_near(is->height_px, was->height_px * by);
    }
    return is_good;
}

/* A frame, or a font, that is cut out of the image followed it. */
static bool did_follow(const pa_audit *before, const copy *old, const document *new,
                       const image_work *work) {
    const copy *frame = font_frame(before, old);
    if (frame_image(before, frame == NULL ? old : frame) != work->image) {
        return true;
    }
    return frame == NULL ? new->frame != NULL &&is_frame_scaled(old->document.frame,
                                                                new->frame, work)
                         : is_font_scaled(old->document.font, new->font, work);
}

static pa_status verify_frames(const pa_audit *before, const pa_audit *after,
                               const image_work *work, pa_error *err) {
    for (uint32_t c = 0; c < before->g.copy_count; c++) {
        const copy *old = &before->g.copies[c];
        if (!did_follow(before, old, &after->g.copies[c].document, work)) {
            return error_set(err, PA_OUTPUT,
                             "%.*s %.*s reads back with a rectangle that is not scaled "
                             "as its image is",
                             STR_ARGS(old->document.class_name),
                             STR_ARGS(before->g.assets[old->asset].uuid));
        }
    }
    return PA_OK;
}

pa_status verify_images(const pa_audit *before, const pa_audit *after,
                        const work_list *list, pa_error *err) {
    if (before->images.count != after->images.count) {
        return differ(err, "images", before->images.count, after->images.count);
    }
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < list->count; i++) {
        if (list->rows[i].is_changed) {
            status = verify_image(before, after, &list->rows[i], err);
        }
        if (status == PA_OK && list->rows[i].is_changed && list->rows[i].scale != NULL) {
            status = verify_frames(before, after, &list->rows[i], err);
        }
    }
    return status;
}
