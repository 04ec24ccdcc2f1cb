/* rewrite.c - from a plan and a load order to a new build, step by step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "packaudit/rewrite.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "rewrite/drop.h"
#include "rewrite/font_edit.h"
#include "rewrite/frame_edit.h"
#include "rewrite/merge.h"
#include "rewrite/output.h"
#include "rewrite/plan.h"
#include "rewrite/receipt.h"
#include "rewrite/signatures.h"
#include "rewrite/verify.h"
#include "rewrite/zip_bundles.h"
#include "sys/file.h"

/* One run. */
typedef struct rewriting {
    const char *path;
    const pa_options *how;
    const pa_rewrite_options *options;
    pool work;
    plan asked;
    order_file order;
    const char *device; /* of the order */
    pa_audit *before;
    work_list list;
    merge_map merged; /* in memory of the list */
    changes what;
    output *out;
    cache *known;
    receipt told;
    buf new_order;       /* its text */
    buf new_order_place; /* its file, with a NUL */
    pa_error *err;
} rewriting;

static pa_status read_plan(rewriting *r) {
    buf text = {0};
    if (r->options->plan == NULL) {
        return PA_OK;
    }
    pa_status status = file_read(r->options->plan, PA_MAX_DOCUMENT_BYTES, &text, r->err);
    if (status == PA_OK) {
        status = plan_parse(buf_str(&text), &r->asked, r->err);
    }
    buf_clear(&text);
    return status == PA_OK ? PA_OK : error_in(r->err, "%s", r->options->plan);
}

static bool is_regrouping(const rewriting *r) {
    return r->options->order != NULL;
}

static pa_status read_order(rewriting *r) {
    pa_status status =
        is_regrouping(r) ? order_file_read(r->options->order, &r->order, r->err) : PA_OK;
    r->device = r->order.device;
    return status;
}

/* Images are decoded only when some are changed: what is copied is compared byte for
 * byte. */
static pa_options audit_options(const rewriting *r) {
    pa_options how = *r->how;
    how.depth = r->asked.count > 0 ? PA_DEPTH_PIXELS : PA_DEPTH_HEADERS;
    how.reads_every_alternative = true;
    if (is_regrouping(r) && how.device_count == 0) {
        how.devices = &r->device;
        how.device_count = 1;
    }
    return how;
}

static pa_status open_before(rewriting *r) {
    pa_options how = audit_options(r);
    r->before = pa_audit_open(r->path, &how, r->err);
    r->told.before = r->before;
    if (r->before == NULL && r->err->status == PA_USAGE && is_regrouping(r) &&
        r->how->device_count == 0) {
        return error_in(r->err, "%s: '--device' names the file of the order's device",
                        r->options->order);
    }
    if (r->before == NULL) {
        return r->err->status;
    }
    if (is_regrouping(r) && order_file_check(&r->order, r->before, r->err) != PA_OK) {
        return error_in(r->err, "%s", r->options->order);
    }
    return changes_open(&r->what, r->before->g.files, r->err);
}

/* Opens what was written as any build is opened. */
static pa_status verify(rewriting *r) {
    pa_options how = audit_options(r);
    pa_audit *after = pa_audit_open(output_staged(r->out), &how, r->err);
    pa_status status =
        after == NULL ? error_in(r->err, "what was written does not open")
                      : verify_same_game(r->before, after, &r->asked, &r->merged, r->err);
    if (status == PA_OK) {
        status = verify_images(r->before, after, &r->list, r->err);
    }
    if (status == PA_OK) {
        status = drop_verify(&r->asked, r->out, after->g.files, r->err);
    }
    if (status == PA_OK && is_regrouping(r)) {
        status = regroup_verify(after, &r->order, &r->told.packs, r->err);
    }
    if (status == PA_OK && is_regrouping(r)) {
        status = order_file_renew(&r->order, after, str_of(r->options->output),
                                  &r->new_order, r->err);
    }
    pa_audit_free(after);
    return status;
}

static pa_status regroup(rewriting *r) {
    return regroup_build(r->before, &r->order, &r->work, &r->what, r->out,
                         &r->told.patched, &r->told.packs, r->err);
}

/* Tells the documents about the images that changed, then puts them where the order wants
 * them. */
static pa_status patch(rewriting *r) {
    image_edit *edits = mem_alloc((size_t)r->list.count + 1, sizeof *edits);
    size_t count = 0;
    frame_edit frames = {0};
    merge_edit merges = {0};
    if (edits == NULL) {
        return error_nomem(r->err);
    }
    if (frame_edit_open(&frames, r->before, r->err) != PA_OK ||
        merge_edit_open(&merges, r->before, &r->merged, r->err) != PA_OK) {
        frame_edit_clear(&frames);
        mem_free(edits);
        return r->err->status;
    }
    for (uint32_t i = 0; i < r->list.count; i++) {
        const image_work *work = &r->list.rows[i];
        if (work->is_changed) {
            edits[count++] = work->edit;
        }
        if (work->is_changed && work->scale != NULL) {
            frame_edit_take(&frames, work->image,
                            &(sides_change){work->width_px, work->height_px,
                                            work->new_width_px, work->new_height_px});
        }
    }
    document_editor editors[] = {frame_editor(&frames), font_editor(&frames),
                                 merge_editor(&merges)};
    build_edits all = {.images = &r->before->images,
                       .image_edits = edits,
                       .image_count = count,
                       .editors = editors,
                       .editor_count = count + r->merged.count > 0
                                           ? sizeof editors / sizeof editors[0]
                                           : 0};
    pa_status status =
        patch_build(&r->before->g, &all, &r->what, &r->told.patched, r->err);
    mem_free(edits);
    frame_edit_clear(&frames);
    merge_edit_clear(&merges);
    if (status == PA_OK && is_regrouping(r)) {
        status = regroup(r);
    }
    return status;
}

