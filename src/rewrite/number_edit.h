/* number_edit.h - numbers of a document that are pixels of an image, in other sides.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_NUMBER_EDIT_H
#define PA_REWRITE_NUMBER_EDIT_H

#include "rewrite/patch.h"
#include "rewrite/sides.h"

/** A document that is edited. Zero-initialise `status`: the first failure stays. */
typedef struct number_edit {
    const document_site *at;
    splice_list *list;
    const sides_change *by;
    pa_status status;
    pa_error *err;
} number_edit;

typedef double (*scaling)(const sides_change *by, double pixels);

/** Replaces a number; one that stays the same keeps its text, and what is none stays. */
void number_put(number_edit *e, json_ref value, double number);

void number_scale(number_edit *e, json_ref value, scaling how);

/** The numbers of a list, `stride` to a row: of each row the first and the second. */
void number_scale_list(number_edit *e, json_ref list, uint32_t stride, scaling first,
                       scaling second);

#endif
