/* images.c - decode every image once, in parallel, each in a slot of its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/images.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bundle/lfs.h"

/* One file to decode. */
typedef struct job {
    uint32_t image;
    tree_id file;
    uint64_t size_bytes;
} job;

typedef struct worker {
    picture_scratch scratch;
    finding_list findings;
    arena mem;
} worker;

typedef struct reading {
    const game *g;
    const image_options *options;
    image_table *out;
    finding_list *findings;
    pa_error *err;
    job *jobs;
    uint32_t job_count;
    worker *workers;
    budget *memory;
    _Atomic uint32_t done;
} reading;

static pa_status report_variants(reading *r, const image *row) {
    const game *g = r->g;
    str uuid = g->assets[row->asset].uuid;
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (row->files[i] != TREE_NONE || i == row->chosen) {
            continue;
        }
        arena scratch = {0};
        str path = game_native_path(g, &g->copies[row->copy], row->variants[i].extension,
                                    &scratch);
        pa_status status = finding_add(
            r->findings, RULE_VARIANT_MISSING, path, uuid, r->err,
            "the alternative '%.*s' of an image is absent; a device that reads it "
            "will find nothing",
            STR_ARGS(row->variants[i].extension));
        arena_clear(&scratch);
        if (status != PA_OK) {
            return status;
        }
    }
    return PA_OK;
}

/* The file that counts; an image that no device of the kind reads counts as the one that
 * reads everything takes it, and is an error. */
static pa_status choose(reading *r, image *row) {
    const engine_version version = r->g->engine;
    row->chosen =
        variant_choose(row->variants, row->variant_count, &r->options->support, version);
    if (row->chosen != NO_INDEX) {
        return PA_OK;
    }
    row->chosen =
        variant_choose(row->variants, row->variant_count, &support_everything, version);
    return finding_add(
        r->findings, RULE_VARIANT_NONE, (str){0}, r->g->assets[row->asset].uuid, r->err,
        "no alternative of the image is one that every device reads (%.*s)",
        STR_ARGS(r->g->copies[row->copy].document.image->formats));
}

static pa_status report_absent(reading *r, image *row) {
    arena scratch = {0};
    const copy *c = &r->g->copies[row->copy];
    str extension = row->variants[row->chosen].extension;
    str path = game_native_path(r->g, c, extension, &scratch);
    row->problem = str_of("the file is absent");
    pa_status status =
        finding_add(r->findings, RULE_IMAGE_MISSING, path, r->g->assets[row->asset].uuid,
                    r->err, "the image file is absent; its size and cost are unknown");
    arena_clear(&scratch);
    return status;
}

static bool has_image(const game *g, uint32_t asset_index) {
    const image_data *data = g->copies[g->assets[asset_index].first_copy].document.image;
    return data != NULL && data->formats.size > 0;
}

static pa_status add_image(reading *r, uint32_t asset_index) {
    const game *g = r->g;
    image_table *out = r->out;
    uint32_t copy_index = g->assets[asset_index].first_copy;
    const copy *c = &g->copies[copy_index];
    out->of_asset[asset_index] = NO_INDEX;
    if (!has_image(g, asset_index)) {
        return PA_OK;
    }
    image *row = &out->rows[out->count];
    *row = (image){.copy = copy_index, .asset = asset_index, .chosen = NO_INDEX};
    row->variant_count =
        variant_parse(c->document.image->formats, g->engine, &out->mem, row->variants);
    for (uint32_t i = 0; i < row->variant_count; i++) {
        arena scratch = {0};
        row->files[i] = tree_find(
            g->files, game_native_path(g, c, row->variants[i].extension, &scratch));
        arena_clear(&scratch);
    }
    out->of_asset[asset_index] = out->count++;
    pa_status status = choose(r, row);
    if (status == PA_OK) {
        status = report_variants(r, row);
    }
    if (status != PA_OK || row->chosen == NO_INDEX) {
        return status;
    }
    tree_id file = row->files[row->chosen];
    if (file == TREE_NONE) {
        return report_absent(r, row);
    }
    uint64_t size_bytes = tree_get(g->files, file)->size_bytes;
    r->jobs[r->job_count++] = (job){out->count - 1, file, size_bytes};
    return PA_OK;
}

static str extension_format(str extension) {
    str name = str_part(extension, 1, extension.size);
    return str_is(name, "jpeg") ? str_of("jpg") : name;
}

