/*
 * uuid.c - asset ids made from names, so that two runs write the same bytes.
 *
 * The compressed form is the one that the engine's decode-uuid.ts reads: two digits as
 * they are, then two characters of base 64 for every three digits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "uuid.h"

#include <string.h>

#include "text.h"

uint64_t hash_name(const char *name, uint64_t seed)
{
    /* FNV-1a, then the finisher of splitmix64: FNV alone leaves the high bits alike. */
    uint64_t hash = 0xcbf29ce484222325u ^ seed;
    for (const char *c = name; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
    }
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
    return hash ^ (hash >> 31);
}

const char *uuid_of(const char *name)
{
    uint64_t high = hash_name(name, 1);
    uint64_t low = hash_name(name, 2);
    return keep("%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32),
                (unsigned)(high >> 16 & 0xffffu), (unsigned)(high & 0xfffu),
                (unsigned)(0x8000u | (low >> 48 & 0x3fffu)),
                (unsigned long long)(low & 0xffffffffffffu));
}

const char *uuid_sub(const char *name)
{
    return keep("@%05x", (unsigned)(hash_name(name, 3) & 0xfffffu));
}

const char *uuid_node(const char *name)
{
    return uuid_compressed(uuid_of(keep("node %s", name)));
}

const char *uuid_short(char mark, const char *name)
{
    return keep("%c%08x", mark, (unsigned)(hash_name(name, 4) & 0xffffffffu));
}

static unsigned digit_value(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

const char *uuid_compressed(const char *id)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *sub = strchr(id, '@');
    size_t length = sub == NULL ? strlen(id) : (size_t)(sub - id);
    if (length != 36) {
        return id;
    }
    char digits[33];
    size_t digit_count = 0;
    for (size_t i = 0; i < length; i++) {
        if (id[i] != '-') {
            digits[digit_count++] = id[i];
        }
    }
    char out[23] = {digits[0], digits[1]};
    for (size_t from = 2, to = 2; from < 32; from += 3, to += 2) {
        unsigned a = digit_value(digits[from]);
        unsigned b = digit_value(digits[from + 1]);
        unsigned c = digit_value(digits[from + 2]);
        out[to] = alphabet[a << 2 | b >> 2];
        out[to + 1] = alphabet[(b & 3) << 4 | c];
    }
    return keep("%s%s", out, sub == NULL ? "" : sub);
}
