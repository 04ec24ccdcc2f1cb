/* json.c - the scanner: text into nodes.
 *
 * One loop, no recursion: open containers are linked through the `next` field of their
 * own nodes until they are closed. Nothing is allocated but the node array.
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/json.h"

#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"

static inline bool is_blank(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static inline bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

/* True for what stands for itself inside a string. */
static inline bool is_plain(char byte) {
    return (uint8_t)byte >= 0x20 && !utf8_is_never(byte) && byte != '"' && byte != '\\';
}

typedef struct scan {
    json *doc;
    const char *at;
    const char *end;
    uint32_t open; /* the innermost open container, or JSON_NONE */
    unsigned depth;
    pa_error *err;
} scan;

void text_position(str text, size_t offset, unsigned *line, unsigned *column) {
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < offset && i < text.size; i++) {
        if (text.at[i] == '\n') {
            (*line)++;
            *column = 1;
        } else {
            (*column)++;
        }
    }
}

static pa_status expected(scan *s, const char *what) {
    unsigned line = 0;
    unsigned column = 0;
    text_position(s->doc->text, (size_t)(s->at - s->doc->text.at), &line, &column);
    if (s->at >= s->end) {
        return error_set(s->err, PA_FORMAT,
                         "line %u, column %u: the text ends, expected %s", line, column,
                         what);
    }
    return error_set(s->err, PA_FORMAT, "line %u, column %u: expected %s", line, column,
                     what);
}

static inline void skip_blanks(scan *s) {
    while (s->at < s->end && is_blank(*s->at)) {
        s->at++;
    }
}

static json_node *add_node(scan *s, json_type type) {
    json *doc = s->doc;
    if (doc->count == doc->capacity &&
        mem_grow(&doc->nodes, &doc->capacity, doc->count + 1, sizeof *doc->nodes) != 0) {
        error_nomem(s->err);
        return NULL;
    }
    json_node *node = &doc->nodes[doc->count++];
    *node = (json_node){.start = (uint32_t)(s->at - doc->text.at),
                        .next = (uint32_t)doc->count,
                        .type = (unsigned)type & 7};
    return node;
}

static bool is_hex(char byte) {
    return (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'f');
}

/* Steps over one escape; the backslash is at s->at. */
static bool skip_escape(scan *s) {
    if (s->end - s->at < 2) {
        s->at = s->end;
        return false;
    }
    if (s->at[1] != 'u') {
        bool is_known = memchr("\"\\/bfnrt", s->at[1], 8) != NULL;
        s->at += is_known ? 2 : 0;
        return is_known;
    }
    for (int i = 2; i < 6; i++) {
        if (s->end - s->at <= i || !is_hex(s->at[i])) {
            return false;
        }
    }
    s->at += 6;
    return true;
}

/* A string; its opening quote is at s->at. */
static pa_status scan_string(scan *s) {
    s->at++;
    json_node *node = add_node(s, JSON_STRING);
    if (node == NULL) {
        return s->err->status;
    }
    const char *start = s->at;
    for (;;) {
        while (s->at < s->end && is_plain(*s->at)) {
            s->at++;
        }
        if (s->at < s->end && *s->at == '"') {
            break;
        }
        if (s->at < s->end && utf8_is_never(*s->at)) {
            node->has_escape = 1; /* json_string replaces it */
            s->at++;
            continue;
        }
        if (s->at >= s->end || *s->at != '\\') {
            return expected(s, "a closing '\"'");
        }
        if (!skip_escape(s)) {
            return expected(s, "an escape that JSON has");
        }
        node->has_escape = 1;
    }
    node->size = (uint32_t)(s->at - start);
    s->at++;
    return PA_OK;
}

static const char *skip_digits(const char *at, const char *end) {
    while (at < end && is_digit(*at)) {
        at++;
    }
    return at;
}

static pa_status scan_number(scan *s) {
    json_node *node = add_node(s, JSON_NUMBER);
    if (node == NULL) {
        return s->err->status;
    }
    const char *start = s->at;
    const char *at = s->at + (*s->at == '-');
    const char *whole = at;
    at = skip_digits(at, s->end);
    bool is_good = at > whole && (*whole != '0' || at == whole + 1);
    if (is_good && at < s->end && *at == '.') {
        const char *fraction = ++at;
        at = skip_digits(at, s->end);
        is_good = at > fraction;
    }
    if (is_good && at < s->end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < s->end && (*at == '+' || *at == '-');
        const char *exponent = at;
        at = skip_digits(at, s->end);
        is_good = at > exponent;
    }
    if (!is_good) {
        return expected(s, "a value");
    }
    node->size = (uint32_t)(at - start);
    s->at = at;
    return PA_OK;
}

