/* expect.c - assertions on texts and errors.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"

#include <stdlib.h>

void expect_text_at(str got, const char *wanted, const char *file, int line) {
    if (!str_is(got, wanted)) {
        print_error("expected \"%s\"\n     got \"%.*s\"\n", wanted, STR_ARGS(got));
        _fail(file, line);
    }
}

void expect_error_at(const pa_error *err, pa_status status, const char *text,
                     const char *file, int line) {
    bool has_text = text == NULL ? err->text[0] != '\0' : strcmp(err->text, text) == 0;
    if (err->status != status || !has_text) {
        print_error("expected status %d \"%s\"\n     got status %d \"%s\"\n", (int)status,
                    text == NULL ? "(any)" : text, (int)err->status, err->text);
        _fail(file, line);
    }
}

void expect_no_error_at(const pa_error *err, const char *file, int line) {
    if (err->status != PA_OK) {
        print_error("expected no failure, got status %d \"%s\"\n", (int)err->status,
                    err->text);
        _fail(file, line);
    }
}

void *exact_copy(const void *from, size_t size) {
    void *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) {
        abort();
    }
    if (size > 0) {
        memcpy(copy, from, size);
    }
    return copy;
}

char *with_quotes(const char *text) {
    char *copy = exact_copy(text, strlen(text) + 1);
    for (char *at = copy; *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    return copy;
}

void spoil(char *text) {
    memset(text, '#', strlen(text));
    free(text);
}
