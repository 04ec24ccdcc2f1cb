/* snapshot_of.c - a build's figures by way of its report, so that both ways agree.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/snapshot_of.h"

#include "base/limits.h"
#include "report/report.h"
#include "sys/file.h"

/* True for a file that begins as JSON: what a build can be begins otherwise. */
static bool is_report(const char *path) {
    char first[16] = "";
    pa_error ignored = {0};
    file_in *in = file_kind_of(path) == FILE_REGULAR ? file_open(path, &ignored) : NULL;
    long size = in == NULL ? 0 : file_in_read(in, first, sizeof first - 1);
    if (in != NULL) {
        file_in_close(in);
    }
    str text = {first, size > 0 ? (size_t)size : 0};
    if (str_starts(text, "\xef\xbb\xbf")) {
        text = str_part(text, 3, text.size);
    }
    text = str_trim(text);
    return text.size > 0 && text.at[0] == '{';
}

static int take(void *ctx, const char *text, size_t size) {
    buf *out = ctx;
    buf_add(out, (str){text, size});
    return out->failed ? -1 : 0;
}

static pa_status report_build(const char *path, const pa_options *options, buf *out,
                              pa_error *err) {
    pa_options quiet = *options;
    quiet.progress = NULL;
    quiet.allows_unmatched = true;
    pa_audit *audit = pa_audit_open(path, &quiet, err);
    if (audit == NULL) {
        return err->status;
    }
    const pa_report_options as_json = {.format = PA_FORMAT_JSON};
    pa_status status = pa_report_write(audit, &as_json, take, out, err);
    pa_audit_free(audit);
    return out->failed ? error_nomem(err) : status;
}

pa_status snapshot_of(const char *path, const pa_options *options, snapshot *out,
                      pa_error *err) {
    buf text = {0};
    pa_status status = PA_OK;
    if (is_report(path)) {
        status = file_read(path, PA_MAX_DOCUMENT_BYTES, &text, err);
        status = status == PA_OK ? PA_OK : error_in(err, "%s", path);
    } else {
        status = report_build(path, options, &text, err);
    }
    if (status == PA_OK) {
        status = snapshot_parse(buf_str(&text), str_of(path), out, err);
    }
    buf_clear(&text);
    if (status == PA_FORMAT && is_report(path)) {
        err->status = PA_USAGE; /* not the build that is judged is wrong */
    }
    return status == PA_OK ? PA_OK : err->status;
}
