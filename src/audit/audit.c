/* audit.c - from a path to the costs of every scene.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bitset.h"

enum { MAX_THREADS = 256 };

pa_options pa_options_default(void) {
    return (pa_options){.memory_bytes = UINT64_C(1) << 30};
}

pool audit_pool(const pa_options *options) {
    unsigned threads =
        options->thread_count > 0 ? options->thread_count : pool_processors();
    return (pool){
        .thread_count = threads < MAX_THREADS ? threads : MAX_THREADS,
        .memory_bytes =
            options->memory_bytes > 0 ? options->memory_bytes : UINT64_C(1) << 30,
        .should_stop = options->should_stop,
        .stop_ctx = options->ctx,
    };
}

static pa_status read_images(pa_audit *audit, const pool *how, const pa_options *options,
                             pa_error *err) {
    image_reader *readers = arena_alloc(&audit->mem, audit->view_count, sizeof *readers);
    if (readers == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < audit->view_count; i++) {
        readers[i] = audit->views[i].reader;
    }
    image_options wanted = {
        .readers = readers,
        .reader_count = audit->view_count,
        .is_decoding = options->depth == PA_DEPTH_PIXELS,
        .is_reading_all = options->reads_every_alternative,
        .progress = options->progress,
        .progress_ctx = options->ctx,
    };
    return images_read(&audit->g, how, &wanted, &audit->images, &audit->findings, err);
}

static pa_status find_unreferenced(pa_audit *audit, pa_error *err) {
    const audit_view *view = &audit->views[0];
    const game *g = &audit->g;
    size_t room = g->found.bundle_count + 1;
    audit->unreferenced = arena_alloc(&audit->mem, room, sizeof *audit->unreferenced);
    if (audit->unreferenced == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->asset_count; i++) {
        if (bitset_has(view->named, i)) {
            continue;
        }
        uint32_t bundle_index = g->copies[g->assets[i].first_copy].bundle;
        unreferenced_row *row = &audit->unreferenced[audit->unreferenced_count];
        if (audit->unreferenced_count > 0 && row[-1].bundle == bundle_index) {
            row--; /* assets stand in the order of their bundles */
        } else {
            *row = (unreferenced_row){.bundle = bundle_index};
            audit->unreferenced_count++;
        }
        row->asset_count++;
        uint32_t image_index = audit->images.of_asset[i];
        if (image_index != NO_INDEX) {
            row->image_count++;
            const picture *file = view_picture(audit, view, image_index);
            row->file_bytes += file == NULL ? 0 : file->file_bytes;
        }
    }
    return PA_OK;
}

static pa_status report_unreferenced(pa_audit *audit, pa_error *err) {
    for (uint32_t i = 0; i < audit->unreferenced_count; i++) {
        const unreferenced_row *row = &audit->unreferenced[i];
        const bundle *b = &audit->g.found.bundles[row->bundle];
        str config = tree_get(audit->g.files, b->config)->path;
        pa_status status = finding_add(
            &audit->findings, RULE_UNREFERENCED, config, (str){0}, err,
            "%u asset%s of bundle '%.*s', %u image%s among them, can be reached by no "
            "scene and "
            "no name",
            row->asset_count, row->asset_count == 1 ? "" : "s", STR_ARGS(b->name),
            row->image_count, row->image_count == 1 ? "" : "s");
        if (status != PA_OK) {
            return status;
        }
        audit->findings.rows[audit->findings.count - 1].bytes = row->file_bytes;
    }
    return PA_OK;
}

/* The first stage that needs each asset, NO_INDEX where none does. */
static uint32_t *list_first_stages(const pa_audit *audit) {
    size_t count = (size_t)audit->g.asset_count + 1;
    uint32_t *first = mem_alloc(count, sizeof *first);
    for (size_t i = 0; first != NULL && i < count; i++) {
        first[i] = NO_INDEX;
    }
    for (uint32_t j = audit->stage_count; first != NULL && j > 0; j--) {
        const uint64_t *needed = audit->views[0].stages[j - 1].assets;
        for (size_t word = 0; word < BITSET_WORDS(count); word++) {
            for (uint64_t left = needed[word]; left != 0; left &= left - 1) {
                first[word * 64 + (size_t)__builtin_ctzll(left)] = j - 1;
            }
        }
    }
    return first;
}

