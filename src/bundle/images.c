/* images.c - decode every image once, in parallel, each in a slot of its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/images.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "bundle/lfs.h"

/* One file to decode. */
typedef struct job {
    uint32_t image;
    uint32_t variant;
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
    size_t job_count;
    size_t job_capacity;
    worker *workers;
    budget *memory;
    arena scratch; /* of one path, while jobs are listed */
    _Atomic uint32_t done;
} reading;

/* What a job works on. */
typedef struct subject {
    const image *row;
    const variant *alternative;
    picture *file;
    str path;
    str uuid;
} subject;

uint32_t image_choose(const image *row, const image_reader *reader,
                      engine_version version) {
    uint32_t chosen =
        variant_choose(row->variants, row->variant_count, &reader->support, version);
    if (chosen != NO_INDEX || row->variant_count == 0) {
        return chosen;
    }
    if (reader->name == NULL) {
        return variant_choose(row->variants, row->variant_count, &support_everything,
                              version);
    }
    return version >= ENGINE(3, 4, 0) ? NO_INDEX : 0;
}

/* Where an alternative lies; valid until the next call. */
static str native_path(reading *r, const image *row, uint32_t variant_index) {
    arena_reset(&r->scratch);
    return game_native_path(r->g, &r->g->copies[row->copy],
                            row->variants[variant_index].extension, &r->scratch);
}

static pa_status report_variants(reading *r, const image *row) {
    str uuid = r->g->assets[row->asset].uuid;
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (row->pictures[i].file != TREE_NONE) {
            continue;
        }
        str path = native_path(r, row, i);
        pa_status status =
            row->pictures[i].is_wanted
                ? finding_add(r->findings, RULE_IMAGE_MISSING, path, uuid, r->err,
                              "the image file is absent; its size and cost are unknown")
                : finding_add(
                      r->findings, RULE_VARIANT_MISSING, path, uuid, r->err,
                      "the alternative '%.*s' of an image is absent; a device that "
                      "reads it will find nothing",
                      STR_ARGS(row->variants[i].extension));
        if (status != PA_OK) {
            return status;
        }
    }
    return PA_OK;
}

/* More alternatives than engines know extensions. */
static pa_status report_surplus(reading *r, const image *row) {
    str formats = r->g->copies[row->copy].document.image->formats;
    uint32_t count = variant_count(formats);
    return count <= MAX_VARIANTS
               ? PA_OK
               : finding_add(r->findings, RULE_VARIANT_SURPLUS, (str){0},
                             r->g->assets[row->asset].uuid, r->err,
                             "the image names %u alternatives; only the first %d count",
                             count, MAX_VARIANTS);
}

/* The readers that read no alternative of an image, ", " between them, in `names`. */
static uint32_t name_unread(const reading *r, const image *row, buf *names) {
    uint32_t count = 0;
    for (size_t i = 0; i < r->options->reader_count; i++) {
        const image_reader *reader = &r->options->readers[i];
        if (variant_choose(row->variants, row->variant_count, &reader->support,
                           r->g->engine) == NO_INDEX) {
            const char *name = reader->name == NULL ? "every device" : reader->name;
            buf_format(names, "%s%s", count == 0 ? "" : ", ", name);
            count++;
        }
    }
    return count;
}

/* One finding for all readers that read no alternative. */
static pa_status add_unread(reading *r, const image *row, str names, uint32_t count,
                            str extensions) {
    str path = row->variant_count == 0 ? (str){0} : native_path(r, row, 0);
    pa_status status = finding_add(
        r->findings, RULE_VARIANT_NONE, path, r->g->assets[row->asset].uuid, r->err,
        "the image has only %.*s, and no alternative that %.*s read%s",
        STR_ARGS(extensions), STR_ARGS(names), count == 1 ? "s" : "");
    if (status != PA_OK || count > 1 || r->options->reader_count == 1) {
        return status;
    }
    finding *row_added = finding_last(r->findings);
    row_added->device = finding_text(r->findings, "%.*s", STR_ARGS(names));
    return row_added->device.at == NULL ? error_nomem(r->err) : PA_OK;
}

/* An image that some reader reads in no alternative is an error. */
static pa_status report_unread(reading *r, const image *row) {
    buf names = {0};
    buf extensions = {0};
    uint32_t count = name_unread(r, row, &names);
    for (uint32_t i = 0; i < row->variant_count; i++) {
        buf_format(&extensions, "%s%.*s", i == 0 ? "" : " ",
                   STR_ARGS(row->variants[i].extension));
    }
    pa_status status = names.failed || extensions.failed ? error_nomem(r->err) : PA_OK;
    if (status == PA_OK && count > 0) {
        status = add_unread(r, row, buf_str(&names), count, buf_str(&extensions));
    }
    buf_clear(&names);
    buf_clear(&extensions);
    return status;
}

/* Marks what each reader takes. */
static pa_status choose(reading *r, image *row) {
    for (size_t i = 0; i < r->options->reader_count; i++) {
        uint32_t chosen = image_choose(row, &r->options->readers[i], r->g->engine);
        if (chosen != NO_INDEX) {
            row->pictures[chosen].is_wanted = true;
        }
    }
    return report_unread(r, row);
}

