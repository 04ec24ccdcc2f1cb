/* staged.c - names, locks, and sweeping.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sys/staged.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifndef _WIN32
#include <sys/file.h>
#endif

#ifndef O_BINARY
#define O_BINARY 0
#endif
#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif
#ifndef O_NOFOLLOW
#define O_NOFOLLOW 0
#endif

#ifdef _WIN32
#define lstat stat /* there are no links to tell apart */
#endif

static const char mark[] = ".packaudit-";

/* ---- locks --------------------------------------------------------------------------
 */

#ifndef _WIN32
/* True when `path` still names what was opened: it may have been swept meanwhile. */
static bool is_named(int handle, const char *path) {
    struct stat opened;
    struct stat named;
    return fstat(handle, &opened) == 0 && lstat(path, &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}
#endif

/* False when somebody else holds it, who is about to remove it. */
static bool hold(int handle, const char *path) {
#ifdef _WIN32
    (void)handle;
    (void)path;
    return true;
#else
    bool is_refused = flock(handle, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    return !is_refused && is_named(handle, path);
#endif
}

/* Windows does not open folders. */
static bool make_folder(const char *path, int *handle) {
#ifdef _WIN32
    *handle = -1;
    return mkdir(path) == 0;
#else
    if (mkdir(path, 0777) != 0) {
        return false;
    }
    *handle = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (*handle < 0) {
        int reason = errno;
        rmdir(path);
        errno = reason;
    }
    return *handle >= 0;
#endif
}

static bool make_file(const char *path, int *handle) {
    *handle = open(path, O_WRONLY | O_CREAT | O_EXCL | O_BINARY | O_CLOEXEC, 0666);
    return *handle >= 0;
}

/* The process, and how often its name was taken: by another machine's or container's
 * process of the same number. */
static bool put_name(const char *target, unsigned attempt, buf *path) {
    path->size = 0;
    buf_format(path, "%s%s%ld", target, mark, (long)getpid());
    if (attempt > 0) {
        buf_format(path, "-%u", attempt);
    }
    buf_add_byte(path, '\0');
    return !path->failed;
}

pa_status staged_make(const char *target, staged_kind kind, buf *path, int *handle,
                      pa_error *err) {
    enum { ATTEMPTS = 16 };
    int reason = EEXIST;
    *handle = -1;
    for (unsigned i = 0; reason == EEXIST && i < ATTEMPTS; i++) {
        if (!put_name(target, i, path)) {
            return error_nomem(err);
        }
        bool is_made = kind == STAGED_FOLDER ? make_folder(path->at, handle)
                                             : make_file(path->at, handle);
        if (is_made && hold(*handle, path->at)) {
            return PA_OK;
        }
        reason = is_made ? EEXIST : errno;
        if (is_made) {
            close(*handle); /* whoever holds it removes it */
            *handle = -1;
        }
    }
    return error_set(err, PA_OUTPUT, "cannot be written: %s", strerror(reason));
}

/* ---- what was left over -------------------------------------------------------------
 */

static bool is_folder(const char *path) {
    struct stat info;
    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

void staged_remove_folder(buf *path) {
    DIR *folder = opendir(path->at);
    size_t size = path->size - 1;
    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        path->size = size;
        buf_format(path, "/%s", entry->d_name);
        buf_add_byte(path, '\0');
        if (path->failed) {
            break;
        }
        if (is_folder(path->at)) {
            staged_remove_folder(path);
        } else {
            unlink(path->at);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    path->size = size + 1;
    path->at[size] = '\0';
    rmdir(path->at);
}

/* Removes a file or folder unless its process lives, which makes it true. */
static bool remove_left_over(buf *path) {
#ifdef _WIN32
    (void)path;
    return false;
#else
    int handle = open(path->at, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (handle < 0) {
        return false;
    }
    bool is_ours = flock(handle, LOCK_EX | LOCK_NB) == 0;
    bool is_alive = !is_ours && errno == EWOULDBLOCK;
    if (is_ours && is_named(handle, path->at)) {
        if (is_folder(path->at)) {
            staged_remove_folder(path);
        } else {
            unlink(path->at);
        }
    }
    close(handle);
    return is_alive;
#endif
}

static bool is_number(str text) {
    for (size_t i = 0; i < text.size; i++) {
        if ((text.at[i] < '0' || text.at[i] > '9') && text.at[i] != '-') {
            return false;
        }
    }
    return text.size > 0;
}

/* True for "TARGET.packaudit-N"; where only the ending is given, of any such target. */
static bool is_staged_name(str name, str target, bool is_ending) {
    size_t at = name.size;
    while (at > 0 && !str_starts(str_part(name, at, name.size), mark)) {
        at--;
    }
    str of = str_part(name, 0, at);
    size_t from = is_ending && of.size > target.size ? of.size - target.size : 0;
    return at > 0 && str_equal(str_part(of, from, of.size), target) &&
           is_number(str_part(name, at + sizeof mark - 1, name.size));
}

static bool sweep(str folder_path, str target, bool is_ending, const char *own) {
    buf path = {0};
    bool is_alive = false;
    buf_add(&path, folder_path);
    buf_add_byte(&path, '\0');
    DIR *folder = path.failed ? NULL : opendir(path.at);
    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        str name = str_of(entry->d_name);
        bool is_own = own != NULL && str_equal(name, str_file_name(str_of(own)));
        if (is_own || !is_staged_name(name, target, is_ending)) {
            continue;
        }
        path.size = 0;
        buf_add(&path, folder_path);
        buf_format(&path, "/%s", entry->d_name);
        buf_add_byte(&path, '\0');
        is_alive |= !path.failed && remove_left_over(&path);
    }
    if (folder != NULL) {
        closedir(folder);
    }
    buf_clear(&path);
    return is_alive;
}

bool staged_sweep(const char *target, const char *own) {
    str folder = str_folder(str_of(target));
    if (folder.size == 0) {
        folder = str_of(target[0] == '/' ? "/" : ".");
    }
    return sweep(folder, str_file_name(str_of(target)), false, own);
}

void staged_sweep_folder(const char *folder, str ending) {
    sweep(str_of(folder), ending, true, NULL);
}
