/* content_defects.c - content that meets a defect of an engine.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/content_search.h"

/* Containers whose levels the native reader copies and never frees. */
static pa_status collect_leak(content_search *s, uint32_t image_index) {
    const picture *seen = NULL;
    uint64_t most = 0;
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const audit_view *view = &s->audit->views[v];
        uint64_t size_bytes = view->decodes[image_index].leak_bytes;
        if (size_bytes > 0) {
            seen = view_picture(s->audit, view, image_index);
            most = size_bytes > most ? size_bytes : most;
            content_mark(s, v, size_bytes);
        }
    }
    return seen == NULL ? PA_OK
                        : content_member(s, most, "%.*s: %u x %u, %u levels",
                                         STR_ARGS(content_image_path(s, image_index)),
                                         seen->info.width_px, seen->info.height_px,
                                         seen->info.level_count);
}

pa_status content_cmip_leak(content_search *s) {
    content_begin(s);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < s->audit->images.count; i++) {
        status = collect_leak(s, i);
    }
    size_t count = s->members.count;
    return status != PA_OK || count == 0
               ? status
               : content_add(s, RULE_CMIP_LEAK, (str){0}, (str){0},
                             "%zu container%s of mipmaps: every load of %s loses the "
                             "size of the file for good",
                             count, content_plural(count), count == 1 ? "it" : "each");
}

/* The levels with a vanished side ask for at least this much: less is a wrap that came
 * out small, and copies nothing. */
#define WRAP_LEAST_BYTES (UINT64_C(1) << 20)

/* What the engine asks for beyond what it fills, and the upload that asks most. */
static uint64_t wrapped_bytes(const texture_row *row) {
    uint64_t most = 0;
    for (uint32_t i = 0; i < row->upload_count; i++) {
        const upload_cost *cost = &row->uploads[i].cost;
        uint64_t size_bytes = cost->request_bytes > cost->staging_bytes
                                  ? cost->request_bytes - cost->staging_bytes
                                  : 0;
        most = size_bytes > most ? size_bytes : most;
    }
    return most;
}

static pa_status check_wrap(content_search *s, uint32_t index) {
    const texture_row *seen = NULL;
    content_begin(s);
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const texture_row *row = content_texture(s, v, index);
        uint64_t size_bytes = row == NULL ? 0 : wrapped_bytes(row);
        if (size_bytes >= WRAP_LEAST_BYTES) {
            seen = row;
            content_mark(s, v, size_bytes);
        }
    }
    if (seen == NULL) {
        return PA_OK;
    }
    bool is_tall = seen->shape.height_px > seen->shape.width_px;
    return content_add(s, RULE_CMIP_WRAP, content_texture_path(s, index),
                       s->audit->g.assets[seen->asset].uuid,
                       "the small mipmaps of %u x %u in %s have a %s of 0, and the "
                       "engine's 32 bits make "
                       "gigabytes of it%s",
                       seen->shape.width_px, seen->shape.height_px,
                       gpu_format_get(seen->shape.format)->name,
                       is_tall ? "width" : "height",
                       is_tall ? ", which it then reads beyond the end of the file" : "");
}

pa_status content_cmip_wrap(content_search *s) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < content_texture_count(s); i++) {
        status = check_wrap(s, i);
    }
    return status;
}

/* Issue 19175 says 3.8.8, and was open when that was the newest. */
static bool has_broken_rgb8(const cost_model *model) {
    return model->target == TARGET_NATIVE && model->backend == BACKEND_METAL &&
           !engine_is_2_4(model->version) && model->version <= ENGINE(3, 8, 8);
}

static pa_status collect_rgb8(content_search *s, uint32_t index) {
    const texture_row *seen = NULL;
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const texture_row *row = content_texture(s, v, index);
        if (row != NULL && row->shape.format == GPU_RGB8 &&
            has_broken_rgb8(&s->audit->views[v].model)) {
            seen = row;
            content_mark(s, v, (uint64_t)row->shape.width_px * row->shape.height_px);
        }
    }
    return seen == NULL ? PA_OK
                        : content_member(s, seen->cost.gpu_bytes, "%.*s: %u x %u",
                                         STR_ARGS(content_texture_path(s, index)),
                                         seen->shape.width_px, seen->shape.height_px);
}

pa_status content_rgb8_metal(content_search *s) {
    content_begin(s);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < content_texture_count(s); i++) {
        status = collect_rgb8(s, i);
    }
    size_t count = s->members.count;
    return status != PA_OK || count == 0
               ? status
               : content_add(s, RULE_RGB8_METAL, (str){0}, (str){0},
                             "%zu texture%s of three bytes a pixel: Metal stores four, "
                             "and the upload reads beyond the end",
                             count, content_plural(count));
}

/* True when an image that the texture's content names also stands among its plain
 * dependencies: two edges, of which the engine takes back one. */
static bool is_named_twice(const content_search *s, const copy *c, uint32_t image_index) {
    bool is_content = false;
    bool is_plain = false;
    for (uint32_t i = 0; i < c->document.reference_count; i++) {
        uint32_t target = c->targets[i];
        if (target != NO_INDEX &&
            s->audit->images.of_asset[s->audit->g.copies[target].asset] == image_index) {
            bool is_told = c->document.references[i].is_content;
            is_content |= is_told;
            is_plain |= !is_told;
        }
    }
    return is_content && is_plain;
}

static pa_status collect_edges(content_search *s, uint32_t index) {
    const texture_row *row = &s->audit->views[0].textures[index];
    const copy *c = &s->audit->g.copies[row->copy];
    const texture_data *data = c->document.texture;
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < row->image_count; i++) {
        uint64_t most = 0;
        uint32_t image_index = row->images[i];
        if (data->is_baked || !is_named_twice(s, c, image_index)) {
            continue;
        }
        for (size_t v = 0; v < s->audit->view_count; v++) {
            const audit_view *view = &s->audit->views[v];
            const picture *file = view_picture(s->audit, view, image_index);
            if (!view->model.is_cleaning_images || file == NULL || !file->is_known) {
                continue;
            }
            uint64_t size_bytes =
                image_kept_bytes(&file->info, file->file_bytes, &view->model);
            most = size_bytes > most ? size_bytes : most;
            content_mark(s, v, size_bytes);
        }
        if (most > 0) {
            status = content_member(s, most, "%.*s",
                                    STR_ARGS(content_image_path(s, image_index)));
        }
    }
    return status;
}

pa_status content_kept_twice(content_search *s) {
    content_begin(s);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < content_texture_count(s); i++) {
        status = s->audit->views[0].textures[i].is_render ? PA_OK : collect_edges(s, i);
    }
    size_t count = s->members.count;
    return status != PA_OK || count == 0
               ? status
               : content_add(s, RULE_IMAGE_KEPT_TWICE, (str){0}, (str){0},
                             "%zu texture%s name%s the image twice: the decoded copy "
                             "stays as long as the texture",
                             count, content_plural(count), count == 1 ? "s" : "");
}