static pa_status open_cache(rewriting *r) {
    if (r->options->cache == NULL) {
        return PA_OK;
    }
    r->known = cache_open(r->options->cache, r->before->g.files, r->options->cache_bytes,
                          r->err);
    return r->known == NULL ? r->err->status : PA_OK;
}

/* What an archive is signed with does not hold when something in it changes. */
static void drop_signatures(rewriting *r) {
    const char *path = tree_archive(r->before->g.files);
    if (path != NULL) {
        bool is_added_to = output_count(r->out) > 0;
        signatures_drop(&r->what, path, is_added_to, &r->told.signature);
    }
}

static pa_status write_output(rewriting *r) {
    const tree *files = r->before->g.files;
    pa_status status = output_check_place(files, r->options->receipt, r->err);
    if (status == PA_OK) {
        status = output_check_place(files, r->options->new_order, r->err);
    }
    if (status == PA_OK) {
        r->out = output_open(files, r->options->output, r->err);
        status = r->err->status;
    }
    if (status == PA_OK) {
        status = open_cache(r);
    }
    if (status == PA_OK) {
        status = work_do(r->before, &r->list, r->out, r->known, &r->work, r->how, r->err);
    }
    if (status == PA_OK) {
        status = patch(r);
    }
    if (status == PA_OK) {
        status = zip_bundles_write(&r->before->g, &r->what, r->out, &r->work, r->err);
    }
    if (status == PA_OK && r->asked.count + r->told.packs.files_made > 0) {
        status = manifests_edit(&r->what, r->out, r->before->g.found.root, &r->work,
                                &r->told.manifests, r->err);
    }
    if (status == PA_OK) {
        drop_signatures(r);
        status = output_finish(r->out, &r->what, &r->work, r->err);
    }
    return status == PA_OK ? verify(r) : status;
}

static pa_status write_order(rewriting *r) {
    if (!is_regrouping(r)) {
        return PA_OK;
    }
    output_place_beside(r->options->output, r->options->new_order, ".load-order.json",
                        &r->new_order_place);
    pa_status status =
        r->new_order_place.failed
            ? error_nomem(r->err)
            : file_write_whole(r->new_order_place.at, buf_str(&r->new_order), r->err);
    return status == PA_OUTPUT ? error_in(r->err, "%s", r->new_order_place.at) : status;
}

/* The receipt, the order and the summary first: with the folder in its place nothing is
 * left that could fail but the terminal. */
static pa_status commit(rewriting *r, buf *summary) {
    r->told.file_count = output_count(r->out);
    r->told.file_bytes = output_bytes(r->out);
    r->told.signature.is_void |= output_drops_signature(r->out);
    pa_status status = receipt_text(&r->told, r->options, summary, r->err);
    if (status == PA_OK) {
        status = receipt_write(&r->told, r->options, r->err);
    }
    if (status != PA_OK) {
        return status;
    }
    status = write_order(r);
    if (status == PA_OK) {
        status = output_commit(r->out, r->err);
        if (status != PA_OK && is_regrouping(r)) {
            file_remove(r->new_order_place.at);
        }
    }
    if (status != PA_OK) {
        receipt_remove(&r->told);
    }
    return status;
}

static pa_status run(rewriting *r, buf *summary) {
    pa_status status = read_plan(r);
    if (status == PA_OK) {
        status = read_order(r);
    }
    if (status == PA_OK) {
        status = open_before(r);
    }
    if (status == PA_OK) {
        status = work_list_make(r->before, &r->asked, &r->list, r->err);
    }
    if (status == PA_OK) {
        status =
            merge_read(r->before, &r->asked, &r->work, &r->list.mem, &r->merged, r->err);
    }
    if (status == PA_OK) {
        status = drop_apply(r->before, &r->asked, &r->work, &r->what, r->err);
    }
    if (status == PA_OK && r->options->is_dry_run) {
        status = is_regrouping(r) ? regroup(r) : PA_OK;
    }
    if (status == PA_OK && r->options->is_dry_run) {
        return receipt_text(&r->told, r->options, summary, r->err);
    }
    if (status == PA_OK) {
        status = write_output(r);
    }
    return status == PA_OK ? commit(r, summary) : status;
}

pa_status pa_rewrite(const char *path, const pa_options *how,
                     const pa_rewrite_options *options, pa_sink sink, void *ctx,
                     pa_error *err) {
    rewriting r = {.path = path,
                   .how = how,
                   .options = options,
                   .work = audit_pool(how),
                   .err = err};
    r.told.asked = &r.asked;
    r.told.list = &r.list;
    buf summary = {0};
    pa_status status = run(&r, &summary);
    if (status == PA_OK && sink(ctx, summary.at, summary.size) != 0) {
        status = error_set(err, PA_OUTPUT, "all is done, but it could not be told");
    }
    buf_clear(&summary);
    output_free(r.out);
    cache_close(r.known);
    changes_clear(&r.what);
    work_list_clear(&r.list);
    receipt_clear(&r.told);
    pa_audit_free(r.before);
    plan_clear(&r.asked);
    order_file_clear(&r.order);
    buf_clear(&r.new_order);
    buf_clear(&r.new_order_place);
    return status;
}
