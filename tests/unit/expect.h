/* expect.h - what all unit tests share: cmocka with what it needs, and assertions on
 * texts and errors of this program.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_TESTS_EXPECT_H
#define PA_TESTS_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/** The bytes of `got` are those of the C string `wanted`. */
#define expect_text(got, wanted) expect_text_at((got), (wanted), __FILE__, __LINE__)
void expect_text_at(str got, const char *wanted, const char *file, int line);

/** The failure has this status, and exactly this text; a `text` of NULL takes any that is
 * not empty. */
#define expect_error(err, status, text)                                                  \
    expect_error_at((err), (status), (text), __FILE__, __LINE__)
void expect_error_at(const pa_error *err, pa_status status, const char *text,
                     const char *file, int line);

/** Nothing failed. */
#define expect_no_error(err) expect_no_error_at((err), __FILE__, __LINE__)
void expect_no_error_at(const pa_error *err, const char *file, int line);

/** A text of the heap with every ' as ", so that JSON reads well in C. Free it with
 * free(). */
char *with_quotes(const char *text);

/** Overwrites such a text and frees it: what still borrows from it is found out. */
void spoil(char *text);

/** The same bytes in a block of the heap of exactly their size, so that a read past them
 * is caught by AddressSanitizer. Free it with free(). */
void *exact_copy(const void *from, size_t size);

#endif