/* Gives the findings about an image its bytes, and a scene that needs it. */
static pa_status annotate_findings(pa_audit *audit, pa_error *err) {
    uint32_t *first_stages = list_first_stages(audit);
    if (first_stages == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < audit->findings.count; i++) {
        finding *row = &audit->findings.rows[i];
        uint32_t asset_index =
            row->asset.size > 0 ? map_get(&audit->g.by_uuid, row->asset) : MAP_NONE;
        if (asset_index == MAP_NONE) {
            continue;
        }
        uint32_t image_index = audit->images.of_asset[asset_index];
        if (image_index != NO_INDEX && row->bytes == 0) {
            row->bytes = audit->views[0].decodes[image_index].finished_bytes;
        }
        uint32_t needed_by = first_stages[asset_index];
        if (needed_by != NO_INDEX && row->scene.size == 0) {
            row->scene = audit->stages[needed_by].name;
        }
    }
    mem_free(first_stages);
    return PA_OK;
}

static pa_status run(pa_audit *audit, const char *path, const pa_options *options,
                     pa_error *err) {
    game_options wanted = {.how = audit_pool(options),
                           .engine = str_of(options->engine),
                           .target = str_of(options->target)};
    pa_status status = game_open(&audit->g, path, &wanted, &audit->findings, err);
    if (status != PA_OK || options->depth == PA_DEPTH_GRAPH) {
        return status;
    }
    status = audit_size_natives(audit, err);
    if (status == PA_OK) {
        status = audit_make_views(audit, options, err);
    }
    if (status == PA_OK) {
        status = audit_list_stages(audit, err);
    }
    if (status == PA_OK) {
        status = read_images(audit, &wanted.how, options, err);
    }
    for (size_t i = 0; status == PA_OK && i < audit->view_count; i++) {
        status = view_make(audit, &audit->views[i], err);
        if (status == PA_OK) {
            status = view_make_transitions(audit, &audit->views[i], &wanted.how, err);
        }
    }
    if (status == PA_OK) {
        status = audit_check_sides(audit, err);
    }
    if (status == PA_OK) {
        status = audit_size_package(audit, err);
    }
    if (status == PA_OK) {
        status = loadables_of(audit, &audit->views[0], &audit->loadables, err);
    }
    if (status == PA_OK) {
        status = audit_find_hints(audit, &wanted.how, err);
    }
    if (status == PA_OK) {
        status = find_unreferenced(audit, err);
    }
    if (status == PA_OK) {
        status = report_unreferenced(audit, err);
    }
    if (status == PA_OK) {
        status = audit_describe_twice(audit, err);
    }
    if (status == PA_OK) {
        status = arena_status(&audit->mem, err);
    }
    if (status == PA_OK) {
        status = annotate_findings(audit, err);
    }
    if (status == PA_OK) {
        finding_sort(&audit->findings);
    }
    return status;
}

pa_audit *pa_audit_open(const char *path, const pa_options *options, pa_error *err) {
    *err = (pa_error){0};
    pa_audit *audit = mem_zero(1, sizeof *audit);
    if (audit == NULL) {
        error_nomem(err);
        return NULL;
    }
    audit->depth = options->depth;
    audit->allows_unmatched = options->allows_unmatched;
    if (run(audit, path, options, err) != PA_OK) {
        pa_audit_free(audit);
        return NULL;
    }
    return audit;
}

void pa_audit_free(pa_audit *audit) {
    if (audit == NULL) {
        return;
    }
    images_clear(&audit->images);
    mem_free(audit->devices);
    game_clear(&audit->g);
    finding_list_clear(&audit->findings);
    arena_clear(&audit->mem);
    mem_free(audit);
}

pa_finding_counts pa_audit_findings(const pa_audit *audit) {
    pa_finding_counts counts = {0};
    for (size_t i = 0; i < audit->findings.count; i++) {
        finding_level level = audit->findings.rows[i].level;
        counts.errors += level == LEVEL_ERROR;
        counts.warnings += level == LEVEL_WARNING;
        counts.notes += level == LEVEL_NOTE;
    }
    return counts;
}
