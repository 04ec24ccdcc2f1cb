/* yaml.c - the events of libyaml (0.2.5) as a tree in an arena, and readers of values.
 *
 * libyaml checks UTF-8, control characters and syntax; what it allows and a rules file
 * does not need is refused here, as each event says where it stands.
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/map.h"

/* A list or map that is still open. */
typedef struct open_node {
    yaml_node *node;
    yaml_node *last; /* its newest child */
    map seen;        /* key to line */
    str key;         /* of the value to come */
    yaml_place key_place;
    bool has_key;
} open_node;

typedef struct building {
    yaml_parser_t *parser;
    arena *mem;
    pa_error *err;
    str text;
    yaml_node *root;
    open_node open[YAML_MAX_DEPTH];
    size_t depth;
    size_t node_count;
    bool has_document;
} building;

static pa_status fail_at(pa_error *err, yaml_place at, const char *what) {
    return error_set(err, PA_FORMAT, "line %u, column %u: %s", at.line, at.column, what);
}

static yaml_place place_of(yaml_mark_t mark) {
    return (yaml_place){(uint32_t)mark.line + 1, (uint32_t)mark.column + 1};
}

static yaml_place place_of_byte(str text, size_t offset) {
    yaml_place at = {1, 1};
    for (size_t i = 0; i < offset && i < text.size; i++) {
        bool is_inside = ((unsigned char)text.at[i] & 0xC0) == 0x80; /* of a character */
        at.column = text.at[i] == '\n' ? 1 : at.column + !is_inside;
        at.line += text.at[i] == '\n';
    }
    return at;
}

/* The parser stopped: its reader counts bytes, its scanner and parser lines. */
static pa_status fail_parser(const building *b) {
    const yaml_parser_t *parser = b->parser;
    const char *problem = parser->problem == NULL ? "no YAML" : parser->problem;
    if (parser->error == YAML_MEMORY_ERROR) {
        return error_nomem(b->err);
    }
    if (parser->error == YAML_READER_ERROR) {
        return fail_at(b->err, place_of_byte(b->text, parser->problem_offset), problem);
    }
    yaml_place at = place_of(parser->problem_mark);
    if (strstr(problem, "cannot start any token") != NULL) {
        return fail_at(
            b->err, at,
            "no value can begin so; indent by blanks, not tabs, and put quotes "
            "around text with special characters");
    }
    if (parser->context == NULL) {
        return fail_at(b->err, at, problem);
    }
    return error_set(b->err, PA_FORMAT, "line %u, column %u: %s %s", at.line, at.column,
                     problem, parser->context);
}

static pa_status add_key(building *b, open_node *in, const yaml_event_t *event,
                         yaml_place at) {
    if (event->type != YAML_SCALAR_EVENT) {
        return fail_at(b->err, at, "a key must be text, not a list or a map");
    }
    str key = {(const char *)event->data.scalar.value, event->data.scalar.length};
    in->key = arena_copy(b->mem, key);
    uint32_t line = 0;
    if (in->key.at == NULL || !map_add(&in->seen, in->key, at.line, &line)) {
        return error_nomem(b->err);
    }
    in->key_place = at;
    in->has_key = true;
    /* Every key of a map is entered once, so more keys than entries is a repeated one. */
    if (in->seen.used != in->node->count + 1) {
        return error_set(b->err, PA_FORMAT,
                         "line %u, column %u: '%.*s' stands twice, first on line %u",
                         at.line, at.column, STR_ARGS(key), line);
    }
    return PA_OK;
}

