/*
 * text.h - growing text, kept strings, and files written whole.
 *
 * Promises: every call succeeds or ends the program with a message; nothing returns NULL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_TEXT_H
#define PA_GENERATOR_TEXT_H

#include <stddef.h>

struct text {
    char *data; /* always ends with a zero byte that size_bytes does not count */
    size_t size_bytes;
    size_t capacity_bytes;
};

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Memory that lives until the program ends; zeroed. */
void *keep_bytes(size_t size_bytes);
/* A printed string that lives until the program ends. */
const char *keep(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Makes room for one more item of a kept array. */
void *keep_grow(void *items, size_t count, size_t item_bytes);

void text_add(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const void *bytes, size_t size_bytes);
void text_add_u32(struct text *text, unsigned long value); /* little-endian */
/* Adds ',' unless the text ends with an opening bracket. */
void text_comma(struct text *text);
void text_free(struct text *text);

/* Writes the file and makes its folders. */
void file_write(const char *path, const void *bytes, size_t size_bytes);

#endif
