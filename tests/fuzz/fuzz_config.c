/* fuzz_config.c - libFuzzer entry: any bytes as JSON, whose values must lie inside the
 * text, and as a bundle's config, whose indices must lie inside its tables.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "bundle/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true) {
    if (!is_true) {
        abort();
    }
}

static void check_values(const json *doc) {
    arena mem = {0};
    for (json_ref i = 0; i < doc->count; i++) {
        str span = json_span(doc, i);
        int64_t whole = 0;
        double number = 0;
        must(span.at >= doc->text.at &&
             span.at + span.size <= doc->text.at + doc->text.size);
        must(json_next(doc, i) > i && json_next(doc, i) <= doc->count);
        json_string(doc, i, &mem);
        json_int(doc, i, &whole);
        json_double(doc, i, &number);
    }
    arena_clear(&mem);
}

static void check_bundle(const bundle *b) {
    for (uint32_t i = 0; i < b->entry_count; i++) {
        const entry *e = &b->entries[i];
        must(e->redirect == NO_INDEX || e->redirect < b->dep_count);
        must(e->pack == NO_INDEX ||
             (e->pack < b->pack_count && e->section < b->packs[e->pack].count));
        must(bundle_find(b, e->uuid) != NULL);
    }
    for (uint32_t i = 0; i < b->pack_count; i++) {
        must(b->packs[i].entry < b->entry_count);
        for (uint32_t j = 0; j < b->packs[i].count; j++) {
            uint32_t member = b->packs[i].members[j];
            must(member == NO_INDEX || member < b->entry_count);
        }
    }
    for (uint32_t i = 0; i < b->scene_count; i++) {
        must(b->scenes[i].entry < b->entry_count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    json doc = {0};
    arena mem = {0};
    bundle config = {0};
    finding_list findings = {0};
    pa_error err = {0};
    pa_status status = json_parse(&doc, str_of_bytes(bytes_of(data, size)), &err);
    must((status == PA_OK) == (err.text[0] == '\0'));
    if (status == PA_OK) {
        check_values(&doc);
        if (config_read(&doc, str_of("config.json"), &mem, &config, &findings, &err) ==
            PA_OK) {
            check_bundle(&config);
        }
    }
    must(err.status != PA_NOMEM); /* nothing so small takes all memory */
    bundle_clear(&config);
    finding_list_clear(&findings);
    arena_clear(&mem);
    json_clear(&doc);
    return 0;
}
