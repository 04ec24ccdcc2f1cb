/* receipt_packs.c - what each load fetches, before and after.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/receipt.h"

/* Load 0 is the start. */
static str load_name(const receipt *in, uint32_t load) {
    return load == 0 ? str_of("start") : in->before->stages[load - 1].name;
}

static void put_fetch(json_writer *w, const char *key, const load_requests *what,
                      uint64_t foreign_bytes) {
    json_open_object(w, key);
    json_put_u64(w, "requests", (uint64_t)what->import_requests + what->native_requests);
    json_put_u64(w, "import_requests", what->import_requests);
    json_put_u64(w, "bytes", what->import_bytes + what->native_bytes);
    json_put_u64(w, "import_bytes", what->import_bytes);
    json_put_u64(w, "foreign_bytes", foreign_bytes);
    json_close_object(w);
}

void receipt_packs_json(const receipt *in, json_writer *w) {
    const regrouped *packs = &in->packs;
    json_open_object(w, "packs");
    json_put_u64(w, "files_gone", packs->files_gone);
    json_put_u64(w, "files_made", packs->files_made);
    json_put_u64(w, "packs_made", packs->packs_made);
    json_open_array(w, "loads");
    for (uint32_t i = 0; i < packs->wanted.load_count; i++) {
        json_open_object(w, NULL);
        json_put_text(w, "id", i == 0 ? (str){0} : in->before->stages[i - 1].id);
        json_put_text(w, "name", load_name(in, i));
        put_fetch(w, "before", &packs->before[i], packs->foreign_before[i]);
        put_fetch(w, "after", &packs->after[i], packs->foreign_after[i]);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

static void say_load(const receipt *in, uint32_t load, buf *out) {
    const regrouped *packs = &in->packs;
    const load_requests *a = &packs->before[load];
    const load_requests *b = &packs->after[load];
    arena scratch = {0};
    str name = arena_copy_name(&scratch, load_name(in, load));
    buf_format(out, "  %-20.*s %6u %6u %10llu %10llu %10llu %10llu\n", STR_ARGS(name),
               a->import_requests + a->native_requests,
               b->import_requests + b->native_requests,
               (unsigned long long)a->import_bytes, (unsigned long long)b->import_bytes,
               (unsigned long long)packs->foreign_before[load],
               (unsigned long long)packs->foreign_after[load]);
    out->failed |= scratch.failed;
    arena_clear(&scratch);
}

void receipt_packs_text(const receipt *in, buf *out) {
    const regrouped *packs = &in->packs;
    if (packs->wanted.load_count == 0) {
        return;
    }
    buf_format(out, "%u import files became %u, %u of them packs\n", packs->files_gone,
               packs->files_made, packs->packs_made);
    buf_format(out, "  %-20s %13s %21s %21s\n", "", "requests", "import bytes",
               "of other scenes only");
    buf_format(out, "  %-20s %6s %6s %10s %10s %10s %10s\n", "scene", "before", "after",
               "before", "after", "before", "after");
    for (uint32_t i = 0; i < packs->wanted.load_count; i++) {
        say_load(in, i, out);
    }
}