/* Makes the node of an event and hangs it where the innermost open one expects it. */
static pa_status add_node(building *b, yaml_kind kind, yaml_place at, yaml_node **out) {
    yaml_node *node = arena_alloc(b->mem, 1, sizeof *node);
    if (node == NULL) {
        return error_nomem(b->err);
    }
    *out = node;
    node->kind = kind;
    node->place = at;
    node->key_place = at;
    if (b->depth == 0) {
        b->root = node;
        return PA_OK;
    }
    open_node *in = &b->open[b->depth - 1];
    bool is_member = in->node->kind == YAML_MAP;
    node->key = is_member ? in->key : in->node->key;
    node->key_place = is_member ? in->key_place : in->node->key_place;
    in->has_key = false;
    in->node->count++;
    if (in->last == NULL) {
        in->node->first = node;
    } else {
        in->last->next = node;
    }
    in->last = node;
    return PA_OK;
}

static pa_status add_scalar(building *b, const yaml_event_t *event, yaml_place at) {
    yaml_node *node = NULL;
    pa_status status = add_node(b, YAML_SCALAR, at, &node);
    if (status != PA_OK) {
        return status;
    }
    str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    node->index = event->start_mark.index;
    node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = arena_copy(b->mem, text);
    return node->text.at == NULL ? error_nomem(b->err) : PA_OK;
}

static pa_status open_collection(building *b, yaml_kind kind, yaml_place at) {
    if (b->depth == YAML_MAX_DEPTH) {
        return error_set(b->err, PA_FORMAT,
                         "line %u, column %u: nested deeper than %d levels", at.line,
                         at.column, YAML_MAX_DEPTH);
    }
    yaml_node *node = NULL;
    pa_status status = add_node(b, kind, at, &node);
    if (status == PA_OK) {
        b->open[b->depth++] = (open_node){.node = node};
    }
    return status;
}

static void close_collection(building *b) {
    map_clear(&b->open[--b->depth].seen);
}

/* What YAML has and a rules file must not. */
static pa_status refuse(const building *b, const yaml_event_t *event, yaml_place at) {
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return fail_at(
            b->err, at,
            "aliases are not taken; put quotes around text that starts with '*'");
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        return PA_OK;
    }
    if (anchor != NULL) {
        return fail_at(
            b->err, at,
            "anchors are not taken; put quotes around text that starts with '&'");
    }
    if (tag != NULL) {
        return fail_at(b->err, at,
                       "tags are not taken; put quotes around text that starts with '!'");
    }
    if (b->node_count > YAML_MAX_NODES) {
        return error_set(b->err, PA_FORMAT, "line %u, column %u: more than %d values",
                         at.line, at.column, YAML_MAX_NODES);
    }
    return PA_OK;
}

static pa_status take_event(building *b, const yaml_event_t *event) {
    yaml_place at = place_of(event->start_mark);
    bool is_node = event->type == YAML_SCALAR_EVENT ||
                   event->type == YAML_SEQUENCE_START_EVENT ||
                   event->type == YAML_MAPPING_START_EVENT;
    b->node_count += is_node;
    pa_status status = refuse(b, event, at);
    if (status != PA_OK) {
        return status;
    }
    open_node *in = b->depth == 0 ? NULL : &b->open[b->depth - 1];
    if (is_node && in != NULL && in->node->kind == YAML_MAP && !in->has_key) {
        return add_key(b, in, event, at);
    }
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->has_document) {
            return fail_at(b->err, at, "a second document starts here, one is read");
        }
        b->has_document = true;
        return PA_OK;
    case YAML_SCALAR_EVENT:
        return add_scalar(b, event, at);
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(b, YAML_LIST, at);
    case YAML_MAPPING_START_EVENT:
        return open_collection(b, YAML_MAP, at);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_collection(b);
        return PA_OK;
    default:
        return PA_OK;
    }
}

static pa_status build(building *b) {
    for (bool is_done = false; !is_done;) {
        yaml_event_t event;
        if (!yaml_parser_parse(b->parser, &event)) {
            return fail_parser(b);
        }
        is_done = event.type == YAML_STREAM_END_EVENT;
        pa_status status = take_event(b, &event);
        yaml_event_delete(&event);
        if (status != PA_OK) {
            return status;
        }
    }
    if (b->root != NULL) {
        return PA_OK;
    }
    yaml_node *nothing = NULL;
    return add_node(b, YAML_SCALAR, (yaml_place){1, 1}, &nothing);
}

