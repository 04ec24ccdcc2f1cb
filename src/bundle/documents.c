/* documents.c - read every import file of a game, packs and single ones, in parallel.
 *
 * Only facts are kept: the bytes of a file live as long as the visit to it. Every thread
 * puts its facts into memory of its own; which slot they go to does not depend on the
 * thread. Source of the forms of packs: cocos-engine 3.8.5
 * cocos/asset/asset-manager/pack-manager.ts. SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "bundle/ccon.h"
#include "bundle/game.h"
#include "bundle/lfs.h"

/* One import file to read. */
typedef struct job {
    uint32_t bundle;
    uint32_t entry; /* of the asset, or of the pack's own id */
    uint32_t pack;  /* index of the pack, or NO_INDEX for a file of one document */
    tree_id file;
} job;

/* What one thread works with. */
typedef struct worker {
    document_reader reader;
    pa_error failure; /* of the document at hand */
    finding_list findings;
    buf converted; /* MessagePack as JSON */
    arena parts;   /* the table of a binary pack */
    uint64_t document_count;
    uint64_t document_bytes;
} worker;

typedef struct reading {
    game *g;
    finding_list *findings;
    pa_error *err;
    job *jobs;
    size_t job_count;
    size_t job_capacity;
    worker *workers;
} reading;

/* The import file of an entry. Which extension a CCON asset has depends on platform and
 * version: .cconb is .bin from 3.8.7 on the web and on native; .ccon is .json on native
 * and mini games. */
static tree_id find_import(const game *g, const bundle *b, const entry *e) {
    static const char *const plain[] = {".json", ".bin", NULL};
    static const char *const binary[] = {".cconb", ".bin", NULL};
    static const char *const text[] = {".json", ".ccon", NULL};
    const char *const *tries = str_is(e->extension, ".cconb")  ? binary
                               : str_is(e->extension, ".ccon") ? text
                                                               : plain;
    arena scratch = {0};
    tree_id found = TREE_NONE;
    for (; *tries != NULL && found == TREE_NONE; tries++) {
        found =
            tree_find(g->files, bundle_file_path(b, e, false, str_of(*tries), &scratch));
    }
    arena_clear(&scratch);
    return found;
}

static pa_status report_missing(reading *r, const bundle *b, const entry *e,
                                uint32_t members) {
    arena scratch = {0};
    str extension = e->extension.size > 0 ? e->extension : str_of(".json");
    str path = bundle_file_path(b, e, false, extension, &scratch);
    const char *quote = e->path.size > 0 ? "'" : "";
    pa_status status =
        members == 0
            ? finding_add(r->findings, RULE_IMPORT_MISSING, path, e->uuid, r->err,
                          "the import file of %s%.*s%s is absent", quote,
                          STR_ARGS(e->path.size > 0 ? e->path : e->uuid), quote)
            : finding_add(r->findings, RULE_IMPORT_MISSING, path, e->uuid, r->err,
                          "the pack file with %u documents is absent", members);
    arena_clear(&scratch);
    return status;
}

/* Notes for each document which file it is taken from. */
static void note_file(const reading *r, const bundle *b, const job *j) {
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

static pa_status add_job(reading *r, uint32_t bundle_index, uint32_t entry_index,
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
    tree_id file = find_import(r->g, b, &asked);
    if (file == TREE_NONE) {
        return report_missing(r, b, &asked,
                              pack_index == NO_INDEX ? 0 : b->packs[pack_index].count);
    }
    if (mem_grow(&r->jobs, &r->job_capacity, r->job_count + 1, sizeof *r->jobs) != 0) {
        return error_nomem(r->err);
    }
    r->jobs[r->job_count] = (job){bundle_index, entry_index, pack_index, file};
    note_file(r, b, &r->jobs[r->job_count++]);
    return PA_OK;
}

/* Makes a copy for every asset that a bundle stores. */
static pa_status add_copies(reading *r, uint32_t bundle_index) {
    game *g = r->g;
    bundle *b = &g->found.bundles[bundle_index];
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
            g->assets[g->asset_count++] = (asset){e->uuid, g->copy_count, 0};
        }
        g->assets[asset_index].copy_count++;
        b->first_copy[i] = g->copy_count;
        g->copies[g->copy_count++] = (copy){
            .bundle = bundle_index, .entry = i, .asset = asset_index, .file = TREE_NONE};
    }
    return PA_OK;
}

