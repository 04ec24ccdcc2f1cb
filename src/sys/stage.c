/* stage.c - a staged folder by POSIX names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* syncfs */
#include "sys/stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/staged.h"

#ifndef O_BINARY
#define O_BINARY 0
#endif
#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif

struct stage {
    buf target; /* both with a NUL behind them */
    buf folder;
    int handle; /* of the folder, which it locks; or -1 */
    bool is_made;
    bool is_committed;
};

static int make_folder(const char *path) {
#ifdef _WIN32
    return mkdir(path);
#else
    return mkdir(path, 0777);
#endif
}

static pa_status refuse(pa_error *err, const char *path, int reason) {
    return error_set(err, PA_OUTPUT, "%s: cannot be written: %s", path, strerror(reason));
}

pa_status folder_make(const char *path, pa_error *err) {
    if (file_kind_of(path) == FILE_FOLDER || make_folder(path) == 0) {
        return PA_OK;
    }
    int reason = errno; /* another process may have been faster */
    return file_kind_of(path) == FILE_FOLDER ? PA_OK : refuse(err, path, reason);
}

/* True when the folder holds nothing. */
static bool is_empty(const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return false;
    }
    unsigned count = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(folder);
    return count == 0;
}

static pa_status check_target(const char *target, pa_error *err) {
    file_kind kind = file_kind_of(target);
    if (kind == FILE_ABSENT || (kind == FILE_FOLDER && is_empty(target))) {
        return PA_OK;
    }
    return error_set(err, PA_USAGE,
                     "%s is there already; name a folder that is not, nothing is written "
                     "over",
                     target);
}

static void name_target(stage *s, const char *target) {
    str bare = str_of(target);
    while (bare.size > 1 && bare.at[bare.size - 1] == '/') {
        bare.size--;
    }
    buf_add(&s->target, bare);
    buf_add_byte(&s->target, '\0');
    buf_reserve(&s->folder, PA_MAX_PATH_BYTES); /* to put away even without memory */
}

stage *stage_open(const char *target, pa_error *err) {
    if (check_target(target, err) != PA_OK) {
        return NULL;
    }
    stage *s = mem_zero(1, sizeof *s);
    if (s == NULL) {
        error_nomem(err);
        return NULL;
    }
    s->handle = -1;
    name_target(s, target);
    if (s->target.failed || s->folder.failed) {
        error_nomem(err);
    } else if (staged_make(s->target.at, STAGED_FOLDER, &s->folder, &s->handle, err) !=
               PA_OK) {
        error_in(err, "%s", target);
    } else {
        s->is_made = true;
        if (!staged_sweep(s->target.at, s->folder.at)) {
            return s;
        }
        error_set(err, PA_OUTPUT, "%s: another process is writing it: wait for its end",
                  target);
    }
    stage_discard(s);
    return NULL;
}

const char *stage_path(const stage *s) {
    return s->folder.at;
}

/* Makes every folder that leads to `path`, which lies below the stage. */
static bool make_folders(stage *s, char *path) {
    for (char *at = path + s->folder.size; *at != '\0'; at++) {
        if (*at != '/') {
            continue;
        }
        *at = '\0';
        bool is_there = make_folder(path) == 0 || errno == EEXIST;
        *at = '/';
        if (!is_there) {
            return false;
        }
    }
    return true;
}

static bool write_all(int handle, str content) {
    while (content.size > 0) {
        ssize_t put = write(handle, content.at, content.size);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        content = str_part(content, (size_t)put, content.size);
    }
    return true;
}

static mode_t mode_like(const char *like) {
    struct stat info;
    return like != NULL && stat(like, &info) == 0 ? (info.st_mode & 0777) | 0200 : 0666;
}

/* Opens a new file, making its folders where they lack. */
static int open_new(stage *s, char *path, mode_t mode) {
    enum { FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_BINARY | O_CLOEXEC };
    int handle = open(path, FLAGS, mode);
    if (handle < 0 && errno == ENOENT && make_folders(s, path)) {
        handle = open(path, FLAGS, mode);
    }
    return handle;
}

static bool write_file(stage *s, char *path, str content, mode_t mode) {
    int handle = open_new(s, path, mode);
    if (handle < 0) {
        return false;
    }
    bool is_written = write_all(handle, content);
#ifndef __linux__ /* there all of the file system is flushed at the end */
    is_written = is_written && file_flush(handle);
#endif
    int reason = errno;
    bool is_closed = close(handle) == 0;
    errno = is_written ? errno : reason;
    return is_written && is_closed;
}

pa_status stage_make_folder(stage *s, str path, pa_error *err) {
    buf full = {0};
    buf_format(&full, "%s/%.*s/%c", s->folder.at, STR_ARGS(path), '\0');
    pa_status status = PA_OK;
    if (full.failed) {
        status = error_nomem(err);
    } else if (!make_folders(s, full.at)) {
        int reason = errno;
        status = error_set(err, PA_OUTPUT, "%s: %.*s: cannot be made: %s", s->target.at,
                           STR_ARGS(path), strerror(reason));
    }
    buf_clear(&full);
    return status;
}

pa_status stage_write(stage *s, str path, str content, const char *like, pa_error *err) {
    buf full = {0};
    buf_format(&full, "%s/%.*s", s->folder.at, STR_ARGS(path));
    buf_add_byte(&full, '\0');
    pa_status status = PA_OK;
    if (full.failed) {
        status = error_nomem(err);
    } else if (!write_file(s, full.at, content, mode_like(like))) {
        int reason = errno;
        status = error_set(err, PA_OUTPUT, "%s: %.*s: cannot be written: %s",
                           s->target.at, STR_ARGS(path), strerror(reason));
    }
    buf_clear(&full);
    return status;
}

/* Flushes a folder, or, where the system can, all of its file system. */
static bool flush(const char *folder, bool is_whole) {
#ifdef _WIN32
    (void)folder;
    (void)is_whole;
    return true;
#else
    int handle = open(folder, O_RDONLY | O_CLOEXEC);
    if (handle < 0) {
        return false;
    }
#ifdef __linux__
    bool is_flushed = (is_whole ? syncfs(handle) : fsync(handle)) == 0;
#else
    (void)is_whole;
    bool is_flushed = fsync(handle) == 0;
#endif
    int reason = errno;
    close(handle);
    errno = reason;
    return is_flushed;
#endif
}

/* The name of the new folder reaches the disk with the folder that holds it. */
static void flush_parent(const char *target) {
    buf parent = {0};
    str folder = str_folder(str_of(target));
    buf_add(&parent, folder.size > 0 ? folder : str_of(target[0] == '/' ? "/" : "."));
    buf_add_byte(&parent, '\0');
    if (!parent.failed) {
        flush(parent.at, false); /* the folder stands, whole, whatever this says */
    }
    buf_clear(&parent);
}

pa_status stage_commit(stage *s, pa_error *err) {
    if (!flush(s->folder.at, true)) {
        return refuse(err, s->target.at, errno);
    }
#ifdef _WIN32
    rmdir(s->target.at); /* an empty one, which rename would trip over */
#endif
    if (rename(s->folder.at, s->target.at) != 0) {
        return refuse(err, s->target.at, errno);
    }
    s->is_committed = true;
    flush_parent(s->target.at);
    return PA_OK;
}

void stage_discard(stage *s) {
    if (s == NULL) {
        return;
    }
    if (s->is_made && !s->is_committed) {
        staged_remove_folder(&s->folder);
    }
    if (s->handle >= 0) {
        close(s->handle);
    }
    buf_clear(&s->target);
    buf_clear(&s->folder);
    mem_free(s);
}