pa_status yaml_parse(str text, arena *mem, const yaml_node **out, pa_error *err) {
    if (text.size > YAML_MAX_BYTES) {
        return error_set(err, PA_FORMAT, "line 1, column 1: larger than 4 MiB");
    }
    if (str_starts(text, "\xEF\xBB\xBF")) {
        text = str_part(text, 3, text.size);
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        return error_nomem(err);
    }
    /* Said before the input, or two bytes of UTF-16's mark would choose UTF-16. */
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    bytes raw = bytes_of_str(text);
    yaml_parser_set_input_string(&parser, raw.at == NULL ? (const uint8_t *)"" : raw.at,
                                 raw.size);
    building b = {.parser = &parser, .mem = mem, .err = err, .text = text};
    pa_status status = build(&b);
    while (b.depth > 0) {
        close_collection(&b);
    }
    yaml_parser_delete(&parser);
    if (status == PA_OK) {
        *out = b.root;
    }
    return status;
}

const yaml_node *yaml_first(const yaml_node *list) {
    return list == NULL ? NULL : list->first;
}

const yaml_node *yaml_get(const yaml_node *in, const char *key) {
    if (in == NULL || in->kind != YAML_MAP) {
        return NULL;
    }
    for (const yaml_node *n = in->first; n != NULL; n = n->next) {
        if (str_is(n->key, key)) {
            return n;
        }
    }
    return NULL;
}

bool yaml_is_empty(const yaml_node *node) {
    return node == NULL ||
           (node->kind == YAML_SCALAR && !node->is_quoted && node->text.size == 0);
}

static pa_status fail_list(pa_error *err, yaml_place at, const char *format,
                           va_list args) {
    char text[PA_ERROR_TEXT_SIZE];
    vsnprintf(text, sizeof text, format, args);
    return fail_at(err, at, text);
}

pa_status yaml_fail(const yaml_node *node, pa_error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    pa_status status = fail_list(err, node->place, format, args);
    va_end(args);
    return status;
}

pa_status yaml_fail_key(const yaml_node *node, pa_error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    pa_status status = fail_list(err, node->key_place, format, args);
    va_end(args);
    return status;
}

/* "'key' takes WHAT, not 'text'", where the root has no key. */
static pa_status fail_value(const yaml_node *node, pa_error *err, const char *what) {
    static const char *const kinds[] = {[YAML_LIST] = "a list", [YAML_MAP] = "a map"};
    char got[96];
    if (node->kind != YAML_SCALAR) {
        snprintf(got, sizeof got, "%s", kinds[node->kind]);
    } else if (yaml_is_empty(node)) {
        snprintf(got, sizeof got, "nothing");
    } else {
        str shown = str_part(node->text, 0, 60);
        snprintf(got, sizeof got, "'%.*s'", STR_ARGS(shown));
    }
    if (node->key.at == NULL) {
        return yaml_fail(node, err, "expected %s, not %s", what, got);
    }
    return yaml_fail(node, err, "'%.*s' takes %s, not %s", STR_ARGS(node->key), what,
                     got);
}

pa_status yaml_expect(const yaml_node *node, yaml_kind kind, pa_error *err) {
    static const char *const wanted[] = {
        [YAML_SCALAR] = "one value", [YAML_LIST] = "a list", [YAML_MAP] = "a map"};
    return node->kind == kind ? PA_OK : fail_value(node, err, wanted[kind]);
}

pa_status yaml_text(const yaml_node *node, str *out, pa_error *err) {
    if (node->kind != YAML_SCALAR || node->text.size == 0) {
        return fail_value(node, err, "text");
    }
    *out = node->text;
    return PA_OK;
}

