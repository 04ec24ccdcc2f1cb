/* parts.h - the documents that one parsed import file holds, whichever kind of pack it
 * is.
 *
 * Source of the forms of packs: cocos-engine 3.8.5
 * cocos/asset/asset-manager/pack-manager.ts. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_PARTS_H
#define PA_BUNDLE_PARTS_H

#include "bundle/document.h"

/** How one document of a file is read: as it stands there. */
typedef struct document_part {
    enum { PART_DOCUMENT, PART_SECTION, PART_PAIR, PART_TEXT } form;
    json_ref value;
    str text; /**< PART_TEXT; borrowed from the file unless that has escapes */
    const compiled_tables *tables;
} document_part;

typedef struct part_list {
    document_part *items; /**< in the order of the pack */
    uint32_t count;
} part_list;

/** The documents of the pack in->doc: a compiled pack, a list, images, textures of 3.x or
 * 2.4. They live until arena_reset(&in->scratch). PA_FORMAT when it is none of these. */
pa_status parts_of_pack(document_reader *in, part_list *out);

/** The document of a file that holds one; of a text CCON the one inside. */
document_part part_of_file(const json *doc);

pa_status part_read(document_reader *in, const document_part *from, document *out);

#endif
