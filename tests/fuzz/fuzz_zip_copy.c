/* fuzz_zip_copy.c - libFuzzer entry: any bytes as a zip that is written again, as it is
 * and with changes. What was written can be written again and is the same then.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "codec/zip_copy.h"
#include "codec/zip_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true) {
    if (!is_true) {
        abort();
    }
}

static pa_status put(void *ctx, str content, pa_error *err) {
    (void)err;
    buf_add(ctx, content);
    return PA_OK;
}

static pa_status keep(void *ctx, str path, entry_change *out, pa_error *err) {
    (void)ctx;
    (void)path;
    (void)out;
    (void)err;
    return PA_OK;
}

/* Every kind of change, by the length of the path. */
static pa_status change(void *ctx, str path, entry_change *out, pa_error *err) {
    (void)ctx;
    (void)err;
    out->is_gone = path.size % 5 == 0;
    out->is_edited = path.size % 2 == 0;
    out->content = str_of("another text");
    out->path = path.size % 3 == 0 ? str_of("gr\xc3\xb6\xc3\x9f" "e/new") : (str){0};
    return PA_OK;
}

static bool copy(bytes content, entry_asker ask, buf *out) {
    pa_error err = {0};
    zip_copy *c = zip_copy_open(NULL, content, put, out, &err);
    bool is_copied =
        c != NULL && zip_copy_entries(c, ask, NULL, &err) == PA_OK &&
        (ask == keep || zip_copy_add(c, str_of("a/b.png"), str_of("x"), &err) == PA_OK) &&
        zip_copy_finish(c, &err) == PA_OK;
    must(is_copied == (err.text[0] == '\0'));
    zip_copy_free(c);
    return is_copied;
}

static void check(bytes content, entry_asker ask) {
    buf once = {0};
    buf twice = {0};
    if (copy(content, ask, &once)) {
        zip_index index = {0};
        pa_error err = {0};
        zip_input in = {.content = bytes_of(once.at, once.size), .size_bytes = once.size};
        must(zip_index_read(&in, &index, &err) == PA_OK && !index.has_signing_block);
        zip_index_clear(&index);
        must(copy(in.content, keep, &twice) && str_equal(buf_str(&once), buf_str(&twice)));
    }
    buf_clear(&once);
    buf_clear(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 0) {
        check(bytes_of(data, size), keep);
        check(bytes_of(data, size), change);
    }
    return 0;
}
