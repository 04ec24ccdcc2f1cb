/* json_write.h - write JSON as a stream, two blanks an indent, keys in the order of the
 * calls.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_JSON_WRITE_H
#define PA_CODEC_JSON_WRITE_H

#include "base/buf.h"

/** Writes into `out`; initialise with {.out = &buffer}. A key of NULL stands for an array
 * element. */
typedef struct json_writer {
    buf *out;
    unsigned depth;
    bool has_member; /**< the open container already holds something */
    bool is_flat;    /**< write containers opened from now on a line each: short rows */
} json_writer;

void json_open_object(json_writer *w, const char *key);
void json_open_array(json_writer *w, const char *key);
void json_close_object(json_writer *w);
void json_close_array(json_writer *w);
void json_put_text(json_writer *w, const char *key, str text);
void json_put_u64(json_writer *w, const char *key, uint64_t value);
void json_put_bool(json_writer *w, const char *key, bool value);
void json_put_null(json_writer *w, const char *key);

/** Adds `text` in quotes to `out`, escaped; bytes that are no UTF-8 become U+FFFD. */
void json_quote(buf *out, str text);

#endif
