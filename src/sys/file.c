/* file.c - files by the C library and POSIX names, which MSYS2 and macOS have too.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sys/staged.h"

#ifdef _WIN32
#include <io.h>
#include <windows.h>
#endif

#ifndef O_BINARY
#define O_BINARY 0
#endif
#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif

file_kind file_kind_of(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) {
        return FILE_ABSENT;
    }
    if (S_ISREG(info.st_mode)) {
        return FILE_REGULAR;
    }
    return S_ISDIR(info.st_mode) ? FILE_FOLDER : FILE_OTHER;
}

/* Reads `handle` to its end. A signal ends the wait for a terminal or a pipe. */
static pa_status read_all(int handle, bool is_waiting, uint64_t max_bytes,
                          size_t expected_bytes, buf *out, pa_error *err) {
    out->size = 0;
    /* One byte more than expected: a read that gives nothing then tells the end. */
    size_t step = expected_bytes + 1;
    for (;;) {
        char *room = buf_reserve(out, step);
        if (room == NULL) {
            return error_nomem(err);
        }
        ssize_t got = read(handle, room, out->capacity - out->size);
        if (got < 0 && errno == EINTR && is_waiting) {
            return error_set(err, PA_CANCELLED, "interrupted");
        }
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set(err, PA_IO, "cannot be read: %s", strerror(errno));
        }
        if (got == 0) {
            return PA_OK;
        }
        out->size += (size_t)got;
        if (out->size > max_bytes) {
            return error_set(err, PA_LIMIT, "is larger than %llu bytes",
                             (unsigned long long)max_bytes);
        }
        step = out->size == out->capacity ? 64 * 1024 : 1;
    }
}

pa_status file_read(const char *path, uint64_t max_bytes, buf *out, pa_error *err) {
    int handle = open(path, O_RDONLY | O_BINARY | O_CLOEXEC);
    if (handle < 0) {
        return error_set(err, PA_IO, "cannot be opened: %s", strerror(errno));
    }
    struct stat info;
    pa_status status = PA_OK;
    if (fstat(handle, &info) != 0 || !S_ISREG(info.st_mode)) {
        status = error_set(err, PA_IO, "is not a regular file");
    } else if ((uint64_t)info.st_size > max_bytes) {
        status =
            error_set(err, PA_LIMIT, "holds %lld bytes, more than the %llu that are read",
                      (long long)info.st_size, (unsigned long long)max_bytes);
    } else {
        status = read_all(handle, false, max_bytes, (size_t)info.st_size, out, err);
    }
    close(handle);
    return status;
}

pa_status file_read_stdin(uint64_t max_bytes, buf *out, pa_error *err) {
#ifdef _WIN32
    _setmode(STDIN_FILENO, O_BINARY);
#endif
    return read_all(STDIN_FILENO, true, max_bytes, 64 * 1024, out, err);
}

str file_real_path(const char *path, arena *mem) {
    char real[PATH_MAX];
#ifdef _WIN32
    bool is_found = _fullpath(real, path, sizeof real) != NULL;
#else
    bool is_found = realpath(path, real) != NULL;
#endif
#ifdef _WIN32
    for (char *at = real; is_found && *at != '\0'; at++) {
        *at = *at == '\\' ? '/' : *at;
    }
#endif
    return is_found ? arena_copy(mem, str_of(real)) : (str){0};
}

struct file_in {
    int handle;
    uint64_t size_bytes;
};

