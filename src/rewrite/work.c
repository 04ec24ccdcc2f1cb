/* work.c - read, resize, encode, write: one image a job.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/work.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/resize.h"
#include "rewrite/alpha.h"
#include "rewrite/atlas.h"
#include "rewrite/fallback.h"

/* What one thread works with. */
typedef struct worker {
    picture_scratch scratch;
    encoder_set encoders;
    buf resized;
    buf stretched;
    buf files[MAX_VARIANTS];
    arena mem; /* of paths at hand */
} worker;

typedef struct working {
    const pa_audit *audit;
    const image_users *users;
    work_list *list;
    output *out;
    cache *known;
    const pa_options *options;
    worker *workers;
    budget *memory;
    lock *guard; /* of the list's arena */
    image_work **jobs;
    _Atomic uint32_t done;
    _Atomic uint64_t done_px;
    uint64_t total_px;
} working;

static pa_status copy_text(working *w, const buf *text, str *out, pa_error *err) {
    lock_enter(w->guard);
    *out = arena_copy(&w->list->mem, buf_str(text));
    lock_leave(w->guard);
    return out->at == NULL ? error_nomem(err) : PA_OK;
}

/* ---- what the document will say -----------------------------------------------------
 */

static void add_alternative(buf *text, const made_file *file, engine_version version) {
    buf_format(text, "%s%d", text->size > 0 ? "_" : "",
               (int)variant_extension_number(file->extension));
    if (file->is.gpu != GPU_RGBA8) {
        buf_format(text, "@%d", (int)variant_pixel_format(file->is.gpu, version));
    }
}

static const made_file *replacing(const image_work *work, uint32_t variant_index) {
    for (uint32_t i = 0; i < work->file_count; i++) {
        if (!work->files[i].is_dropped &&
            work->files[i].replaces == (int32_t)variant_index) {
            return &work->files[i];
        }
    }
    return NULL;
}

/* A JPEG stands for the picture that every device reads: the others of that kind go. */
static bool is_outdone(const image_work *work, str extension) {
    bool is_fallback = variant_is_fallback(extension);
    if (is_fallback && work->loses_fallback) {
        return true;
    }
    for (uint32_t i = 0; i < work->file_count; i++) {
        const made_file *file = &work->files[i];
        if (is_fallback && !file->is_dropped && file->wanted.to == ENCODE_JPEG &&
            work->scale == NULL) {
            return true;
        }
    }
    return false;
}

/* New alternatives first, then those that stay or were replaced, in their order. */
static pa_status write_formats(working *w, image_work *work, pa_error *err) {
    const image *row = &w->audit->images.rows[work->image];
    str known = w->audit->g.copies[row->copy].document.image->formats;
    buf text = {0};
    for (uint32_t i = 0; i < work->file_count; i++) {
        if (!work->files[i].is_dropped && work->files[i].replaces < 0) {
            add_alternative(&text, &work->files[i], w->audit->g.engine);
        }
    }
    for (uint32_t i = 0; i < row->variant_count; i++) {
        const made_file *file = replacing(work, i);
        if (file != NULL) {
            add_alternative(&text, file, w->audit->g.engine);
        } else if (!is_outdone(work, row->variants[i].extension)) {
            buf_format(&text, "%s%.*s", text.size > 0 ? "_" : "",
                       STR_ARGS(variant_part(known, i)));
            work->edit.kept |= UINT32_C(1) << i;
        }
    }
    pa_status status =
        text.failed ? error_nomem(err) : copy_text(w, &text, &work->edit.formats, err);
    buf_clear(&text);
    return status;
}

/* ---- one image ----------------------------------------------------------------------
 */

/* A plain picture that is not smaller than the one it stands for has no use. */
static bool is_no_gain(const working *w, const image_work *work, const made_file *file) {
    uint64_t old_bytes = tree_get(w->audit->g.files, work->source)->size_bytes;
    return work->scale == NULL && file->is.gpu == GPU_RGBA8 &&
           file->file_bytes >= old_bytes;
}

/* A texture that repeats has mipmaps that do, too. */
static resize_settings scaling_of(const image_users *users, resize_filter filter) {
    return (resize_settings){
        .filter = filter,
        .edge_x = users->repeats_s ? RESIZE_REPEAT : RESIZE_CLAMP,
        .edge_y = users->repeats_t ? RESIZE_REPEAT : RESIZE_CLAMP,
        .is_data = users->is_normal_map,
    };
}

/* True when an old file would stand beside new sides, as what replaces it is not good
 * enough. */
