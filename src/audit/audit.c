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

static pool pool_of(const pa_options *options) {
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
    image_options wanted = {
        .support = support_fallback,
        .is_decoding = options->depth == PA_DEPTH_PIXELS,
        .progress = options->progress,
        .progress_ctx = options->ctx,
    };
    return images_read(&audit->g, how, &wanted, &audit->images, &audit->findings, err);
}

/* The set of every scene, and in `reached` all that scenes and the start bring. */
static pa_status cost_scenes(pa_audit *audit, closure *walked, uint64_t *reached,
                             pa_error *err) {
    const game *g = &audit->g;
    size_t words = BITSET_WORDS((size_t)g->asset_count + 1);
    audit->scenes =
        arena_alloc(&audit->mem, (size_t)g->scene_count + 1, sizeof *audit->scenes);
    if (audit->scenes == NULL) {
        return error_nomem(err);
    }
    pa_status status = closure_walk(g, g->startup, g->startup_count, walked, err);
    if (status == PA_OK) {
        status = set_cost_of(audit, walked, NULL, &audit->startup, err);
        bitset_unite(reached, walked->assets, words);
    }
    for (uint32_t i = 0; status == PA_OK && i < g->scene_count; i++) {
        status = closure_walk(g, &g->scenes[i].copy, 1, walked, err);
        if (status == PA_OK) {
            bitset_unite(reached, walked->assets, words);
            status = set_cost_of(audit, walked, NULL, &audit->scenes[i], err);
        }
    }
    return status;
}

/* The addressable assets of a bundle, as copies. */
static pa_status addressable(pa_audit *audit, uint32_t bundle_index, uint32_t **roots,
                             uint32_t *count, pa_error *err) {
    const bundle *b = &audit->g.found.bundles[bundle_index];
    *roots = mem_alloc((size_t)b->entry_count + 1, sizeof **roots);
    if (*roots == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < b->entry_count; i++) {
        bool is_listed = false;
        if (b->entries[i].path.size > 0 && !b->entries[i].is_pack) {
            uint32_t found =
                game_lookup(&audit->g, bundle_index, b->entries[i].uuid, &is_listed);
            if (found != NO_INDEX) {
                (*roots)[(*count)++] = found;
            }
        }
    }
    return PA_OK;
}

/* What the names of one bundle bring beyond scenes and start. */
static pa_status cost_names(pa_audit *audit, uint32_t bundle_index, closure *walked,
                            const uint64_t *reached, uint64_t *named, pa_error *err) {
    const game *g = &audit->g;
    uint32_t *roots = NULL;
    uint32_t root_count = 0;
    pa_status status = addressable(audit, bundle_index, &roots, &root_count, err);
    if (status == PA_OK) {
        status = closure_walk(g, roots, root_count, walked, err);
    }
    if (status == PA_OK) {
        name_only_row *row = &audit->name_only[audit->name_only_count];
        row->bundle = bundle_index;
        row->root_count = 0;
        for (uint32_t i = 0; i < root_count; i++) {
            row->root_count += !bitset_has(reached, g->copies[roots[i]].asset);
        }
        bitset_unite(named, walked->assets, BITSET_WORDS((size_t)g->asset_count + 1));
        if (row->root_count > 0) {
            audit->name_only_count++;
            status = set_cost_of(audit, walked, reached, &row->cost, err);
        }
    }
    mem_free(roots);
    return status;
}

static pa_status find_unreferenced(pa_audit *audit, const uint64_t *named,
                                   pa_error *err) {
    const game *g = &audit->g;
    size_t room = g->found.bundle_count + 1;
    audit->unreferenced = arena_alloc(&audit->mem, room, sizeof *audit->unreferenced);
    if (audit->unreferenced == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->asset_count; i++) {
        if (bitset_has(named, i)) {
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
            row->file_bytes += audit->images.rows[image_index].file_bytes;
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

static pa_status cost_all(pa_audit *audit, pa_error *err) {
    size_t words = BITSET_WORDS((size_t)audit->g.asset_count + 1);
    uint64_t *reached = mem_zero(words, sizeof *reached);
    uint64_t *named = mem_zero(words, sizeof *named);
    audit->name_only = arena_alloc(&audit->mem, audit->g.found.bundle_count + 1,
                                   sizeof *audit->name_only);
    closure walked = {0};
    pa_status status = reached == NULL || named == NULL || audit->name_only == NULL
                           ? error_nomem(err)
                           : PA_OK;
    if (status == PA_OK) {
        status = cost_scenes(audit, &walked, reached, err);
    }
    for (uint32_t i = 0; status == PA_OK && i < audit->g.found.bundle_count; i++) {
        status = cost_names(audit, i, &walked, reached, named, err);
    }
    if (status == PA_OK) {
        bitset_unite(named, reached, words);
        status = find_unreferenced(audit, named, err);
    }
    if (status == PA_OK) {
        status = report_unreferenced(audit, err);
    }
    closure_clear(&walked);
    mem_free(reached);
    mem_free(named);
    return status;
}

/* Gives the findings about an image its bytes, and a scene that needs it. */
static void annotate_findings(pa_audit *audit) {
    for (size_t i = 0; i < audit->findings.count; i++) {
        finding *row = &audit->findings.rows[i];
        uint32_t asset_index =
            row->asset.size > 0 ? map_get(&audit->g.by_uuid, row->asset) : MAP_NONE;
        if (asset_index == MAP_NONE) {
            continue;
        }
        uint32_t image_index = audit->images.of_asset[asset_index];
        if (image_index != NO_INDEX && row->bytes == 0) {
            row->bytes = image_decoded_bytes(&audit->images.rows[image_index].info);
        }
        for (uint32_t j = 0; j < audit->g.scene_count && row->scene.size == 0; j++) {
            if (bitset_has(audit->scenes[j].assets, asset_index)) {
                row->scene = audit->g.scenes[j].name;
            }
        }
    }
}

static pa_status run(pa_audit *audit, const char *path, const pa_options *options,
                     pa_error *err) {
    game_options wanted = {.how = pool_of(options),
                           .engine = str_of(options->engine),
                           .target = str_of(options->target)};
    pa_status status = game_open(&audit->g, path, &wanted, &audit->findings, err);
    if (status != PA_OK || options->depth == PA_DEPTH_GRAPH) {
        return status;
    }
    audit->model =
        cost_model_of(audit->g.engine, audit->g.target, &audit->g.found.settings);
    status = read_images(audit, &wanted.how, options, err);
    if (status == PA_OK) {
        status = audit_list_textures(audit, err);
    }
    if (status == PA_OK) {
        status = cost_all(audit, err);
    }
    if (status == PA_OK) {
        annotate_findings(audit);
        finding_sort(&audit->findings);
    }
    return status;
}

pa_audit *pa_audit_open(const char *path, const pa_options *options, pa_error *err) {
    pa_audit *audit = mem_zero(1, sizeof *audit);
    if (audit == NULL) {
        error_nomem(err);
        return NULL;
    }
    audit->depth = options->depth;
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
    game_clear(&audit->g);
    finding_list_clear(&audit->findings);
    arena_clear(&audit->mem);
    mem_free(audit);
}

pa_finding_counts pa_audit_findings(const pa_audit *audit) {
    pa_finding_counts counts = {0};
    for (size_t i = 0; i < audit->findings.count; i++) {
        finding_level level = rule_get(audit->findings.rows[i].rule)->level;
        counts.errors += level == LEVEL_ERROR;
        counts.warnings += level == LEVEL_WARNING;
        counts.notes += level == LEVEL_NOTE;
    }
    return counts;
}
