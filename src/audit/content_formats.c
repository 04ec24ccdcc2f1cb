/* content_formats.c - images that stay plain on devices that read formats of the GPU.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/content_search.h"
#include "base/units.h"

/* The format that a texture of plain images could have, or GPU_UNKNOWN. ASTC came with
 * 2.4.11. */
static gpu_format better_format(const audit_view *view, bool is_opaque) {
    const format_support *has = &view->device->formats;
    const engine_version version = view->model.version;
    if (has->astc && !(engine_is_2_4(version) && version < ENGINE(2, 4, 11))) {
        return GPU_ASTC_6X6;
    }
    return !has->etc2 ? GPU_UNKNOWN : is_opaque ? GPU_ETC2_RGB : GPU_ETC2_RGBA;
}

/* Bytes a texture would take less, 0 when it cannot change. */
static uint64_t saving(const content_search *s, size_t v, const texture_row *row) {
    const audit_view *view = &s->audit->views[v];
    const picture *file = view_picture(s->audit, view, row->images[0]);
    const image_role *role = &s->images[row->images[0]];
    bool is_plain = file->info.format < PICTURE_PVR && row->shape.format == GPU_RGBA8;
    if (!is_plain || role->is_data || role->is_baked) {
        return 0;
    }
    texture_shape better = row->shape;
    better.format = better_format(view, !file->info.has_alpha || file->facts.is_opaque);
    if (better.format == GPU_UNKNOWN) {
        return 0;
    }
    uint64_t size_bytes = texture_cost_of(&better, &view->model).gpu_bytes;
    return row->cost.gpu_bytes > size_bytes ? row->cost.gpu_bytes - size_bytes : 0;
}

static pa_status check_view(content_search *s, size_t v) {
    const audit_view *view = &s->audit->views[v];
    uint64_t now_bytes = 0;
    pa_status status = PA_OK;
    content_begin(s);
    for (uint32_t i = 0; status == PA_OK && i < view->texture_count; i++) {
        const texture_row *row = content_texture(s, v, i);
        uint64_t size_bytes = row == NULL ? 0 : saving(s, v, row);
        if (size_bytes < CONTENT_LEAST_BYTES) {
            continue;
        }
        now_bytes += row->cost.gpu_bytes;
        content_mark(s, v, size_bytes);
        status = content_member(s, size_bytes, "%.*s: %u x %u, %s",
                                STR_ARGS(content_texture_path(s, i)), row->shape.width_px,
                                row->shape.height_px, bytes_text(row->cost.gpu_bytes).at);
    }
    size_t count = s->members.count;
    if (status != PA_OK || count == 0) {
        return status;
    }
    bool is_astc = better_format(view, true) == GPU_ASTC_6X6;
    return content_add(
        s, RULE_PLAIN_FORMAT, (str){0}, (str){0},
        "%zu texture%s come%s from PNG, JPG or WebP, which save package and not memory: "
        "%s that would be %s in %s",
        count, content_plural(count), count == 1 ? "s" : "", bytes_text(now_bytes).at,
        bytes_text(now_bytes - s->marked_bytes[v]).at, is_astc ? "ASTC 6x6" : "ETC2");
}

pa_status content_plain_format(content_search *s) {
    pa_status status = PA_OK;
    for (size_t v = 0; status == PA_OK && v < s->audit->view_count; v++) {
        status = s->audit->views[v].device == NULL ? PA_OK : check_view(s, v);
    }
    return status;
}
