/* fault.c - calls of the system that fail on purpose: preloaded (LD_PRELOAD) into the
 * program under test, on Linux.
 *
 * PACKAUDIT_FAULT="CLASS NTH WHAT" lets the NTH call of a class do WHAT instead, counted
 * from 1: "e5" fails with errno 5, "s9" ends the process's luck with signal 9, "short"
 * writes one byte only; "e28+" fails from the NTH on. CLASS is a name below, or "any".
 * PACKAUDIT_FAULT_LOG names a file that gets a line when the call was made.
 *
 * What is counted are calls that write: files opened for writing and what is done to
 * them. Standard streams are left alone, and nothing waits for the disk. SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_HANDLES = 1024 };
static atomic_bool is_written[MAX_HANDLES]; /* handles that are open for writing */
static atomic_long counted;

static bool is_wanted(const char *class, char *what, size_t size, long *nth) {
    char wanted[16] = "";
    const char *asked = getenv("PACKAUDIT_FAULT");
    char form[32];
    snprintf(form, sizeof form, "%%15s %%ld %%%zus", size - 1);
    return asked != NULL && sscanf(asked, form, wanted, nth, what) == 3 &&
           (strcmp(wanted, class) == 0 || strcmp(wanted, "any") == 0);
}

static void log_it(const char *class) {
    const char *path = getenv("PACKAUDIT_FAULT_LOG");
    FILE *to = path == NULL ? NULL : fopen(path, "a");
    if (to != NULL) {
        fprintf(to, "%s\n", class);
        fclose(to);
    }
}

/* True when this call is to fail, with errno set; or *is_short. */
static bool fails(const char *class, bool *is_short) {
    char what[16] = "";
    long nth = 0;
    if (!is_wanted(class, what, sizeof what, &nth)) {
        return false;
    }
    long at = atomic_fetch_add(&counted, 1) + 1;
    bool is_on = what[0] != '\0' && what[strlen(what) - 1] == '+';
    if (at != nth && !(is_on && at > nth)) {
        return false;
    }
    if (at == nth) {
        log_it(class);
    }
    if (what[0] == 's' && what[1] != 'h') {
        raise(atoi(what + 1));
        return false;
    }
    if (is_short != NULL && strcmp(what, "short") == 0) {
        *is_short = true;
        return false;
    }
    errno = what[0] == 'e' ? atoi(what + 1) : EIO;
    return what[0] == 'e';
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static bool is_ours(int handle) {
    return handle > STDERR_FILENO && handle < MAX_HANDLES &&
           atomic_load(&is_written[handle]);
}

static int open_with(int (*real)(const char *, int, ...), const char *path, int flags,
                     va_list args) {
    bool is_for_writing = (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0;
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(args, mode_t) : 0;
    if (is_for_writing && fails("open", NULL)) {
        return -1;
    }
    int handle = real(path, flags, mode);
    if (handle >= 0 && handle < MAX_HANDLES) {
        atomic_store(&is_written[handle], is_for_writing);
    }
    return handle;
}

int open(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    int handle = open_with(REAL(open), path, flags, args);
    va_end(args);
    return handle;
}

int open64(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    int handle = open_with(REAL(open64), path, flags, args);
    va_end(args);
    return handle;
}

ssize_t write(int handle, const void *from, size_t size) {
    bool is_short = false;
    if (is_ours(handle) && fails("write", &is_short)) {
        return -1;
    }
    return REAL(write)(handle, from, is_short && size > 0 ? 1 : size);
}

ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t size,
                        unsigned flags) {
    bool is_short = false;
    if (is_ours(out) && fails("copy", &is_short)) {
        return -1;
    }
    return REAL(copy_file_range)(in, in_at, out, out_at, is_short && size > 0 ? 1 : size,
                                 flags);
}

int close(int handle) {
    bool was_ours = is_ours(handle);
    if (handle >= 0 && handle < MAX_HANDLES) {
        atomic_store(&is_written[handle], false);
    }
    if (was_ours && fails("close", NULL)) {
        int reason = errno;
        REAL(close)(handle);
        errno = reason;
        return -1;
    }
    return REAL(close)(handle);
}

/* One function that takes these arguments and fails with -1. */
#define FAILING(class, name, arguments, passed)                                          \
    int name arguments {                                                                 \
        return fails(class, NULL) ? -1 : REAL(name) passed;                              \
    }
#define SYNCING(name)                                                                    \
    int name(int handle) {                                                               \
        (void)handle;                                                                    \
        return fails("sync", NULL) ? -1 : 0; /* a test outlives no power cut */          \
    }
SYNCING(fsync)
SYNCING(fdatasync)
SYNCING(syncfs)
FAILING("rename", rename, (const char *from, const char *to), (from, to))
FAILING("mkdir", mkdir, (const char *path, mode_t mode), (path, mode))
FAILING("chmod", fchmod, (int handle, mode_t mode), (handle, mode))
FAILING("chmod", chmod, (const char *path, mode_t mode), (path, mode))
FAILING("unlink", unlink, (const char *path), (path))
FAILING("unlink", rmdir, (const char *path), (path))
FAILING("truncate", ftruncate, (int handle, off_t size), (handle, size))
