/* text.c - borrowed strings: compare, cut, read numbers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

str str_of(const char *text) {
    return text == NULL ? (str){0} : (str){text, strlen(text)};
}

int str_order(str a, str b) {
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared == 0 ? 0 : memcmp(a.at, b.at, shared);
    if (order != 0) {
        return order;
    }
    return a.size < b.size ? -1 : a.size > b.size;
}

bool str_starts(str text, const char *prefix) {
    str front = str_of(prefix);
    return text.size >= front.size && str_equal(str_part(text, 0, front.size), front);
}

bool str_ends(str text, const char *suffix) {
    str tail = str_of(suffix);
    return text.size >= tail.size &&
           str_equal(str_part(text, text.size - tail.size, text.size), tail);
}

size_t str_find(str text, char byte, size_t from) {
    if (from >= text.size) {
        return text.size;
    }
    const char *hit = memchr(text.at + from, byte, text.size - from);
    return hit == NULL ? text.size : (size_t)(hit - text.at);
}

size_t str_find_last(str text, char byte) {
    for (size_t i = text.size; i > 0; i--) {
        if (text.at[i - 1] == byte) {
            return i - 1;
        }
    }
    return text.size;
}

size_t str_find_part(str text, str needle) {
    for (size_t i = 0; needle.size > 0 && i + needle.size <= text.size; i++) {
        i = str_find(text, needle.at[0], i);
        if (i + needle.size <= text.size &&
            memcmp(text.at + i, needle.at, needle.size) == 0) {
            return i;
        }
    }
    return text.size;
}

size_t str_find_text(str text, const char *needle) {
    return str_find_part(text, str_of(needle));
}

str str_part(str text, size_t from, size_t to) {
    if (to > text.size) {
        to = text.size;
    }
    return from >= to ? (str){0} : (str){text.at + from, to - from};
}

str str_front(str text, size_t most) {
    if (text.size <= most) {
        return text;
    }
    while (most > 0 && ((uint8_t)text.at[most] & 0xc0) == 0x80) {
        most--;
    }
    return str_part(text, 0, most);
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

str str_trim(str text) {
    while (text.size > 0 && is_blank(text.at[0])) {
        text = str_part(text, 1, text.size);
    }
    while (text.size > 0 && is_blank(text.at[text.size - 1])) {
        text.size--;
    }
    return text;
}

bool str_split(str *rest, char separator, str *part) {
    if (rest->at == NULL) {
        return false;
    }
    size_t end = str_find(*rest, separator, 0);
    *part = (str){rest->at, end};
    *rest = end < rest->size ? (str){rest->at + end + 1, rest->size - end - 1} : (str){0};
    return true;
}

str str_file_name(str path) {
    size_t slash = str_find_last(path, '/');
    return slash == path.size ? path : str_part(path, slash + 1, path.size);
}

str str_folder(str path) {
    size_t slash = str_find_last(path, '/');
    return slash == path.size ? (str){0} : str_part(path, 0, slash);
}

str str_extension(str path) {
    str name = str_file_name(path);
    size_t dot = str_find_last(name, '.');
    return dot == name.size ? (str){0} : str_part(name, dot, name.size);
}

bool str_to_u64(str digits, uint64_t max, uint64_t *out) {
    if (digits.size == 0 || digits.size > 20) {
        return false;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        unsigned digit = (unsigned)(unsigned char)digits.at[i] - '0';
        if (digit > 9 || value > (max - digit) / 10 || digit > max) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool str_glob(str glob, str text) {
    size_t g = 0;
    size_t t = 0;
    size_t star = SIZE_MAX;
    size_t star_text = 0;
    while (t < text.size) {
        if (g < glob.size && glob.at[g] == '*') {
            star = g++;
            star_text = t;
        } else if (g < glob.size && (glob.at[g] == '?' || glob.at[g] == text.at[t])) {
            g++;
            t++;
        } else if (star != SIZE_MAX) {
            g = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (g < glob.size && glob.at[g] == '*') {
        g++;
    }
    return g == glob.size;
}

unsigned str_distance(str a, str b, unsigned cap) {
    enum { LONGEST = 63 };
    a = str_part(a, 0, LONGEST);
    b = str_part(b, 0, LONGEST);
    unsigned row[LONGEST + 1];
    for (size_t j = 0; j <= b.size; j++) {
        row[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a.size; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.size; j++) {
            unsigned best = diagonal + (a.at[i - 1] != b.at[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best) {
                best = row[j] + 1;
            }
            if (row[j - 1] + 1 < best) {
                best = row[j - 1] + 1;
            }
            row[j] = best;
        }
    }
    return row[b.size] < cap ? row[b.size] : cap;
}

size_t utf8_length(str text, size_t from) {
    const uint8_t *at = (const uint8_t *)text.at + from;
    size_t left = text.size - from;
    static const struct {
        uint8_t mask, bits, size;
        uint32_t least;
    } forms[] = {{0xe0, 0xc0, 2, 0x80}, {0xf0, 0xe0, 3, 0x800}, {0xf8, 0xf0, 4, 0x10000}};
    if (at[0] < 0x80) {
        return 1;
    }
    for (size_t i = 0; i < 3; i++) {
        size_t size = forms[i].size;
        if ((at[0] & forms[i].mask) != forms[i].bits || left < size) {
            continue;
        }
        uint32_t code = at[0] & (0xffu >> (size + 1));
        for (size_t j = 1; j < size; j++) {
            if ((at[j] & 0xc0) != 0x80) {
                return 0;
            }
            code = code << 6 | (at[j] & 0x3f);
        }
        bool is_good = code >= forms[i].least && code <= 0x10ffff &&
                       (code < 0xd800 || code > 0xdfff);
        return is_good ? size : 0;
    }
    return 0;
}

/* U+0080 to U+009F: terminals take some for sequences. */
static bool is_c1_control(str text, size_t at, size_t length) {
    return length == 2 && (uint8_t)text.at[at] == 0xc2 && (uint8_t)text.at[at + 1] < 0xa0;
}

size_t text_shown(str text, size_t at, str *shown) {
    size_t length = utf8_length(text, at);
    bool is_control = (uint8_t)text.at[at] < 0x20 || text.at[at] == 0x7f ||
                      is_c1_control(text, at, length);
    if (is_control) {
        *shown = str_of("?");
    } else if (length == 0) {
        *shown = str_of("\xef\xbf\xbd");
    } else {
        *shown = str_part(text, at, at + length);
    }
    return length == 0 ? 1 : length;
}
