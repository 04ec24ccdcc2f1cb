/* loose.h - documents taken out of the files that hold them, so that they can be put into
 * others.
 *
 * A document stays the text that it is: only numbers that name rows of shared tables
 * differ from file to file. Source of the forms: cocos-engine 3.8.5
 * cocos/asset/asset-manager/pack-manager.ts, cocos/serialization/deserialize.ts
 * (unpackJSONs, packCustomObjData), 2.4.15 cocos2d/core/asset-manager/pack-manager.js.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_LOOSE_H
#define PA_REWRITE_LOOSE_H

#include "base/buf.h"
#include "bundle/parts.h"
#include "rewrite/shared_rows.h"

typedef enum loose_form {
    LOOSE_COMPILED, /**< six parts behind four tables */
    LOOSE_PAIR,     /**< 3.x: [base, [image, …]] of a pack of textures */
    LOOSE_TEXT,     /**< 2.4: "0,9729,…" of a pack of textures */
    LOOSE_VERBOSE   /**< {"__type__": …}, or a list of these */
} loose_form;

/** A number in `compiled` that stands for a row. */
typedef struct loose_site {
    uint32_t at;
    uint32_t size;
    uint32_t row; /**< of the shared rows */
} loose_site;

typedef struct loose_document {
    loose_form form;
    str text;          /**< a pair, a text without its quotes, or a verbose document */
    str compiled;      /**< its six parts, ',' between them; empty for a verbose one */
    loose_site *sites; /**< ascending */
    uint32_t site_count;
    uint32_t *rows; /**< that it needs, each once, ascending */
    uint32_t row_count;
} loose_document;

typedef struct loose_list {
    loose_document *items; /**< in the order of the pack */
    uint32_t count;
} loose_list;

/** Takes the documents out of a file's text, which they borrow from; all else lives in
 * `mem` and `rows`. `is_pack` false: it holds one. PA_FORMAT when something in it cannot
 * be moved. */
pa_status loose_read(document_reader *in, str text, bool is_pack, shared_rows *rows,
                     arena *mem, loose_list *out, pa_error *err);

/** The document with every number replaced by the row that it stands for, appended to
 * `out`: two documents that read so are the same, whichever files hold them. */
void loose_spell(const loose_document *in, const shared_rows *rows, buf *out);

#endif
