/* file_out.c - a staged file by POSIX names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sys/file_out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "sys/file.h"
#include "sys/staged.h"

struct file_out {
    buf target; /* both with a NUL behind them */
    buf staged;
    int handle; /* -1: not open */
    bool is_made;
    bool is_committed;
};

static pa_status refuse(const file_out *out, int reason, pa_error *err) {
    return error_set(err, PA_OUTPUT, "%s: cannot be written: %s", out->target.at,
                     strerror(reason));
}

file_out *file_out_open(const char *target, pa_error *err) {
    if (file_kind_of(target) != FILE_ABSENT) {
        error_set(err, PA_USAGE,
                  "%s is there already; name a file that is not, nothing is written over",
                  target);
        return NULL;
    }
    file_out *out = mem_zero(1, sizeof *out);
    if (out == NULL) {
        error_nomem(err);
        return NULL;
    }
    out->handle = -1;
    buf_format(&out->target, "%s%c", target, '\0');
    if (out->target.failed) {
        error_nomem(err);
        file_out_discard(out);
        return NULL;
    }
    if (staged_make(target, STAGED_FILE, &out->staged, &out->handle, err) != PA_OK) {
        error_in(err, "%s", target);
        file_out_discard(out);
        return NULL;
    }
    out->is_made = true;
    if (staged_sweep(target, out->staged.at)) {
        error_set(err, PA_OUTPUT, "%s: another process is writing it: wait for its end",
                  target);
        file_out_discard(out);
        return NULL;
    }
    return out;
}

pa_status file_out_add(file_out *out, str content, pa_error *err) {
    while (content.size > 0) {
        ssize_t put = write(out->handle, content.at, content.size);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return refuse(out, errno, err);
        }
        content = str_part(content, (size_t)put, content.size);
    }
    return PA_OK;
}

const char *file_out_path(const file_out *out) {
    return out->staged.at;
}

pa_status file_out_flush(file_out *out, pa_error *err) {
    bool is_flushed = file_flush(out->handle);
    int reason = errno;
    bool is_closed = close(out->handle) == 0;
    reason = is_flushed ? errno : reason;
    out->handle = -1;
    return is_flushed && is_closed ? PA_OK : refuse(out, reason, err);
}

pa_status file_out_commit(file_out *out, pa_error *err) {
    if (rename(out->staged.at, out->target.at) != 0) {
        return refuse(out, errno, err);
    }
    out->is_committed = true;
    return PA_OK;
}

void file_out_discard(file_out *out) {
    if (out == NULL) {
        return;
    }
    if (out->handle >= 0) {
        close(out->handle);
    }
    if (out->is_made && !out->is_committed) {
        unlink(out->staged.at);
    }
    buf_clear(&out->target);
    buf_clear(&out->staged);
    mem_free(out);
}