/* Decoders go by content, so a wrong extension is no failure; on the web it decides who
 * decodes. */
static pa_status check_extension(worker *w, const reading *r, const image *row, str path,
                                 pa_error *err) {
    str stated = extension_format(row->variants[row->chosen].extension);
    const char *found = picture_format_name(row->info.format);
    if (str_is(stated, found) || row->info.format == PICTURE_CMIP) {
        return PA_OK;
    }
    return finding_add(&w->findings, RULE_IMAGE_EXTENSION, path,
                       r->g->assets[row->asset].uuid, err,
                       "the file is named '.%.*s' and holds %s", STR_ARGS(stated), found);
}

static bool has_own_parser(engine_target target) {
    return target != TARGET_NATIVE;
}

/* The format on the GPU: the number in the document, but on the web ASTC goes by its
 * header. */
static pa_status take_gpu_format(worker *w, const reading *r, image *row, str path,
                                 pa_error *err) {
    gpu_format stated = row->variants[row->chosen].gpu;
    gpu_format found = row->info.gpu;
    row->gpu = stated;
    bool is_compressed_file = row->info.format >= PICTURE_PVR;
    if (!is_compressed_file || stated == found || found == GPU_UNKNOWN) {
        if (!is_compressed_file) {
            row->gpu = GPU_RGBA8;
        }
        return PA_OK;
    }
    bool is_astc = found >= GPU_ASTC_4X4;
    if (stated == GPU_UNKNOWN || (is_astc && has_own_parser(r->g->target))) {
        row->gpu = found;
    }
    return finding_add(&w->findings, RULE_FORMAT_DISAGREES, path,
                       r->g->assets[row->asset].uuid, err,
                       "the file holds %s, the document says %s (pixel format %d)",
                       gpu_format_get(found)->name, gpu_format_get(stated)->name,
                       (int)row->variants[row->chosen].pixel_format);
}

/* Native builds have no decoder for BMP, GIF and four-component JPEG (Image.cpp, 3.8.5).
 */
static const char *refusal(const reading *r, const picture_info *info) {
    if (info->format == PICTURE_GIF) {
        return "GIF is decoded by browsers only";
    }
    if (r->g->target != TARGET_NATIVE) {
        return NULL;
    }
    if (info->format == PICTURE_BMP) {
        return "the native engine has no BMP decoder";
    }
    return info->format == PICTURE_JPEG && info->components == 4
               ? "the native engine cannot decode a JPEG of four components (CMYK)"
               : NULL;
}

static pa_status fail(worker *w, const reading *r, image *row, rule_id rule, str path,
                      const char *text, pa_error *err) {
    row->problem = arena_copy(&w->mem, str_of(text));
    const char *consequence =
        row->is_known ? "it counts by its header" : "its cost is unknown";
    return finding_add(&w->findings, rule, path, r->g->assets[row->asset].uuid, err,
                       "%s; %s", text, consequence);
}

static pa_status decode(worker *w, const reading *r, image *row, bytes content, str path,
                        pa_error *err) {
    pa_error reason = {0};
    pa_status probed = picture_probe(content, &row->info, &reason);
    row->is_known = row->info.width_px > 0 && row->info.height_px > 0;
    if (probed != PA_OK) {
        return fail(w, r, row, RULE_IMAGE_BROKEN, path,
                    lfs_is_pointer(content) ? LFS_HINT : reason.text, err);
    }
    pa_status status = check_extension(w, r, row, path, err);
    if (status == PA_OK) {
        status = take_gpu_format(w, r, row, path, err);
    }
    const char *refused = refusal(r, &row->info);
    if (status != PA_OK || refused != NULL) {
        return status != PA_OK ? status
                               : fail(w, r, row, RULE_IMAGE_REFUSED, path, refused, err);
    }
    if (!r->options->is_decoding) {
        return PA_OK;
    }
    uint64_t size_bytes = content.size + picture_decode_bytes(&row->info);
    budget_take(r->memory, size_bytes);
    pa_status decoded =
        picture_decode(content, &row->info, &w->scratch, &row->facts, &reason);
    budget_give(r->memory, size_bytes);
    row->is_decoded = decoded == PA_OK;
    if (decoded == PA_NOMEM) {
        return error_nomem(err);
    }
    return decoded == PA_OK ? PA_OK
                            : fail(w, r, row, RULE_IMAGE_BROKEN, path, reason.text, err);
}

