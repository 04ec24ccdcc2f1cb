/* fallback.c - what each device takes when they are gone.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/fallback.h"

#include "rewrite/encode.h"

/* The alternatives that an image has after a plan: new ones first. */
typedef struct alternatives {
    variant rows[MAX_VARIANTS];
    uint32_t count;
} alternatives;

static void add(alternatives *out, variant row) {
    bool is_there = false;
    for (uint32_t i = 0; i < out->count; i++) {
        is_there |= str_equal(out->rows[i].extension, row.extension);
    }
    if (!is_there && out->count < MAX_VARIANTS) {
        out->rows[out->count++] = row;
    }
}

static bool is_opaque(const image *row) {
    bool is_so = false;
    for (uint32_t i = 0; i < row->variant_count; i++) {
        is_so |= row->pictures[i].is_decoded && row->pictures[i].facts.is_opaque;
    }
    return is_so;
}

static const char *list_alternatives(const pa_audit *audit, const image *row,
                                     const plan *asked, alternatives *out) {
    str uuid = audit->g.assets[row->asset].uuid;
    for (size_t i = 0; i < asked->count; i++) {
        const action *one = &asked->actions[i];
        if (!str_equal(one->asset, uuid)) {
            continue;
        }
        if (one->kind == ACTION_DOWNSCALE) {
            return "it gets other sides, which are made of what would go";
        }
        if (one->kind == ACTION_COMPRESS) {
            str extension = encode_extension(one);
            gpu_format gpu = encode_format(one, is_opaque(row));
            if (variant_is_fallback(extension)) {
                return "the plan makes what would go anew";
            }
            add(out,
                (variant){extension, variant_pixel_format(gpu, audit->g.engine), gpu});
        }
    }
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (row->pictures[i].file != TREE_NONE) {
            add(out, row->variants[i]);
        }
    }
    return NULL;
}

/* What each device takes, "" when one takes what would go. */
static void list_needs(const pa_audit *audit, const alternatives *all, buf *needs,
                       const char **reason) {
    for (size_t v = 0; *reason == NULL && v < audit->view_count; v++) {
        uint32_t chosen = variant_choose(
            all->rows, all->count, &audit->views[v].reader.support, audit->g.engine);
        if (chosen == UINT32_MAX || variant_is_fallback(all->rows[chosen].extension)) {
            *reason = "a device reads nothing else of it";
            return;
        }
        str extension = all->rows[chosen].extension;
        if (str_find_text(buf_str(needs), extension.at) == needs->size) {
            buf_add(needs, extension);
        }
    }
}

static uint64_t fallback_bytes(const pa_audit *audit, const image *row) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < row->variant_count; i++) {
        tree_id file = row->pictures[i].file;
        if (file != TREE_NONE && variant_is_fallback(row->variants[i].extension)) {
            sum += tree_get(audit->g.files, file)->size_bytes;
        }
    }
    return sum;
}

static pa_status plan_image(const pa_audit *audit, const candidate_list *found,
                            uint32_t image_index, plan *out, pa_error *err) {
    const image *row = &audit->images.rows[image_index];
    str uuid = audit->g.assets[row->asset].uuid;
    alternatives all = {0};
    buf needs = {0};
    action one = {.kind = ACTION_DROP_FALLBACK,
                  .asset = uuid,
                  .before_bytes = fallback_bytes(audit, row)};
    if (one.before_bytes == 0) {
        return PA_OK;
    }
    const char *reason =
        use_refuses(audit, &found->users[image_index], image_index, &one, &out->mem);
    if (reason == NULL) {
        reason = list_alternatives(audit, row, out, &all);
    }
    if (reason == NULL) {
        list_needs(audit, &all, &needs, &reason);
    }
    one.needs = arena_copy(&out->mem, buf_str(&needs));
    bool has_failed = needs.failed;
    buf_clear(&needs);
    if (has_failed) {
        return error_nomem(err);
    }
    return reason == NULL ? plan_add(out, &one, err)
                          : plan_refuse(out, uuid, game_asset_path(&audit->g, row->asset),
                                        reason, err);
}

pa_status fallback_plan(const pa_audit *audit, const candidate_list *found, plan *out,
                        pa_error *err) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < audit->images.count; i++) {
        if ((found->deeds[i] & RECIPE_DROP_FALLBACK) != 0) {
            status = plan_image(audit, found, i, out, err);
        }
    }
    return status == PA_OK ? arena_status(&out->mem, err) : status;
}

/* ---- the rewrite --------------------------------------------------------------------
 */

static bool is_left(const pa_audit *audit, const image_work *work, str extension) {
    const image *row = &audit->images.rows[work->image];
    bool is_there = false;
    for (uint32_t i = 0; i < work->file_count; i++) {
        is_there |=
            !work->files[i].is_dropped && str_equal(work->files[i].extension, extension);
    }
    for (uint32_t i = 0; i < row->variant_count; i++) {
        is_there |= row->pictures[i].file != TREE_NONE &&
                    str_equal(row->variants[i].extension, extension);
    }
    return is_there;
}

bool fallback_goes(const pa_audit *audit, const image_work *work) {
    if (work->fallback == NULL) {
        return false;
    }
    bool is_whole = true;
    str rest = work->fallback->needs;
    while (is_whole && rest.size > 0) {
        size_t end = 1 + str_find(str_part(rest, 1, rest.size), '.', 0);
        is_whole = is_left(audit, work, str_part(rest, 0, end));
        rest = str_part(rest, end, rest.size);
    }
    return is_whole;
}
