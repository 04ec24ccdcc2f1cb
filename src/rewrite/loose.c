/* loose.c - the parts of a file, with the rows that they name.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/loose.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "bundle/config.h"

/* Parts of a compiled file before its document's own six. */
enum { TABLES_FROM = 1, OWN_PARTS = 6, FILE_PARTS = 11 };

typedef struct reading {
    document_reader *in;
    shared_rows *rows;
    arena *mem;
    index_list indices;
    json_ref *tables[INDEX_TABLE_COUNT]; /* rows of the file at hand, in scratch memory */
    uint32_t counts[INDEX_TABLE_COUNT];
    pa_error *err;
} reading;

static pa_status refuse(const reading *r, const char *why) {
    return error_set(r->err, PA_FORMAT, "%s", why);
}

/* From the first byte of one value to the last of another. */
static str raw_between(const json *doc, json_ref first, json_ref last) {
    str from = json_raw(doc, first);
    str to = json_raw(doc, last);
    return (str){from.at, (size_t)(to.at - from.at) + to.size};
}

/* ---- shared tables ---------------------------------------------------------------- */

static pa_status list_tables(reading *r, json_ref root) {
    const json *doc = &r->in->doc;
    for (unsigned i = 0; i < INDEX_TABLE_COUNT; i++) {
        json_ref table = json_at(doc, root, TABLES_FROM + i);
        r->counts[i] = json_is(doc, table, JSON_ARRAY) ? json_count(doc, table) : 0;
        r->tables[i] =
            arena_alloc(&r->in->scratch, (size_t)r->counts[i] + 1, sizeof(json_ref));
        if (r->tables[i] == NULL) {
            return error_nomem(r->err);
        }
        json_ref item = json_first(doc, table);
        for (uint32_t j = 0; j < r->counts[i]; j++, item = json_next(doc, item)) {
            r->tables[i][j] = item;
        }
    }
    return PA_OK;
}

/* The shared row of a row of the file, which the decoder has checked. */
static uint32_t share_row(reading *r, index_table table, uint32_t index) {
    const json *doc = &r->in->doc;
    if (index >= r->counts[table]) {
        return NO_INDEX;
    }
    json_ref value = r->tables[table][index];
    if (table != INDEX_MASK) {
        return shared_row_add(r->rows, table, json_raw(doc, value), NO_INDEX);
    }
    int64_t class_index = -1;
    json_ref first = json_first(doc, value);
    if (!json_int(doc, first, &class_index)) {
        return NO_INDEX;
    }
    uint32_t class_row = share_row(r, INDEX_CLASS, (uint32_t)class_index);
    str whole = json_raw(doc, value);
    str number = json_raw(doc, first);
    size_t from = (size_t)(number.at - whole.at) + number.size;
    return class_row == NO_INDEX
               ? NO_INDEX
               : shared_row_add(r->rows, table, str_part(whole, from, whole.size),
                                class_row);
}

static int compare_sites(const void *a, const void *b) {
    const loose_site *x = a;
    const loose_site *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static int compare_rows(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The rows of its numbers, and the classes of its masks. */
static pa_status list_rows(reading *r, loose_document *out) {
    out->rows = arena_alloc(r->mem, (size_t)out->site_count * 2 + 1, sizeof *out->rows);
    if (out->rows == NULL) {
        return error_nomem(r->err);
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < out->site_count; i++) {
        const shared_row *row = &r->rows->rows[out->sites[i].row];
        out->rows[count++] = out->sites[i].row;
        if (row->class_row != NO_INDEX) {
            out->rows[count++] = row->class_row;
        }
    }
    qsort(out->rows, count, sizeof *out->rows, compare_rows);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || out->rows[i] != out->rows[out->row_count - 1]) {
            out->rows[out->row_count++] = out->rows[i];
        }
    }
    return PA_OK;
}

/* ---- the forms ----------------------------------------------------------------------
 */

static pa_status take_sites(reading *r, loose_document *out) {
    const json *doc = &r->in->doc;
    out->sites = arena_alloc(r->mem, r->indices.count + 1, sizeof *out->sites);
    if (out->sites == NULL) {
        return error_nomem(r->err);
    }
    for (size_t i = 0; i < r->indices.count; i++) {
        const index_site *from = &r->indices.rows[i];
        str number = json_span(doc, from->value);
        uint32_t row = share_row(r, from->table, from->row);
        if (row == NO_INDEX) {
            return r->rows->mem.failed ? error_nomem(r->err)
                                       : refuse(r, "names a row that is not there");
        }
        out->sites[out->site_count++] = (loose_site){
            (uint32_t)(number.at - out->compiled.at), (uint32_t)number.size, row};
    }
    qsort(out->sites, out->site_count, sizeof *out->sites, compare_sites);
    return list_rows(r, out);
}

static pa_status take_compiled(reading *r, json_ref first, loose_document *out) {
    const json *doc = &r->in->doc;
    json_ref last = first;
    for (int i = 1; i < OWN_PARTS; i++) {
        last = json_next(doc, last);
    }
    *out = (loose_document){.form = LOOSE_COMPILED,
                            .compiled = raw_between(doc, first, last)};
    return take_sites(r, out);
}

