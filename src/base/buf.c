/* buf.c - a growing buffer with a failure that sticks.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ckd.h"

char *buf_reserve(buf *out, size_t size) {
    size_t needed = 0;
    if (out->failed || ckd_add_size(&needed, out->size, size) ||
        mem_grow(&out->at, &out->capacity, needed, 1) != 0) {
        out->failed = true;
        return NULL;
    }
    return out->at + out->size;
}

void buf_add(buf *out, str text) {
    if (text.size == 0) {
        return;
    }
    char *room = buf_reserve(out, text.size);
    if (room != NULL) {
        memcpy(room, text.at, text.size);
        out->size += text.size;
    }
}

void buf_add_text(buf *out, const char *text) {
    buf_add(out, str_of(text));
}

void buf_add_byte(buf *out, char byte) {
    buf_add(out, (str){&byte, 1});
}

void buf_fill(buf *out, char byte, size_t count) {
    char *room = count == 0 ? NULL : buf_reserve(out, count);
    if (room != NULL) {
        memset(room, byte, count);
        out->size += count;
    }
}

void buf_format(buf *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_format_list(out, format, args);
    va_end(args);
}

void buf_format_list(buf *out, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    char *room = buf_reserve(out, 128);
    size_t space = room == NULL ? 0 : out->capacity - out->size;
    int printed = vsnprintf(room, space, format, args);
    if (room != NULL && printed >= 0) {
        size_t size = (size_t)printed;
        if (size >= space) {
            room = buf_reserve(out, size + 1);
            if (room != NULL) {
                vsnprintf(room, size + 1, format, again);
            }
        }
        out->size += room == NULL ? 0 : size;
    }
    va_end(again);
}

str buf_str(const buf *out) {
    return (str){out->at, out->size};
}

void buf_clear(buf *out) {
    mem_free(out->at);
    *out = (buf){0};
}
