/* text.h - borrowed strings and bytes, and the few things done with them. Nothing here
 * allocates.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_TEXT_H
#define PA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Text of somebody else, not ended by a NUL; lives as long as its owner. {0} is the
 * empty text. */
typedef struct str {
    const char *at;
    size_t size;
} str;

/** The same for raw bytes. */
typedef struct bytes {
    const uint8_t *at;
    size_t size;
} bytes;

/** For printf's "%.*s": gives the two arguments. */
#define STR_ARGS(text) ((int)(text).size), ((text).at == NULL ? "" : (text).at)

static inline bytes bytes_of(const void *at, size_t size) {
    return (bytes){(const uint8_t *)at, size};
}

static inline str str_of_bytes(bytes raw) {
    return (str){(const char *)raw.at, raw.size};
}

static inline bytes bytes_of_str(str text) {
    return (bytes){(const uint8_t *)text.at, text.size};
}

/** Borrows a NUL-ended string; NULL gives the empty text. */
str str_of(const char *text);

static inline bool str_equal(str a, str b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

/** Inline, so that the length of a literal is known when compiling. */
static inline bool str_is(str a, const char *b) {
    return str_equal(a, (str){b, strlen(b)});
}

int str_order(str a, str b); /**< byte order, shorter first: <0, 0, >0 */
bool str_starts(str text, const char *prefix);
bool str_ends(str text, const char *suffix);

/** First position of `byte` at or after `from`, or text.size when there is none. */
size_t str_find(str text, char byte, size_t from);

/** Last position of `byte`, or text.size when there is none. */
size_t str_find_last(str text, char byte);

/** First position of `needle`, or text.size when there is none; an empty one is nowhere.
 */
size_t str_find_part(str text, str needle);
size_t str_find_text(str text, const char *needle);

/** The part [from, to), both cut to the text's length. */
str str_part(str text, size_t from, size_t to);

/** The front, at most `most` bytes, with no character of UTF-8 cut in two. */
str str_front(str text, size_t most);

/** Without white space at both ends. */
str str_trim(str text);

/** Takes the text up to the next `separator` off the front of `*rest`; false at the end.
 */
bool str_split(str *rest, char separator, str *part);

/** What follows the last '/', or everything. */
str str_file_name(str path);

/** What stands before the last '/', or the empty text. */
str str_folder(str path);

/** The extension with its dot (".png") of the last path element, or the empty text. */
str str_extension(str path);

/** Digits only, no sign, no blank, not above `max`; false leaves `*out` alone. */
bool str_to_u64(str digits, uint64_t max, uint64_t *out);

/** True when `text` matches the glob: '*' any run, '?' one byte. Case counts. Time is
 * bounded by the product of the lengths. */
bool str_glob(str glob, str text);

/** Length of the UTF-8 sequence at an offset, 0 when there is none that RFC 3629 allows.
 */
size_t utf8_length(str text, size_t at);

/** True for bytes that UTF-8 never has, 0xf8 to 0xff. They are replaced where names
 * enter: reports use some of them as marks. */
static inline bool utf8_is_never(char byte) {
    return (uint8_t)byte >= 0xf8;
}

/** What people are shown for the character at `at`: itself, '?' for a control character,
 * U+FFFD for a byte that is no UTF-8. Returns how many bytes it has. */
size_t text_shown(str text, size_t at, str *shown);

/** How many single-byte edits turn `a` into `b`, at most `cap` (both cut to 63 bytes). */
unsigned str_distance(str a, str b, unsigned cap);

#endif
