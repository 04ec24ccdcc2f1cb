/* buf.h - a growing buffer of bytes or text with a failure that sticks: write everything,
 * test once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_BUF_H
#define PA_BASE_BUF_H

#include <stdarg.h>

#include "base/error.h"
#include "base/text.h"

/** Zero-initialise it. */
typedef struct buf {
    char *at;
    size_t size;
    size_t capacity;
    bool failed; /**< memory ran out; everything after is ignored */
} buf;

void buf_add(buf *out, str text);
void buf_add_text(buf *out, const char *text);
void buf_add_byte(buf *out, char byte);
void buf_format(buf *out, const char *format, ...) PA_PRINTF(2, 3);
void buf_format_list(buf *out, const char *format, va_list args) PA_PRINTF(2, 0);

/** `count` times the byte. */
void buf_fill(buf *out, char byte, size_t count);

/** Makes room for `size` more bytes and returns where they go; NULL when memory ran out.
 * Say with `out->size += n` how many were used. */
char *buf_reserve(buf *out, size_t size);

str buf_str(const buf *out); /**< borrowed until the next change */
void buf_clear(buf *out);

#endif
