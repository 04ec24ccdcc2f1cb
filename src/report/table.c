/* table.c - columns that line up.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "report/report.h"

/* The code point at `*at`, which steps behind it; bytes that are no UTF-8 stand for
 * themselves. */
static uint32_t next_code(str text, size_t *at) {
    uint8_t lead = (uint8_t)text.at[(*at)++];
    size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    uint32_t code = more == 0 ? lead : lead & (0x3fu >> more);
    while (more-- > 0 && *at < text.size && ((uint8_t)text.at[*at] & 0xc0) == 0x80) {
        code = code << 6 | ((uint8_t)text.at[(*at)++] & 0x3f);
    }
    return code;
}

/* Wide blocks of UAX 11: Hangul, CJK, kana, full-width forms, emoji. */
static size_t code_columns(uint32_t code) {
    static const struct {
        uint32_t first, last;
    } wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf}, {0xac00, 0xd7a3},
                {0xf900, 0xfaff},   {0xfe30, 0xfe6f},  {0xff00, 0xff60}, {0xffe0, 0xffe6},
                {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (code >= wide[i].first && code <= wide[i].last) {
            return 2;
        }
    }
    return code >= 0x300 && code <= 0x36f ? 0 : 1;
}

size_t text_columns(str text) {
    size_t columns = 0;
    for (size_t at = 0; at < text.size;) {
        columns += code_columns(next_code(text, &at));
    }
    return columns;
}

/* Where the part of `text` ends that takes `columns`. */
static size_t end_of_columns(str text, size_t columns) {
    size_t at = 0;
    size_t used = 0;
    while (at < text.size) {
        size_t next = at;
        used += code_columns(next_code(text, &next));
        if (used > columns) {
            break;
        }
        at = next;
    }
    return at;
}

void text_add_cut(buf *out, str text, size_t columns) {
    size_t wanted = text_columns(text);
    if (wanted <= columns) {
        buf_add(out, text);
        return;
    }
    size_t front = columns < 2 ? 0 : (columns - 1) / 2;
    size_t back = columns - 1 - front;
    buf_add(out, str_part(text, 0, end_of_columns(text, front)));
    buf_add_text(out, "…");
    size_t from = end_of_columns(text, wanted - back);
    str tail = str_part(text, from, text.size);
    if (text_columns(tail) > back) { /* a wide character lay across the cut */
        size_t skip = 0;
        next_code(tail, &skip);
        tail = str_part(tail, skip, tail.size);
    }
    buf_add(out, tail);
}

void text_add_name(buf *out, str name) {
    for (size_t i = 0; i < name.size; i++) {
        bool is_odd = name.at[i] == '\n' || utf8_is_never(name.at[i]);
        buf_add_byte(out, is_odd ? '?' : name.at[i]);
    }
}

void text_add_line(buf *out, str text) {
    for (size_t i = 0; i < text.size; i++) {
        buf_add_byte(out, text.at[i] == '\n' ? '?' : text.at[i]);
    }
    buf_add_byte(out, '\n');
}

void text_format_line(buf *out, const char *format, ...) {
    buf line = {0};
    va_list args;
    va_start(args, format);
    buf_format_list(&line, format, args);
    va_end(args);
    text_add_line(out, buf_str(&line));
    out->failed |= line.failed;
    buf_clear(&line);
}

void table_column(table *t, const char *title, bool is_number) {
    assert(t->column_count < TABLE_MAX_COLUMNS);
    t->titles[t->column_count] = title;
    t->is_number[t->column_count++] = is_number;
}

void text_add_wrapped(buf *out, str text, size_t indent, size_t width) {
    size_t column = indent;
    str word = {0};
    for (bool is_first = true; str_split(&text, ' ', &word); is_first = false) {
        size_t columns = text_columns(word);
        if (!is_first && column + 1 + columns > width) {
            buf_add_byte(out, '\n');
            buf_fill(out, ' ', indent);
            column = indent;
        } else if (!is_first) {
            buf_add_byte(out, ' ');
            column++;
        }
        buf_add(out, word);
        column += columns;
    }
    buf_add_byte(out, '\n');
}

