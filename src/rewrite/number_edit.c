/* number_edit.c - splice by splice.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/number_edit.h"

void number_put(number_edit *e, json_ref value, double number) {
    const json *doc = &e->at->reader->doc;
    double old = 0;
    if (e->status != PA_OK || !json_double(doc, value, &old) || old == number) {
        return;
    }
    str text = sides_number(number, e->at->mem);
    e->status = text.at == NULL ? error_nomem(e->err)
                                : splice_replace(e->list, doc->text,
                                                 json_span(doc, value), text, e->err);
}

void number_scale(number_edit *e, json_ref value, scaling how) {
    double old = 0;
    if (json_double(&e->at->reader->doc, value, &old)) {
        number_put(e, value, how(e->by, old));
    }
}

void number_scale_list(number_edit *e, json_ref list, uint32_t stride, scaling first,
                       scaling second) {
    const json *doc = &e->at->reader->doc;
    uint32_t count = json_is(doc, list, JSON_ARRAY) ? json_count(doc, list) : 0;
    json_ref item = count == 0 ? JSON_NONE : json_first(doc, list);
    for (uint32_t i = 0; i < count; i++) {
        if (i % stride < 2) {
            number_scale(e, item, i % stride == 0 ? first : second);
        }
        item = json_next(doc, item);
    }
}
