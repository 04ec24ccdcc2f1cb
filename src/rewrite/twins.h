/* twins.h - textures of the same pixels, and why one may not stand for another.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_TWINS_H
#define PA_REWRITE_TWINS_H

#include "rewrite/use.h"

/** A texture of one image. */
typedef struct twin {
    uint64_t hash[2]; /**< of the pixels of the first alternative */
    uint32_t asset;
    uint32_t image;
    const char *refused; /**< why it may not take part, or NULL; constant text */
} twin;

/** Textures that have an equal. */
typedef struct twin_list {
    const pa_audit *audit;
    const image_users *users;
    twin *rows; /**< of equal pixels side by side, then by asset */
    size_t count;
    bool *is_named; /**< of each row: a script names it */
} twin_list;

/** Finds them; `users` (use_of_images) outlives the list. Clear it also on failure. */
pa_status twins_find(const pa_audit *audit, const image_users *users, const pool *how,
                     twin_list *out, pa_error *err);
void twin_list_clear(twin_list *in);

bool twins_are_equal(const twin *a, const twin *b);

/** Why `from` may not become `into`, its equal, or NULL. Constant text. */
const char *twins_refuse(const twin_list *in, const twin *from, const twin *into);

#endif
