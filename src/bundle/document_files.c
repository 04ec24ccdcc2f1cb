/* document_files.c - which import files a game has, and whose documents they hold.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/limits.h"
#include "bundle/documents.h"

/* The import file of an entry. Which extension a CCON asset has depends on platform and
 * version: .cconb is .bin from 3.8.7 on the web and on native; .ccon is .json on native
 * and mini games. */
static tree_id find_import(document_reading *r, const bundle *b, const entry *e) {
    static const char *const plain[] = {".json", ".bin", NULL};
    static const char *const binary[] = {".cconb", ".bin", NULL};
    static const char *const text[] = {".json", ".ccon", NULL};
    const char *const *tries = str_is(e->extension, ".cconb")  ? binary
                               : str_is(e->extension, ".ccon") ? text
                                                               : plain;
    tree_id found = TREE_NONE;
    for (; *tries != NULL && found == TREE_NONE; tries++) {
        arena_reset(&r->scratch);
        str path = bundle_file_path(b, e, false, str_of(*tries), &r->scratch);
        found = tree_find(r->g->files, path);
    }
    return found;
}

static pa_status report_missing(document_reading *r, const bundle *b, const entry *e,
                                uint32_t members) {
    arena_reset(&r->scratch);
    str extension = e->extension.size > 0 ? e->extension : str_of(".json");
    str path = bundle_file_path(b, e, false, extension, &r->scratch);
    const char *quote = e->path.size > 0 ? "'" : "";
    return members == 0
               ? finding_add(r->findings, RULE_IMPORT_MISSING, path, e->uuid, r->err,
                             "the import file of %s%.*s%s is absent", quote,
                             STR_ARGS(e->path.size > 0 ? e->path : e->uuid), quote)
               : finding_add(r->findings, RULE_IMPORT_MISSING, path, e->uuid, r->err,
                             "the pack file with %u documents is absent", members);
}

/* Notes for each document which file it is taken from. */
static void note_file(const document_reading *r, const bundle *b, const document_job *j) {
    copy *copies = r->g->copies;
    if (j->pack == NO_INDEX) {
        copies[b->first_copy[j->entry]].file = j->file;
        return;
    }
    const pack *p = &b->packs[j->pack];
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t member = p->members[i];
        if (member != NO_INDEX && b->entries[member].pack == j->pack &&
            b->first_copy[member] != NO_INDEX) {
            copies[b->first_copy[member]].file = j->file;
        }
    }
}

static pa_status add_job(document_reading *r, uint32_t bundle_index, uint32_t entry_index,
                         uint32_t pack_index) {
    const bundle *b = &r->g->found.bundles[bundle_index];
    const entry *e = &b->entries[entry_index];
    entry asked = *e;
    if (pack_index != NO_INDEX) {
        /* The first member decides the extension of a pack; only binary ones matter. */
        const pack *p = &b->packs[pack_index];
        bool is_binary = p->count > 0 && p->members[0] != NO_INDEX &&
                         str_is(b->entries[p->members[0]].extension, ".cconb");
        asked.extension = is_binary ? str_of(".cconb") : (str){0};
    }
    tree_id file = find_import(r, b, &asked);
    if (file == TREE_NONE) {
        return report_missing(r, b, &asked,
                              pack_index == NO_INDEX ? 0 : b->packs[pack_index].count);
    }
    if (mem_grow(&r->jobs, &r->job_capacity, r->job_count + 1, sizeof *r->jobs) != 0) {
        return error_nomem(r->err);
    }
    r->jobs[r->job_count] = (document_job){bundle_index, entry_index, pack_index, file};
    note_file(r, b, &r->jobs[r->job_count++]);
    return PA_OK;
}

/* Which bundles the redirects lead to. */
static pa_status link_deps(document_reading *r, uint32_t bundle_index) {
    game *g = r->g;
    bundle *b = &g->found.bundles[bundle_index];
    b->dep_bundles =
        arena_alloc(&g->mem, (size_t)b->dep_count + 1, sizeof *b->dep_bundles);
    if (b->dep_bundles == NULL) {
        return error_nomem(r->err);
    }
    for (uint32_t i = 0; i < b->dep_count; i++) {
        b->dep_bundles[i] = game_bundle(g, b->deps[i]);
    }
    return PA_OK;
}

/* Makes a copy for every asset that a bundle stores. */
pa_status documents_add_copies(document_reading *r, uint32_t bundle_index) {
    game *g = r->g;
    bundle *b = &g->found.bundles[bundle_index];
    if (link_deps(r, bundle_index) != PA_OK) {
        return r->err->status;
    }
    b->first_copy =
        arena_alloc(&g->mem, (size_t)b->entry_count + 1, sizeof *b->first_copy);
    if (b->first_copy == NULL) {
        return error_nomem(r->err);
    }
    for (uint32_t i = 0; i < b->entry_count; i++) {
        const entry *e = &b->entries[i];
        bool is_again = map_get(&b->by_uuid, e->uuid) != i;
        b->first_copy[i] = NO_INDEX;
        if (e->is_pack || e->redirect != NO_INDEX || is_again) {
            continue;
        }
        uint32_t asset_index = 0;
        if (!map_add(&g->by_uuid, e->uuid, g->asset_count, &asset_index)) {
            return error_nomem(r->err);
        }
        if (asset_index == g->asset_count) {
            g->assets[g->asset_count++] =
                (asset){e->uuid, g->copy_count, 0, g->copy_count};
        }
        g->assets[asset_index].copy_count++;
        b->first_copy[i] = g->copy_count;
        g->copies[g->copy_count++] = (copy){
            .bundle = bundle_index, .entry = i, .asset = asset_index, .file = TREE_NONE};
    }
    return PA_OK;
}

pa_status documents_list_files(document_reading *r, uint32_t bundle_index) {
    const bundle *b = &r->g->found.bundles[bundle_index];
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < b->pack_count; i++) {
        status = add_job(r, bundle_index, b->packs[i].entry, i);
    }
    for (uint32_t i = 0; status == PA_OK && i < b->entry_count; i++) {
        if (b->first_copy[i] != NO_INDEX && b->entries[i].pack == NO_INDEX) {
            status = add_job(r, bundle_index, i, NO_INDEX);
        }
    }
    return status;
}
