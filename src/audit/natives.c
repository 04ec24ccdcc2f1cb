/* natives.c - the native files that are no images: meshes, sounds, fonts, particles, raw
 * data.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

static pa_status report_missing(pa_audit *audit, const copy *c, str path, pa_error *err) {
    return finding_add(
        &audit->findings, RULE_NATIVE_MISSING, path, audit->g.assets[c->asset].uuid, err,
        "the native file of a %.*s is absent", STR_ARGS(c->document.class_name));
}

/* A value that begins with '/' names a file outside of the bundle. */
static bool has_native_file(const document *d) {
    return d->native.size > 0 && d->native.at[0] != '/' && d->image == NULL;
}

pa_status audit_size_natives(pa_audit *audit, pa_error *err) {
    const game *g = &audit->g;
    audit->native_bytes =
        arena_alloc(&audit->mem, (size_t)g->asset_count + 1, sizeof *audit->native_bytes);
    if (audit->native_bytes == NULL) {
        return error_nomem(err);
    }
    arena scratch = {0};
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->asset_count; i++) {
        const copy *c = &g->copies[g->assets[i].told_copy];
        if (!has_native_file(&c->document)) {
            continue;
        }
        arena_reset(&scratch);
        str path = game_native_path(g, c, c->document.native, &scratch);
        tree_id file = tree_find(g->files, path);
        if (file == TREE_NONE) {
            status = report_missing(audit, c, path, err);
        } else {
            audit->native_bytes[i] = tree_get(g->files, file)->size_bytes;
        }
    }
    if (status == PA_OK) {
        status = arena_status(&scratch, err);
    }
    arena_clear(&scratch);
    return status;
}

void audit_add_natives(const pa_audit *audit, const closure *walked, set_cost *out) {
    for (uint32_t i = 0; i < walked->count; i++) {
        const copy *c = &audit->g.copies[walked->copies[i]];
        uint64_t size_bytes = audit->native_bytes[c->asset];
        if (str_is(c->document.class_name, "cc.Mesh")) {
            out->mesh_bytes += size_bytes;
        } else {
            out->other_native_bytes += size_bytes;
        }
    }
}
