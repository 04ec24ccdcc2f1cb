/* devices.c - what is known of devices, for people.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/device.h"
#include "report/report.h"
#include "report/table.h"
#include "sys/file.h"

enum { MAX_BYTES = 4 << 20, LABEL_COLUMNS = 14 };

static pa_status read_files(const char *const *files, size_t count, arena *mem,
                            device_list *list, pa_error *err) {
    pa_status status = device_load_builtin(mem, list, err);
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        buf text = {0};
        status = file_read(files[i], MAX_BYTES, &text, err);
        status = status == PA_OK
                     ? device_parse(buf_str(&text), str_of(files[i]), mem, list, err)
                     : error_in(err, "%s", files[i]);
        buf_clear(&text);
    }
    if (err->status == PA_FORMAT || err->status == PA_IO) {
        err->status = PA_USAGE;
    }
    return err->status;
}

static void add_formats(const format_support *formats, buf *out) {
    const struct {
        const char *name;
        bool is_read;
    } rows[] = {{"astc", formats->astc},
                {"etc2", formats->etc2},
                {"etc1", formats->etc1},
                {"pvrtc", formats->pvrtc},
                {"webp", formats->webp}};
    const char *between = "";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].is_read) {
            buf_format(out, "%s%s", between, rows[i].name);
            between = " ";
        }
    }
}

static void write_list(const device_list *list, unsigned width, buf *out) {
    table t = {0};
    table_fixed_column(&t, "device");
    table_column(&t, "what", false);
    table_column(&t, "process", true);
    table_column(&t, "for images", true);
    table_column(&t, "texture px", true);
    table_column(&t, "reads", false);
    for (uint32_t i = 0; i < list->count; i++) {
        const device *one = &list->items[i];
        buf formats = {0};
        add_formats(&one->formats, &formats);
        table_text(&t, one->name);
        table_text(&t, one->title);
        table_mib(&t, one->process_bytes);
        table_mib(&t, one->image_budget_bytes);
        table_number(&t, one->max_texture_px);
        table_text(&t, buf_str(&formats));
        out->failed |= formats.failed;
        buf_clear(&formats);
    }
    table_write(&t, width, out);
    buf_add_text(
        out,
        "  sizes in MiB; 'packaudit devices NAME' tells the source of each figure\n");
}

static void put_size(buf *out, const char *label, uint64_t size_bytes) {
    if (size_bytes > 0) {
        buf_format(out, "  %-*s ", LABEL_COLUMNS, label);
        text_add_mib(out, size_bytes);
        buf_add_text(out, " MiB\n");
    }
}

static void write_sources(const device *one, unsigned width, buf *out) {
    report_heading(out, "Where the figures are from");
    for (uint32_t i = 0; i < one->source_count; i++) {
        const device_source *source = &one->sources[i];
        buf line = {0};
        buf_format(&line, "%s%.*s%s%.*s", source->is_advice ? "advice" : "",
                   source->text.size > 0 && source->is_advice ? 2 : 0, ": ", "",
                   STR_ARGS(source->text));
        if (source->url.size > 0) {
            buf_format(&line, " <%.*s>", STR_ARGS(source->url));
        }
        buf_format(out, "  %-*.*s ", LABEL_COLUMNS, STR_ARGS(source->field));
        text_add_wrapped(out, buf_str(&line), 2 + LABEL_COLUMNS + 1, width);
        out->failed |= line.failed;
        buf_clear(&line);
    }
}

static void write_one(const device *one, unsigned width, buf *out) {
    text_format_line(out, STYLE_BOLD "%.*s" STYLE_END "  %.*s", STR_ARGS(one->name),
                     STR_ARGS(one->title));
    put_size(out, "process", one->process_bytes);
    put_size(out, "base", one->base_bytes);
    put_size(out, "for images", one->image_budget_bytes);
    put_size(out, "package", one->package_bytes);
    put_size(out, "script heap", one->heap_bytes);
    buf_format(out, "  %-*s %llu bytes\n", LABEL_COLUMNS, "page",
               (unsigned long long)one->page_bytes);
    buf_format(out, "  %-*s %u bits\n", LABEL_COLUMNS, "addresses", one->address_bits);
    buf_format(out, "  %-*s %u px\n", LABEL_COLUMNS, "largest side", one->max_texture_px);
    buf_format(out, "  %-*s %s\n", LABEL_COLUMNS, "graphics",
               one->is_web ? "webgl" : backend_name(one->backend));
    buf_format(out, "  %-*s ", LABEL_COLUMNS, "reads");
    add_formats(&one->formats, out);
    buf_add_byte(out, '\n');
    if (one->note.size > 0) {
        buf_format(out, "  %-*s ", LABEL_COLUMNS, "note");
        text_add_wrapped(out, one->note, 2 + LABEL_COLUMNS + 1, width);
    }
    write_sources(one, width, out);
}

pa_status pa_devices_write(const char *name, const char *const *files, size_t file_count,
                           const pa_report_options *options, pa_sink sink, void *ctx,
                           pa_error *err) {
    *err = (pa_error){0};
    arena mem = {0};
    buf out = {0};
    device_list list = {0};
    unsigned width = options->width == 0 ? 100 : options->width;
    pa_status status = read_files(files, file_count, &mem, &list, err);
    if (status == PA_OK && name == NULL) {
        write_list(&list, width, &out);
    } else if (status == PA_OK) {
        const device *one = device_find(&list, str_of(name), err);
        status = err->status;
        if (one != NULL) {
            write_one(one, width, &out);
        }
    }
    if (status == PA_OK) {
        status = report_deliver_text(&out, options->has_color, sink, ctx, err);
    }
    buf_clear(&out);
    arena_clear(&mem);
    return status;
}
