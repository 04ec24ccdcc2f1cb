/* views.c - which of an audit's views something holds for, in words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "audit/audit.h"

enum { MAX_DEVICES_NAMED = 3 };

uint32_t audit_name_views(const pa_audit *audit, const bool *is_marked, char *out,
                          size_t size) {
    uint32_t marked = 0;
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < audit->view_count; i++) {
        if (!is_marked[i]) {
            continue;
        }
        if (marked++ < MAX_DEVICES_NAMED && audit->views[i].device != NULL) {
            int done = snprintf(out + at, size - at, "%s%.*s", at == 0 ? "" : ", ",
                                STR_ARGS(audit->views[i].device->name));
            at += done > 0 && (size_t)done < size - at ? (size_t)done : 0;
        }
    }
    if (marked > MAX_DEVICES_NAMED) {
        snprintf(out + at, size - at, " and %u more", marked - MAX_DEVICES_NAMED);
    }
    return marked;
}

str audit_only_view(const pa_audit *audit, const bool *is_marked) {
    str only = {0};
    uint32_t marked = 0;
    for (size_t i = 0; i < audit->view_count; i++) {
        if (is_marked[i] && marked++ == 0 && audit->views[i].device != NULL) {
            only = audit->views[i].device->name;
        }
    }
    return marked == 1 ? only : (str){0};
}

static bool is_too_large(const audit_view *view, const texture_row *row) {
    uint32_t limit = view->device == NULL ? 0 : view->device->max_texture_px;
    return row->is_known && !row->is_render && limit != 0 &&
           (row->shape.width_px > limit || row->shape.height_px > limit);
}

/* Marks the devices that cannot make a texture; the largest side that any of them makes
 * is its limit in words. */
static const texture_row *mark_too_large(const pa_audit *audit, uint32_t index,
                                         bool *is_marked, uint32_t *limit_px) {
    const texture_row *seen = NULL;
    *limit_px = 0;
    for (size_t v = 0; v < audit->view_count; v++) {
        const audit_view *view = &audit->views[v];
        is_marked[v] = is_too_large(view, &view->textures[index]);
        if (is_marked[v]) {
            seen = seen == NULL ? &view->textures[index] : seen;
            *limit_px = view->device->max_texture_px > *limit_px
                            ? view->device->max_texture_px
                            : *limit_px;
        }
    }
    return seen;
}

static pa_status check_side(pa_audit *audit, uint32_t index, bool *is_marked,
                            pa_error *err) {
    uint32_t limit_px = 0;
    char names[PA_ERROR_TEXT_SIZE / 2];
    const texture_row *row = mark_too_large(audit, index, is_marked, &limit_px);
    if (row == NULL) {
        return PA_OK;
    }
    uint64_t most = 0;
    str path = {0};
    for (size_t v = 0; v < audit->view_count; v++) {
        const texture_row *here = &audit->views[v].textures[index];
        const picture *file =
            is_marked[v] ? view_picture(audit, &audit->views[v], here->images[0]) : NULL;
        if (file != NULL) {
            most = here->cost.gpu_bytes > most ? here->cost.gpu_bytes : most;
            path = file->file == TREE_NONE ? path
                                           : tree_get(audit->g.files, file->file)->path;
        }
    }
    uint32_t marked = audit_name_views(audit, is_marked, names, sizeof names);
    pa_status status = finding_add(
        &audit->findings, RULE_TEXTURE_SIDE, path, audit->g.assets[row->asset].uuid, err,
        "a texture of %u x %u, more than the %u px that %s make%s", row->shape.width_px,
        row->shape.height_px, limit_px, names, marked == 1 ? "s" : "");
    if (status == PA_OK) {
        finding_last(&audit->findings)->bytes = most;
        finding_last(&audit->findings)->device = audit_only_view(audit, is_marked);
    }
    return status;
}

pa_status audit_check_sides(pa_audit *audit, pa_error *err) {
    bool *is_marked = arena_alloc(&audit->mem, audit->view_count, sizeof *is_marked);
    pa_status status = is_marked == NULL ? error_nomem(err) : PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < audit->views[0].texture_count; i++) {
        status = check_side(audit, i, is_marked, err);
    }
    return status;
}
