/* yaml.h - read a YAML text into a tree whose nodes know their line and column.
 *
 * The part of YAML that needs no explaining: maps, lists, text and comments, in block or
 * flow form. Anchors, aliases, tags, a second document and a key that stands twice are
 * refused, so that a file means what it looks like and cannot grow when read. Scalars
 * stay text: whether "yes", "1_000" or "~" is anything but that is for the reader of a
 * value to say, which YAML 1.1 and 1.2 answer differently.
 *
 * Every failure is PA_FORMAT, "line L, column C: what", both from 1, columns in
 * characters; the one exception is PA_NOMEM. Nothing changes once it was read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_YAML_H
#define PA_CODEC_YAML_H

#include "base/arena.h"
#include "base/error.h"

enum {
    /** A rules file needs 6. */
    YAML_MAX_DEPTH = 32,
    /** Scalars, keys, lists and maps together. */
    YAML_MAX_NODES = 100000
};

/** Bytes of one text. The built-in device profiles have less than 32 KiB. */
#define YAML_MAX_BYTES (UINT64_C(4) << 20)

typedef enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP } yaml_kind;

typedef struct yaml_place {
    uint32_t line;
    uint32_t column;
} yaml_place;

typedef struct yaml_node {
    yaml_kind kind;
    bool is_quoted; /**< scalar: in quotes or a block ("|", ">") */
    uint32_t count; /**< list: elements; map: members */
    yaml_place place;
    size_t
        index; /**< scalar: characters of the text before it, without a byte order mark */
    yaml_place key_place;
    str key; /**< what it stands under; of a list's element: what the list stands under */
    str text; /**< scalar: ended by a NUL */
    const struct yaml_node
        *first; /**< first element or member's value, in the text's order */
    const struct yaml_node *next; /**< next beside it */
} yaml_node;

/** Reads `text` (a byte order mark is skipped) into `mem`. A text without a document,
 * such as one of comments, is an empty scalar. */
pa_status yaml_parse(str text, arena *mem, const yaml_node **out, pa_error *err);

/** The value under `key`; NULL when there is none, or `in` is NULL or no map. */
const yaml_node *yaml_get(const yaml_node *in, const char *key);

/** For `for (n = yaml_first(list); n != NULL; n = n->next)`; takes NULL and scalars. */
const yaml_node *yaml_first(const yaml_node *list);

/** True for NULL and for what stands for nothing: "key:" with no value. */
bool yaml_is_empty(const yaml_node *node);

/* Values. Each fails with the place and key of the node and what was expected; `*out` is
 * then as it was. */

pa_status yaml_expect(const yaml_node *node, yaml_kind kind, pa_error *err);

/** Text that is not empty. */
pa_status yaml_text(const yaml_node *node, str *out, pa_error *err);

/** Decimal digits only, from `min` to `max`. */
pa_status yaml_u64(const yaml_node *node, uint64_t min, uint64_t max, uint64_t *out,
                   pa_error *err);

/** "true" or "false" only. */
pa_status yaml_bool(const yaml_node *node, bool *out, pa_error *err);

/** Bytes: "850 MiB", "512MiB", "2 GiB", "64 KiB"; digits alone are bytes. Whole numbers
 * only. MB and GB are refused, as they mean two things. */
pa_status yaml_size(const yaml_node *node, uint64_t *out, pa_error *err);

/** Fails at the first key of `in` that is none of `keys` (ended by NULL), with the
 * likely one. */
pa_status yaml_only(const yaml_node *in, const char *const *keys, pa_error *err);

/** Fails at a node: "line L, column C: " and the text. */
pa_status yaml_fail(const yaml_node *node, pa_error *err, const char *format, ...)
    PA_PRINTF(3, 4);

/** As yaml_fail, at the key under which the node stands. */
pa_status yaml_fail_key(const yaml_node *node, pa_error *err, const char *format, ...)
    PA_PRINTF(3, 4);

/** Looks for the name that a misspelt word means: few of its letters are
 * wrong. Start with {.word = …}, try every name, then ask. */
typedef struct yaml_guess {
    str word;
    str best;
    unsigned distance;
} yaml_guess;

void yaml_guess_try(yaml_guess *guess, str name);

/** "; did you mean 'best'?" in `out`, or the empty text. Returns `out`. */
const char *yaml_guess_text(const yaml_guess *guess, char *out, size_t size);

#endif
