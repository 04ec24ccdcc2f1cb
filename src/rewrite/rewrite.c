/* rewrite.c - from a plan to a new build, step by step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "packaudit/rewrite.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "rewrite/output.h"
#include "rewrite/plan.h"
#include "rewrite/receipt.h"
#include "rewrite/verify.h"
#include "sys/file.h"

/* One run. */
typedef struct rewriting {
    const char *path;
    const pa_options *how;
    const pa_rewrite_options *options;
    pool work;
    plan asked;
    pa_audit *before;
    work_list list;
    changes what;
    output *out;
    cache *known;
    receipt told;
    pa_error *err;
} rewriting;

static pa_status read_plan(rewriting *r) {
    buf text = {0};
    pa_status status = file_read(r->options->plan, PA_MAX_DOCUMENT_BYTES, &text, r->err);
    if (status == PA_OK) {
        status = plan_parse(buf_str(&text), &r->asked, r->err);
    }
    buf_clear(&text);
    return status == PA_OK ? PA_OK : error_in(r->err, "%s", r->options->plan);
}

/* Images are decoded only when some are changed: what is copied is compared byte for
 * byte. */
static pa_options audit_options(const rewriting *r) {
    pa_options how = *r->how;
    how.depth = r->asked.count > 0 ? PA_DEPTH_PIXELS : PA_DEPTH_HEADERS;
    how.reads_every_alternative = true;
    return how;
}

static pa_status open_before(rewriting *r) {
    pa_options how = audit_options(r);
    r->before = pa_audit_open(r->path, &how, r->err);
    r->told.before = r->before;
    return r->before == NULL ? r->err->status
                             : changes_open(&r->what, r->before->g.files, r->err);
}

/* Opens what was written as any build is opened. */
static pa_status verify(rewriting *r) {
    pa_options how = audit_options(r);
    pa_audit *after = pa_audit_open(output_staged(r->out), &how, r->err);
    pa_status status = after == NULL ? error_in(r->err, "what was written does not open")
                                     : verify_same_game(r->before, after, r->err);
    if (status == PA_OK) {
        status = verify_images(r->before, after, &r->list, r->err);
    }
    pa_audit_free(after);
    return status;
}

/* Tells the documents about the images that changed. */
static pa_status patch(rewriting *r) {
    image_edit *edits = mem_alloc((size_t)r->list.count + 1, sizeof *edits);
    size_t count = 0;
    if (edits == NULL) {
        return error_nomem(r->err);
    }
    for (uint32_t i = 0; i < r->list.count; i++) {
        if (r->list.rows[i].is_changed) {
            edits[count++] = r->list.rows[i].edit;
        }
    }
    pa_status status = patch_build(&r->before->g, &r->before->images, edits, count,
                                   &r->what, &r->told.patched, r->err);
    mem_free(edits);
    if (status == PA_OK && count > 0) {
        status = manifests_find(r->before->g.files, &r->work, &r->told.manifests, r->err);
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

static pa_status write_output(rewriting *r) {
    r->out = output_open(r->before->g.files, r->options->output, r->err);
    pa_status status = r->out == NULL ? r->err->status : PA_OK;
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
        status = output_finish(r->out, &r->what, &r->work, r->err);
    }
    return status == PA_OK ? verify(r) : status;
}

/* The receipt and the summary first: with the folder in its place nothing is left that
 * could fail but the terminal. */
static pa_status commit(rewriting *r, buf *summary) {
    r->told.file_count = output_count(r->out);
    r->told.file_bytes = output_bytes(r->out);
    pa_status status = receipt_text(&r->told, r->options, summary, r->err);
    if (status == PA_OK) {
        status = receipt_write(&r->told, r->options, r->err);
    }
    if (status != PA_OK) {
        return status;
    }
    status = output_commit(r->out, r->err);
    if (status != PA_OK) {
        receipt_remove(&r->told);
    }
    return status;
}

static pa_status run(rewriting *r, buf *summary) {
    pa_status status = read_plan(r);
    if (status == PA_OK) {
        status = open_before(r);
    }
    if (status == PA_OK) {
        status = work_list_make(r->before, &r->asked, &r->list, r->err);
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
    return status;
}