static bool has_image(const game *g, uint32_t asset_index) {
    const image_data *data = g->copies[g->assets[asset_index].told_copy].document.image;
    return data != NULL && data->formats.size > 0;
}

static pa_status add_jobs(reading *r, const image *row) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        const picture *file = &row->pictures[i];
        bool is_read = file->is_wanted || r->options->is_reading_all;
        if (!is_read || file->file == TREE_NONE) {
            continue;
        }
        if (mem_grow(&r->jobs, &r->job_capacity, r->job_count + 1, sizeof *r->jobs) !=
            0) {
            return error_nomem(r->err);
        }
        r->jobs[r->job_count++] = (job){(uint32_t)(row - r->out->rows), i, file->file,
                                        tree_get(r->g->files, file->file)->size_bytes};
    }
    return PA_OK;
}

static pa_status add_image(reading *r, uint32_t asset_index) {
    const game *g = r->g;
    image_table *out = r->out;
    uint32_t copy_index = g->assets[asset_index].told_copy;
    const copy *c = &g->copies[copy_index];
    out->of_asset[asset_index] = NO_INDEX;
    if (!has_image(g, asset_index)) {
        return PA_OK;
    }
    image *row = &out->rows[out->count];
    *row = (image){.copy = copy_index, .asset = asset_index};
    row->variant_count =
        variant_parse(c->document.image->formats, g->engine, &out->mem, row->variants);
    row->pictures = arena_alloc(&out->mem, row->variant_count, sizeof *row->pictures);
    if (row->pictures == NULL) {
        return error_nomem(r->err);
    }
    for (uint32_t i = 0; i < row->variant_count; i++) {
        row->pictures[i].file = tree_find(g->files, native_path(r, row, i));
    }
    out->of_asset[asset_index] = out->count++;
    pa_status status = report_surplus(r, row);
    if (status == PA_OK) {
        status = choose(r, row);
    }
    if (status == PA_OK) {
        status = report_variants(r, row);
    }
    return status == PA_OK ? add_jobs(r, row) : status;
}

static str extension_format(str extension) {
    str name = str_part(extension, 1, extension.size);
    return str_is(name, "jpeg") ? str_of("jpg") : name;
}

/* Decoders go by content, so a wrong extension is no failure; on the web it decides who
 * decodes. */
static pa_status check_extension(worker *w, const subject *s, pa_error *err) {
    str stated = extension_format(s->alternative->extension);
    const char *found = picture_format_name(s->file->info.format);
    if (str_is(stated, found) || s->file->info.format == PICTURE_CMIP) {
        return PA_OK;
    }
    return finding_add(&w->findings, RULE_IMAGE_EXTENSION, s->path, s->uuid, err,
                       "the file is named '.%.*s' and holds %s", STR_ARGS(stated), found);
}

/* The format on the GPU: the number in the document, but outside of native ASTC goes by
 * its header. */
static pa_status take_gpu_format(worker *w, const subject *s, engine_target target,
                                 pa_error *err) {
    gpu_format stated = s->alternative->gpu;
    gpu_format found = s->file->info.gpu;
    s->file->gpu = s->file->info.format >= PICTURE_PVR ? stated : GPU_RGBA8;
    if (s->file->info.format < PICTURE_PVR || stated == found || found == GPU_UNKNOWN) {
        return PA_OK;
    }
    bool is_astc = found >= GPU_ASTC_4X4;
    if (stated == GPU_UNKNOWN || (is_astc && target != TARGET_NATIVE)) {
        s->file->gpu = found;
    }
    return finding_add(&w->findings, RULE_FORMAT_DISAGREES, s->path, s->uuid, err,
                       "the file holds %s, the document says %s (pixel format %d)",
                       gpu_format_get(found)->name, gpu_format_get(stated)->name,
                       (int)s->alternative->pixel_format);
}

/* Native builds have no decoder for BMP, GIF and four-component JPEG (Image.cpp, 3.8.5).
 */
static const char *refusal(engine_target target, const picture_info *info) {
    if (info->format == PICTURE_GIF) {
        return "GIF is decoded by browsers only";
    }
    if (target != TARGET_NATIVE) {
        return NULL;
    }
    if (info->format == PICTURE_BMP) {
        return "the native engine has no BMP decoder";
    }
    return info->format == PICTURE_JPEG && info->components == 4
               ? "the native engine cannot decode a JPEG of four components (CMYK)"
               : NULL;
}

static pa_status fail(worker *w, const subject *s, rule_id rule, const char *text,
                      pa_error *err) {
    s->file->problem = arena_copy(&w->mem, str_of(text));
    const char *consequence =
        s->file->is_known ? "it counts by its header" : "its cost is unknown";
    return finding_add(&w->findings, rule, s->path, s->uuid, err, "%s; %s", text,
                       consequence);
}