static pa_status list_jobs(reading *r, uint32_t bundle_index) {
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

/* How one document of a file is read: as it stands there. */
typedef struct part {
    enum { PART_DOCUMENT, PART_SECTION, PART_PAIR, PART_TEXT } form;
    json_ref value;
    str text;
    const compiled_tables *tables;
} part;

static pa_status read_part(worker *w, const part *p, document *out) {
    switch (p->form) {
    case PART_DOCUMENT:
        return document_read(&w->reader, p->value, out);
    case PART_SECTION:
        if (json_count(&w->reader.doc, p->value) != 6) {
            return error_set(w->reader.err, PA_FORMAT,
                             "a section has 6 parts, this one %u",
                             json_count(&w->reader.doc, p->value));
        }
        return document_read_section(&w->reader, p->tables,
                                     json_first(&w->reader.doc, p->value), out);
    case PART_PAIR:
        return document_read_texture_pair(&w->reader, p->value, out);
    case PART_TEXT:
        break;
    }
    return document_read_texture_text(&w->reader, p->text, out);
}

static pa_status report_broken(worker *w, const reading *r, const job *j, str uuid,
                               pa_error *err) {
    str path = tree_get(r->g->files, j->file)->path;
    return w->failure.status == PA_NOMEM
               ? error_nomem(err)
               : finding_add(&w->findings, RULE_DOCUMENT_BROKEN, path, uuid, err, "%s",
                             w->failure.text);
}

/* Reads a document and puts it where its asset wants it: an asset in several packs is
 * taken from one of them; the other copies are decoded all the same, to know that they
 * are whole. */
static pa_status take_part(worker *w, const reading *r, const job *j,
                           uint32_t entry_index, bool is_wanted, const part *p,
                           pa_error *err) {
    const bundle *b = &r->g->found.bundles[j->bundle];
    document facts = {0};
    w->failure = (pa_error){0};
    w->reader.err = &w->failure;
    if (read_part(w, p, &facts) != PA_OK) {
        return report_broken(
            w, r, j, entry_index == NO_INDEX ? (str){0} : b->entries[entry_index].uuid,
            err);
    }
    w->document_count++;
    if (is_wanted && b->first_copy[entry_index] != NO_INDEX) {
        copy *c = &r->g->copies[b->first_copy[entry_index]];
        c->document = facts;
        c->is_decoded = true;
    }
    return PA_OK;
}

static pa_status take_section(worker *w, const reading *r, const job *j, uint32_t index,
                              const part *p, pa_error *err) {
    const bundle *b = &r->g->found.bundles[j->bundle];
    const pack *holder = &b->packs[j->pack];
    uint32_t member = index < holder->count ? holder->members[index] : NO_INDEX;
    bool is_wanted = member != NO_INDEX && b->entries[member].pack == j->pack &&
                     b->entries[member].section == index;
    return take_part(w, r, j, member, is_wanted, p, err);
}

static pa_status check_count(worker *w, const reading *r, const job *j, uint32_t count,
                             pa_error *err) {
    const bundle *b = &r->g->found.bundles[j->bundle];
    uint32_t wanted = b->packs[j->pack].count;
    return count == wanted
               ? PA_OK
               : finding_add(
                     &w->findings, RULE_PACK_COUNT, tree_get(r->g->files, j->file)->path,
                     b->entries[j->entry].uuid, err,
                     "the config lists %u documents in this pack, the file holds %u",
                     wanted, count);
}

/* A list of which each element is one document of the form given. */
static pa_status take_list(worker *w, const reading *r, const job *j, json_ref list,
                           part form, pa_error *err) {
    uint32_t count = json_count(&w->reader.doc, list);
    pa_status status = check_count(w, r, j, count, err);
    json_ref item = json_first(&w->reader.doc, list);
    for (uint32_t i = 0; status == PA_OK && i < count; i++) {
        form.value = item;
        status = take_section(w, r, j, i, &form, err);
        item = json_next(&w->reader.doc, item);
    }
    return status;
}

/* 2.4: all textures in one text, '|' between them. */
static pa_status take_texture_text(worker *w, const reading *r, const job *j,
                                   json_ref value, pa_error *err) {
    str rest = json_string(&w->reader.doc, value, &w->reader.scratch);
    str text = {0};
    uint32_t count = 0;
    pa_status status = PA_OK;
    while (status == PA_OK && str_split(&rest, '|', &text)) {
        status =
            take_section(w, r, j, count++, &(part){.form = PART_TEXT, .text = text}, err);
    }
    return status == PA_OK ? check_count(w, r, j, count, err) : status;
}

static pa_status unknown_pack(worker *w, const reading *r, const job *j, pa_error *err) {
    w->failure = (pa_error){0};
    error_set(
        &w->failure, PA_FORMAT,
        "is a pack of no known form: expected a compiled pack of 6 parts, a list, or "
        "{\"type\", \"data\"}");
    return report_broken(w, r, j, r->g->found.bundles[j->bundle].entries[j->entry].uuid,
                         err);
}

static pa_status take_pack(worker *w, const reading *r, const job *j, pa_error *err) {
    const json *doc = &w->reader.doc;
    if (json_is(doc, 0, JSON_OBJECT)) {
        json_ref data = json_get(doc, 0, "data");
        bool is_texture = json_string_is(doc, json_get(doc, 0, "type"), "cc.Texture2D");
        if (is_texture && json_is(doc, data, JSON_STRING)) {
            return take_texture_text(w, r, j, data, err);
        }
        if (!json_is(doc, data, JSON_ARRAY)) {
            return unknown_pack(w, r, j, err);
        }
        return take_list(w, r, j, data,
                         (part){.form = is_texture ? PART_PAIR : PART_DOCUMENT}, err);
    }
    if (!document_is_compiled(doc, 0)) {
        return json_is(doc, 0, JSON_ARRAY)
                   ? take_list(w, r, j, 0, (part){.form = PART_DOCUMENT}, err)
                   : unknown_pack(w, r, j, err);
    }
    if (json_count(doc, 0) != 6) {
        return unknown_pack(w, r, j, err);
    }
    w->failure = (pa_error){0};
    w->reader.err = &w->failure;
    const compiled_tables *tables = document_open_tables(&w->reader, 0);
    if (tables == NULL) {
        return report_broken(w, r, j,
                             r->g->found.bundles[j->bundle].entries[j->entry].uuid, err);
    }
    return take_list(w, r, j, json_at(doc, 0, 5),
                     (part){.form = PART_SECTION, .tables = tables}, err);
}

/* Parses a text or binary document; a failure is in w->failure. */
static bool parse(worker *w, bytes content) {
    str text = str_of_bytes(content);
    w->failure = (pa_error){0};
    arena_reset(&w->reader.scratch);
    if (lfs_is_pointer(content)) {
        error_set(&w->failure, PA_FORMAT, LFS_HINT);
        return false;
    }
    if (ccon_is_binary(content) &&
        ccon_document(content, &w->converted, &text, &w->failure) != PA_OK) {
        return false;
    }
    return json_parse(&w->reader.doc, text, &w->failure) == PA_OK;
}

static pa_status take_single(worker *w, const reading *r, const job *j,
                             uint32_t entry_index, bool is_wanted, bytes content,
                             pa_error *err) {
    if (!parse(w, content)) {
        return report_broken(
            w, r, j, r->g->found.bundles[j->bundle].entries[entry_index].uuid, err);
    }
    const json *doc = &w->reader.doc;
    bool is_ccon =
        json_is(doc, 0, JSON_OBJECT) && json_get(doc, 0, "chunks") != JSON_NONE;
    json_ref inner = is_ccon ? json_get(doc, 0, "document") : JSON_NONE;
    part whole = {.form = PART_DOCUMENT, .value = inner == JSON_NONE ? 0 : inner};
    return take_part(w, r, j, entry_index, is_wanted, &whole, err);
}

/* A BINP pack: each part is a CCONB file. */
static pa_status take_binary_pack(worker *w, const reading *r, const job *j,
                                  bytes content, pa_error *err) {
    const bundle *b = &r->g->found.bundles[j->bundle];
    const pack *holder = &b->packs[j->pack];
    bytes *parts = NULL;
    uint32_t count = 0;
    w->failure = (pa_error){0};
    arena_reset(&w->parts);
    if (ccon_split_pack(content, &w->parts, &parts, &count, &w->failure) != PA_OK) {
        return report_broken(w, r, j, b->entries[j->entry].uuid, err);
    }
    pa_status status = check_count(w, r, j, count, err);
    for (uint32_t i = 0; status == PA_OK && i < count && i < holder->count; i++) {
        uint32_t member = holder->members[i];
        if (member != NO_INDEX) {
            bool is_wanted =
                b->entries[member].pack == j->pack && b->entries[member].section == i;
            status = take_single(w, r, j, member, is_wanted, parts[i], err);
        }
    }
    return status;
}

static pa_status read_file(void *ctx, unsigned worker_index, size_t slot, bytes content,
                           const pa_error *failure, pa_error *err) {
    reading *r = ctx;
    worker *w = &r->workers[worker_index];
    const job *j = &r->jobs[slot];
    const bundle *b = &r->g->found.bundles[j->bundle];
    w->document_bytes += content.size;
    if (failure != NULL) {
        w->failure = *failure;
        return report_broken(w, r, j, b->entries[j->entry].uuid, err);
    }
    if (j->pack == NO_INDEX) {
        return take_single(w, r, j, j->entry, true, content, err);
    }
    if (ccon_is_pack(content)) {
        return take_binary_pack(w, r, j, content, err);
    }
    return parse(w, content) ? take_pack(w, r, j, err)
                             : report_broken(w, r, j, b->entries[j->entry].uuid, err);
}

static pa_status read_files(reading *r, const pool *how) {
    game *g = r->g;
    tree_id *files = mem_alloc(r->job_count + 1, sizeof *files);
    r->workers = mem_zero(how->thread_count, sizeof *r->workers);
    g->worker_mem = mem_zero(how->thread_count, sizeof *g->worker_mem);
    pa_status status = PA_OK;
    if (files == NULL || r->workers == NULL || g->worker_mem == NULL) {
        status = error_nomem(r->err);
    } else {
        g->worker_count = how->thread_count;
        for (size_t i = 0; i < r->job_count; i++) {
            files[i] = r->jobs[i].file;
        }
        for (unsigned i = 0; i < how->thread_count; i++) {
            r->workers[i].reader.mem = &g->worker_mem[i];
        }
        status = tree_visit(g->files, how, files, r->job_count, PA_MAX_DOCUMENT_BYTES,
                            read_file, r, r->err);
    }
    for (unsigned i = 0; r->workers != NULL && i < how->thread_count; i++) {
        worker *w = &r->workers[i];
        g->document_count += w->document_count;
        g->document_bytes += w->document_bytes;
        if (status == PA_OK) {
            status = finding_take(r->findings, &w->findings, r->err);
        }
        document_reader_clear(&w->reader);
        finding_list_clear(&w->findings);
        buf_clear(&w->converted);
        arena_clear(&w->parts);
    }
    mem_free(r->workers);
    mem_free(files);
    return status;
}

pa_status game_read_documents(game *g, const pool *how, finding_list *findings,
                              pa_error *err) {
    reading r = {.g = g, .findings = findings, .err = err};
    size_t room = 1;
    for (size_t i = 0; i < g->found.bundle_count; i++) {
        room += g->found.bundles[i].entry_count;
    }
    g->copies = mem_zero(room, sizeof *g->copies);
    g->assets = mem_zero(room, sizeof *g->assets);
    pa_status status = g->copies == NULL || g->assets == NULL || room >= NO_INDEX
                           ? error_nomem(err)
                           : PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->found.bundle_count; i++) {
        status = add_copies(&r, i);
        if (status == PA_OK) {
            status = list_jobs(&r, i);
        }
    }
    if (status == PA_OK) {
        status = read_files(&r, how);
    }
    mem_free(r.jobs);
    return status;
}
