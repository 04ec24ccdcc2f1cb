/* script_ids.h - ids of assets that scripts and pages have as text: what they name they
 * may load.
 *
 * Scripts that are not text (.jsc) tell nothing. Ids that code puts together are not
 * found.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_SCRIPT_IDS_H
#define PA_REWRITE_SCRIPT_IDS_H

#include "codec/tree.h"

/** Sets is_named[i] when a script has ids[i], in either form; ids are full or those of
 * packs, without "@sub". PA_NOMEM. */
pa_status script_ids_find(const tree *files, const pool *how, const str *ids,
                          size_t count, bool *is_named, pa_error *err);

#endif
