/* fuzz_archive.c - libFuzzer entry: any bytes as an archive in memory, walked to its end
 * with every entry read up to a small bound.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "codec/archive.h"
#include "codec/tree.h"

enum { MAX_ITEM_BYTES = 64 * 1024, MAX_ITEMS = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true) {
    if (!is_true) {
        abort();
    }
}

/* A clean path has no way up and no empty part. */
static void check_path(arena *mem, str name) {
    str clean = tree_clean_path(mem, name);
    str part = {0};
    for (str rest = clean; clean.size > 0 && str_split(&rest, '/', &part);) {
        must(part.size > 0 && !str_is(part, ".") && !str_is(part, ".."));
    }
}

static void walk(archive_in *in, buf *content, arena *mem) {
    archive_item item = {0};
    bool is_end = false;
    for (int i = 0; i < MAX_ITEMS; i++) {
        pa_error err = {0};
        if (archive_next(in, &item, &is_end, &err) != PA_OK) {
            must(archive_is_broken(in) && err.text[0] != '\0');
            return;
        }
        if (is_end) {
            return;
        }
        check_path(mem, item.name);
        pa_status status = archive_read_item(in, MAX_ITEM_BYTES, content, &err);
        must(status != PA_OK || content->size <= MAX_ITEM_BYTES);
        if (archive_is_broken(in)) {
            return;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    pa_error err = {0};
    archive_in *in = archive_open(NULL, bytes_of(data, size), &err);
    must((in == NULL) == (err.text[0] != '\0'));
    if (in != NULL) {
        buf content = {0};
        arena mem = {0};
        walk(in, &content, &mem);
        buf_clear(&content);
        arena_clear(&mem);
    }
    archive_close(in);
    return 0;
}