void table_fixed_column(table *t, const char *title) {
    t->is_fixed[t->column_count] = true;
    table_column(t, title, false);
}

void table_text(table *t, str text) {
    str cell = arena_copy_name(&t->mem, text); /* a line break would end the row */
    if (cell.at == NULL ||
        mem_grow(&t->cells, &t->capacity, t->count + 1, sizeof *t->cells) != 0) {
        t->failed = true;
        return;
    }
    t->cells[t->count++] = cell;
}

void table_format(table *t, const char *format, ...) {
    buf text = {0};
    va_list args;
    va_start(args, format);
    buf_format_list(&text, format, args);
    va_end(args);
    table_text(t, buf_str(&text));
    t->failed |= text.failed;
    buf_clear(&text);
}

void table_number(table *t, uint64_t number) {
    table_format(t, "%llu", (unsigned long long)number);
}

/* Tenths by integers: printf's decimal point would follow the locale. */
void text_add_mib(buf *out, uint64_t size_bytes) {
    uint64_t tenths = (size_bytes / 1024 * 10 + 512) / 1024;
    buf_format(out, "%llu.%llu", (unsigned long long)(tenths / 10),
               (unsigned long long)(tenths % 10));
}

void table_mib(table *t, uint64_t size_bytes) {
    buf text = {0};
    text_add_mib(&text, size_bytes);
    table_text(t, buf_str(&text));
    buf_clear(&text);
}

static void measure_columns(const table *t, size_t *widths) {
    for (unsigned c = 0; c < t->column_count; c++) {
        widths[c] = text_columns(str_of(t->titles[c]));
    }
    for (size_t i = 0; i < t->count; i++) {
        size_t columns = text_columns(t->cells[i]);
        size_t *width = &widths[i % t->column_count];
        *width = columns > *width ? columns : *width;
    }
}

/* Takes columns from the widest text column until the row fits, or none is wide any more.
 */
static void fit(const table *t, size_t *widths, size_t width) {
    enum { LEAST = 10 };
    for (;;) {
        size_t total = 2 * (size_t)t->column_count;
        unsigned widest = TABLE_MAX_COLUMNS;
        for (unsigned c = 0; c < t->column_count; c++) {
            total += widths[c];
            if (!t->is_number[c] && !t->is_fixed[c] && widths[c] > LEAST &&
                (widest == TABLE_MAX_COLUMNS || widths[c] > widths[widest])) {
                widest = c;
            }
        }
        if (total <= width || widest == TABLE_MAX_COLUMNS) {
            return;
        }
        widths[widest]--;
    }
}

static void write_row(const table *t, const str *cells, const size_t *widths, buf *out) {
    size_t owed = 0; /* blanks at the end of a line are never written */
    for (unsigned c = 0; c < t->column_count; c++) {
        buf cell = {0};
        text_add_cut(&cell, cells[c], widths[c]);
        size_t padding = widths[c] - text_columns(buf_str(&cell));
        if (cell.size > 0) {
            buf_fill(out, ' ', owed + 2 + (t->is_number[c] ? padding : 0));
            buf_add(out, buf_str(&cell));
            owed = t->is_number[c] ? 0 : padding;
        } else {
            owed += 2 + padding;
        }
        out->failed |= cell.failed;
        buf_clear(&cell);
    }
    buf_add_byte(out, '\n');
}

void table_write(table *t, unsigned width, buf *out) {
    size_t widths[TABLE_MAX_COLUMNS] = {0};
    str titles[TABLE_MAX_COLUMNS];
    for (unsigned c = 0; c < t->column_count; c++) {
        titles[c] = str_of(t->titles[c]);
    }
    measure_columns(t, widths);
    fit(t, widths, width);
    buf_add_text(out, STYLE_DIM);
    write_row(t, titles, widths, out);
    buf_add_text(out, STYLE_END);
    for (size_t i = 0; i + t->column_count <= t->count; i += t->column_count) {
        write_row(t, t->cells + i, widths, out);
    }
    out->failed |= t->failed;
    arena_clear(&t->mem);
    mem_free(t->cells);
    *t = (table){0};
}
