/* pack_write.c - tables first, then the documents with their new numbers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/pack_write.h"

#include "base/alloc.h"
#include "bundle/config.h"

typedef struct writing {
    const loose_document *const *documents;
    uint32_t count;
    const shared_rows *rows;
    uint32_t *slots; /* place of each row in its table, NO_INDEX: not in it */
    buf *out;
} writing;

/* ---- tables -----------------------------------------------------------------------
 */

/* Rows keep the order in which they were first met. */
static void give_slots(const writing *w) {
    uint32_t next[INDEX_TABLE_COUNT] = {0};
    for (uint32_t i = 0; i < w->rows->count; i++) {
        w->slots[i] = NO_INDEX;
    }
    for (uint32_t i = 0; i < w->count; i++) {
        for (uint32_t j = 0; j < w->documents[i]->row_count; j++) {
            w->slots[w->documents[i]->rows[j]] = 0;
        }
    }
    for (uint32_t i = 0; i < w->rows->count; i++) {
        if (w->slots[i] != NO_INDEX) {
            w->slots[i] = next[w->rows->rows[i].table]++;
        }
    }
}

static void add_row(const writing *w, const shared_row *row) {
    if (row->class_row != NO_INDEX) {
        buf_format(w->out, "[%u", w->slots[row->class_row]);
    }
    buf_add(w->out, row->text);
}

/* `empty` is what stands for a table without rows. */
static void add_table(const writing *w, index_table table, const char *empty) {
    bool is_open = false;
    for (uint32_t i = 0; i < w->rows->count; i++) {
        if (w->slots[i] != NO_INDEX && w->rows->rows[i].table == table) {
            buf_add_byte(w->out, is_open ? ',' : '[');
            add_row(w, &w->rows->rows[i]);
            is_open = true;
        }
    }
    buf_add_text(w->out, is_open ? "]" : empty);
}

static void add_tables(const writing *w) {
    static const char *const empty[] = {[INDEX_UUID] = "0",
                                        [INDEX_STRING] = "0",
                                        [INDEX_CLASS] = "[]",
                                        [INDEX_MASK] = "0"};
    buf_add_text(w->out, "[1,");
    for (unsigned i = 0; i < INDEX_TABLE_COUNT; i++) {
        add_table(w, (index_table)i, empty[i]);
        buf_add_byte(w->out, ',');
    }
}

/* ---- documents --------------------------------------------------------------------
 */

static void add_parts(const writing *w, const loose_document *d) {
    size_t at = 0;
    for (uint32_t i = 0; i < d->site_count; i++) {
        const loose_site *site = &d->sites[i];
        buf_add(w->out, str_part(d->compiled, at, site->at));
        buf_format(w->out, "%u", w->slots[site->row]);
        at = site->at + site->size;
    }
    buf_add(w->out, str_part(d->compiled, at, d->compiled.size));
}

static void write_compiled(const writing *w) {
    give_slots(w);
    add_tables(w);
    for (uint32_t i = 0; i < w->count; i++) {
        buf_add_text(w->out, w->count == 1 ? "" : i == 0 ? "[[" : ",[");
        add_parts(w, w->documents[i]);
        buf_add_text(w->out, w->count == 1 ? "" : "]");
    }
    buf_add_text(w->out, w->count == 1 ? "]" : "]]");
}

/* Their texts, `between` them. */
static void add_texts(const writing *w, char between) {
    for (uint32_t i = 0; i < w->count; i++) {
        if (i > 0) {
            buf_add_byte(w->out, between);
        }
        buf_add(w->out, w->documents[i]->text);
    }
}

static bool all_are(const writing *w, loose_form form) {
    bool is_all = true;
    for (uint32_t i = 0; i < w->count; i++) {
        is_all = is_all && w->documents[i]->form == form;
    }
    return is_all;
}

static void write_textures(const writing *w, const char *front, char between,
                           const char *back) {
    buf_add_text(w->out, "{\"type\":\"cc.Texture2D\",\"data\":");
    buf_add_text(w->out, front);
    add_texts(w, between);
    buf_add_text(w->out, back);
    buf_add_byte(w->out, '}');
}

static void write_verbose(const writing *w) {
    buf_add_text(w->out, w->count == 1 ? "" : "[");
    add_texts(w, ',');
    buf_add_text(w->out, w->count == 1 ? "" : "]");
}

pa_status pack_write(const loose_document *const *documents, uint32_t count,
                     loose_family family, const shared_rows *rows, uint32_t *slots,
                     buf *out, pa_error *err) {
    writing w = {documents, count, rows, slots, out};
    bool is_pack = count > 1 || family_is_packed(family);
    if (family == FAMILY_VERBOSE) {
        write_verbose(&w);
    } else if (is_pack && all_are(&w, LOOSE_PAIR)) {
        write_textures(&w, "[", ',', "]");
    } else if (is_pack && all_are(&w, LOOSE_TEXT)) {
        write_textures(&w, "\"", '|', "\"");
    } else {
        write_compiled(&w);
    }
    return out->failed ? error_nomem(err) : PA_OK;
}
