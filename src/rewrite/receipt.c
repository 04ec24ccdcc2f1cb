/* receipt.c - write it, say it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/receipt.h"

#include "codec/json_write.h"
#include "sys/file.h"

static void add_place(const pa_rewrite_options *options, buf *out) {
    if (options->receipt != NULL) {
        buf_add_text(out, options->receipt);
    } else {
        str bare = str_of(options->output);
        while (bare.size > 1 && bare.at[bare.size - 1] == '/') {
            bare.size--;
        }
        buf_add(out, bare);
        buf_add_text(out, ".receipt.json");
    }
    buf_add_byte(out, '\0');
}

static void write_json(const receipt *in, const pa_audit *before,
                       const pa_rewrite_options *options, buf *out) {
    json_writer w = {.out = out};
    json_open_object(&w, NULL);
    json_put_text(&w, "schema", str_of("packaudit.receipt/1"));
    json_open_object(&w, "build");
    json_put_text(&w, "path", before->g.path);
    json_put_text(&w, "engine", before->g.engine_text);
    json_put_text(&w, "target", str_of(target_name(before->g.target)));
    json_close_object(&w);
    json_open_object(&w, "output");
    json_put_text(&w, "path", str_of(options->output));
    json_put_u64(&w, "files", in->file_count);
    json_put_u64(&w, "file_bytes", in->file_bytes);
    json_close_object(&w);
    json_open_array(&w, "actions");
    json_close_array(&w);
    json_close_object(&w);
    buf_add_byte(out, '\n');
}

pa_status receipt_write(const receipt *in, const pa_audit *before,
                        const pa_rewrite_options *options, pa_error *err) {
    buf place = {0};
    buf text = {0};
    add_place(options, &place);
    write_json(in, before, options, &text);
    pa_status status = place.failed || text.failed
                           ? error_nomem(err)
                           : file_write_whole(place.at, buf_str(&text), err);
    if (status == PA_OUTPUT) {
        error_in(err, "%s", place.at);
    }
    buf_clear(&place);
    buf_clear(&text);
    return status;
}

void receipt_remove(const pa_rewrite_options *options) {
    buf place = {0};
    add_place(options, &place);
    if (!place.failed) {
        file_remove(place.at);
    }
    buf_clear(&place);
}

pa_status receipt_say(const receipt *in, const pa_rewrite_options *options, pa_sink sink,
                      void *ctx, pa_error *err) {
    buf text = {0};
    if (options->is_dry_run) {
        buf_add_text(&text, "nothing was written\n");
    } else {
        buf_format(&text, "%s: %zu files, %llu bytes\n", options->output, in->file_count,
                   (unsigned long long)in->file_bytes);
    }
    pa_status status = PA_OK;
    if (text.failed) {
        status = error_nomem(err);
    } else if (sink(ctx, text.at, text.size) != 0) {
        status = error_set(err, PA_OUTPUT, "the summary could not be written");
    }
    buf_clear(&text);
    return status;
}

void receipt_clear(receipt *in) {
    *in = (receipt){0};
}
