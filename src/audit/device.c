/* device.c - device profiles out of YAML, each value checked where it stands.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/device.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"

static const char *const profile_keys[] = {
    "title",   "note",    "process", "base", "images",  "page",   "bits", "max_texture",
    "backend", "formats", "package", "heap", "sources", "advice", NULL};

/* Keys that a source can be given for. */
static const char *const fact_keys[] = {"process", "base",        "images",  "page",
                                        "bits",    "max_texture", "backend", "formats",
                                        "package", "heap",        NULL};

/* Keys that a profile of a new name needs. */
static const char *const needed_keys[] = {"title", "process",     "base",    "page",
                                          "bits",  "max_texture", "backend", "formats"};

static const struct {
    const char *key;
    size_t offset;
} sizes[] = {{"process", offsetof(device, process_bytes)},
             {"base", offsetof(device, base_bytes)},
             {"images", offsetof(device, image_budget_bytes)},
             {"page", offsetof(device, page_bytes)},
             {"package", offsetof(device, package_bytes)},
             {"heap", offsetof(device, heap_bytes)}};

static const struct {
    const char *name;
    size_t offset;
} formats[] = {{"astc", offsetof(format_support, astc)},
               {"etc1", offsetof(format_support, etc1)},
               {"etc2", offsetof(format_support, etc2)},
               {"pvrtc", offsetof(format_support, pvrtc)},
               {"webp", offsetof(format_support, webp)}};

enum {
    SIZE_COUNT = sizeof sizes / sizeof sizes[0],
    FORMAT_COUNT = sizeof formats / sizeof formats[0],
    NEEDED_COUNT = sizeof needed_keys / sizeof needed_keys[0]
};

typedef struct reading {
    const yaml_node *profile;
    const yaml_node *documents;
    arena *mem;
    pa_error *err;
    bool is_new;
    device *dev;
} reading;

static pa_status read_sizes(const reading *r) {
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        const yaml_node *value = yaml_get(r->profile, sizes[i].key);
        uint64_t size = 0;
        if (value == NULL) {
            continue;
        }
        pa_status status = yaml_size(value, &size, r->err);
        if (status != PA_OK) {
            return status;
        }
        memcpy((char *)r->dev + sizes[i].offset, &size, sizeof size);
    }
    return PA_OK;
}

/* What the sizes must be to each other, told at the key that was written. */
static pa_status check_sizes(const reading *r) {
    const yaml_node *process = yaml_get(r->profile, "process");
    const yaml_node *base = yaml_get(r->profile, "base");
    const yaml_node *images = yaml_get(r->profile, "images");
    const yaml_node *page = yaml_get(r->profile, "page");
    device *dev = r->dev;
    if (dev->base_bytes >= dev->process_bytes) {
        return yaml_fail(base != NULL ? base : process, r->err,
                         "'base' must be smaller than 'process'");
    }
    uint64_t rest = dev->process_bytes - dev->base_bytes;
    if (images == NULL && (r->is_new || process != NULL || base != NULL)) {
        dev->image_budget_bytes = rest;
    }
    if (dev->image_budget_bytes > rest || dev->image_budget_bytes == 0) {
        return yaml_fail(images, r->err,
                         "'images' takes a size from 1 byte to what 'process' leaves "
                         "above 'base', %llu bytes",
                         (unsigned long long)rest);
    }
    if (page != NULL && (dev->page_bytes < 4096 || dev->page_bytes > 65536 ||
                         (dev->page_bytes & (dev->page_bytes - 1)) != 0)) {
        return yaml_fail(page, r->err,
                         "'page' takes 4 KiB, 8 KiB, 16 KiB, 32 KiB or 64 KiB");
    }
    return PA_OK;
}

static pa_status read_numbers(const reading *r) {
    const yaml_node *bits = yaml_get(r->profile, "bits");
    const yaml_node *side = yaml_get(r->profile, "max_texture");
    uint64_t number = 0;
    if (bits != NULL) {
        if (yaml_u64(bits, 32, 64, &number, r->err) != PA_OK) {
            return r->err->status;
        }
        if (number != 32 && number != 64) {
            return yaml_fail(bits, r->err, "'bits' takes 32 or 64");
        }
        r->dev->address_bits = (unsigned)number;
    }
    if (side != NULL) {
        if (yaml_u64(side, 64, 65536, &number, r->err) != PA_OK) {
            return r->err->status;
        }
        r->dev->max_texture_px = (uint32_t)number;
    }
    return PA_OK;
}

