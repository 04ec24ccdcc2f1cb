/* receipt.c - write it, say it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/receipt.h"

#include "codec/json_write.h"
#include "sys/file.h"
#include "sys/staged.h"

/* In thousandths: whole numbers read the same everywhere. */
static void put_quality(json_writer *w, const quality *reached) {
    json_put_u64(w, "psnr_millidb", quality_milli(reached->psnr_db));
    json_put_u64(w, "ssim_milli", quality_milli(reached->ssim));
    if (reached->degrees > 0) {
        json_put_u64(w, "degrees_milli", quality_milli(reached->degrees));
    }
}

static void write_files(const image_work *work, json_writer *w) {
    json_open_array(w, "files");
    for (uint32_t i = 0; i < work->file_count; i++) {
        const made_file *file = &work->files[i];
        if (!file->is_made) {
            continue;
        }
        buf name = {0};
        encoding_name(&file->wanted, &name);
        json_open_object(w, NULL);
        w->is_flat = true;
        json_put_text(w, "extension", file->extension);
        json_put_text(w, "encoding", buf_str(&name));
        json_put_text(w, "gpu_format", str_of(gpu_format_get(file->is.gpu)->name));
        json_put_u64(w, "file_bytes", file->file_bytes);
        json_put_u64(w, "gpu_bytes",
                     encoded_bytes(file->is.gpu, work->new_width_px, work->new_height_px,
                                   file->is.levels));
        json_put_u64(w, "levels", file->is.levels);
        put_quality(w, &file->is.quality);
        json_put_bool(w, "is_below_floor", file->is_below);
        json_put_bool(w, "is_written", !file->is_dropped);
        json_close_object(w);
        w->is_flat = false;
        w->out->failed |= name.failed;
        buf_clear(&name);
    }
    json_close_array(w);
}

/* What the image was: its alternatives with their files. */
static void write_before(const receipt *in, const image_work *work, json_writer *w) {
    const image *row = &in->before->images.rows[work->image];
    uint64_t file_bytes = 0;
    for (uint32_t i = 0; i < row->variant_count; i++) {
        tree_id file = row->pictures[i].file;
        file_bytes +=
            file == TREE_NONE ? 0 : tree_get(in->before->g.files, file)->size_bytes;
    }
    json_open_object(w, "before");
    json_put_text(w, "formats", in->before->g.copies[row->copy].document.image->formats);
    json_put_u64(w, "width", work->width_px);
    json_put_u64(w, "height", work->height_px);
    json_put_u64(w, "file_bytes", file_bytes);
    json_put_u64(w, "gpu_bytes",
                 gpu_format_level_bytes(GPU_RGBA8, work->width_px, work->height_px));
    json_close_object(w);
}

static void write_image(const receipt *in, const image_work *work, json_writer *w) {
    uint32_t asset_index = in->before->images.rows[work->image].asset;
    json_open_object(w, NULL);
    json_put_text(w, "asset", in->before->g.assets[asset_index].uuid);
    json_put_text(w, "path", game_asset_path(&in->before->g, asset_index));
    json_put_bool(w, "is_changed", work->is_changed);
    write_before(in, work, w);
    if (work->is_changed) {
        json_open_object(w, "after");
        json_put_text(w, "formats", work->edit.formats);
        json_put_u64(w, "width", work->new_width_px);
        json_put_u64(w, "height", work->new_height_px);
        json_close_object(w);
    }
    if (work->has_scale_quality) {
        json_open_object(w, "smaller_sides");
        put_quality(w, &work->scale_quality);
        json_put_bool(w, "is_below_floor", work->is_scale_below);
        json_close_object(w);
    }
    write_files(work, w);
    json_close_object(w);
}

static void write_dropped(const receipt *in, json_writer *w) {
    json_open_array(w, "dropped_files");
    for (size_t i = 0; i < in->asked->count; i++) {
        const action *row = &in->asked->actions[i];
        if (row->kind != ACTION_DROP) {
            continue;
        }
        const tree *files = in->before->g.files;
        json_open_object(w, NULL);
        w->is_flat = true;
        json_put_text(w, "file", row->file);
        json_put_u64(w, "file_bytes",
                     tree_get(files, tree_find(files, row->file))->size_bytes);
        json_close_object(w);
        w->is_flat = false;
    }
    json_close_array(w);
}

static void write_merged(const receipt *in, json_writer *w) {
    json_open_array(w, "merged_textures");
    for (size_t i = 0; i < in->asked->count; i++) {
        const action *row = &in->asked->actions[i];
        if (row->kind == ACTION_MERGE) {
            json_open_object(w, NULL);
            w->is_flat = true;
            json_put_text(w, "asset", row->asset);
            json_put_text(w, "into", row->into);
            json_close_object(w);
            w->is_flat = false;
        }
    }
    json_close_array(w);
}