static bool lacks_an_alternative(const image_work *work) {
    for (uint32_t i = 0; i < work->file_count; i++) {
        if (work->files[i].is_dropped && work->files[i].replaces >= 0) {
            return true;
        }
    }
    return false;
}

static void leave_alone(image_work *work) {
    for (uint32_t i = 0; i < work->file_count; i++) {
        work->files[i].is_dropped = true;
    }
}

/* The old file of an alternative, without its alpha. */
static pa_status drop_alpha(working *w, const image_work *work, made_file *file, buf *out,
                            pa_error *err) {
    const image *row = &w->audit->images.rows[work->image];
    buf old = {0};
    bool is_opaque = false;
    pa_status status = tree_read(w->audit->g.files, row->pictures[file->replaces].file,
                                 PA_MAX_NATIVE_BYTES, &old, err);
    if (status == PA_OK) {
        status = alpha_drop_etc2(bytes_of(old.at, old.size), out, &is_opaque, err);
    }
    buf_clear(&old);
    file->is = (encoded){.gpu = GPU_ETC2_RGB, .levels = 1, .quality = quality_of_equal()};
    file->is_dropped = !is_opaque;
    return status;
}

/* The picture as an alternative. */
static pa_status encode_file(working *w, worker *with, const image_work *work,
                             image_view pixels, const encode_request *how,
                             made_file *file, buf *out, pa_error *err) {
    pa_status status = cache_encode(w->known, &with->encoders, pixels, how, out,
                                    &file->is, &file->is_cached, err);
    file->file_bytes = out->size;
    file->is_below = quality_is_below(&file->is.quality, file->wanted.floor);
    file->is_dropped = file->is_below || is_no_gain(w, work, file);
    return status;
}

static pa_status encode_files(working *w, worker *with, image_work *work,
                              image_view pixels, pa_error *err) {
    const image_users *users = &w->users[work->image];
    encode_request how = {
        .is_opaque = image_view_is_opaque(pixels),
        .levels = use_levels(w->audit, users, pixels.width_px, pixels.height_px),
        .mip = scaling_of(users, RESIZE_BOX)};
    for (uint32_t i = 0; i < work->file_count; i++) {
        made_file *file = &work->files[i];
        with->files[i].size = 0;
        if (file->is_remake && work->scale == NULL) {
            file->is_dropped = true; /* the sides stay, and so does the file */
            continue;
        }
        how.wanted = &file->wanted;
        bool is_cut =
            file->wanted.kind == ACTION_DROP_ALPHA && file->wanted.to == ENCODE_ETC2;
        pa_status status =
            is_cut ? drop_alpha(w, work, file, &with->files[i], err)
                   : encode_file(w, with, work, pixels, &how, file, &with->files[i], err);
        if (status != PA_OK) {
            return status;
        }
        file->is_made = true;
        file->file_bytes = with->files[i].size;
    }
    if (work->scale != NULL && lacks_an_alternative(work)) {
        leave_alone(work);
    }
    return PA_OK;
}

static content_hash hash_files(const worker *with, const image_work *work, str formats) {
    content_hash all = hash_content(formats);
    for (uint32_t i = 0; i < work->file_count; i++) {
        if (!work->files[i].is_dropped) {
            all = hash_join(all, hash_content(buf_str(&with->files[i])));
        }
    }
    return all;
}

/* Writes the new files into every bundle that stores the image. */
static pa_status write_files(working *w, worker *with, image_work *work, pa_error *err) {
    const game *g = &w->audit->g;
    uint32_t asset_index = w->audit->images.rows[work->image].asset;
    uint32_t left = w->out == NULL ? 0 : g->assets[asset_index].copy_count;
    for (uint32_t c = g->assets[asset_index].first_copy; left > 0; c++) {
        bool is_own = g->copies[c].asset == asset_index;
        left -= is_own;
        for (uint32_t i = 0; is_own && i < work->file_count; i++) {
            const made_file *file = &work->files[i];
            arena_reset(&with->mem);
            str path = image_edit_path(g, &g->copies[c], &work->edit, file->extension,
                                       &with->mem);
            if (path.at == NULL || with->mem.failed) {
                return error_nomem(err);
            }
            tree_id zip = g->found.bundles[g->copies[c].bundle].zip;
            if (!file->is_dropped &&
                output_add(w->out, path, zip, buf_str(&with->files[i]), err) != PA_OK) {
                return err->status;
            }
        }
    }
    return PA_OK;
}