file_in *file_open(const char *path, pa_error *err) {
    int handle = open(path, O_RDONLY | O_BINARY | O_CLOEXEC);
    struct stat info;
    if (handle < 0) {
        error_set(err, PA_IO, "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    file_in *in = mem_zero(1, sizeof *in);
    if (in == NULL || fstat(handle, &info) != 0) {
        close(handle);
        mem_free(in);
        error_nomem(err);
        return NULL;
    }
    in->handle = handle;
    in->size_bytes = (uint64_t)info.st_size;
    return in;
}

long file_in_read(file_in *in, void *into, size_t size) {
    ssize_t got = 0;
    do {
        got = read(in->handle, into, size);
    } while (got < 0 && errno == EINTR);
    return (long)got;
}

int file_in_seek(file_in *in, uint64_t offset) {
    return lseek(in->handle, (off_t)offset, SEEK_SET) < 0 ? -1 : 0;
}

uint64_t file_in_size(const file_in *in) {
    return in->size_bytes;
}

void file_in_close(file_in *in) {
    if (in != NULL) {
        close(in->handle);
        mem_free(in);
    }
}

static bool write_all(int handle, str content) {
    size_t at = 0;
    while (at < content.size) {
        ssize_t put = write(handle, content.at + at, content.size - at);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        at += (size_t)put;
    }
    return true;
}

bool file_flush(int handle) {
#ifdef _WIN32
    return _commit(handle) == 0;
#else
    return fsync(handle) == 0;
#endif
}

/* True when `path` names something that is not a plain file, /dev/stdout say: that is
 * written to, not replaced. */
static bool is_written_in_place(const char *path) {
    return file_kind_of(path) == FILE_OTHER;
}

static pa_status write_in_place(const char *path, str content, pa_error *err) {
    int handle = open(path, O_WRONLY | O_BINARY | O_CLOEXEC);
    bool is_written = handle >= 0 && write_all(handle, content);
    int reason = errno;
    if (handle >= 0 && close(handle) != 0 && is_written) {
        is_written = false;
        reason = errno;
    }
    return is_written
               ? PA_OK
               : error_set(err, PA_OUTPUT, "cannot be written: %s", strerror(reason));
}

/* Renames over an old file, which rename does everywhere but on Windows. */
static bool replace_file(const char *from, const char *to) {
#ifdef _WIN32
    return MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0;
#else
    return rename(from, to) == 0;
#endif
}

/* An old file keeps its permissions. */
static bool take_mode(int handle, const char *old) {
#ifdef _WIN32
    (void)handle;
    (void)old;
    return true;
#else
    struct stat found;
    return stat(old, &found) != 0 || fchmod(handle, found.st_mode & 07777) == 0;
#endif
}

/* Writes what is open as `staged`, then puts it in the place of `path`. Nothing is left
 * on failure. */
static pa_status write_staged(int handle, const char *staged, const char *path,
                              str content, bool is_flushed, pa_error *err) {
    bool is_written = write_all(handle, content) && take_mode(handle, path) &&
                      (!is_flushed || file_flush(handle));
    int reason = errno;
    if (close(handle) != 0 && is_written) {
        is_written = false;
        reason = errno;
    }
    if (is_written && !replace_file(staged, path)) {
        is_written = false;
        reason = errno;
    }
    if (!is_written) {
        unlink(staged);
        return error_set(err, PA_OUTPUT, "cannot be written: %s", strerror(reason));
    }
    return PA_OK;
}

static bool is_dangling_link(const char *path) {
#ifdef _WIN32
    (void)path;
    return false;
#else
    struct stat found;
    return lstat(path, &found) == 0 && S_ISLNK(found.st_mode) && stat(path, &found) != 0;
#endif
}

static pa_status write_whole(const char *path, str content, bool is_flushed,
                             pa_error *err) {
    if (is_written_in_place(path)) {
        return write_in_place(path, content, err);
    }
    if (is_dangling_link(path)) {
        return error_set(err, PA_OUTPUT, "cannot be written: it is a link to nothing");
    }
    arena mem = {0};
    str real = file_real_path(path, &mem); /* behind a link lies what is meant */
    const char *target = real.size > 0 ? real.at : path;
    buf staged = {0};
    int handle = -1;
    pa_status status = mem.failed ? error_nomem(err) : PA_OK;
    if (status == PA_OK) {
        status = staged_make(target, STAGED_FILE, &staged, &handle, err);
    }
    if (status == PA_OK) {
        status = write_staged(handle, staged.at, target, content, is_flushed, err);
    }
    buf_clear(&staged);
    arena_clear(&mem);
    return status;
}

pa_status file_write_whole(const char *path, str content, pa_error *err) {
    return write_whole(path, content, true, err);
}

pa_status file_write_unflushed(const char *path, str content, pa_error *err) {
    return write_whole(path, content, false, err);
}

void file_remove(const char *path) {
    unlink(path);
}