static pa_status read_texts(const reading *r) {
    const yaml_node *title = yaml_get(r->profile, "title");
    const yaml_node *note = yaml_get(r->profile, "note");
    if (title != NULL && yaml_text(title, &r->dev->title, r->err) != PA_OK) {
        return r->err->status;
    }
    return note == NULL ? PA_OK : yaml_text(note, &r->dev->note, r->err);
}

static pa_status fail_name(const reading *r, const yaml_node *at, str name,
                           yaml_guess *guess, const char *what) {
    char hint[96];
    return yaml_fail(at, r->err, "unknown %s '%.*s'%s", what, STR_ARGS(name),
                     yaml_guess_text(guess, hint, sizeof hint));
}

static pa_status read_backend(const reading *r) {
    const yaml_node *value = yaml_get(r->profile, "backend");
    str name = {0};
    if (value == NULL) {
        return PA_OK;
    }
    if (yaml_text(value, &name, r->err) != PA_OK) {
        return r->err->status;
    }
    r->dev->is_web = str_is(name, "webgl");
    r->dev->backend = BACKEND_GLES;
    if (r->dev->is_web || backend_of_name(name, &r->dev->backend)) {
        return PA_OK;
    }
    yaml_guess guess = {.word = name};
    yaml_guess_try(&guess, str_of("webgl"));
    for (int i = 0; i < BACKEND_COUNT; i++) {
        yaml_guess_try(&guess, str_of(backend_name((gpu_backend)i)));
    }
    return fail_name(r, value, name, &guess, "backend");
}

static pa_status read_format(const reading *r, const yaml_node *item) {
    str name = {0};
    if (yaml_text(item, &name, r->err) != PA_OK) {
        return r->err->status;
    }
    yaml_guess guess = {.word = name};
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        bool *flag = (bool *)((char *)&r->dev->formats + formats[i].offset);
        if (str_is(name, formats[i].name)) {
            if (*flag) {
                return yaml_fail(item, r->err, "format '%.*s' stands twice",
                                 STR_ARGS(name));
            }
            *flag = true;
            return PA_OK;
        }
        yaml_guess_try(&guess, str_of(formats[i].name));
    }
    return fail_name(r, item, name, &guess, "format");
}

static pa_status read_formats(const reading *r) {
    const yaml_node *list = yaml_get(r->profile, "formats");
    if (list == NULL) {
        return PA_OK;
    }
    pa_status status = yaml_expect(list, YAML_LIST, r->err);
    r->dev->formats = (format_support){0};
    for (const yaml_node *n = yaml_first(list); n != NULL && status == PA_OK;
         n = n->next) {
        status = read_format(r, n);
    }
    return status;
}

/* A source's text and address, which may be a document's that the file names once. */
static pa_status read_source(const reading *r, const yaml_node *value,
                             device_source *out) {
    static const char *const keys[] = {"text", "url", "document", NULL};
    out->field = value->key;
    if (value->kind == YAML_SCALAR) {
        return yaml_text(value, &out->text, r->err);
    }
    const yaml_node *text = yaml_get(value, "text");
    const yaml_node *url = yaml_get(value, "url");
    const yaml_node *document = yaml_get(value, "document");
    str name = {0};
    if (yaml_expect(value, YAML_MAP, r->err) != PA_OK ||
        yaml_only(value, keys, r->err) != PA_OK ||
        (text != NULL && yaml_text(text, &out->text, r->err) != PA_OK) ||
        (url != NULL && yaml_text(url, &out->url, r->err) != PA_OK) ||
        (document != NULL && yaml_text(document, &name, r->err) != PA_OK)) {
        return r->err->status;
    }
    if (document == NULL) {
        return text != NULL ? PA_OK : yaml_fail(value, r->err, "a source needs 'text'");
    }
    yaml_guess guess = {.word = name};
    for (const yaml_node *n = yaml_first(r->documents); n != NULL; n = n->next) {
        yaml_guess_try(&guess, n->key);
        if (!str_equal(n->key, name)) {
            continue;
        }
        str parts[] = {yaml_get(n, "title")->text, str_of(text == NULL ? "" : ": "),
                       out->text};
        out->text = arena_join(r->mem, parts, 3);
        out->url = url == NULL ? yaml_get(n, "url")->text : out->url;
        return out->text.at == NULL ? error_nomem(r->err) : PA_OK;
    }
    return fail_name(r, document, name, &guess, "document");
}

