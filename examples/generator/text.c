/*
 * text.c - growing text, kept strings, and files written whole.
 *
 * Promises: every call succeeds or ends the program with exit status 1 and a message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct kept {
    struct kept *next;
    max_align_t bytes[];
};

/* A generator runs once and ends: what it keeps is reachable from here to the end. */
static struct kept *all_kept;

void die(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("showcase: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

void *keep_bytes(size_t size_bytes)
{
    struct kept *kept = calloc(1, sizeof *kept + size_bytes);
    if (kept == NULL) {
        die("out of memory, %zu bytes asked for", size_bytes);
    }
    kept->next = all_kept;
    all_kept = kept;
    return kept->bytes;
}

void *keep_grow(void *items, size_t count, size_t item_bytes)
{
    /* Grows at 0, 1, 2, 4, 8 ...: the count itself says when the array is full. */
    if (count != 0 && (count & (count - 1)) != 0) {
        return items;
    }
    void *grown = keep_bytes((count == 0 ? 1 : 2 * count) * item_bytes);
    if (count != 0) {
        memcpy(grown, items, count * item_bytes);
    }
    return grown;
}

static void text_reserve(struct text *text, size_t more_bytes)
{
    size_t needed_bytes = text->size_bytes + more_bytes + 1;
    if (needed_bytes <= text->capacity_bytes) {
        return;
    }
    size_t capacity_bytes = text->capacity_bytes == 0 ? 256 : text->capacity_bytes;
    while (capacity_bytes < needed_bytes) {
        capacity_bytes *= 2;
    }
    char *data = realloc(text->data, capacity_bytes);
    if (data == NULL) {
        die("out of memory, %zu bytes asked for", capacity_bytes);
    }
    text->data = data;
    text->capacity_bytes = capacity_bytes;
}

static void text_add_list(struct text *text, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        die("cannot print '%s'", format);
    }
    text_reserve(text, (size_t)length);
    vsnprintf(text->data + text->size_bytes, (size_t)length + 1, format, list);
    text->size_bytes += (size_t)length;
}

const char *keep(const char *format, ...)
{
    struct text text = {0};
    va_list list;
    va_start(list, format);
    text_add_list(&text, format, list);
    va_end(list);
    char *copy = keep_bytes(text.size_bytes + 1);
    memcpy(copy, text.data, text.size_bytes + 1);
    text_free(&text);
    return copy;
}

void text_add(struct text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    text_add_list(text, format, list);
    va_end(list);
}

void text_add_bytes(struct text *text, const void *bytes, size_t size_bytes)
{
    text_reserve(text, size_bytes);
    if (size_bytes != 0) {
        memcpy(text->data + text->size_bytes, bytes, size_bytes);
    }
    text->size_bytes += size_bytes;
    text->data[text->size_bytes] = '\0';
}

void text_add_u32(struct text *text, unsigned long value)
{
    unsigned char bytes[4];
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (unsigned char)(value >> (8 * i) & 0xffu);
    }
    text_add_bytes(text, bytes, sizeof bytes);
}

void text_comma(struct text *text)
{
    char last = text->size_bytes == 0 ? '[' : text->data[text->size_bytes - 1];
    if (last != '[' && last != '{') {
        text_add(text, ",");
    }
}

void text_free(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

static void make_folders(const char *path)
{
    char *folder = strdup(path);
    if (folder == NULL) {
        die("out of memory for the path '%s'", path);
    }
    for (char *slash = strchr(folder + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
            die("cannot make the folder '%s': %s", folder, strerror(errno));
        }
        *slash = '/';
    }
    free(folder);
}

void file_write(const char *path, const void *bytes, size_t size_bytes)
{
    make_folders(path);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        die("cannot write '%s': %s", path, strerror(errno));
    }
    if (fwrite(bytes, 1, size_bytes, file) != size_bytes || fclose(file) != 0) {
        die("cannot write '%s': %s, is the disk full", path, strerror(errno));
    }
}
