/* uuid.c - compressed ids to full ones and back.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/uuid.h"

#include <string.h>

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char hex[] = "0123456789abcdef";

/* Where the 32 digits stand in the full form. */
static size_t digit_place(size_t digit) {
    return digit + (digit >= 8) + (digit >= 12) + (digit >= 16) + (digit >= 20);
}

/* A range test for each run of the alphabet: configs hold tens of thousands of ids, and a
 * search in a text was a quarter of the time it took to read them. */
static int base64_value(char letter) {
    if (letter >= 'A' && letter <= 'Z') {
        return letter - 'A';
    }
    if (letter >= 'a' && letter <= 'z') {
        return letter - 'a' + 26;
    }
    if (letter >= '0' && letter <= '9') {
        return letter - '0' + 52;
    }
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

static int hex_value(char letter) {
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Splits "id@sub"; the second part keeps its '@'. */
static str without_sub(str id, str *sub) {
    size_t at = str_find(id, '@', 0);
    *sub = str_part(id, at, id.size);
    return str_part(id, 0, at);
}

str uuid_decode(arena *mem, str id) {
    str sub = {0};
    str head = without_sub(id, &sub);
    char full[UUID_FULL_SIZE];
    memset(full, '-', sizeof full);
    bool is_compressed = head.size == UUID_COMPRESSED_SIZE;
    for (size_t i = 0; is_compressed && i < 2; i++) {
        full[i] = head.at[i];
    }
    for (size_t i = 2, digit = 2; is_compressed && i < UUID_COMPRESSED_SIZE; i += 2) {
        int high = base64_value(head.at[i]);
        int low = base64_value(head.at[i + 1]);
        is_compressed = high >= 0 && low >= 0;
        if (is_compressed) {
            full[digit_place(digit++)] = hex[high >> 2];
            full[digit_place(digit++)] = hex[(high & 3) << 2 | low >> 4];
            full[digit_place(digit++)] = hex[low & 15];
        }
    }
    str decoded = is_compressed ? (str){full, sizeof full} : head;
    return arena_join(mem, (str[]){decoded, sub}, 2);
}

bool uuid_is_full(str id) {
    str sub = {0};
    str head = without_sub(id, &sub);
    if (head.size != UUID_FULL_SIZE) {
        return false;
    }
    for (size_t digit = 0; digit < 32; digit++) {
        if (hex_value(head.at[digit_place(digit)]) < 0) {
            return false;
        }
    }
    return head.at[8] == '-' && head.at[13] == '-' && head.at[18] == '-' &&
           head.at[23] == '-';
}

str uuid_encode(arena *mem, str id) {
    str sub = {0};
    str head = without_sub(id, &sub);
    if (!uuid_is_full(id)) {
        return arena_copy(mem, id);
    }
    char compressed[UUID_COMPRESSED_SIZE] = {head.at[0], head.at[1]};
    for (size_t i = 2, digit = 2; i < UUID_COMPRESSED_SIZE; i += 2, digit += 3) {
        int a = hex_value(head.at[digit_place(digit)]);
        int b = hex_value(head.at[digit_place(digit + 1)]);
        int c = hex_value(head.at[digit_place(digit + 2)]);
        compressed[i] = base64[a << 2 | b >> 2];
        compressed[i + 1] = base64[(b & 3) << 4 | c];
    }
    return arena_join(mem, (str[]){{compressed, sizeof compressed}, sub}, 2);
}
