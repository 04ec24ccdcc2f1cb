/* fuzz_ccon.c - libFuzzer entry: any bytes as a CCONB file, as a BINP pack of them, and
 * as MessagePack, whose JSON must be JSON.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "bundle/ccon.h"
#include "codec/json.h"
#include "codec/msgpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true) {
    if (!is_true) {
        abort();
    }
}

/* What the converter writes is JSON, but for nesting one level deeper than is read. */
static void check_json(str text) {
    json doc = {0};
    pa_error err = {0};
    pa_status status = json_parse(&doc, text, &err);
    must(status == PA_OK || status == PA_LIMIT);
    json_clear(&doc);
}

static void read_msgpack(bytes data) {
    buf out = {0};
    pa_error err = {0};
    pa_status status = msgpack_to_json(data, &out, &err);
    must((status == PA_OK) == (err.text[0] == '\0'));
    must(status != PA_NOMEM); /* nothing so small takes all memory */
    if (status == PA_OK) {
        check_json(buf_str(&out));
    }
    buf_clear(&out);
}

static void read_document(bytes file) {
    buf converted = {0};
    str text = {0};
    pa_error err = {0};
    pa_status status = ccon_document(file, &converted, &text, &err);
    must((status == PA_OK) == (err.text[0] == '\0'));
    if (status == PA_OK && text.at == converted.at && converted.size > 0) {
        check_json(text);
    }
    buf_clear(&converted);
}

static void read_pack(bytes file) {
    arena mem = {0};
    bytes *parts = NULL;
    uint32_t count = 0;
    pa_error err = {0};
    if (ccon_split_pack(file, &mem, &parts, &count, &err) == PA_OK) {
        for (uint32_t i = 0; i < count && i < 16; i++) {
            must(parts[i].size <= file.size);
            read_document(parts[i]);
        }
    }
    arena_clear(&mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bytes file = bytes_of(data, size);
    if (ccon_is_pack(file)) {
        read_pack(file);
    } else if (ccon_is_binary(file)) {
        read_document(file);
    } else {
        read_msgpack(file);
    }
    return 0;
}