static uint32_t count_made(const receipt *in, bool is_cached) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < in->list->count; i++) {
        const image_work *work = &in->list->rows[i];
        for (uint32_t j = 0; j < work->file_count; j++) {
            count += work->files[j].is_made && work->files[j].is_cached == is_cached;
        }
    }
    return count;
}

static void write_manifests(const receipt *in, json_writer *w) {
    json_open_array(w, "manifests");
    for (size_t i = 0; i < in->manifests.count; i++) {
        const manifest *row = &in->manifests.rows[i];
        json_open_object(w, NULL);
        json_put_text(w, "path", row->path);
        json_put_text(w, "version", row->version);
        json_put_u64(w, "entries_changed", row->changed);
        json_close_object(w);
    }
    json_close_array(w);
    json_open_array(w, "manifests_out_of_date");
    for (size_t i = 0; i < in->manifests.count; i++) {
        if (in->manifests.rows[i].is_stale) {
            json_put_text(w, NULL, in->manifests.rows[i].path);
        }
    }
    json_close_array(w);
}

static void write_json(const receipt *in, const pa_rewrite_options *options, buf *out) {
    json_writer w = {.out = out};
    json_open_object(&w, NULL);
    json_put_text(&w, "schema", str_of("packaudit.receipt/1"));
    json_open_object(&w, "build");
    json_put_text(&w, "path", in->before->g.path);
    json_put_text(&w, "engine", in->before->g.engine_text);
    json_put_text(&w, "target", str_of(target_name(in->before->g.target)));
    json_close_object(&w);
    json_open_object(&w, "output");
    json_put_text(&w, "path", str_of(options->output));
    json_put_u64(&w, "files", in->file_count);
    json_put_u64(&w, "file_bytes", in->file_bytes);
    json_put_u64(&w, "files_encoded", count_made(in, false));
    json_put_u64(&w, "files_from_cache", count_made(in, true));
    json_put_u64(&w, "documents_edited", in->patched.documents);
    json_put_u64(&w, "files_renamed", in->patched.renamed);
    json_put_u64(&w, "configs_that_kept_their_name", in->patched.unnamed);
    json_put_bool(&w, "must_be_signed_anew", in->signature.is_void);
    json_put_u64(&w, "signature_files_left_out", in->signature.dropped);
    json_close_object(&w);
    write_manifests(in, &w);
    write_dropped(in, &w);
    write_merged(in, &w);
    if (options->order != NULL) {
        receipt_packs_json(in, &w);
    }
    json_open_array(&w, "images");
    for (uint32_t i = 0; i < in->list->count; i++) {
        write_image(in, &in->list->rows[i], &w);
    }
    json_close_array(&w);
    json_close_object(&w);
}

pa_status receipt_write(receipt *in, const pa_rewrite_options *options, pa_error *err) {
    buf text = {0};
    output_place_beside(options->output, options->receipt, ".receipt.json", &in->place);
    write_json(in, options, &text);
    pa_status status = in->place.failed || text.failed ? error_nomem(err) : PA_OK;
    if (status == PA_OK) {
        staged_sweep(in->place.at, NULL);
        status = file_write_whole(in->place.at, buf_str(&text), err);
    }
    if (status == PA_OUTPUT) {
        error_in(err, "%s", in->place.at);
    }
    buf_clear(&text);
    return status;
}

void receipt_remove(const receipt *in) {
    file_remove(in->place.at);
}

void receipt_clear(receipt *in) {
    buf_clear(&in->place);
    manifest_list_clear(&in->manifests);
    regrouped_clear(&in->packs);
}

/* The path that people know it by. */
static void say_asset(const receipt *in, str uuid, buf *out) {
    uint32_t asset_index = map_get(&in->before->g.by_uuid, uuid);
    str path =
        asset_index == MAP_NONE ? (str){0} : game_asset_path(&in->before->g, asset_index);
    arena scratch = {0};
    buf_add(out, arena_copy_name(&scratch, path.size > 0 ? path : uuid));
    out->failed |= scratch.failed;
    arena_clear(&scratch);
}

/* "compress walls/brick to astc-6x6", "drop assets/main/native/…". */
static void say_action(const receipt *in, const action *row, buf *out) {
    buf_format(out, "%s ", action_kind_name(row->kind));
    if (row->file.size > 0) {
        buf_add(out, row->file);
    } else {
        say_asset(in, row->asset, out);
    }
    if (row->kind == ACTION_MERGE) {
        buf_add_text(out, " into ");
        say_asset(in, row->into, out);
    } else if (row->kind == ACTION_COMPRESS) {
        buf_add_text(out, " to ");
        encoding_name(row, out);
    } else if (row->kind == ACTION_DOWNSCALE) {
        buf_format(out, " to %u x %u", row->width_px, row->height_px);
    }
    buf_add_byte(out, '\n');
}