static pa_status check_documents(const yaml_node *documents, pa_error *err) {
    static const char *const keys[] = {"title", "url", NULL};
    if (documents == NULL) {
        return PA_OK;
    }
    pa_status status = yaml_expect(documents, YAML_MAP, err);
    for (const yaml_node *n = yaml_first(documents); n != NULL && status == PA_OK;
         n = n->next) {
        status = yaml_expect(n, YAML_MAP, err);
        if (status == PA_OK) {
            status = yaml_only(n, keys, err);
        }
        for (size_t i = 0; i < 2 && status == PA_OK; i++) {
            const yaml_node *value = yaml_get(n, keys[i]);
            str text = {0};
            status = value == NULL
                         ? yaml_fail_key(n, err, "a document needs '%s'", keys[i])
                         : yaml_text(value, &text, err);
        }
    }
    return status;
}

/* True when what an older profile of this name says of a key no longer holds. */
static bool is_replaced(const yaml_node *profile, str field) {
    bool is_budget =
        yaml_get(profile, "process") != NULL || yaml_get(profile, "base") != NULL;
    for (const yaml_node *n = yaml_first(profile); n != NULL; n = n->next) {
        if (str_equal(n->key, field)) {
            return true;
        }
    }
    const yaml_node *sources = yaml_get(profile, "sources");
    for (const yaml_node *n = yaml_first(sources); n != NULL; n = n->next) {
        if (str_equal(n->key, field)) {
            return true;
        }
    }
    return is_budget && str_is(field, "images");
}

/* Marks what is there of a field as advice, or adds it. */
static void add_advice(device_source *list, uint32_t *count, str field) {
    for (uint32_t i = 0; i < *count; i++) {
        if (str_equal(list[i].field, field)) {
            list[i].is_advice = true;
            return;
        }
    }
    list[(*count)++] = (device_source){.field = field, .is_advice = true};
}

static pa_status read_advice(const reading *r, const yaml_node *advice,
                             device_source *list, uint32_t *count) {
    for (const yaml_node *n = yaml_first(advice); n != NULL; n = n->next) {
        str field = {0};
        if (yaml_text(n, &field, r->err) != PA_OK) {
            return r->err->status;
        }
        yaml_guess guess = {.word = field};
        bool is_known = false;
        for (size_t i = 0; fact_keys[i] != NULL; i++) {
            is_known = is_known || str_is(field, fact_keys[i]);
            yaml_guess_try(&guess, str_of(fact_keys[i]));
        }
        if (!is_known) {
            return fail_name(r, n, field, &guess, "key");
        }
        add_advice(list, count, field);
    }
    return PA_OK;
}

static pa_status read_sources(const reading *r) {
    const yaml_node *sources = yaml_get(r->profile, "sources");
    const yaml_node *advice = yaml_get(r->profile, "advice");
    device *dev = r->dev;
    if ((sources != NULL && (yaml_expect(sources, YAML_MAP, r->err) != PA_OK ||
                             yaml_only(sources, fact_keys, r->err) != PA_OK)) ||
        (advice != NULL && yaml_expect(advice, YAML_LIST, r->err) != PA_OK)) {
        return r->err->status;
    }
    size_t most = (size_t)dev->source_count + (sources == NULL ? 0 : sources->count) +
                  (advice == NULL ? 0 : advice->count);
    device_source *list = arena_alloc(r->mem, most + 1, sizeof *list);
    if (list == NULL) {
        return error_nomem(r->err);
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < dev->source_count; i++) {
        if (!is_replaced(r->profile, dev->sources[i].field)) {
            list[count++] = dev->sources[i];
        }
    }
    for (const yaml_node *n = yaml_first(sources); n != NULL; n = n->next) {
        pa_status status = read_source(r, n, &list[count++]);
        if (status != PA_OK) {
            return status;
        }
    }
    pa_status status = read_advice(r, advice, list, &count);
    dev->sources = list;
    dev->source_count = count;
    return status;
}

static bool is_good_name(str name) {
    bool is_good = name.size > 0;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.at[i];
        is_good = is_good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '-');
    }
    return is_good;
}

