/* pack_write.h - loose documents into a new import file: behind tables that hold just the
 * rows they need, in the form that the engine unpacks.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_PACK_WRITE_H
#define PA_REWRITE_PACK_WRITE_H

#include "rewrite/loose.h"

/** Which files documents can share: those of one family. */
typedef enum loose_family {
    FAMILY_COMPILED, /**< compiled documents, and textures beside them */
    FAMILY_TEXTS,    /**< textures of a build without compiled documents: no file but a
                        pack holds them */
    FAMILY_VERBOSE,
    FAMILY_COUNT
} loose_family;

/** True when one document of the family needs a pack to lie in. */
static inline bool family_is_packed(loose_family family) {
    return family == FAMILY_TEXTS;
}

/** Writes the file of some documents of one family: a pack, or with one document (not of
 * FAMILY_TEXTS) a file of its own. `slots` has room for every shared row. */
pa_status pack_write(const loose_document *const *documents, uint32_t count,
                     loose_family family, const shared_rows *rows, uint32_t *slots,
                     buf *out, pa_error *err);

#endif
