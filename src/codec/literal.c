/* literal.c - a JavaScript object literal to JSON text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/literal.h"

#include "base/limits.h"

typedef struct copy {
    str script;
    size_t at;
    unsigned depth;
    buf *out;
    pa_error *err;
} copy;

static char peek(const copy *c) {
    return c->at < c->script.size ? c->script.at[c->at] : '\0';
}

static bool is_word_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '$' ||
           (byte & 0x80) != 0;
}

static void skip_space(copy *c) {
    for (;;) {
        char byte = peek(c);
        str rest = str_part(c->script, c->at, c->script.size);
        if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') {
            c->at++;
        } else if (str_starts(rest, "//")) {
            c->at = str_find(c->script, '\n', c->at);
        } else if (str_starts(rest, "/*")) {
            size_t end = str_find_text(rest, "*/");
            c->at += end == rest.size ? end : end + 2;
        } else {
            return;
        }
    }
}

static pa_status unexpected(copy *c, const char *what) {
    return error_set(c->err, PA_FORMAT, "byte %zu: expected %s in the settings object",
                     c->at, what);
}

static pa_status copy_string(copy *c) {
    char quote = peek(c);
    buf_add_byte(c->out, '"');
    for (c->at++; c->at < c->script.size && peek(c) != quote; c->at++) {
        char byte = peek(c);
        if (byte == '\\' && c->at + 1 < c->script.size) {
            c->at++;
            if (peek(c) != '\'') {
                buf_add_byte(c->out, '\\');
            }
            buf_add_byte(c->out, peek(c));
        } else if (byte == '"') {
            buf_add_text(c->out, "\\\"");
        } else {
            buf_add_byte(c->out, byte);
        }
    }
    if (c->at >= c->script.size) {
        return unexpected(c, "the end of a string");
    }
    c->at++;
    buf_add_byte(c->out, '"');
    return PA_OK;
}

static str take_word(copy *c) {
    size_t start = c->at;
    while (is_word_byte(peek(c)) || peek(c) == '.' || peek(c) == '-' || peek(c) == '+') {
        c->at++;
    }
    return str_part(c->script, start, c->at);
}

static pa_status copy_key(copy *c) {
    if (peek(c) == '"' || peek(c) == '\'') {
        return copy_string(c);
    }
    str word = take_word(c);
    if (word.size == 0) {
        return unexpected(c, "a key");
    }
    buf_add_byte(c->out, '"');
    buf_add(c->out, word);
    buf_add_byte(c->out, '"');
    return PA_OK;
}

static pa_status copy_word(copy *c) {
    static const struct {
        const char *script;
        const char *json;
    } words[] = {{"!0", "true"},        {"!1", "false"},      {"void 0", "null"},
                 {"undefined", "null"}, {"Infinity", "null"}, {"NaN", "null"}};
    str rest = str_part(c->script, c->at, c->script.size);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_starts(rest, words[i].script)) {
            c->at += str_of(words[i].script).size;
            buf_add_text(c->out, words[i].json);
            return PA_OK;
        }
    }
    str word = take_word(c);
    if (word.size == 0) {
        return unexpected(c, "a value");
    }
    /* Minifiers write .5 and -.5. */
    bool is_negative = word.at[0] == '-';
    buf_add_text(c->out, is_negative ? "-" : "");
    word = str_part(word, is_negative, word.size);
    buf_add_text(c->out, str_starts(word, ".") ? "0" : "");
    buf_add(c->out, word);
    return PA_OK;
}

static pa_status copy_value(copy *c);

/* A list or an object, whose opening bracket is next. */
static pa_status copy_container(copy *c) {
    char closing = peek(c) == '[' ? ']' : '}';
    if (++c->depth > PA_MAX_JSON_DEPTH) {
        return error_set(c->err, PA_LIMIT, "byte %zu: nested deeper than %d levels",
                         c->at, PA_MAX_JSON_DEPTH);
    }
    buf_add_byte(c->out, peek(c));
    c->at++;
    for (bool is_first = true;; is_first = false) {
        skip_space(c);
        if (!is_first && peek(c) == ',') {
            c->at++;
            skip_space(c);
            if (peek(c) != closing) {
                buf_add_byte(c->out, ',');
            }
        } else if (!is_first && peek(c) != closing) {
            return unexpected(c, closing == ']' ? "',' or ']'" : "',' or '}'");
        }
        if (peek(c) == closing) {
            c->at++;
            c->depth--;
            buf_add_byte(c->out, closing);
            return PA_OK;
        }
        if (closing == '}') {
            pa_status status = copy_key(c);
            skip_space(c);
            if (status != PA_OK || peek(c) != ':') {
                return status != PA_OK ? status : unexpected(c, "':'");
            }
            c->at++;
            buf_add_byte(c->out, ':');
        }
        pa_status status = copy_value(c);
        if (status != PA_OK) {
            return status;
        }
    }
}

static pa_status copy_value(copy *c) {
    skip_space(c);
    switch (peek(c)) {
    case '{':
    case '[':
        return copy_container(c);
    case '"':
    case '\'':
        return copy_string(c);
    default:
        return copy_word(c);
    }
}

pa_status literal_to_json(str script, const char *marker, buf *out, pa_error *err) {
    size_t found = str_find_text(script, marker);
    copy c = {
        .script = script, .at = str_find(script, '{', found), .out = out, .err = err};
    if (c.at >= script.size) {
        return error_set(err, PA_FORMAT, "holds no object behind '%s'", marker);
    }
    pa_status status = copy_value(&c);
    return status == PA_OK && out->failed ? error_nomem(err) : status;
}
