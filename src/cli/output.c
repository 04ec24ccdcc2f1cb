/* output.c - standard output, or a file that is written whole or not at all.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include "base/buf.h"
#include "cli/terminal.h"

static int keep(void *ctx, const char *text, size_t size) {
    buf *all = ctx;
    buf_add(all, (str){text, size});
    return all->failed ? -1 : 0;
}

pa_status output_make(const char *path, output_maker make, const void *what,
                      pa_error *err) {
    if (path == NULL) {
        return make(what, terminal_sink, NULL, err);
    }
    buf all = {0};
    pa_status status = make(what, keep, &all, err);
    if (status == PA_OK) {
        terminal_hold_interrupts(true);
        status = pa_file_write(path, all.at == NULL ? "" : all.at, all.size, err);
        terminal_hold_interrupts(false);
    }
    buf_clear(&all);
    return status;
}
