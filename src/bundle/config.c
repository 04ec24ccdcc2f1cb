/* config.c - config.json into tables.
 *
 * The tables are read in the engine's order (uuids, paths, scenes, packs, versions,
 * redirect, extensionMap), because later ones overwrite what earlier ones said.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/config.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "bundle/uuid.h"

/* What is being read, and how many keys of the table at hand led nowhere. */
typedef struct state {
    const json *doc;
    str path;
    arena *mem;
    bundle *out;
    finding_list *findings;
    pa_error *err;
    str *types;
    uint32_t type_count;
    const char *table;   /* the table being read */
    uint32_t lost_count; /* keys of it that lead nowhere */
    str first_lost;
    uint32_t long_count; /* texts of it that are too long to be names */
    str first_long;
    arena scratch; /* of one key */
} state;

bool config_is_name(str name) {
    str version = config_name_version(name);
    for (size_t i = 0; i < version.size; i++) {
        char byte = version.at[i];
        if (!((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f'))) {
            return false;
        }
    }
    bool has_version = version.size >= 5 && str_ends(name, ".json") &&
                       (str_starts(name, "config.") || str_starts(name, "cc.config."));
    return has_version || str_is(name, "config.json") || str_is(name, "cc.config.json");
}

str config_name_version(str name) {
    if (str_starts(name, "cc.")) {
        name = str_part(name, 3, name.size);
    }
    enum { FRONT = sizeof "config." - 1, BACK = sizeof ".json" - 1 };
    return name.size > FRONT + BACK ? str_part(name, FRONT, name.size - BACK) : (str){0};
}

bool config_is_shape(const json *doc) {
    return json_is(doc, json_get(doc, 0, "uuids"), JSON_ARRAY) &&
           json_is(doc, json_get(doc, 0, "importBase"), JSON_STRING);
}

str bundle_file_path(const bundle *in, const entry *e, bool is_native, str tail,
                     arena *mem) {
    str version = is_native ? e->native_version : e->import_version;
    str parts[] = {in->folder,
                   is_native ? in->native_base : in->import_base,
                   str_part(e->uuid, 0, 2),
                   str_of("/"),
                   e->uuid,
                   str_of(version.size > 0 ? "." : ""),
                   version,
                   tail};
    return arena_join(mem, parts, sizeof parts / sizeof parts[0]);
}

const entry *bundle_find(const bundle *in, str uuid) {
    uint32_t index = map_get(&in->by_uuid, uuid);
    return index == MAP_NONE ? NULL : &in->entries[index];
}

void bundle_clear(bundle *in) {
    mem_free(in->entries);
    map_clear(&in->by_uuid);
    *in = (bundle){0};
}

static str copy_text(const state *s, json_ref value) {
    str text = json_string(s->doc, value, s->mem);
    return text.size == 0 ? (str){0} : arena_copy(s->mem, text);
}

/* The entry of an id, made when the config does not list it. NO_INDEX when memory ran
 * out. */
static uint32_t add_entry(state *s, str uuid) {
    bundle *out = s->out;
    size_t capacity = out->entry_capacity;
    if (mem_grow(&out->entries, &capacity, (size_t)out->entry_count + 1, sizeof(entry)) !=
        0) {
        return NO_INDEX;
    }
    out->entry_capacity = (uint32_t)capacity;
    uint32_t found = NO_INDEX;
    if (!map_add(&out->by_uuid, uuid, out->entry_count, &found)) {
        return NO_INDEX;
    }
    /* An id that stands twice still takes two places: indices count them. */
    out->entries[out->entry_count] =
        (entry){.uuid = uuid, .redirect = NO_INDEX, .pack = NO_INDEX};
    return out->entry_count++;
}

static pa_status read_uuids(state *s) {
    json_ref list = json_get(s->doc, 0, "uuids");
    json_ref item = json_first(s->doc, list);
    for (uint32_t left = json_count(s->doc, list); left > 0; left--) {
        str uuid = uuid_decode(s->mem, copy_text(s, item));
        if (uuid.at == NULL || add_entry(s, uuid) == NO_INDEX) {
            return error_nomem(s->err);
        }
        s->out->has_sub_ids |= str_find(uuid, '@', 0) < uuid.size;
        item = json_next(s->doc, item);
    }
    return PA_OK;
}

static void lose(state *s, json_ref key) {
    if (s->lost_count++ == 0) {
        s->first_lost = json_span(s->doc, key);
    }
}

/* True when a property name is an array index in JavaScript: digits without a leading
 * zero. Ids of packs ("012345678") are none. */
static bool is_index(str text) {
    return text.size > 0 && (text.at[0] != '0' || text.size == 1);
}

/* A text that names a path; one that is too long is left out and told. */
static str copy_path(state *s, json_ref value) {
    str text = copy_text(s, value);
    if (text.size <= PA_MAX_PATH_BYTES) {
        return text;
    }
    if (s->long_count++ == 0) {
        s->first_long = text;
    }
    return (str){0};
}

/* The entry a key stands for: in a release config an index, as number or decimal string;
 * an id otherwise. */
static uint32_t entry_of(state *s, json_ref key) {
    const bundle *out = s->out;
    int64_t number = 0;
    if (json_int(s->doc, key, &number)) {
        return number >= 0 && number < out->entry_count ? (uint32_t)number : NO_INDEX;
    }
    str text = json_string(s->doc, key, s->mem);
    uint64_t index = 0;
    if (!out->is_debug && is_index(text) && str_to_u64(text, INT32_MAX, &index) &&
        index < out->entry_count) {
        return (uint32_t)index;
    }
    if (text.at == NULL) {
        return NO_INDEX;
    }
    uint32_t found = map_get(&out->by_uuid, text);
    if (found == MAP_NONE) {
        /* 2.4 debug configs use the compressed form as the key. */
        arena_reset(&s->scratch);
        found = map_get(&out->by_uuid, uuid_decode(&s->scratch, text));
    }
    return found;
}

static uint32_t entry_or_lost(state *s, json_ref key) {
    uint32_t index = entry_of(s, key);
    if (index == NO_INDEX) {
        lose(s, key);
    }
    return index;
}

static pa_status report_long(state *s) {
    enum { SHOWN_BYTES = 40 };
    uint32_t count = s->long_count;
    s->long_count = 0;
    return count == 0
               ? PA_OK
               : finding_add(
                     s->findings, RULE_CONFIG_INDEX, s->path, (str){0}, s->err,
                     "'%s' holds %u %s longer than %d bytes, left out, '%.*s…' first",
                     s->table, count, count == 1 ? "name" : "names", PA_MAX_PATH_BYTES,
                     STR_ARGS(str_front(s->first_long, SHOWN_BYTES)));
}

/* Turns what one table lost into findings. */
static pa_status end_table(state *s) {
    uint32_t count = s->lost_count;
    s->lost_count = 0;
    pa_status status = report_long(s);
    if (status != PA_OK) {
        return status;
    }
    return count == 0
               ? PA_OK
               : finding_add(s->findings, RULE_CONFIG_INDEX, s->path, (str){0}, s->err,
                             "'%s' names %u %s that 'uuids' does not list, '%.*s' first",
                             s->table, count, count == 1 ? "asset" : "assets",
                             STR_ARGS(s->first_lost));
}

static str type_of(state *s, json_ref value) {
    int64_t index = 0;
    if (json_int(s->doc, value, &index)) {
        return index >= 0 && index < s->type_count ? s->types[index] : (str){0};
    }
    return copy_text(s, value);
}

static pa_status read_types(state *s) {
    json_ref list = json_get(s->doc, 0, "types");
    uint32_t count = json_is(s->doc, list, JSON_ARRAY) ? json_count(s->doc, list) : 0;
    s->types = arena_alloc(s->mem, (size_t)count + 1, sizeof(str));
    if (s->types == NULL) {
        return error_nomem(s->err);
    }
    json_ref item = json_first(s->doc, list);
    for (; s->type_count < count; item = json_next(s->doc, item)) {
        s->types[s->type_count++] = copy_text(s, item);
    }
    return PA_OK;
}

/* Steps through the members of an object: `key` starts at json_first of it. */
#define EACH_MEMBER(doc, object, key)                                                    \
    json_ref key =                                                                       \
        json_is(doc, object, JSON_OBJECT) ? json_first(doc, object) : JSON_NONE;         \
    key != JSON_NONE &&key < json_next(doc, object);                                     \
    key = json_next(doc, json_next(doc, key))

static pa_status read_paths(state *s) {
    s->table = "paths";
    json_ref table = json_get(s->doc, 0, "paths");
    for (EACH_MEMBER(s->doc, table, key)) {
        json_ref row = json_next(s->doc, key);
        uint32_t index = entry_or_lost(s, key);
        if (index != NO_INDEX) {
            s->out->entries[index].path = copy_path(s, json_at(s->doc, row, 0));
            s->out->entries[index].type = type_of(s, json_at(s->doc, row, 1));
        }
    }
    return end_table(s);
}

static pa_status read_scenes(state *s) {
    s->table = "scenes";
    json_ref table = json_get(s->doc, 0, "scenes");
    s->out->scenes =
        arena_alloc(s->mem, (size_t)json_count(s->doc, table) + 1, sizeof(scene_row));
    if (s->out->scenes == NULL) {
        return error_nomem(s->err);
    }
    for (EACH_MEMBER(s->doc, table, key)) {
        uint32_t index = entry_or_lost(s, json_next(s->doc, key));
        str url = index == NO_INDEX ? (str){0} : copy_path(s, key);
        if (url.size > 0) {
            s->out->scenes[s->out->scene_count++] = (scene_row){url, index};
        }
    }
    return end_table(s);
}

/* Enters a member's pack as the engine orders them: a pack of one goes to the front of
 * the member's list, any other to its end; the first is the one that is loaded. */
static void prefer_pack(state *s, uint32_t member, uint32_t pack_index,
                        uint32_t section) {
    entry *e = &s->out->entries[member];
    const pack *p = &s->out->packs[pack_index];
    if (p->count == 1 || e->pack == NO_INDEX) {
        e->pack = pack_index;
        e->section = section;
    }
}

static pa_status read_pack(state *s, json_ref key, json_ref list) {
    str id = arena_copy(s->mem, json_string(s->doc, key, s->mem));
    uint32_t self = map_get(&s->out->by_uuid, id);
    if (self == MAP_NONE) {
        self = add_entry(s, id);
    }
    uint32_t count = json_is(s->doc, list, JSON_ARRAY) ? json_count(s->doc, list) : 0;
    uint32_t *members = arena_alloc(s->mem, (size_t)count + 1, sizeof *members);
    if (self == NO_INDEX || id.at == NULL || members == NULL) {
        return error_nomem(s->err);
    }
    s->out->entries[self].is_pack = true;
    uint32_t pack_index = s->out->pack_count++;
    s->out->packs[pack_index] = (pack){self, members, count};
    json_ref item = json_first(s->doc, list);
    for (uint32_t i = 0; i < count; i++, item = json_next(s->doc, item)) {
        s->out->has_number_members |= json_is(s->doc, item, JSON_NUMBER);
        members[i] = entry_or_lost(s, item);
        if (members[i] != NO_INDEX) {
            prefer_pack(s, members[i], pack_index, i);
        }
    }
    return PA_OK;
}

static pa_status read_packs(state *s) {
    s->table = "packs";
    json_ref table = json_get(s->doc, 0, "packs");
    s->out->packs =
        arena_alloc(s->mem, (size_t)json_count(s->doc, table) + 1, sizeof(pack));
    if (s->out->packs == NULL) {
        return error_nomem(s->err);
    }
    for (EACH_MEMBER(s->doc, table, key)) {
        pa_status status = read_pack(s, key, json_next(s->doc, key));
        if (status != PA_OK) {
            return status;
        }
    }
    return end_table(s);
}

/* One list of pairs: key, md5 part. */
static pa_status read_versions(state *s, const char *kind, bool is_native) {
    s->table = "versions";
    json_ref list = json_get(s->doc, json_get(s->doc, 0, "versions"), kind);
    json_ref item = json_first(s->doc, list);
    for (uint32_t left = json_count(s->doc, list) / 2; left > 0; left--) {
        json_ref value = json_next(s->doc, item);
        uint32_t index = entry_or_lost(s, item);
        if (index != NO_INDEX) {
            str version = copy_text(s, value);
            s->out->has_versions = true;
            *(is_native ? &s->out->entries[index].native_version
                        : &s->out->entries[index].import_version) = version;
        }
        item = json_next(s->doc, value);
    }
    return end_table(s);
}

static pa_status read_redirects(state *s) {
    s->table = "redirect";
    json_ref list = json_get(s->doc, 0, "redirect");
    json_ref item =
        json_is(s->doc, list, JSON_ARRAY) ? json_first(s->doc, list) : JSON_NONE;
    for (uint32_t left = json_count(s->doc, list) / 2; left > 0; left--) {
        json_ref value = json_next(s->doc, item);
        int64_t number = -1;
        uint64_t dep = UINT64_MAX;
        if (json_int(s->doc, value, &number)) {
            dep = (uint64_t)number;
        } else {
            str_to_u64(json_string(s->doc, value, s->mem), INT32_MAX, &dep);
        }
        uint32_t index = entry_or_lost(s, item);
        if (index != NO_INDEX && dep < s->out->dep_count) {
            s->out->entries[index].redirect = (uint32_t)dep;
        } else if (index != NO_INDEX) {
            lose(s, value);
        }
        item = json_next(s->doc, value);
    }
    return end_table(s);
}

static pa_status read_extensions(state *s) {
    json_ref table = json_get(s->doc, 0, "extensionMap");
    s->out->has_extension_map = json_is(s->doc, table, JSON_OBJECT);
    for (EACH_MEMBER(s->doc, table, key)) {
        str extension = copy_text(s, key);
        json_ref list = json_next(s->doc, key);
        json_ref item = json_first(s->doc, list);
        for (uint32_t left = json_count(s->doc, list); left > 0; left--) {
            uint32_t index = entry_of(s, item); /* the engine ignores unknown ones, too */
            if (index != NO_INDEX) {
                s->out->entries[index].extension = extension;
            }
            item = json_next(s->doc, item);
        }
    }
    return PA_OK;
}

/* "import" to "import/"; empty stays empty. */
static str as_folder(state *s, json_ref value) {
    str name = copy_text(s, value);
    return name.size == 0 ? (str){0} : arena_join(s->mem, (str[]){name, str_of("/")}, 2);
}

static pa_status read_head(state *s) {
    bundle *out = s->out;
    const json *doc = s->doc;
    out->name = copy_text(s, json_get(doc, 0, "name"));
    out->import_base = as_folder(s, json_get(doc, 0, "importBase"));
    out->native_base = as_folder(s, json_get(doc, 0, "nativeBase"));
    out->is_debug = !json_is(doc, json_get(doc, 0, "debug"), JSON_FALSE);
    out->is_zip = json_is(doc, json_get(doc, 0, "isZip"), JSON_TRUE);
    out->zip_version = copy_text(s, json_get(doc, 0, "zipVersion"));
    out->has_relationships = json_get(doc, 0, "dependencyRelationships") != JSON_NONE;
    out->has_preload_script = json_get(doc, 0, "hasPreloadScript") != JSON_NONE;
    json_ref deps = json_get(doc, 0, "deps");
    uint32_t count = json_is(doc, deps, JSON_ARRAY) ? json_count(doc, deps) : 0;
    out->deps = arena_alloc(s->mem, (size_t)count + 1, sizeof(str));
    if (out->deps == NULL) {
        return error_nomem(s->err);
    }
    json_ref item = json_first(doc, deps);
    for (; out->dep_count < count; item = json_next(doc, item)) {
        out->deps[out->dep_count++] = copy_text(s, item);
    }
    return PA_OK;
}

pa_status config_read(const json *doc, str path, arena *mem, bundle *out,
                      finding_list *findings, pa_error *err) {
    state s = {.doc = doc,
               .path = path,
               .mem = mem,
               .out = out,
               .findings = findings,
               .err = err};
    pa_status (*const steps[])(state *) = {read_head,  read_types,  read_uuids,
                                           read_paths, read_scenes, read_packs};
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < sizeof steps / sizeof steps[0]; i++) {
        status = steps[i](&s);
    }
    if (status == PA_OK) {
        status = read_versions(&s, "import", false);
    }
    if (status == PA_OK) {
        status = read_versions(&s, "native", true);
    }
    if (status == PA_OK) {
        status = read_redirects(&s);
    }
    if (status == PA_OK) {
        status = read_extensions(&s);
    }
    if (status == PA_OK) {
        status = arena_status(mem, err);
    }
    if (status == PA_OK) {
        status = arena_status(&s.scratch, err);
    }
    arena_clear(&s.scratch);
    return status;
}
