/* scenes.c - print the report of a build through the library, in a dozen lines.
 *
 *   cc -Iinclude examples/library/scenes.c build/libpackaudit.a \
 *      $(pkg-config --libs libarchive zlib libpng libturbojpeg libwebp libwebpdemux \
 *                     yaml-0.1) -lm -lpthread
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "packaudit/packaudit.h"

static int print(void *ctx, const char *text, size_t size) {
    return fwrite(text, 1, size, ctx) == size ? 0 : -1;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: scenes BUILD\n");
        return 2;
    }
    pa_options options = pa_options_default();
    pa_report_options form = {.format = PA_FORMAT_CSV};
    pa_error err = {0};
    pa_audit *audit = pa_audit_open(arguments[1], &options, &err);
    if (audit == NULL || pa_report_write(audit, &form, print, stdout, &err) != PA_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    pa_audit_free(audit);
    return pa_status_exit(err.status);
}