static pa_status read_image(void *ctx, unsigned worker_index, size_t slot, bytes content,
                            const pa_error *failure, pa_error *err) {
    reading *r = ctx;
    worker *w = &r->workers[worker_index];
    image *row = &r->out->rows[r->jobs[slot].image];
    str path = tree_get(r->g->files, r->jobs[slot].file)->path;
    row->file_bytes = failure == NULL ? content.size : r->jobs[slot].size_bytes;
    pa_status status = failure == NULL
                           ? decode(w, r, row, content, path, err)
                           : fail(w, r, row, RULE_IMAGE_BROKEN, path, failure->text, err);
    uint32_t done = atomic_fetch_add(&r->done, 1) + 1;
    if (r->options->progress != NULL) {
        r->options->progress(r->options->progress_ctx, done, r->job_count);
    }
    return status;
}

/* The largest first: what is left for the end is small, so that no thread waits long. */
static int by_size(const void *a, const void *b) {
    const job *left = a;
    const job *right = b;
    if (left->size_bytes != right->size_bytes) {
        return left->size_bytes > right->size_bytes ? -1 : 1;
    }
    return (left->image > right->image) - (left->image < right->image);
}

static pa_status take_results(reading *r, unsigned worker_count) {
    for (unsigned i = 0; i < worker_count; i++) {
        const finding_list *from = &r->workers[i].findings;
        for (size_t j = 0; j < from->count; j++) {
            const finding *row = &from->rows[j];
            pa_status status = finding_add(r->findings, row->rule, row->file, row->asset,
                                           r->err, "%.*s", STR_ARGS(row->message));
            if (status != PA_OK) {
                return status;
            }
        }
    }
    for (uint32_t i = 0; i < r->out->count; i++) {
        image *row = &r->out->rows[i];
        row->problem =
            row->problem.size > 0 ? arena_copy(&r->out->mem, row->problem) : row->problem;
        if (row->is_decoded) {
            r->out->decoded_pixels += (uint64_t)row->info.width_px * row->info.height_px;
        }
    }
    return PA_OK;
}

static pa_status decode_all(reading *r, const pool *how) {
    tree_id *files = mem_alloc((size_t)r->job_count + 1, sizeof *files);
    r->workers = mem_zero(how->thread_count, sizeof *r->workers);
    r->memory = budget_new(how->memory_bytes);
    pa_status status = PA_OK;
    if (files == NULL || r->workers == NULL || r->memory == NULL) {
        status = error_nomem(r->err);
    } else {
        qsort(r->jobs, r->job_count, sizeof *r->jobs, by_size);
        for (uint32_t i = 0; i < r->job_count; i++) {
            files[i] = r->jobs[i].file;
        }
        status = tree_visit(r->g->files, how, files, r->job_count, PA_MAX_NATIVE_BYTES,
                            read_image, r, r->err);
        if (status == PA_OK) {
            status = take_results(r, how->thread_count);
        }
    }
    for (unsigned i = 0; r->workers != NULL && i < how->thread_count; i++) {
        picture_scratch_clear(&r->workers[i].scratch);
        finding_list_clear(&r->workers[i].findings);
        arena_clear(&r->workers[i].mem);
    }
    mem_free(r->workers);
    budget_free(r->memory);
    mem_free(files);
    return status;
}

pa_status images_read(const game *g, const pool *how, const image_options *options,
                      image_table *out, finding_list *findings, pa_error *err) {
    *out = (image_table){0};
    reading r = {
        .g = g, .options = options, .out = out, .findings = findings, .err = err};
    size_t image_count = 1;
    for (uint32_t i = 0; i < g->asset_count; i++) {
        image_count += has_image(g, i);
    }
    out->rows = mem_zero(image_count, sizeof *out->rows);
    out->of_asset = mem_alloc((size_t)g->asset_count + 1, sizeof *out->of_asset);
    r.jobs = mem_alloc(image_count, sizeof *r.jobs);
    pa_status status = out->rows == NULL || out->of_asset == NULL || r.jobs == NULL
                           ? error_nomem(err)
                           : PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->asset_count; i++) {
        status = add_image(&r, i);
    }
    if (status == PA_OK && r.job_count > 0) {
        status = decode_all(&r, how);
    }
    mem_free(r.jobs);
    return status;
}

void images_clear(image_table *in) {
    mem_free(in->rows);
    mem_free(in->of_asset);
    arena_clear(&in->mem);
    *in = (image_table){0};
}