pa_status yaml_u64(const yaml_node *node, uint64_t min, uint64_t max, uint64_t *out,
                   pa_error *err) {
    uint64_t value = 0;
    if (node->kind != YAML_SCALAR || !str_to_u64(node->text, max, &value) ||
        value < min) {
        char what[96];
        snprintf(what, sizeof what, "a whole number from %llu to %llu",
                 (unsigned long long)min, (unsigned long long)max);
        return fail_value(node, err, what);
    }
    *out = value;
    return PA_OK;
}

pa_status yaml_bool(const yaml_node *node, bool *out, pa_error *err) {
    bool is_true = node->kind == YAML_SCALAR && str_is(node->text, "true");
    if (!is_true && (node->kind != YAML_SCALAR || !str_is(node->text, "false"))) {
        return fail_value(node, err, "true or false");
    }
    *out = is_true;
    return PA_OK;
}

/* The bits to shift for a unit, -1 when it is none. */
static int unit_shift(str unit) {
    static const char *const units[] = {"", "KiB", "MiB", "GiB"};
    for (int i = 0; i < 4; i++) {
        if (str_is(unit, units[i])) {
            return i * 10;
        }
    }
    return -1;
}

/* What may have been meant by a unit that is none. */
static const char *unit_hint(char first) {
    switch (first) {
    case 'k':
    case 'K':
        return "a size in KiB (1024 bytes)";
    case 'm':
    case 'M':
        return "a size in MiB (1024 KiB)";
    case 'g':
    case 'G':
        return "a size in GiB (1024 MiB)";
    default:
        return "a size such as 512 MiB";
    }
}

pa_status yaml_size(const yaml_node *node, uint64_t *out, pa_error *err) {
    if (node->kind != YAML_SCALAR || node->text.size == 0) {
        return fail_value(node, err, "a size such as 512 MiB");
    }
    str text = node->text;
    if (text.at[0] == '-') {
        return fail_value(node, err, "a size that is not negative");
    }
    size_t digits = 0;
    while (digits < text.size && text.at[digits] >= '0' && text.at[digits] <= '9') {
        digits++;
    }
    str unit = str_trim(str_part(text, digits, text.size));
    int shift = unit_shift(unit);
    if (digits == 0 || shift < 0) {
        bool is_unit = digits > 0 && unit.size > 0;
        return fail_value(node, err, unit_hint(is_unit ? unit.at[0] : '\0'));
    }
    uint64_t value = 0;
    if (!str_to_u64(str_part(text, 0, digits), UINT64_MAX >> shift, &value)) {
        return fail_value(node, err, "a size below 2^64 bytes");
    }
    *out = value << shift;
    return PA_OK;
}

pa_status yaml_only(const yaml_node *in, const char *const *keys, pa_error *err) {
    for (const yaml_node *n = yaml_first(in); n != NULL; n = n->next) {
        yaml_guess guess = {.word = n->key};
        bool is_known = false;
        for (size_t i = 0; keys[i] != NULL && !is_known; i++) {
            is_known = str_is(n->key, keys[i]);
            yaml_guess_try(&guess, str_of(keys[i]));
        }
        if (!is_known) {
            char hint[96];
            return yaml_fail_key(n, err, "unknown key '%.*s'%s", STR_ARGS(n->key),
                                 yaml_guess_text(&guess, hint, sizeof hint));
        }
    }
    return PA_OK;
}

void yaml_guess_try(yaml_guess *guess, str name) {
    unsigned most = 1 + (unsigned)(guess->word.size < 60 ? guess->word.size : 60) / 4;
    unsigned distance = str_distance(guess->word, name, most + 1);
    if (distance <= most && distance < name.size &&
        (guess->best.size == 0 || distance < guess->distance)) {
        guess->best = name;
        guess->distance = distance;
    }
}

const char *yaml_guess_text(const yaml_guess *guess, char *out, size_t size) {
    out[0] = '\0';
    if (guess->best.size > 0) {
        snprintf(out, size, "; did you mean '%.*s'?", STR_ARGS(guess->best));
    }
    return out;
}