static pa_status read_profile(const reading *r) {
    const yaml_node *profile = r->profile;
    if (!is_good_name(profile->key)) {
        return yaml_fail_key(profile, r->err,
                             "'%.*s' is no name for a device; take letters, digits, '_' "
                             "and '-'",
                             STR_ARGS(profile->key));
    }
    pa_status status = yaml_expect(profile, YAML_MAP, r->err);
    if (status == PA_OK) {
        status = yaml_only(profile, profile_keys, r->err);
    }
    for (size_t i = 0; i < NEEDED_COUNT && r->is_new && status == PA_OK; i++) {
        if (yaml_get(profile, needed_keys[i]) == NULL) {
            status = yaml_fail_key(profile, r->err, "device '%.*s' needs '%s'",
                                   STR_ARGS(profile->key), needed_keys[i]);
        }
    }
    static pa_status (*const steps[])(const reading *) = {
        read_texts,   read_sizes,   check_sizes, read_numbers,
        read_backend, read_formats, read_sources};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == PA_OK; i++) {
        status = steps[i](r);
    }
    return status;
}

static device *find_in(device *items, uint32_t count, str name) {
    for (uint32_t i = 0; i < count; i++) {
        if (str_equal(items[i].name, name)) {
            return &items[i];
        }
    }
    return NULL;
}

pa_status device_take(const yaml_node *profiles, const yaml_node *documents, arena *mem,
                      device_list *list, pa_error *err) {
    if (yaml_expect(profiles, YAML_MAP, err) != PA_OK ||
        check_documents(documents, err) != PA_OK) {
        return err->status;
    }
    size_t most = (size_t)list->count + profiles->count;
    device *items = arena_alloc(mem, most + 1, sizeof *items);
    if (items == NULL) {
        return error_nomem(err);
    }
    if (list->count > 0) {
        memcpy(items, list->items, list->count * sizeof *items);
    }
    uint32_t count = list->count;
    for (const yaml_node *n = profiles->first; n != NULL; n = n->next) {
        device *dev = find_in(items, count, n->key);
        reading r = {n, documents, mem, err, dev == NULL, dev};
        if (dev == NULL) {
            r.dev = &items[count++];
            r.dev->name = n->key;
        }
        pa_status status = read_profile(&r);
        if (status != PA_OK) {
            return status;
        }
    }
    *list = (device_list){items, count};
    return PA_OK;
}

static pa_status parse(str text, arena *mem, device_list *list, pa_error *err) {
    static const char *const keys[] = {"devices", "documents", NULL};
    const yaml_node *root = NULL;
    if (yaml_parse(text, mem, &root, err) != PA_OK ||
        yaml_expect(root, YAML_MAP, err) != PA_OK ||
        yaml_only(root, keys, err) != PA_OK) {
        return err->status;
    }
    const yaml_node *profiles = yaml_get(root, "devices");
    if (profiles == NULL) {
        return yaml_fail(root, err, "expected 'devices', a map of profiles");
    }
    return device_take(profiles, yaml_get(root, "documents"), mem, list, err);
}

pa_status device_parse(str text, str file, arena *mem, device_list *list, pa_error *err) {
    pa_status status = parse(text, mem, list, err);
    return status == PA_OK ? PA_OK : error_in(err, "%.*s", STR_ARGS(file));
}

/* Made from rules/devices.yaml by tools/embed.sh. */
extern const unsigned char pa_embedded_devices[];
extern const unsigned long pa_embedded_devices_size;

str device_builtin(void) {
    return (str){(const char *)pa_embedded_devices, pa_embedded_devices_size};
}

pa_status device_load_builtin(arena *mem, device_list *list, pa_error *err) {
    return device_parse(device_builtin(), str_of("rules/devices.yaml"), mem, list, err);
}

const device *device_find(const device_list *list, str name, pa_error *err) {
    yaml_guess guess = {.word = name};
    buf names = {0};
    for (uint32_t i = 0; i < list->count; i++) {
        if (str_equal(list->items[i].name, name)) {
            buf_clear(&names);
            return &list->items[i];
        }
        yaml_guess_try(&guess, list->items[i].name);
        if (i > 0) {
            buf_add_text(&names, ", ");
        }
        buf_add(&names, list->items[i].name);
    }
    char hint[96];
    bool has_hint = yaml_guess_text(&guess, hint, sizeof hint)[0] != '\0';
    error_set(err, PA_USAGE, "no device is called '%.*s'%s known are: %.*s",
              STR_ARGS(name), has_hint ? hint : ";", STR_ARGS(buf_str(&names)));
    buf_clear(&names);
    return NULL;
}
