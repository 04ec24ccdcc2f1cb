/* finding.c - the rules' names and the list of what was found.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

static const rule_row rows[] = {
    [RULE_FILE_UNREADABLE] = {"file-unreadable", LEVEL_WARNING, "a file cannot be taken"},
    [RULE_CONFIG_UNREADABLE] = {"config-unreadable", LEVEL_ERROR,
                                "a bundle's config is no config"},
    [RULE_CONFIG_STALE] = {"config-stale", LEVEL_NOTE,
                           "an older config lies beside the live one"},
    [RULE_CONFIG_INDEX] = {"config-index", LEVEL_ERROR,
                           "a config names an asset it does not list"},
    [RULE_SETTINGS_UNREADABLE] = {"settings-unreadable", LEVEL_WARNING,
                                  "the settings are unreadable"},
    [RULE_ENGINE_GUESSED] = {"engine-guessed", LEVEL_NOTE,
                             "the engine version is a guess"},
    [RULE_TARGET_GUESSED] = {"target-guessed", LEVEL_NOTE, "the target is a guess"},
    [RULE_BUNDLE_ABSENT] = {"bundle-absent", LEVEL_ERROR,
                            "a redirect leads to a bundle that is absent"},
    [RULE_REDIRECT_LOST] = {"redirect-lost", LEVEL_ERROR,
                            "a redirect leads to a bundle without the asset"},
    [RULE_ASSET_UNKNOWN] = {"asset-unknown", LEVEL_WARNING,
                            "a reference to an asset no config lists"},
    [RULE_ASSET_TWICE] = {"asset-twice", LEVEL_NOTE,
                          "one uuid is stored in several bundles"},
    [RULE_IMPORT_MISSING] = {"import-missing", LEVEL_ERROR, "an import file is absent"},
    [RULE_DOCUMENT_BROKEN] = {"document-broken", LEVEL_ERROR,
                              "an import document cannot be decoded"},
    [RULE_PACK_COUNT] = {"pack-count", LEVEL_ERROR,
                         "a pack has not as many sections as the config says"},
    [RULE_NATIVE_MISSING] = {"native-missing", LEVEL_NOTE, "a native file is absent"},
    [RULE_IMAGE_MISSING] = {"image-missing", LEVEL_ERROR, "an image file is absent"},
    [RULE_IMAGE_BROKEN] = {"image-broken", LEVEL_ERROR, "an image cannot be decoded"},
    [RULE_IMAGE_EXTENSION] = {"image-extension", LEVEL_NOTE,
                              "content and extension disagree"},
    [RULE_IMAGE_REFUSED] = {"image-native-refused", LEVEL_ERROR,
                            "native decoders refuse the image"},
    [RULE_VARIANT_NONE] = {"variant-none", LEVEL_ERROR,
                           "no alternative that the device reads"},
    [RULE_VARIANT_MISSING] = {"variant-missing", LEVEL_WARNING,
                              "an alternative's file is absent"},
    [RULE_VARIANT_SURPLUS] = {"variant-surplus", LEVEL_WARNING,
                              "an image names more alternatives than there are"},
    [RULE_FORMAT_DISAGREES] = {"format-disagrees", LEVEL_WARNING,
                               "header and pixel format disagree"},
    [RULE_TEXTURE_SIDE] = {"texture-too-large", LEVEL_ERROR,
                           "a texture is larger than a device makes"},
    [RULE_UNREFERENCED] = {"unreferenced", LEVEL_NOTE, "assets that nothing can reach"},
};
_Static_assert(sizeof rows / sizeof rows[0] == RULE_COUNT, "a row for every rule");

static const char *const level_names[] = {
    [LEVEL_NOTE] = "note",
    [LEVEL_WARNING] = "warning",
    [LEVEL_ERROR] = "error",
};
_Static_assert(sizeof level_names / sizeof level_names[0] == LEVEL_COUNT, "every level");

const rule_row *rule_get(rule_id rule) {
    return &rows[rule];
}

const char *level_name(finding_level level) {
    return level_names[level];
}

pa_status finding_add(finding_list *list, rule_id rule, str file, str asset,
                      pa_error *err, const char *format, ...) {
    char text[PA_ERROR_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    finding row = {.rule = rule};
    row.message = arena_copy_name(&list->mem, str_of(text));
    row.file = arena_copy_name(&list->mem, file);
    row.asset = arena_copy_name(&list->mem, asset);
    if (row.message.at == NULL || row.file.at == NULL || row.asset.at == NULL ||
        mem_grow(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows) !=
            0) {
        return error_nomem(err);
    }
    list->rows[list->count++] = row;
    return PA_OK;
}

pa_status finding_take(finding_list *into, const finding_list *from, pa_error *err) {
    for (size_t i = 0; i < from->count; i++) {
        const finding *row = &from->rows[i];
        pa_status status = finding_add(into, row->rule, row->file, row->asset, err,
                                       "%.*s", STR_ARGS(row->message));
        if (status != PA_OK) {
            return status;
        }
    }
    return PA_OK;
}

static int by_weight(const void *a, const void *b) {
    const finding *left = a;
    const finding *right = b;
    finding_level left_level = rows[left->rule].level;
    finding_level right_level = rows[right->rule].level;
    if (left_level != right_level) {
        return left_level > right_level ? -1 : 1;
    }
    if (left->bytes != right->bytes) {
        return left->bytes > right->bytes ? -1 : 1;
    }
    if (left->rule != right->rule) {
        return left->rule < right->rule ? -1 : 1;
    }
    int order = str_order(left->file, right->file);
    order = order != 0 ? order : str_order(left->asset, right->asset);
    return order != 0 ? order : str_order(left->message, right->message);
}

void finding_sort(finding_list *list) {
    if (list->count > 1) {
        qsort(list->rows, list->count, sizeof *list->rows, by_weight);
    }
}

void finding_list_clear(finding_list *list) {
    mem_free(list->rows);
    arena_clear(&list->mem);
    *list = (finding_list){0};
}
