/* patch.h - edit the documents of a build in every place that holds a copy, and every
 * name that follows from it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_PATCH_H
#define PA_REWRITE_PATCH_H

#include "bundle/images.h"
#include "bundle/parts.h"
#include "codec/splice.h"
#include "rewrite/changes.h"
#include "rewrite/names.h"

/** One image as it will be. */
typedef struct image_edit {
    uint32_t image;    /**< row of the image table */
    str formats;       /**< "7@93_0" */
    uint32_t width_px; /**< 0: as it was */
    uint32_t height_px;
    uint32_t kept;     /**< bit set of the old alternatives whose files stay */
    content_hash hash; /**< of the files it has now */
} image_edit;

/** What was edited, counted. */
typedef struct patch_counts {
    size_t documents; /**< places that hold a copy of an edited document */
    size_t renamed;   /**< files with another name */
    size_t unnamed;   /**< bundles whose config kept its name: no settings to tell */
} patch_counts;

/** One place that holds a copy of a document, while it is edited. */
typedef struct document_site {
    const game *g;
    uint32_t asset;
    const bundle *b;
    str path;                /**< of the file, for messages */
    document_reader *reader; /**< its doc is the whole file, parsed */
    const document_part *part;
    bool is_first;  /**< of this file that the editor edits: what its documents share is
                       for this one to edit */
    uint32_t begun; /**< bit set of the editors that have edited in this file */
    arena *mem;     /**< for texts that are put in */
} document_site;

/** What edits documents: it adds to `list` what is to be replaced in the text of
 * at->reader->doc, and nothing outside of the part but in the tables that it shares. */
typedef struct document_editor {
    const void *ctx;
    bool (*means)(const void *ctx, uint32_t asset_index);
    pa_status (*edit)(const void *ctx, const document_site *at, splice_list *list,
                      pa_error *err);
} document_editor;

/** The facts of the document at a place, until the next call. */
pa_status document_site_read(const document_site *at, document *facts, pa_error *err);

/** Failure for a place that cannot be edited: PA_UNSUPPORTED. */
pa_status document_site_refuse(const document_site *at, const char *why, pa_error *err);

/** All that is edited in a build. */
typedef struct build_edits {
    const image_table *images;
    const image_edit *image_edits;
    size_t image_count;
    const document_editor *editors; /**< of other documents; each is asked */
    size_t editor_count;
} build_edits;

/** Where a file of an edited image goes in the bundle that stores this copy; in `mem`. */
str image_edit_path(const game *g, const copy *c, const image_edit *edit, str extension,
                    arena *mem);

/** Edits documents, packs, configs and settings, drops files that are replaced, renames
 * what has a hash in its name. PA_UNSUPPORTED when a place cannot be edited. */
pa_status patch_build(const game *g, const build_edits *edits, changes *what,
                      patch_counts *told, pa_error *err);

#endif
