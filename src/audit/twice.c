/* twice.c - what assets take that several bundles store.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "bundle/finding_fold.h"

/* An asset of several copies, and the bytes of the native files of all but one. */
typedef struct repeated {
    uint64_t bytes;
    uint32_t asset;
    buf bundles; /* their names */
} repeated;

/* Of the files whose size is known: an image's alternatives, or the native file. */
static uint64_t native_bytes(const pa_audit *audit, uint32_t asset_index) {
    uint32_t image_index = audit->images.of_asset[asset_index];
    uint64_t total = audit->native_bytes[asset_index];
    const image *row = image_index == NO_INDEX ? NULL : &audit->images.rows[image_index];
    for (uint32_t i = 0; row != NULL && i < row->variant_count; i++) {
        tree_id file = row->pictures[i].file;
        total += file == TREE_NONE ? 0 : tree_get(audit->g.files, file)->size_bytes;
    }
    return total;
}

static int heaviest_first(const void *a, const void *b) {
    const repeated *left = a;
    const repeated *right = b;
    if (left->bytes != right->bytes) {
        return left->bytes > right->bytes ? -1 : 1;
    }
    return (left->asset > right->asset) - (left->asset < right->asset);
}

/* The assets of several copies; `place` tells each one's row. */
static size_t list_repeated(const pa_audit *audit, repeated *rows) {
    size_t count = 0;
    for (uint32_t i = 0; i < audit->g.asset_count; i++) {
        uint32_t extra = audit->g.assets[i].copy_count - 1;
        if (extra > 0) {
            rows[count++] = (repeated){extra * native_bytes(audit, i), i, {0}};
        }
    }
    if (count > 1) {
        qsort(rows, count, sizeof *rows, heaviest_first);
    }
    return count;
}

/* Names the bundles of the first `count` rows, in one pass over all copies. */
static pa_status name_bundles(const pa_audit *audit, repeated *rows, size_t count,
                              pa_error *err) {
    const game *g = &audit->g;
    uint32_t *place = mem_alloc((size_t)g->asset_count + 1, sizeof *place);
    if (place == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->asset_count; i++) {
        place[i] = NO_INDEX;
    }
    for (size_t i = 0; i < count; i++) {
        place[rows[i].asset] = (uint32_t)i;
    }
    for (uint32_t i = 0; i < g->copy_count; i++) {
        uint32_t at = place[g->copies[i].asset];
        if (at != NO_INDEX && rows[at].bundles.size < PA_ERROR_TEXT_SIZE / 2) {
            str name = g->found.bundles[g->copies[i].bundle].name;
            buf_format(&rows[at].bundles, "%s%.*s",
                       rows[at].bundles.size == 0 ? "" : ", ", STR_ARGS(name));
        }
    }
    mem_free(place);
    return PA_OK;
}

/* Fills in the finding that the reading of the bundles made. */
static pa_status describe(pa_audit *audit, finding *out, repeated *rows, size_t count,
                          pa_error *err) {
    size_t shown = count < FINDING_MAX_MEMBERS ? count : FINDING_MAX_MEMBERS;
    str *members = arena_alloc(&audit->findings.mem, shown, sizeof *members);
    pa_status status =
        members == NULL ? error_nomem(err) : name_bundles(audit, rows, shown, err);
    for (size_t i = 0; status == PA_OK && i < shown; i++) {
        str path = game_asset_path(&audit->g, rows[i].asset);
        path = path.size > 0 ? path : audit->g.assets[rows[i].asset].uuid;
        members[i] = finding_text(&audit->findings, "%.*s: %.*s", STR_ARGS(path),
                                  STR_ARGS(buf_str(&rows[i].bundles)));
        status =
            members[i].at == NULL || rows[i].bundles.failed ? error_nomem(err) : PA_OK;
    }
    for (size_t i = 0; i < count; i++) {
        out->bytes += rows[i].bytes;
        buf_clear(&rows[i].bundles);
    }
    out->members = members;
    out->member_count = status == PA_OK ? (uint32_t)shown : 0;
    return status;
}

pa_status audit_describe_twice(pa_audit *audit, pa_error *err) {
    finding *out = NULL;
    for (size_t i = 0; i < audit->findings.count && out == NULL; i++) {
        bool is_it = audit->findings.rows[i].rule == RULE_ASSET_TWICE;
        out = is_it ? &audit->findings.rows[i] : NULL;
    }
    if (out == NULL) {
        return PA_OK;
    }
    repeated *rows = mem_zero((size_t)audit->g.asset_count + 1, sizeof *rows);
    if (rows == NULL) {
        return error_nomem(err);
    }
    pa_status status = describe(audit, out, rows, list_repeated(audit, rows), err);
    mem_free(rows);
    return status;
}
