/* scratch.c - a folder of its own for a test.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* nftw, mkdtemp */
#include "scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ends the program: a test without its folder tells nothing. */
static void must(bool is_good, const char *what) {
    if (!is_good) {
        perror(what);
        abort();
    }
}

void scratch_make(scratch *out) {
    const char *base = getenv("TMPDIR");
    int size = snprintf(out->folder, sizeof out->folder, "%s/packaudit-test-XXXXXX",
                        base == NULL ? "/tmp" : base);
    must(size > 0 && (size_t)size < sizeof out->folder, "TMPDIR");
    must(mkdtemp(out->folder) != NULL, out->folder);
}

const char *scratch_path(scratch *in, const char *name) {
    int size = snprintf(in->path, sizeof in->path, "%s/%s", in->folder, name);
    must(size > 0 && (size_t)size < sizeof in->path, name);
    return in->path;
}

void scratch_write(scratch *in, const char *name, str content) {
    scratch_path(in, name);
    for (char *at = in->path + strlen(in->folder) + 1; *at != '\0'; at++) {
        if (*at == '/') {
            *at = '\0';
            mkdir(in->path, 0777);
            *at = '/';
        }
    }
    FILE *file = fopen(in->path, "wb");
    must(file != NULL, in->path);
    must(content.size == 0 || fwrite(content.at, content.size, 1, file) == 1, in->path);
    must(fclose(file) == 0, in->path);
}

size_t scratch_count(const scratch *in) {
    DIR *folder = opendir(in->folder);
    must(folder != NULL, in->folder);
    size_t count = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(folder);
    return count;
}

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *where) {
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void scratch_remove(scratch *in) {
    nftw(in->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
