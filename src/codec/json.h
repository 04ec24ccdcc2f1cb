/* json.h - read JSON text into a flat array of values that know their place in the text.
 *
 * The text is never copied or changed: a value is its span. Nodes stand in document
 * order, so that walking a document is walking an array, and a value's span can later be
 * replaced without touching any other byte. Strict JSON as JSON.parse takes it (a leading
 * byte order mark is skipped, as XMLHttpRequest does); UTF-8 is not checked; duplicate
 * keys are kept.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_JSON_H
#define PA_CODEC_JSON_H

#include "base/arena.h"
#include "base/error.h"

typedef enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
} json_type;

/** One value. A member of an object is two nodes: its key, then its value. */
typedef struct json_node {
    uint32_t start;          /**< offset of the first byte (strings: after the quote) */
    uint32_t size;           /**< bytes of the span (strings: without the quotes) */
    uint32_t next;           /**< number of the node after this value and all inside it */
    uint32_t count : 28;     /**< array: elements; object: members */
    uint32_t type : 3;       /**< a json_type */
    uint32_t has_escape : 1; /**< string: a backslash occurs */
} json_node;

/** A parsed text. Zero-initialise it; parsing again reuses the memory. */
typedef struct json {
    str text; /**< borrowed */
    json_node *nodes;
    size_t count;
    size_t capacity;
} json;

/** A value: number of its node. The document's root is 0. */
typedef uint32_t json_ref;
#define JSON_NONE UINT32_MAX

/** Parses `text`, which must outlive `doc`. PA_FORMAT with "line L, column C: expected …"
 * when it is no JSON; PA_LIMIT when it is nested deeper than PA_MAX_JSON_DEPTH or too
 * large. */
pa_status json_parse(json *doc, str text, pa_error *err);

void json_clear(json *doc);

/* All of these take JSON_NONE and answer as for a value that is not there: JSON_NULL, 0,
 * empty. */

json_type json_type_of(const json *doc, json_ref value);
bool json_is(const json *doc, json_ref value, json_type type);
uint32_t json_count(const json *doc, json_ref value);

/** First element of an array, first key of an object; JSON_NONE when empty or neither.
 * Walk on with json_next; json_count tells how often (twice as often in an object). */
json_ref json_first(const json *doc, json_ref value);
json_ref json_next(const json *doc, json_ref value);

/** The nth element of an array by walking, JSON_NONE when there are fewer. */
json_ref json_at(const json *doc, json_ref array, uint32_t index);

/** The value of a key; the last one when it stands twice, as JSON.parse has it. */
json_ref json_get(const json *doc, json_ref object, const char *key);

/** The bytes of a value as they stand in the text. */
str json_span(const json *doc, json_ref value);

/** The same with the quotes of a string. */
str json_raw(const json *doc, json_ref value);

/** A string with its escapes resolved, in `mem` only where there are any. The empty text
 * with
 *  `.at` NULL when the value is no string or memory ran out. */
str json_string(const json *doc, json_ref value, arena *mem);

bool json_string_is(const json *doc, json_ref value, const char *text);

/** A number without fraction or exponent that fits; false leaves `*out` alone. */
bool json_int(const json *doc, json_ref value, int64_t *out);

/** A number, rounded to the nearest double within an ulp or two; false when it is none.
 */
bool json_double(const json *doc, json_ref value, double *out);

/** Line and column (from 1) of an offset, for messages. */
void text_position(str text, size_t offset, unsigned *line, unsigned *column);

#endif
