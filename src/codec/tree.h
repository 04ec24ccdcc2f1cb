/* tree.h - all files of a build as one sorted list, wherever they lie: in a folder, in an
 * archive, in a zip inside either. Reading is by visits: the caller names the files it
 * wants and gets them in several threads, from a folder in the order asked for, from an
 * archive in one pass in its order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_TREE_H
#define PA_CODEC_TREE_H

#include "base/arena.h"
#include "base/buf.h"
#include "sys/pool.h"

typedef struct tree_file {
    str path; /**< below what was opened, '/' between parts, never "", "." or ".." */
    uint64_t size_bytes; /**< as listed; an archive may lie */
    uint32_t source;     /**< which folder or archive holds it */
    uint32_t order;      /**< place in an archive */
} tree_file;

/** A file or folder that is not in the list, and why. */
typedef struct tree_gap {
    str path;
    const char *reason; /**< constant text */
} tree_gap;

typedef struct tree tree;

/** Number of a file; files are sorted by path, mounts come later. */
typedef uint32_t tree_id;
#define TREE_NONE UINT32_MAX

/** Opens a folder, an archive, or "-" for an archive on standard input. */
pa_status tree_open(tree **out, const char *path, pa_error *err);

/** Adds the files of a zip that lies in the tree: entry "STRIP/x" becomes "PLACE/x";
 * entries not below STRIP are left out. `strip` ends with '/' or is empty, `place`
 * likewise. After a failure the tree holds the files that it held before. */
pa_status tree_mount(tree *t, tree_id zip, str strip, str place, pa_error *err);

void tree_free(tree *t);

/** The folder that was opened, or NULL when it was an archive. */
const char *tree_folder(const tree *t);

/** The archive file that was opened, or NULL for a folder or standard input. */
const char *tree_archive(const tree *t);

/** True for a file that tree_mount added: it lies in a zip that is in the tree itself. */
bool tree_is_mounted(const tree *t, tree_id file);

/** True for a file that lies in this zip, which tree_mount opened. */
bool tree_lies_in(const tree *t, tree_id file, tree_id zip);

/** Where a zip that tree_mount opened is read from: a path, or its content in memory. */
const char *tree_zip(const tree *t, tree_id zip, bytes *content);

size_t tree_count(const tree *t);
const tree_file *tree_get(const tree *t, tree_id file);
tree_id tree_find(const tree *t, str path);

/** Folders below the one that was opened with nothing in them, in no order. */
size_t tree_empty_count(const tree *t);
str tree_empty_get(const tree *t, size_t index);

size_t tree_gap_count(const tree *t);
const tree_gap *tree_gap_get(const tree *t, size_t index);

/** Called for each file wanted. `slot` is its place in the list of the visit. `failure`
 * is NULL, or says why the content could not be read, which is then empty. `content` is
 * valid during the call, with a zero byte behind its end. */
typedef pa_status (*tree_visitor)(void *ctx, unsigned worker, size_t slot, bytes content,
                                  const pa_error *failure, pa_error *err);

/** Reads `files[0 … count-1]`, each at most once, none above `max_bytes`. */
pa_status tree_visit(const tree *t, const pool *how, const tree_id *files, size_t count,
                     uint64_t max_bytes, tree_visitor visit, void *ctx, pa_error *err);

/** Reads one file. From an archive this walks the archive: use tree_visit for many. */
pa_status tree_read(const tree *t, tree_id file, uint64_t max_bytes, buf *out,
                    pa_error *err);

/** Makes an entry's name a clean path in `mem`: '\' becomes '/', empty and "." parts go.
 * Empty when it is absolute, climbs by "..", names a drive or is too long. For archives;
 * tested by itself. */
str tree_clean_path(arena *mem, str name);

#endif
