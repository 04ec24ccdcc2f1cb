/* table.h - columns that line up and fit the width: the widest text column gives way.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_TABLE_H
#define PA_REPORT_TABLE_H

#include "base/arena.h"
#include "base/buf.h"

enum { TABLE_MAX_COLUMNS = 16 };

/** Zero-initialise it, set the columns, add cells row by row. */
typedef struct table {
    arena mem;
    str *cells;
    size_t count;
    size_t capacity;
    unsigned column_count;
    const char *titles[TABLE_MAX_COLUMNS];
    bool is_number[TABLE_MAX_COLUMNS]; /**< to the right */
    bool is_fixed[TABLE_MAX_COLUMNS];  /**< never cut: what a user has to type */
    bool failed;
} table;

void table_column(table *t, const char *title, bool is_number);
void table_fixed_column(table *t, const char *title);
void table_text(table *t, str text);
void table_number(table *t, uint64_t number);
void table_mib(table *t, uint64_t size_bytes); /**< "12.3" */
void table_format(table *t, const char *format, ...) PA_PRINTF(2, 3);

/** Writes the rows, two blanks before each, none wider than `width` columns, and clears
 * the table. Text that does not fit is cut in its middle by "…". */
void table_write(table *t, unsigned width, buf *out);

/** Columns that a text takes on a terminal: East Asian wide characters take two. */
size_t text_columns(str text);

/** Adds a name as it stands in a file system: what would end the line, or be a mark of
 * style, becomes '?'. */
void text_add_name(buf *out, str name);

/** Adds `text` and a line's end; line breaks inside, which a name may hold, become '?'.
 */
void text_add_line(buf *out, str text);

/** The same for a text that is made of a format. */
void text_format_line(buf *out, const char *format, ...) PA_PRINTF(2, 3);

/** Adds `text` and a line's end, broken at blanks so that no line is wider than `width`;
 * further lines are indented. */
void text_add_wrapped(buf *out, str text, size_t indent, size_t width);

/** Adds "12.3": MiB with one decimal, whatever the locale. */
void text_add_mib(buf *out, uint64_t size_bytes);

/** Adds `text` cut to `columns`; the front and the end stay. */
void text_add_cut(buf *out, str text, size_t columns);

#endif