static pa_status scan_word(scan *s, const char *word, json_type type) {
    size_t size = strlen(word);
    if ((size_t)(s->end - s->at) < size || memcmp(s->at, word, size) != 0) {
        return expected(s, "a value");
    }
    json_node *node = add_node(s, type);
    if (node == NULL) {
        return s->err->status;
    }
    node->size = (uint32_t)size;
    s->at += size;
    return PA_OK;
}

static pa_status open_container(scan *s, json_type type) {
    if (++s->depth > PA_MAX_JSON_DEPTH) {
        return error_set(s->err, PA_LIMIT, "byte %zu: nested deeper than %d levels",
                         (size_t)(s->at - s->doc->text.at), PA_MAX_JSON_DEPTH);
    }
    uint32_t self = (uint32_t)s->doc->count;
    json_node *node = add_node(s, type);
    if (node == NULL) {
        return s->err->status;
    }
    node->next = s->open;
    s->open = self;
    s->at++;
    return PA_OK;
}

static void close_container(scan *s) {
    json_node *node = &s->doc->nodes[s->open];
    s->at++;
    node->size = (uint32_t)(s->at - s->doc->text.at) - node->start;
    s->open = node->next;
    node->next = (uint32_t)s->doc->count;
    s->depth--;
}

/* A key and its colon. */
static pa_status scan_key(scan *s) {
    if (s->at >= s->end || *s->at != '"') {
        return expected(s, "a key in double quotes");
    }
    pa_status status = scan_string(s);
    if (status != PA_OK) {
        return status;
    }
    skip_blanks(s);
    if (s->at >= s->end || *s->at != ':') {
        return expected(s, "':' after a key");
    }
    s->at++;
    skip_blanks(s);
    return PA_OK;
}

/* A scalar, or the opening bracket of a container. */
static pa_status scan_value(scan *s) {
    if (s->at >= s->end) {
        return expected(s, "a value");
    }
    switch (*s->at) {
    case '"':
        return scan_string(s);
    case '[':
        return open_container(s, JSON_ARRAY);
    case '{':
        return open_container(s, JSON_OBJECT);
    case 't':
        return scan_word(s, "true", JSON_TRUE);
    case 'f':
        return scan_word(s, "false", JSON_FALSE);
    case 'n':
        return scan_word(s, "null", JSON_NULL);
    default:
        return scan_number(s);
    }
}

/* The next value of the open container, after a comma where one is due, or its end. */
static pa_status scan_member(scan *s) {
    json_node *parent = &s->doc->nodes[s->open];
    char closing = parent->type == JSON_ARRAY ? ']' : '}';
    skip_blanks(s);
    if (s->at < s->end && *s->at == closing) {
        close_container(s);
        return PA_OK;
    }
    if (parent->count > 0) {
        if (s->at >= s->end || *s->at != ',') {
            return expected(s, closing == ']' ? "',' or ']'" : "',' or '}'");
        }
        s->at++;
        skip_blanks(s);
    }
    parent->count = (parent->count + 1) & 0xfffffff;
    if (closing == '}') {
        pa_status status = scan_key(s);
        if (status != PA_OK) {
            return status;
        }
    }
    return scan_value(s);
}

pa_status json_parse(json *doc, str text, pa_error *err) {
    if (str_starts(text, "\xef\xbb\xbf")) {
        text = str_part(text, 3, text.size);
    }
    doc->text = text;
    doc->count = 0;
    if (text.size > PA_MAX_DOCUMENT_BYTES) {
        return error_set(err, PA_LIMIT, "holds %zu bytes, more than are read", text.size);
    }
    scan s = {.doc = doc, .open = JSON_NONE, .err = err};
    s.at = text.size == 0 ? "" : text.at;
    s.end = s.at + text.size;
    doc->text.at = s.at;
    skip_blanks(&s);
    pa_status status = scan_value(&s);
    while (status == PA_OK && s.open != JSON_NONE) {
        status = scan_member(&s);
    }
    if (status == PA_OK) {
        skip_blanks(&s);
        if (s.at < s.end) {
            status = expected(&s, "nothing after the value");
        }
    }
    if (status != PA_OK) {
        doc->count = 0;
    }
    return status;
}

void json_clear(json *doc) {
    mem_free(doc->nodes);
    *doc = (json){0};
}
