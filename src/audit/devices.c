/* devices.c - the views of an audit: one for each device asked for, or one without.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "sys/file.h"

enum { MAX_RULES_BYTES = 4 << 20 };

/* Names of profiles hold no '.' and no '/'; names of files do. */
static bool is_file_name(const char *word) {
    str text = str_of(word);
    return str_find(text, '.', 0) < text.size || str_find(text, '/', 0) < text.size;
}

static pa_status read_text(const char *path, buf *out, pa_error *err) {
    return file_read(path, MAX_RULES_BYTES, out, err) == PA_OK
               ? PA_OK
               : error_in(err, "%s", path);
}

/* Puts the profiles of a file over those that are known. */
static pa_status add_file(pa_audit *audit, const char *path, pa_error *err) {
    buf text = {0};
    pa_status status = read_text(path, &text, err);
    if (status == PA_OK) {
        status = device_parse(buf_str(&text), str_of(path), &audit->mem,
                              &audit->known_devices, err);
    }
    buf_clear(&text);
    return status;
}

static pa_status add_device(pa_audit *audit, const device *one, pa_error *err) {
    for (uint32_t i = 0; i < audit->device_count; i++) {
        if (str_equal(audit->devices[i]->name, one->name)) {
            return PA_OK;
        }
    }
    size_t capacity = audit->device_capacity;
    if (mem_grow(&audit->devices, &capacity, (size_t)audit->device_count + 1,
                 sizeof *audit->devices) != 0) {
        return error_nomem(err);
    }
    audit->device_capacity = (uint32_t)capacity;
    audit->devices[audit->device_count++] = one;
    return PA_OK;
}

/* True when a profile is not among the old ones, or not as it was. */
static bool is_new(const device_list *old, const device *one) {
    for (uint32_t i = 0; i < old->count; i++) {
        if (str_equal(old->items[i].name, one->name)) {
            return memcmp(&old->items[i], one, sizeof *one) != 0;
        }
    }
    return true;
}

/* A file stands for the profiles that it adds or changes. Files are read before names are
 * looked up, so that their order does not matter. */
static pa_status add_words(pa_audit *audit, const pa_options *options, pa_error *err) {
    device_list before = audit->known_devices;
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < options->device_count; i++) {
        if (is_file_name(options->devices[i])) {
            status = add_file(audit, options->devices[i], err);
        }
    }
    for (size_t i = 0; status == PA_OK && i < options->device_count; i++) {
        if (!is_file_name(options->devices[i])) {
            const device *one =
                device_find(&audit->known_devices, str_of(options->devices[i]), err);
            status = one == NULL ? err->status : add_device(audit, one, err);
        }
    }
    for (uint32_t i = 0; status == PA_OK && i < audit->known_devices.count; i++) {
        if (is_new(&before, &audit->known_devices.items[i])) {
            status = add_device(audit, &audit->known_devices.items[i], err);
        }
    }
    return status;
}

static pa_status read_rules(pa_audit *audit, const char *path, pa_error *err) {
    audit->rules_path = path;
    buf text = {0};
    pa_status status = read_text(path, &text, err);
    if (status == PA_OK) {
        status = rules_file_parse(buf_str(&text), str_of(path), &audit->known_devices,
                                  &audit->mem, &audit->rules, err);
    }
    buf_clear(&text);
    if (status == PA_OK) {
        audit->known_devices = audit->rules.known;
    }
    /* What a user wrote is used wrongly, not the build: exit 2. */
    if (err->status == PA_FORMAT || err->status == PA_LIMIT) {
        err->status = PA_USAGE;
    }
    return err->status;
}

static pa_status choose_devices(pa_audit *audit, const pa_options *options,
                                pa_error *err) {
    pa_status status = device_load_builtin(&audit->mem, &audit->known_devices, err);
    if (status == PA_OK && options->rules != NULL) {
        status = read_rules(audit, options->rules, err);
    }
    if (status == PA_OK) {
        status = add_words(audit, options, err);
    }
    if (err->status == PA_FORMAT || err->status == PA_IO) {
        err->status = PA_USAGE;
    }
    for (uint32_t i = 0; err->status == PA_OK && options->device_count == 0 &&
                         i < audit->rules.device_count;
         i++) {
        status = add_device(audit, audit->rules.devices[i], err);
    }
    return status == PA_OK ? PA_OK : err->status;
}

static pa_status choose_backend(const pa_options *options, cost_model *model,
                                pa_error *err) {
    if (options->backend == NULL ||
        backend_of_name(str_of(options->backend), &model->backend)) {
        return PA_OK;
    }
    return error_set(err, PA_USAGE, "'%s' is no backend; there are gles, vulkan, metal",
                     options->backend);
}

pa_status audit_make_views(pa_audit *audit, const pa_options *options, pa_error *err) {
    pa_status status = choose_devices(audit, options, err);
    if (status != PA_OK) {
        return status;
    }
    audit->view_count = audit->device_count > 0 ? audit->device_count : 1;
    audit->views = arena_alloc(&audit->mem, audit->view_count, sizeof *audit->views);
    if (audit->views == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; status == PA_OK && i < audit->view_count; i++) {
        audit_view *view = &audit->views[i];
        view->reader = (image_reader){NULL, support_fallback};
        view->model =
            cost_model_of(audit->g.engine, audit->g.target, &audit->g.found.settings);
        if (audit->device_count > 0) {
            view->device = audit->devices[i];
            view->reader = (image_reader){view->device->name.at, view->device->formats};
            view->model.backend = view->device->backend;
            view->model.address_bits = view->device->address_bits;
        }
        status = choose_backend(options, &view->model, err);
    }
    return status;
}
