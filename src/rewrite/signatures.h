/* signatures.h - an app's package whose content changes is no longer signed: what of the
 * signature goes, and that it must be signed anew.
 *
 * apksigner, jarsigner and codesign make their files anew. What stays of others in
 * META-INF/ would make jarsigner's result invalid, so that it goes; MANIFEST.MF and
 * _CodeSignature/ stay, since every signer writes over them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_SIGNATURES_H
#define PA_REWRITE_SIGNATURES_H

#include "rewrite/changes.h"

/** What is to be told of it. */
typedef struct signature_facts {
    bool is_void;   /**< the package was signed or is of a kind that is, and changes */
    size_t dropped; /**< files of META-INF/ that go */
} signature_facts;

/** Drops the signatures of META-INF/ when anything in the archive at `path` changes, or
 * files are added to it. */
void signatures_drop(changes *what, const char *path, bool is_added_to,
                     signature_facts *told);

#endif
