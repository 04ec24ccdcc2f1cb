/* json_write.c - write JSON as a stream.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/json_write.h"

#include <assert.h>

static void quote_byte(buf *out, char byte) {
    static const char specials[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    for (size_t i = 0; specials[i] != '\0'; i++) {
        if (byte == specials[i]) {
            buf_add_byte(out, '\\');
            buf_add_byte(out, letters[i]);
            return;
        }
    }
    if ((uint8_t)byte < 0x20 || byte == 0x7f) {
        buf_format(out, "\\u%04x", (unsigned)(uint8_t)byte);
    } else {
        buf_add_byte(out, byte);
    }
}

void json_quote(buf *out, str text) {
    buf_add_byte(out, '"');
    for (size_t i = 0; i < text.size;) {
        size_t length = utf8_length(text, i);
        if (length == 1) {
            quote_byte(out, text.at[i]);
        } else if (length > 1) {
            buf_add(out, (str){text.at + i, length});
        } else {
            buf_add_text(out, "\xef\xbf\xbd");
        }
        i += length == 0 ? 1 : length;
    }
    buf_add_byte(out, '"');
}

static void new_line(json_writer *w) {
    if (w->is_flat) {
        return;
    }
    buf_add_byte(w->out, '\n');
    buf_fill(w->out, ' ', (size_t)w->depth * 2);
}

/* What stands before a member: comma, line, key. */
static void begin_member(json_writer *w, const char *key) {
    if (w->has_member) {
        buf_add_text(w->out, w->is_flat ? ", " : ",");
    }
    if (w->depth > 0) {
        new_line(w);
    }
    if (key != NULL) {
        json_quote(w->out, str_of(key));
        buf_add_text(w->out, ": ");
    }
    w->has_member = true;
}

static void open_container(json_writer *w, const char *key, char bracket) {
    begin_member(w, key);
    buf_add_byte(w->out, bracket);
    w->depth++;
    w->has_member = false;
}

static void close_container(json_writer *w, char bracket) {
    assert(w->depth > 0);
    w->depth--;
    if (w->has_member) {
        new_line(w);
    }
    buf_add_byte(w->out, bracket);
    w->has_member = true;
    if (w->depth == 0) {
        buf_add_byte(w->out, '\n');
    }
}

void json_open_object(json_writer *w, const char *key) {
    open_container(w, key, '{');
}

void json_open_array(json_writer *w, const char *key) {
    open_container(w, key, '[');
}

void json_close_object(json_writer *w) {
    close_container(w, '}');
}

void json_close_array(json_writer *w) {
    close_container(w, ']');
}

void json_put_text(json_writer *w, const char *key, str text) {
    begin_member(w, key);
    json_quote(w->out, text);
}

void json_put_u64(json_writer *w, const char *key, uint64_t value) {
    begin_member(w, key);
    buf_format(w->out, "%llu", (unsigned long long)value);
}

void json_put_bool(json_writer *w, const char *key, bool value) {
    begin_member(w, key);
    buf_add_text(w->out, value ? "true" : "false");
}

void json_put_null(json_writer *w, const char *key) {
    begin_member(w, key);
    buf_add_text(w->out, "null");
}