static pa_status finish_image(working *w, worker *with, image_work *work, pa_error *err) {
    for (uint32_t i = 0; i < work->file_count; i++) {
        work->is_changed |= !work->files[i].is_dropped;
    }
    work->loses_fallback = fallback_goes(w->audit, work);
    work->is_changed |= work->loses_fallback;
    if (!work->is_changed) {
        return PA_OK;
    }
    work->edit = (image_edit){.image = work->image};
    if (work->scale != NULL) {
        work->edit.width_px = work->new_width_px;
        work->edit.height_px = work->new_height_px;
    }
    pa_status status = write_formats(w, work, err);
    if (status == PA_OK) {
        work->edit.hash = hash_files(with, work, work->edit.formats);
        status = write_files(w, with, work, err);
    }
    return status;
}

/* The new sides are shown as large as the old ones were: that is what they are judged
 * by. */
static pa_status judge_scale(worker *with, image_work *work, image_view before,
                             image_view after, bool is_normal_map, pa_error *err) {
    with->stretched.size = 0;
    pa_status status =
        stretch(after, before.width_px, before.height_px, &with->stretched, err);
    image_view shown = {(const uint8_t *)with->stretched.at, before.width_px,
                        before.height_px};
    if (status == PA_OK) {
        status = quality_measure(before, shown, &work->scale_quality, err);
    }
    if (status == PA_OK && is_normal_map) {
        status = quality_normals(before, shown, &work->scale_quality.degrees, err);
    }
    work->has_scale_quality = true;
    work->is_scale_below = quality_is_below(&work->scale_quality, work->scale->floor);
    return status;
}

/* No colour is above its alpha, and some alpha is below 255: a straight picture that is
 * so would be dark all over. Such numbers are averaged as they are. */
static bool is_premultiplied(image_view pixels) {
    bool is_so = !image_view_is_opaque(pixels);
    size_t size = image_view_bytes(pixels);
    for (size_t i = 0; is_so && i < size; i += 4) {
        const uint8_t *p = &pixels.pixels[i];
        is_so = p[0] <= p[3] && p[1] <= p[3] && p[2] <= p[3];
    }
    return is_so;
}

static pa_status scale(working *w, worker *with, image_work *work, image_view *pixels,
                       pa_error *err) {
    const image_frames *frames = &w->users[work->image].frames;
    resize_settings how = scaling_of(&w->users[work->image], RESIZE_CATMULL_ROM);
    how.is_linear_light = work->scale->linear;
    how.is_data |= frames->are_regions && is_premultiplied(*pixels);
    sides_change by = {work->width_px, work->height_px, work->new_width_px,
                       work->new_height_px};
    with->resized.size = 0;
    pa_status status = frames->are_several
                           ? atlas_resize(*pixels, frames->items, frames->count, &by,
                                          &how, &with->resized, err)
                           : resize(*pixels, work->new_width_px, work->new_height_px,
                                    &how, &with->resized, err);
    image_view after = {(const uint8_t *)with->resized.at, work->new_width_px,
                        work->new_height_px};
    if (status == PA_OK && quality_has_floor(work->scale->floor)) {
        status = judge_scale(with, work, *pixels, after, how.is_data, err);
    }
    if (work->is_scale_below) {
        work->scale = NULL;
        work->new_width_px = work->width_px;
        work->new_height_px = work->height_px;
    } else {
        *pixels = after;
    }
    return status;
}

static pa_status make_image(working *w, worker *with, image_work *work, bytes content,
                            pa_error *err) {
    picture_info info = {0};
    picture_facts facts = {0};
    pa_status status = picture_probe(content, &info, err);
    if (status == PA_OK) {
        status = picture_decode_pixels(content, &info, &with->scratch, &facts, err);
    }
    image_view pixels = {with->scratch.pixels, info.width_px, info.height_px};
    if (status == PA_OK && work->scale != NULL) {
        status = scale(w, with, work, &pixels, err);
    }
    if (status == PA_OK) {
        status = encode_files(w, with, work, pixels, err);
    }
    return status == PA_OK ? finish_image(w, with, work, err) : status;
}

/* What a job holds at its worst, rounded up. */
static uint64_t job_bytes(const image_work *work, uint64_t file_bytes) {
    picture_info info = {.width_px = work->width_px, .height_px = work->height_px};
    uint64_t pixels = (uint64_t)info.width_px * info.height_px * 4;
    uint64_t most = 0;
    /* the sides may stay as they are then */
    bool is_judged = work->scale != NULL && quality_has_floor(work->scale->floor);
    for (uint32_t i = 0; i < work->file_count; i++) {
        uint64_t needed = encode_bytes(&work->files[i].wanted,
                                       is_judged ? work->width_px : work->new_width_px,
                                       is_judged ? work->height_px : work->new_height_px);
        most = needed > most ? needed : most;
    }
    return file_bytes + (is_judged ? 4 : 3) * pixels + most;
}

