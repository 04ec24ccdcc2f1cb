/* read_document.h - reads the text of one import document for a test.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_TESTS_READ_DOCUMENT_H
#define PA_TESTS_READ_DOCUMENT_H

#include "bundle/document.h"

/** What was read. The text is gone afterwards, so that nothing can borrow from it. */
typedef struct read_out {
    arena mem;
    document_reader reader;
    document document;
    pa_error err;
} read_out;

/** The text is a document of its own; ' stands for " in all of these. */
void read_document(read_out *out, const char *text);

/** The text is a compiled pack; reads its nth section. */
void read_section(read_out *out, const char *text, uint32_t section);

/** The text is the pair [base, [image, …]] of a texture pack. */
void read_pair(read_out *out, const char *text);

void read_clear(read_out *out);

#endif