static void say_dry(const receipt *in, buf *out) {
    for (size_t i = 0; i < in->asked->count; i++) {
        say_action(in, &in->asked->actions[i], out);
    }
    receipt_packs_text(in, out);
    buf_format(out, "%u images would change; nothing was written\n", in->list->count);
}

static void say_manifest(const manifest *row, arena *mem, buf *out) {
    str path = arena_copy_name(mem, row->path);
    str version = arena_copy_name(mem, row->version);
    if (row->is_stale) {
        buf_format(out, "%.*s lies in a zip and still tells the old files\n",
                   STR_ARGS(path));
    } else if (row->changed > 0) {
        buf_format(
            out,
            "%.*s: %zu entr%s of the hot update follow%s the files; its version is "
            "still '%.*s': raise it, there and in version.manifest, or no player "
            "gets them\n",
            STR_ARGS(path), row->changed, row->changed == 1 ? "y" : "ies",
            row->changed == 1 ? "s" : "", STR_ARGS(version));
    }
}

static void say_manifests(const receipt *in, buf *out) {
    arena scratch = {0};
    for (size_t i = 0; i < in->manifests.count; i++) {
        say_manifest(&in->manifests.rows[i], &scratch, out);
    }
    out->failed |= scratch.failed;
    arena_clear(&scratch);
}

static void say_signature(const receipt *in, buf *out) {
    if (in->signature.is_void) {
        buf_add_text(out, "the package is no longer signed: sign it anew (apksigner for "
                          ".apk, jarsigner for .aab, codesign for .ipa)");
        if (in->signature.dropped > 0) {
            buf_format(out, "; %zu old signature file%s of META-INF left out",
                       in->signature.dropped, in->signature.dropped == 1 ? "" : "s");
        }
        buf_add_byte(out, '\n');
    }
}

/* What was not good enough. */
static uint32_t count_below(const receipt *in) {
    uint32_t below = 0;
    for (uint32_t i = 0; i < in->list->count; i++) {
        const image_work *work = &in->list->rows[i];
        below += work->is_scale_below;
        for (uint32_t j = 0; j < work->file_count; j++) {
            below += work->files[j].is_below;
        }
    }
    return below;
}

/* What came out larger than what it would replace. */
static uint32_t count_larger(const receipt *in) {
    uint32_t larger = 0;
    for (uint32_t i = 0; i < in->list->count; i++) {
        const image_work *work = &in->list->rows[i];
        for (uint32_t j = 0; j < work->file_count; j++) {
            const made_file *file = &work->files[j];
            larger +=
                file->is_dropped && !file->is_below && (file->is_made || file->is_cached);
        }
    }
    return larger;
}

static void say_done(const receipt *in, const pa_rewrite_options *options, buf *out) {
    uint32_t changed = 0;
    for (uint32_t i = 0; i < in->list->count; i++) {
        changed += in->list->rows[i].is_changed;
    }
    buf_format(out, "%s: %zu files, %llu bytes; %u image%s changed in %zu document%s\n",
               options->output, in->file_count, (unsigned long long)in->file_bytes,
               changed, changed == 1 ? "" : "s", in->patched.documents,
               in->patched.documents == 1 ? "" : "s");
    size_t merged = plan_count(in->asked, ACTION_MERGE);
    if (merged > 0) {
        buf_format(out, "%zu texture%s into another of the same pixels\n", merged,
                   merged == 1 ? " was merged" : "s were merged");
    }
    size_t dropped = plan_count(in->asked, ACTION_DROP);
    if (dropped > 0) {
        buf_format(out, "%zu file%s dropped that nothing asks for\n", dropped,
                   dropped == 1 ? " was" : "s were");
    }
    receipt_packs_text(in, out);
    uint32_t below = count_below(in);
    if (below > 0) {
        buf_format(
            out,
            "%u edit%s not made, below the floor of quality: \"is_below_floor\" in "
            "the receipt\n",
            below, below == 1 ? " was" : "s were");
    }
    uint32_t larger = count_larger(in);
    if (larger > 0) {
        buf_format(out, "%u edit%s not made, as the file would be larger\n", larger,
                   larger == 1 ? " was" : "s were");
    }
    if (in->patched.unnamed > 0) {
        buf_format(out,
                   "%zu config%s kept the version in the name: no settings here tell "
                   "it, and caches may hold the old one\n",
                   in->patched.unnamed, in->patched.unnamed == 1 ? "" : "s");
    }
    say_manifests(in, out);
    say_signature(in, out);
}

pa_status receipt_text(const receipt *in, const pa_rewrite_options *options, buf *out,
                       pa_error *err) {
    if (options->is_dry_run) {
        say_dry(in, out);
    } else {
        say_done(in, options, out);
    }
    return out->failed ? error_nomem(err) : PA_OK;
}