/* What the time that it takes goes by: an image that is encoded three times counts
 * three times. */
static uint64_t work_px(const image_work *work) {
    uint64_t files = work->file_count > 0 ? work->file_count : 1;
    return (uint64_t)work->new_width_px * work->new_height_px * files;
}

/* One image more is done; NULL: the work begins. */
static void tell_progress(working *w, const image_work *work) {
    pa_progress at = {.step = w->out != NULL ? "encoding images" : "measuring images",
                      .total = w->list->count,
                      .total_px = w->total_px};
    if (work != NULL) {
        uint64_t own_px = work_px(work);
        at.done = atomic_fetch_add(&w->done, 1) + 1;
        at.done_px = atomic_fetch_add(&w->done_px, own_px) + own_px;
    }
    if (w->options->progress != NULL) {
        w->options->progress(w->options->ctx, &at);
    }
}

static pa_status do_image(void *ctx, unsigned worker_index, size_t slot, bytes content,
                          const pa_error *failure, pa_error *err) {
    working *w = ctx;
    image_work *work = w->jobs[slot];
    str path = tree_get(w->audit->g.files, work->source)->path;
    if (failure != NULL) {
        return error_set(err, PA_IO, "%.*s: %s", STR_ARGS(path), failure->text);
    }
    uint64_t size_bytes = job_bytes(work, content.size);
    budget_take(w->memory, size_bytes);
    pa_status status = make_image(w, &w->workers[worker_index], work, content, err);
    budget_give(w->memory, size_bytes);
    tell_progress(w, work);
    return status == PA_OK || status == PA_OUTPUT ? status
                                                  : error_in(err, "%.*s", STR_ARGS(path));
}

/* ---- all of them --------------------------------------------------------------------
 */

/* The largest first: what is left for the end is small. */
static int by_size(const void *a, const void *b) {
    const image_work *left = *(image_work *const *)a;
    const image_work *right = *(image_work *const *)b;
    uint64_t left_px = (uint64_t)left->width_px * left->height_px;
    uint64_t right_px = (uint64_t)right->width_px * right->height_px;
    if (left_px != right_px) {
        return left_px > right_px ? -1 : 1;
    }
    return (left->image > right->image) - (left->image < right->image);
}

static void clear_worker(worker *with) {
    picture_scratch_clear(&with->scratch);
    encoder_set_clear(&with->encoders);
    buf_clear(&with->resized);
    buf_clear(&with->stretched);
    for (size_t i = 0; i < MAX_VARIANTS; i++) {
        buf_clear(&with->files[i]);
    }
    arena_clear(&with->mem);
}

static pa_status run(working *w, const pool *how, pa_error *err) {
    size_t count = w->list->count;
    tree_id *files = mem_alloc(count + 1, sizeof *files);
    w->jobs = mem_alloc(count + 1, sizeof(image_work *));
    if (files == NULL || w->jobs == NULL) {
        mem_free(files);
        return error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        w->jobs[i] = &w->list->rows[i];
        w->total_px += work_px(w->jobs[i]);
    }
    qsort(w->jobs, count, sizeof(image_work *), by_size);
    for (size_t i = 0; i < count; i++) {
        files[i] = w->jobs[i]->source;
    }
    tell_progress(w, NULL);
    pa_status status = tree_visit(w->audit->g.files, how, files, count,
                                  PA_MAX_NATIVE_BYTES, do_image, w, err);
    mem_free(files);
    return status;
}

pa_status work_do(const pa_audit *audit, work_list *list, output *out, cache *known,
                  const pool *how, const pa_options *options, pa_error *err) {
    working w = {
        .audit = audit, .list = list, .out = out, .known = known, .options = options};
    image_users *users = NULL;
    pa_status status = use_of_images(audit, &list->mem, &users, err);
    w.users = users;
    w.workers = mem_zero(how->thread_count, sizeof *w.workers);
    w.memory = budget_new(how->memory_bytes);
    w.guard = lock_new();
    if (w.workers == NULL || w.memory == NULL || w.guard == NULL) {
        status = error_nomem(err);
    }
    if (status == PA_OK && list->count > 0) {
        status = run(&w, how, err);
    }
    for (unsigned i = 0; w.workers != NULL && i < how->thread_count; i++) {
        clear_worker(&w.workers[i]);
    }
    mem_free(w.workers);
    mem_free(w.jobs);
    budget_free(w.memory);
    lock_free(w.guard);
    return status;
}
