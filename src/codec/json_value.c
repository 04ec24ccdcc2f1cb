/* json_value.c - what a caller asks of parsed values.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "codec/json.h"

static const json_node *node_of(const json *doc, json_ref value) {
    return value < doc->count ? &doc->nodes[value] : NULL;
}

json_type json_type_of(const json *doc, json_ref value) {
    const json_node *node = node_of(doc, value);
    return node == NULL ? JSON_NULL : (json_type)node->type;
}

bool json_is(const json *doc, json_ref value, json_type type) {
    const json_node *node = node_of(doc, value);
    return node != NULL && node->type == type;
}

uint32_t json_count(const json *doc, json_ref value) {
    const json_node *node = node_of(doc, value);
    return node == NULL || node->type < JSON_ARRAY ? 0 : node->count;
}

json_ref json_first(const json *doc, json_ref value) {
    return json_count(doc, value) == 0 ? JSON_NONE : value + 1;
}

json_ref json_next(const json *doc, json_ref value) {
    const json_node *node = node_of(doc, value);
    return node == NULL ? JSON_NONE : node->next;
}

json_ref json_at(const json *doc, json_ref array, uint32_t index) {
    if (!json_is(doc, array, JSON_ARRAY) || index >= json_count(doc, array)) {
        return JSON_NONE;
    }
    json_ref value = json_first(doc, array);
    while (index-- > 0) {
        value = json_next(doc, value);
    }
    return value;
}

json_ref json_get(const json *doc, json_ref object, const char *key) {
    if (!json_is(doc, object, JSON_OBJECT)) {
        return JSON_NONE;
    }
    str wanted = str_of(key);
    json_ref found = JSON_NONE;
    json_ref at = json_first(doc, object);
    for (uint32_t left = json_count(doc, object); left > 0; left--) {
        /* Every key has a value behind it: the scanner saw to that. */
        const json_node *node = &doc->nodes[at];
        if (node->size == wanted.size &&
            memcmp(doc->text.at + node->start, wanted.at, wanted.size) == 0) {
            found = node->next;
        }
        at = doc->nodes[node->next].next;
    }
    return found;
}

str json_span(const json *doc, json_ref value) {
    const json_node *node = node_of(doc, value);
    return node == NULL ? (str){0} : (str){doc->text.at + node->start, node->size};
}

str json_raw(const json *doc, json_ref value) {
    str span = json_span(doc, value);
    return json_is(doc, value, JSON_STRING) ? (str){span.at - 1, span.size + 2} : span;
}

static unsigned hex_digit(char byte) {
    return byte <= '9' ? (unsigned)byte - '0' : ((unsigned)byte | 32) - 'a' + 10;
}

static uint32_t hex4(const char *at) {
    return hex_digit(at[0]) << 12 | hex_digit(at[1]) << 8 | hex_digit(at[2]) << 4 |
           hex_digit(at[3]);
}

static size_t put_utf8(char *out, uint32_t code) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 63));
        out[2] = (char)(0x80 | (code & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 63));
    out[2] = (char)(0x80 | (code >> 6 & 63));
    out[3] = (char)(0x80 | (code & 63));
    return 4;
}

/* The code point of "\uXXXX" at `at`, two of them for a surrogate pair; half a pair
 * becomes U+FFFD. Tells how many bytes of text it took. */
static uint32_t unescape_u(const char *at, const char *end, size_t *taken) {
    uint32_t code = hex4(at + 2);
    *taken = 6;
    if (code >= 0xd800 && code < 0xdc00 && end - at >= 12 && at[6] == '\\' &&
        at[7] == 'u') {
        uint32_t low = hex4(at + 8);
        if (low >= 0xdc00 && low < 0xe000) {
            *taken = 12;
            return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
}

str json_string(const json *doc, json_ref value, arena *mem) {
    const json_node *node = node_of(doc, value);
    if (node == NULL || node->type != JSON_STRING) {
        return (str){0};
    }
    str raw = json_span(doc, value);
    if (!node->has_escape) {
        return raw;
    }
    char *out = arena_alloc(mem, raw.size + 1, 1);
    if (out == NULL) {
        return (str){0};
    }
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    size_t size = 0;
    const char *end = raw.at + raw.size;
    for (const char *at = raw.at; at < end;) {
        if (*at != '\\') {
            out[size++] = utf8_is_never(*at) ? '?' : *at;
            at++;
        } else if (at[1] == 'u') {
            size_t taken = 0;
            size += put_utf8(out + size, unescape_u(at, end, &taken));
            at += taken;
        } else {
            out[size++] = meanings[strchr(letters, at[1]) - letters];
            at += 2;
        }
    }
    return (str){out, size};
}

bool json_string_is(const json *doc, json_ref value, const char *text) {
    return json_is(doc, value, JSON_STRING) && str_is(json_span(doc, value), text);
}

bool json_int(const json *doc, json_ref value, int64_t *out) {
    if (!json_is(doc, value, JSON_NUMBER)) {
        return false;
    }
    str digits = json_span(doc, value);
    bool is_negative = digits.at[0] == '-';
    uint64_t size = 0;
    if (!str_to_u64(str_part(digits, is_negative, digits.size), INT64_MAX, &size)) {
        return false;
    }
    *out = is_negative ? -(int64_t)size : (int64_t)size;
    return true;
}

/* value * 10^scale. The power alone may be out of range where the product is not. */
static double scale_by_ten(double value, int scale) {
    enum { STEP = 300 };
    while (scale > STEP && value != 0 && isfinite(value)) {
        value *= pow(10, STEP);
        scale -= STEP;
    }
    while (scale < -STEP && value != 0) {
        value /= pow(10, STEP);
        scale += STEP;
    }
    if (value == 0 || !isfinite(value)) {
        return value;
    }
    return scale < 0 ? value / pow(10, -scale) : value * pow(10, scale);
}

/* strtod depends on the locale; this keeps 18 digits and scales by a power of ten, which
 * is exact for the numbers that pictures and rectangles are measured in. */
bool json_double(const json *doc, json_ref value, double *out) {
    if (!json_is(doc, value, JSON_NUMBER)) {
        return false;
    }
    str text = json_span(doc, value);
    uint64_t digits = 0;
    int scale = 0;
    bool has_point = false;
    size_t i = text.at[0] == '-';
    for (; i < text.size && (text.at[i] | 32) != 'e'; i++) {
        if (text.at[i] == '.') {
            has_point = true;
        } else if (digits < UINT64_C(100000000000000000)) {
            digits = digits * 10 + (uint64_t)(text.at[i] - '0');
            scale -= has_point;
        } else {
            scale += !has_point;
        }
    }
    if (i < text.size) {
        bool is_negative = text.at[i + 1] == '-';
        size_t first = i + 1 + (text.at[i + 1] == '-' || text.at[i + 1] == '+');
        uint64_t exponent = 0;
        if (!str_to_u64(str_part(text, first, text.size), 9999, &exponent)) {
            exponent = 9999;
        }
        scale += is_negative ? -(int)exponent : (int)exponent;
    }
    double size = scale_by_ten((double)digits, scale);
    *out = text.at[0] == '-' ? -size : size;
    return true;
}
