/* output_parts.h - what an output is inside, for the files that write it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_OUTPUT_PARTS_H
#define PA_REWRITE_OUTPUT_PARTS_H

#include <xxhash.h>

#include "rewrite/output.h"
#include "sys/file_out.h"
#include "sys/stage.h"

/* A file as it was written. */
typedef struct written {
    str path;
    uint64_t size_bytes;
    XXH128_hash_t hash;
    tree_id zip; /* that it lies in, or TREE_NONE */
    bool is_added;
} written;

struct output {
    const tree *files;
    stage *folder;     /* NULL for an archive */
    file_out *archive; /* NULL for a folder */
    stage *apart;      /* files that are added to an archive or to a zip bundle */
    lock *guard;       /* of what stands below */
    arena mem;
    written *rows;
    size_t count;
    size_t capacity;
    size_t within;    /* rows in zip bundles: proved by the zip's own row */
    size_t untouched; /* files of an archive that was copied byte by byte */
    uint64_t bytes;   /* of all files, or of the archive */
    bool drops_signature;
};

/** Enters a file into the list of those written; from any thread. */
pa_status output_remember(output *out, const written *row, str content, pa_error *err);

/** Sorts the list: what lies in zip bundles stands last. */
void output_sort(output *out);

/** output_proof.c: reads what was written again and compares it with the list. */
pa_status output_prove(output *out, const pool *how, pa_error *err);

/** output_archive.c: writes the archive and flushes it. */
pa_status output_write_archive(output *out, const changes *what, const pool *how,
                               pa_error *err);

#endif
