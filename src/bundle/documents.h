/* documents.h - the work of reading documents, as its two files share it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_DOCUMENTS_H
#define PA_BUNDLE_DOCUMENTS_H

#include "bundle/game.h"

/* One import file to read. */
typedef struct document_job {
    uint32_t bundle;
    uint32_t entry; /* of the asset, or of the pack's own id */
    uint32_t pack;  /* index of the pack, or NO_INDEX for a file of one document */
    tree_id file;
} document_job;

typedef struct document_reading {
    game *g;
    finding_list *findings;
    pa_error *err;
    document_job *jobs;
    size_t job_count;
    size_t job_capacity;
    struct document_worker *workers; /* documents.c */
    arena scratch;                   /* of one path, while jobs are listed */
} document_reading;

/** document_files.c: makes the copies of a bundle's assets, and links the bundles that it
 * redirects to. */
pa_status documents_add_copies(document_reading *r, uint32_t bundle_index);

/** document_files.c: lists a bundle's import files; those that are absent become
 * findings. */
pa_status documents_list_files(document_reading *r, uint32_t bundle_index);

#endif
