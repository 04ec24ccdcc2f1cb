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
#include "bundle/documents.h"
#include "bundle/lfs.h"

/* What one thread works with. */
typedef struct document_worker {
    document_reader reader;
    pa_error failure; /* of the document at hand */
    finding_list findings;
    buf converted; /* MessagePack as JSON */
    arena parts;   /* the table of a binary pack */
    uint64_t document_count;
    uint64_t document_bytes;
} worker;

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

static pa_status report_broken(worker *w, const document_reading *r,
                               const document_job *j, str uuid, pa_error *err) {
    str path = tree_get(r->g->files, j->file)->path;
    return w->failure.status == PA_NOMEM
               ? error_nomem(err)
               : finding_add(&w->findings, RULE_DOCUMENT_BROKEN, path, uuid, err, "%s",
                             w->failure.text);
}

/* Reads a document and puts it where its asset wants it: an asset in several packs is
 * taken from one of them; the other copies are decoded all the same, to know that they
 * are whole. */
static pa_status take_part(worker *w, const document_reading *r, const document_job *j,
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

static pa_status take_section(worker *w, const document_reading *r, const document_job *j,
                              uint32_t index, const part *p, pa_error *err) {
    const bundle *b = &r->g->found.bundles[j->bundle];
    const pack *holder = &b->packs[j->pack];
    uint32_t member = index < holder->count ? holder->members[index] : NO_INDEX;
    bool is_wanted = member != NO_INDEX && b->entries[member].pack == j->pack &&
                     b->entries[member].section == index;
    return take_part(w, r, j, member, is_wanted, p, err);
}

static pa_status check_count(worker *w, const document_reading *r, const document_job *j,
                             uint32_t count, pa_error *err) {
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
static pa_status take_list(worker *w, const document_reading *r, const document_job *j,
                           json_ref list, part form, pa_error *err) {
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
static pa_status take_texture_text(worker *w, const document_reading *r,
                                   const document_job *j, json_ref value, pa_error *err) {
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

static pa_status unknown_pack(worker *w, const document_reading *r, const document_job *j,
                              pa_error *err) {
    w->failure = (pa_error){0};
    error_set(
        &w->failure, PA_FORMAT,
        "is a pack of no known form: expected a compiled pack of 6 parts, a list, or "
        "{\"type\", \"data\"}");
    return report_broken(w, r, j, r->g->found.bundles[j->bundle].entries[j->entry].uuid,
                         err);
}

static pa_status take_pack(worker *w, const document_reading *r, const document_job *j,
                           pa_error *err) {
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

static pa_status take_single(worker *w, const document_reading *r, const document_job *j,
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
static pa_status take_binary_pack(worker *w, const document_reading *r,
                                  const document_job *j, bytes content, pa_error *err) {
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

static pa_status take_file(worker *w, const document_reading *r, const document_job *j,
                           bytes content, pa_error *err) {
    const bundle *b = &r->g->found.bundles[j->bundle];
    if (j->pack == NO_INDEX) {
        return take_single(w, r, j, j->entry, true, content, err);
    }
    if (ccon_is_pack(content)) {
        return take_binary_pack(w, r, j, content, err);
    }
    return parse(w, content) ? take_pack(w, r, j, err)
                             : report_broken(w, r, j, b->entries[j->entry].uuid, err);
}

/* A text that memory was refused for reads as an absent one: such facts do not count. */
static pa_status memory_of(const worker *w, pa_error *err) {
    bool has_failed =
        w->reader.mem->failed || w->reader.scratch.failed || w->parts.failed;
    return has_failed ? error_nomem(err) : PA_OK;
}

static pa_status read_file(void *ctx, unsigned worker_index, size_t slot, bytes content,
                           const pa_error *failure, pa_error *err) {
    document_reading *r = ctx;
    worker *w = &r->workers[worker_index];
    const document_job *j = &r->jobs[slot];
    w->document_bytes += content.size;
    if (failure != NULL) {
        w->failure = *failure;
        str uuid = r->g->found.bundles[j->bundle].entries[j->entry].uuid;
        return report_broken(w, r, j, uuid, err);
    }
    pa_status status = take_file(w, r, j, content, err);
    return status == PA_OK ? memory_of(w, err) : status;
}

static pa_status read_files(document_reading *r, const pool *how) {
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

/* A copy that is broken in one bundle may be whole in another. */
static void choose_told_copies(game *g) {
    for (uint32_t i = 0; i < g->copy_count; i++) {
        asset *a = &g->assets[g->copies[i].asset];
        if (g->copies[i].is_decoded && !g->copies[a->told_copy].is_decoded) {
            a->told_copy = i;
        }
    }
}

pa_status game_read_documents(game *g, const pool *how, finding_list *findings,
                              pa_error *err) {
    document_reading r = {.g = g, .findings = findings, .err = err};
    size_t room = 1;
    for (size_t i = 0; i < g->found.bundle_count; i++) {
        room += g->found.bundles[i].entry_count;
    }
    if (room >= NO_INDEX) {
        return error_set(err, PA_LIMIT, "lists %zu assets, more than can be numbered",
                         room - 1);
    }
    g->copies = mem_zero(room, sizeof *g->copies);
    g->assets = mem_zero(room, sizeof *g->assets);
    pa_status status = g->copies == NULL || g->assets == NULL ? error_nomem(err) : PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->found.bundle_count; i++) {
        status = documents_add_copies(&r, i);
        if (status == PA_OK) {
            status = documents_list_files(&r, i);
        }
    }
    if (status == PA_OK) {
        status = arena_status(&r.scratch, err);
    }
    if (status == PA_OK) {
        status = read_files(&r, how);
        choose_told_copies(g);
    }
    arena_clear(&r.scratch);
    mem_free(r.jobs);
    return status;
}
