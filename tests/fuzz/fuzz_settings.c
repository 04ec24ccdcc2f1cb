/* fuzz_settings.c - libFuzzer entry: any bytes as a settings script and as settings JSON,
 * and as the script of an engine that may state its version.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "bundle/engine.h"
#include "bundle/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true) {
    if (!is_true) {
        abort();
    }
}

static void check_list(const str_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        must(list->items[i].at != NULL);
        must(str_list_has(list, list->items[i]));
    }
}

static void read_settings(str text, const char *path) {
    arena mem = {0};
    settings out = {0};
    pa_error err = {0};
    pa_status status = settings_parse(text, str_of(path), &mem, &out, &err);
    must((status == PA_OK) == (err.text[0] == '\0'));
    must(status != PA_NOMEM); /* nothing so small takes all memory */
    if (status == PA_OK) {
        must(out.bundle_names.count == out.bundle_versions.count);
        check_list(&out.bundle_names);
        check_list(&out.remote_bundles);
        check_list(&out.subpackages);
        check_list(&out.project_bundles);
        check_list(&out.startup_assets);
        settings_bundle_version(&out, str_of("main"));
    }
    arena_clear(&mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str text = str_of_bytes(bytes_of(data, size));
    read_settings(text, "src/settings.js");
    read_settings(text, "src/settings.json");
    str version = engine_version_in_script(text);
    must(version.size == 0 || engine_version_of(version) != 0);
    return 0;
}
