/* parse.c - how fast configs and import documents of a build are read, by one core.
 *
 * All files are in memory before the clock starts. A round reads each of them as the
 * library does: JSON into nodes, nodes into tables or facts; memory is new in every
 * round. Prints "KIND FILES BYTES ROUNDS MEDIAN_SECONDS BROKEN" for configs, documents,
 * and the documents' JSON alone. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "bundle/ccon.h"
#include "bundle/discover.h"
#include "bundle/document.h"

typedef struct input {
    tree_id file;
    bool is_pack;
    bytes content;
} input;

typedef struct build {
    tree *files;
    arena mem; /* of the contents */
    input *inputs;
    size_t config_count; /* these stand first */
    size_t count;
    size_t capacity;
} build;

static double cpu_now(void) {
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static void die(const char *what, const pa_error *err) {
    fprintf(stderr, "parse: %s: %s\n", what, err->text);
    exit(3);
}

/* ---- loading --------------------------------------------------------------------------
 */

static void add_input(build *in, tree_id file, bool is_pack) {
    if (mem_grow(&in->inputs, &in->capacity, in->count + 1, sizeof *in->inputs) != 0) {
        exit(5);
    }
    in->inputs[in->count++] = (input){.file = file, .is_pack = is_pack};
}

/* Import files are named by the id that the config lists. */
static void list_documents(build *in, const bundle *b) {
    arena scratch = {0};
    str parts[] = {b->folder, b->import_base};
    str front = arena_join(&scratch, parts, 2);
    for (size_t i = 0; i < tree_count(in->files); i++) {
        str path = tree_get(in->files, (tree_id)i)->path;
        if (!str_equal(str_part(path, 0, front.size), front)) {
            continue;
        }
        str name = str_file_name(path);
        const entry *e = bundle_find(b, str_part(name, 0, str_find(name, '.', 0)));
        /* Beside a document in text its binary parts lie as .bin, on native builds. */
        bool is_part =
            e != NULL && str_is(e->extension, ".ccon") && str_ends(name, ".bin");
        if (e != NULL && !is_part) {
            add_input(in, (tree_id)i, e->is_pack);
        }
    }
    arena_clear(&scratch);
}

static pa_status keep_content(void *ctx, unsigned worker, size_t slot, bytes content,
                              const pa_error *failure, pa_error *err) {
    (void)worker;
    (void)err;
    build *in = ctx;
    if (failure == NULL) {
        in->inputs[slot].content =
            bytes_of_str(arena_copy(&in->mem, str_of_bytes(content)));
    }
    return PA_OK;
}

static void load(build *in, const char *path) {
    pa_error err = {0};
    pool how = {.thread_count = 1, .memory_bytes = UINT64_C(1) << 30};
    discovery found = {0};
    finding_list findings = {0};
    arena mem = {0};
    if (tree_open(&in->files, path, &err) != PA_OK ||
        discover(in->files, &how, &mem, &found, &findings, &err) != PA_OK) {
        die(path, &err);
    }
    for (size_t i = 0; i < found.bundle_count; i++) {
        add_input(in, found.bundles[i].config, false);
    }
    in->config_count = in->count;
    for (size_t i = 0; i < found.bundle_count; i++) {
        list_documents(in, &found.bundles[i]);
    }
    tree_id *wanted = mem_alloc(in->count + 1, sizeof *wanted);
    for (size_t i = 0; wanted != NULL && i < in->count; i++) {
        wanted[i] = in->inputs[i].file;
    }
    if (wanted == NULL ||
        tree_visit(in->files, &how, wanted, in->count, PA_MAX_DOCUMENT_BYTES,
                   keep_content, in, &err) != PA_OK) {
        die(path, &err);
    }
    mem_free(wanted);
    discovery_clear(&found);
    finding_list_clear(&findings);
    arena_clear(&mem);
}

/* ---- one file -------------------------------------------------------------------------
 */

static pa_status read_list(document_reader *in, json_ref list,
                           const compiled_tables *tables, bool is_texture) {
    pa_status status = PA_OK;
    json_ref item = json_first(&in->doc, list);
    for (uint32_t left = json_count(&in->doc, list); status == PA_OK && left > 0;
         left--) {
        document out = {0};
        if (tables != NULL) {
            status = document_read_section(in, tables, json_first(&in->doc, item), &out);
        } else if (is_texture) {
            status = document_read_texture_pair(in, item, &out);
        } else {
            status = document_read(in, item, &out);
        }
        item = json_next(&in->doc, item);
    }
    return status;
}

static pa_status read_texture_texts(document_reader *in, json_ref value) {
    str rest = json_string(&in->doc, value, in->mem);
    str text = {0};
    pa_status status = PA_OK;
    while (status == PA_OK && str_split(&rest, '|', &text)) {
        document out = {0};
        status = document_read_texture_text(in, text, &out);
    }
    return status;
}

static pa_status read_pack(document_reader *in) {
    json_ref data = json_get(&in->doc, 0, "data");
    if (data != JSON_NONE) {
        bool is_texture =
            json_string_is(&in->doc, json_get(&in->doc, 0, "type"), "cc.Texture2D");
        return json_is(&in->doc, data, JSON_STRING)
                   ? read_texture_texts(in, data)
                   : read_list(in, data, NULL, is_texture);
    }
    if (!document_is_compiled(&in->doc, 0)) {
        return read_list(in, 0, NULL, false);
    }
    const compiled_tables *tables = document_open_tables(in, 0);
    return tables == NULL ? in->err->status
                          : read_list(in, json_at(&in->doc, 0, 5), tables, false);
}

static pa_status read_single(document_reader *in) {
    bool is_ccon = json_get(&in->doc, 0, "chunks") != JSON_NONE;
    json_ref inner = is_ccon ? json_get(&in->doc, 0, "document") : JSON_NONE;
    document out = {0};
    return document_read(in, inner == JSON_NONE ? 0 : inner, &out);
}

static pa_status read_content(document_reader *in, buf *converted, bytes content,
                              bool is_pack, bool is_json_only) {
    str text = str_of_bytes(content);
    arena_reset(&in->scratch);
    pa_status status = PA_OK;
    if (ccon_is_binary(content)) {
        status = ccon_document(content, converted, &text, in->err);
    }
    if (status == PA_OK) {
        status = json_parse(&in->doc, text, in->err);
    }
    if (status != PA_OK || is_json_only) {
        return status;
    }
    return is_pack ? read_pack(in) : read_single(in);
}

/* ---- rounds ---------------------------------------------------------------------------
 */

typedef enum { CONFIGS, DOCUMENTS, JSON_ONLY } kind;

static size_t read_configs(const build *from) {
    size_t broken_count = 0;
    for (size_t i = 0; i < from->config_count; i++) {
        json doc = {0};
        arena mem = {0};
        bundle out = {0};
        finding_list findings = {0};
        pa_error err = {0};
        str path = tree_get(from->files, from->inputs[i].file)->path;
        broken_count +=
            json_parse(&doc, str_of_bytes(from->inputs[i].content), &err) != PA_OK ||
            config_read(&doc, path, &mem, &out, &findings, &err) != PA_OK;
        bundle_clear(&out);
        finding_list_clear(&findings);
        arena_clear(&mem);
        json_clear(&doc);
    }
    return broken_count;
}

static size_t read_documents(const build *from, bool is_json_only) {
    arena mem = {0};
    buf converted = {0};
    pa_error err = {0};
    document_reader reader = {.mem = &mem, .err = &err};
    size_t broken_count = 0;
    for (size_t i = from->config_count; i < from->count; i++) {
        const input *file = &from->inputs[i];
        err = (pa_error){0};
        bytes *parts = NULL;
        uint32_t count = 0;
        if (file->is_pack && ccon_is_pack(file->content)) {
            broken_count +=
                ccon_split_pack(file->content, &mem, &parts, &count, &err) != PA_OK;
            for (uint32_t j = 0; j < count; j++) {
                broken_count += read_content(&reader, &converted, parts[j], false,
                                             is_json_only) != PA_OK;
            }
        } else {
            broken_count += read_content(&reader, &converted, file->content,
                                         file->is_pack, is_json_only) != PA_OK;
        }
    }
    document_reader_clear(&reader);
    buf_clear(&converted);
    arena_clear(&mem);
    return broken_count;
}

static int by_size(const void *left, const void *right) {
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void measure(const build *from, kind what, const char *name) {
    enum { MAX_ROUNDS = 2000, MIN_ROUNDS = 5 };
    static double seconds[MAX_ROUNDS];
    size_t first = what == CONFIGS ? 0 : from->config_count;
    size_t end = what == CONFIGS ? from->config_count : from->count;
    uint64_t size_bytes = 0;
    for (size_t i = first; i < end; i++) {
        size_bytes += from->inputs[i].content.size;
    }
    size_t round_count = 0;
    size_t broken_count = 0;
    double sum = 0;
    while (round_count < MAX_ROUNDS && (round_count < MIN_ROUNDS || sum < 1)) {
        double start = cpu_now();
        broken_count = what == CONFIGS ? read_configs(from)
                                       : read_documents(from, what == JSON_ONLY);
        seconds[round_count] = cpu_now() - start;
        sum += seconds[round_count++];
    }
    qsort(seconds, round_count, sizeof *seconds, by_size);
    printf("%s %zu %llu %zu %.9f %zu\n", name, end - first,
           (unsigned long long)size_bytes, round_count, seconds[round_count / 2],
           broken_count);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fputs("usage: parse BUILD\n", stderr);
        return 2;
    }
    build in = {0};
    load(&in, argv[1]);
    measure(&in, CONFIGS, "configs");
    measure(&in, DOCUMENTS, "documents");
    measure(&in, JSON_ONLY, "json");
    mem_free(in.inputs);
    arena_clear(&in.mem);
    tree_free(in.files);
    return 0;
}