/* The six parts that the engine makes of a texture of a pack, around its content. */
static pa_status wrap_texture(reading *r, str front, str content, str between, str more,
                              str back, loose_document *out) {
    static const char tail[] = "],0,[],[],[]";
    str texture = str_of("\"cc.Texture2D\"");
    str parts[] = {front, content, between, more, back, str_of("0"), str_of(tail)};
    size_t at = 0;
    for (size_t i = 0; i < 5; i++) {
        at += parts[i].size;
    }
    out->compiled = arena_join(r->mem, parts, sizeof parts / sizeof parts[0]);
    out->sites = arena_alloc(r->mem, 1, sizeof *out->sites);
    uint32_t row = shared_row_add(r->rows, INDEX_CLASS, texture, NO_INDEX);
    if (out->compiled.at == NULL || out->sites == NULL || row == NO_INDEX) {
        return error_nomem(r->err);
    }
    out->sites[out->site_count++] = (loose_site){(uint32_t)at, 1, row};
    return list_rows(r, out);
}

static pa_status take_pair(reading *r, json_ref value, loose_document *out) {
    const json *doc = &r->in->doc;
    json_ref base = json_first(doc, value);
    json_ref images = json_next(doc, base);
    *out = (loose_document){.form = LOOSE_PAIR, .text = json_raw(doc, value)};
    return json_count(doc, value) != 2 || !json_is(doc, value, JSON_ARRAY)
               ? refuse(r, "a texture is no pair")
               : wrap_texture(r, str_of("[{\"base\":"), json_raw(doc, base),
                              str_of(",\"mipmaps\":"), json_raw(doc, images),
                              str_of("}],["), out);
}

static pa_status take_text(reading *r, const document_part *part, loose_document *out) {
    str whole = r->in->doc.text;
    bool is_borrowed = (uintptr_t)part->text.at >= (uintptr_t)whole.at &&
                       (uintptr_t)part->text.at < (uintptr_t)whole.at + whole.size;
    *out = (loose_document){.form = LOOSE_TEXT, .text = part->text};
    return !is_borrowed ? refuse(r, "a texture is written with escapes")
                        : wrap_texture(r, str_of("[\""), part->text, (str){0}, (str){0},
                                       str_of("\",-1],["), out);
}

static pa_status take_document(reading *r, json_ref value, loose_document *out) {
    const json *doc = &r->in->doc;
    if (!document_is_compiled(doc, value)) {
        *out = (loose_document){.form = LOOSE_VERBOSE, .text = json_raw(doc, value)};
        return PA_OK;
    }
    if (json_count(doc, value) != FILE_PARTS) {
        return refuse(r, "a compiled file has not 11 parts");
    }
    pa_status status = list_tables(r, value);
    return status == PA_OK
               ? take_compiled(r, json_at(doc, value, FILE_PARTS - OWN_PARTS), out)
               : status;
}

static pa_status take_part(reading *r, const document_part *part, loose_document *out) {
    document facts = {0};
    r->indices.count = 0;
    if (part_read(r->in, part, &facts) != PA_OK) {
        return r->err->status;
    }
    switch (part->form) {
    case PART_DOCUMENT:
        return take_document(r, part->value, out);
    case PART_SECTION:
        return take_compiled(r, json_first(&r->in->doc, part->value), out);
    case PART_PAIR:
        return take_pair(r, part->value, out);
    case PART_TEXT:
        break;
    }
    return take_text(r, part, out);
}

/* ---- one file --------------------------------------------------------------------- */

static pa_status read_parts(reading *r, bool is_pack, loose_list *out) {
    document_part whole = part_of_file(&r->in->doc);
    part_list parts = {&whole, 1};
    pa_status status = PA_OK;
    if (is_pack) {
        status = parts_of_pack(r->in, &parts);
    } else if (whole.value != 0) {
        status = refuse(r, "has its data in another file");
    }
    if (status == PA_OK && is_pack && document_is_compiled(&r->in->doc, 0)) {
        status = list_tables(r, 0);
    }
    if (status != PA_OK) {
        return status;
    }
    out->items = arena_alloc(r->mem, (size_t)parts.count + 1, sizeof *out->items);
    if (out->items == NULL) {
        return error_nomem(r->err);
    }
    while (status == PA_OK && out->count < parts.count) {
        status = take_part(r, &parts.items[out->count], &out->items[out->count]);
        out->count++;
    }
    return status;
}

pa_status loose_read(document_reader *in, str text, bool is_pack, shared_rows *rows,
                     arena *mem, loose_list *out, pa_error *err) {
    reading r = {.in = in, .rows = rows, .mem = mem, .err = err};
    *out = (loose_list){0};
    in->err = err;
    in->indices = &r.indices;
    arena_reset(&in->scratch);
    arena_reset(in->mem);
    map_clear(&in->holders);
    pa_status status = json_parse(&in->doc, text, err);
    if (status == PA_OK) {
        status = read_parts(&r, is_pack, out);
    }
    in->indices = NULL;
    index_list_clear(&r.indices);
    bool has_failed = in->scratch.failed || in->mem->failed || rows->mem.failed;
    if (has_failed) {
        *err = (pa_error){0}; /* a text that memory was refused for reads as absent */
        return error_nomem(err);
    }
    return status == PA_OK ? arena_status(mem, err) : status;
}

void loose_spell(const loose_document *in, const shared_rows *rows, buf *out) {
    size_t at = 0;
    if (in->form == LOOSE_VERBOSE) {
        buf_add(out, in->text);
        return;
    }
    for (uint32_t i = 0; i < in->site_count; i++) {
        const loose_site *site = &in->sites[i];
        const shared_row *row = &rows->rows[site->row];
        buf_add(out, str_part(in->compiled, at, site->at));
        if (row->class_row != NO_INDEX) {
            buf_add(out, rows->rows[row->class_row].text);
        }
        buf_add(out, row->text);
        at = site->at + site->size;
    }
    buf_add(out, str_part(in->compiled, at, in->compiled.size));
}
