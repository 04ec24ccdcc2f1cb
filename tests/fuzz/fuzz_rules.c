/* fuzz_rules.c - libFuzzer entry: any bytes as a rules file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/rules_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true) {
    if (!is_true) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena mem = {0};
    device_list known = {0};
    rules_file out = {0};
    pa_error err = {0};
    pa_status status = rules_file_parse(str_of_bytes(bytes_of(data, size)),
                                        str_of("rules.yaml"), &known, &mem, &out, &err);
    must((status == PA_OK) == (err.text[0] == '\0'));
    must(status != PA_NOMEM); /* nothing so small takes all memory */
    for (uint32_t i = 0; status == PA_OK && i < out.device_count; i++) {
        must(out.devices[i] != NULL);
    }
    arena_clear(&mem);
    return 0;
}
