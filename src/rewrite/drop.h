/* drop.h - files in the folders of bundles that nothing asks for: those that no config
 * lists, and alternatives that their image does not name.
 *
 * An asset that a config lists stays, used or not: code may load it by path or id, and a
 * config that lists what is not there is wrong.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_DROP_H
#define PA_REWRITE_DROP_H

#include "rewrite/output.h"
#include "rewrite/recipe.h"

typedef struct drop_file {
    tree_id file;
    uint32_t bundle;
    const char *reason; /**< why it may go */
    const char *kept;   /**< why it stays all the same, or NULL */
} drop_file;

typedef struct drop_list {
    drop_file *rows; /**< by file */
    size_t count;
    size_t capacity;
} drop_list;

/** Finds all of them. Zero-initialise the list; clear it. */
pa_status drop_find(const pa_audit *audit, const pool *how, drop_list *out,
                    pa_error *err);

/** Adds an action for each that the recipes mean, a refusal for those that stay. */
pa_status drop_plan(const pa_audit *audit, const recipe_list *from, const pool *how,
                    plan *out, pa_error *err);

/** Takes the files of a plan away. PA_USAGE for one that is not to be dropped. */
pa_status drop_apply(const pa_audit *audit, const plan *asked, const pool *how,
                     changes *what, pa_error *err);

/** PA_OUTPUT when a file of the plan is still there, and not because the rewrite made a
 * new one of that name. */
pa_status drop_verify(const plan *asked, const output *out, const tree *after,
                      pa_error *err);

void drop_list_clear(drop_list *in);

#endif
