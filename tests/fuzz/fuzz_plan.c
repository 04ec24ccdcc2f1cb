/* fuzz_plan.c - libFuzzer entry: any bytes as a plan.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "rewrite/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true) {
    if (!is_true) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plan out = {0};
    pa_error err = {0};
    pa_status status = plan_parse(str_of_bytes(bytes_of(data, size)), &out, &err);
    must((status == PA_OK) == (err.text[0] == '\0'));
    must(status != PA_NOMEM); /* nothing so small takes all memory */
    for (size_t i = 0; status == PA_OK && i < out.count; i++) {
        must(out.actions[i].asset.at != NULL);
    }
    plan_clear(&out);
    return 0;
}
