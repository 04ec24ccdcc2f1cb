/* file.h - reading files and folders, and writing one file so that it is there whole or
 * not at all.
 *
 * Paths use '/' on every system. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_SYS_FILE_H
#define PA_SYS_FILE_H

#include "base/arena.h"
#include "base/buf.h"

typedef enum file_kind { FILE_ABSENT, FILE_REGULAR, FILE_FOLDER, FILE_OTHER } file_kind;

file_kind file_kind_of(const char *path);

/** The absolute path without links, "." and ".." in `mem`; empty when there is none. */
str file_real_path(const char *path, arena *mem);

/** Replaces the contents of `out` by the whole file. Fails with PA_IO, or with PA_LIMIT
 * when the file holds more than `max_bytes`. The text names the reason, not the path. */
pa_status file_read(const char *path, uint64_t max_bytes, buf *out, pa_error *err);

/** As file_read, from standard input to its end. */
pa_status file_read_stdin(uint64_t max_bytes, buf *out, pa_error *err);

/** One file below a folder. */
typedef struct folder_file {
    str path; /**< relative to the folder listed, '/' between parts */
    uint64_t size_bytes;
} folder_file;

/** What a walk met and could not take. */
typedef struct folder_gap {
    str path;
    const char *
        reason; /**< constant text: "cannot be opened", "links to a folder above it", … */
} folder_gap;

typedef struct folder_list {
    folder_file *files; /**< sorted by path, bytewise */
    size_t count;
    size_t capacity;
    folder_gap *gaps; /**< sorted by path */
    size_t gap_count;
    size_t gap_capacity;
    str *empty; /**< folders with nothing in them, in no order */
    size_t empty_count;
    size_t empty_capacity;
} folder_list;

/** Lists all regular files below `path`, following links except into a folder that
 * contains them. Texts live in `mem`; free the arrays with folder_list_clear. */
pa_status folder_walk(arena *mem, const char *path, folder_list *out, pa_error *err);

void folder_list_clear(folder_list *list);

/** What was written through an open handle is on the disk; false leaves errno. */
bool file_flush(int handle);

/** Writes a file beside `path` under another name, flushes it to the disk and renames it;
 * a link is followed, an old file's permissions are kept. On failure (PA_OUTPUT) nothing
 * is left behind and an old file is as it was. */
pa_status file_write_whole(const char *path, str content, pa_error *err);

/** The same without waiting for the disk: after a loss of power the file may hold less
 * or nothing. For what its reader checks and can do without. */
pa_status file_write_unflushed(const char *path, str content, pa_error *err);

/** Makes a folder in one that there is; one that is there already is no failure.
 * PA_OUTPUT with the path. */
pa_status folder_make(const char *path, pa_error *err);

/** Removes a file; one that is not there is no failure. */
void file_remove(const char *path);

/** A file opened for random reading; NULL on failure. */
typedef struct file_in file_in;
file_in *file_open(const char *path, pa_error *err);
/** Bytes read, 0 at the end, -1 on failure. */
long file_in_read(file_in *in, void *into, size_t size);
/** 0, or -1 on failure. */
int file_in_seek(file_in *in, uint64_t offset);
uint64_t file_in_size(const file_in *in);
void file_in_close(file_in *in);

#endif