static pa_status decode_pixels(worker *w, const reading *r, const subject *s,
                               bytes content, pa_error *err) {
    pa_error reason = {0};
    uint64_t size_bytes = content.size + picture_decode_bytes(&s->file->info);
    budget_take(r->memory, size_bytes);
    pa_status decoded =
        picture_decode(content, &s->file->info, &w->scratch, &s->file->facts, &reason);
    if (w->scratch.capacity_bytes > PA_MAX_KEPT_BYTES) {
        picture_scratch_clear(&w->scratch);
    }
    budget_give(r->memory, size_bytes);
    s->file->is_decoded = decoded == PA_OK;
    if (decoded == PA_NOMEM) {
        return error_nomem(err);
    }
    rule_id rule = s->file->facts.is_size_wrong ? RULE_PAYLOAD_SIZE : RULE_IMAGE_BROKEN;
    return decoded == PA_OK ? PA_OK : fail(w, s, rule, reason.text, err);
}

static pa_status decode(worker *w, const reading *r, const subject *s, bytes content,
                        pa_error *err) {
    pa_error reason = {0};
    picture_info *info = &s->file->info;
    pa_status probed = picture_probe(content, info, &reason);
    if (probed == PA_NOMEM) {
        return error_nomem(err);
    }
    s->file->is_known = info->width_px > 0 && info->height_px > 0;
    if (probed != PA_OK) {
        return fail(w, s, RULE_IMAGE_BROKEN,
                    lfs_is_pointer(content) ? LFS_HINT : reason.text, err);
    }
    pa_status status = check_extension(w, s, err);
    if (status == PA_OK) {
        status = take_gpu_format(w, s, r->g->target, err);
    }
    const char *refused = refusal(r->g->target, info);
    if (status == PA_OK && refused != NULL) {
        return fail(w, s, RULE_IMAGE_REFUSED, refused, err);
    }
    return status == PA_OK && r->options->is_decoding
               ? decode_pixels(w, r, s, content, err)
               : status;
}

static pa_status read_image(void *ctx, unsigned worker_index, size_t slot, bytes content,
                            const pa_error *failure, pa_error *err) {
    reading *r = ctx;
    worker *w = &r->workers[worker_index];
    const job *j = &r->jobs[slot];
    const image *row = &r->out->rows[j->image];
    subject s = {row, &row->variants[j->variant], &row->pictures[j->variant],
                 tree_get(r->g->files, j->file)->path, r->g->assets[row->asset].uuid};
    s.file->file_bytes = failure == NULL ? content.size : j->size_bytes;
    pa_status status = failure == NULL
                           ? decode(w, r, &s, content, err)
                           : fail(w, &s, RULE_IMAGE_BROKEN, failure->text, err);
    uint32_t done = atomic_fetch_add(&r->done, 1) + 1;
    if (r->options->progress != NULL) {
        pa_progress at = {
            .step = "decoding images", .done = done, .total = (uint32_t)r->job_count};
        r->options->progress(r->options->progress_ctx, &at);
    }
    return status == PA_OK ? arena_status(&w->mem, err) : status;
}

/* The largest first: what is left for the end is small, so that no thread waits long. */
static int by_size(const void *a, const void *b) {
    const job *left = a;
    const job *right = b;
    if (left->size_bytes != right->size_bytes) {
        return left->size_bytes > right->size_bytes ? -1 : 1;
    }
    return (left->file > right->file) - (left->file < right->file);
}

static pa_status take_results(reading *r, unsigned worker_count) {
    for (unsigned i = 0; i < worker_count; i++) {
        pa_status status = finding_take(r->findings, &r->workers[i].findings, r->err);
        if (status != PA_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < r->job_count; i++) {
        picture *file = &r->out->rows[r->jobs[i].image].pictures[r->jobs[i].variant];
        if (file->problem.size > 0) {
            file->problem = arena_copy(&r->out->mem, file->problem);
        }
    }
    return arena_status(&r->out->mem, r->err);
}

static pa_status decode_all(reading *r, const pool *how) {
    tree_id *files = mem_alloc(r->job_count + 1, sizeof *files);
    r->workers = mem_zero(how->thread_count, sizeof *r->workers);
    r->memory = budget_new(how->memory_bytes);
    pa_status status = PA_OK;
    if (files == NULL || r->workers == NULL || r->memory == NULL) {
        status = error_nomem(r->err);
    } else {
        qsort(r->jobs, r->job_count, sizeof *r->jobs, by_size);
        for (size_t i = 0; i < r->job_count; i++) {
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
    pa_status status =
        out->rows == NULL || out->of_asset == NULL ? error_nomem(err) : PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->asset_count; i++) {
        status = add_image(&r, i);
    }
    if (status == PA_OK) {
        status = arena_status(&r.scratch, err);
    }
    if (status == PA_OK) {
        status = arena_status(&out->mem, err);
    }
    if (status == PA_OK && r.job_count > 0) {
        status = decode_all(&r, how);
    }
    arena_clear(&r.scratch);
    mem_free(r.jobs);
    return status;
}

void images_clear(image_table *in) {
    mem_free(in->rows);
    mem_free(in->of_asset);
    arena_clear(&in->mem);
    *in = (image_table){0};
}
