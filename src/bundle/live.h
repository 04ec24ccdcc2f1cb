/* live.h - which of several files that lie side by side the build really uses: those that
 * its page names, directly or through scripts that it names.
 *
 * A folder that is built into again and again keeps old files with md5 names. index.html
 * names index.<md5>.js, that application.<md5>.js, that settings.<md5>.json; in 2.4 the
 * page names all. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_LIVE_H
#define PA_BUNDLE_LIVE_H

#include "codec/tree.h"

/** Finds the one of `candidates` whose file name stands in a file that is live. The walk
 * begins at ROOT/index.html, main.js and game.js. Gives TREE_NONE when none is named. */
pa_status live_choose(const tree *files, const pool *how, str root,
                      const tree_id *candidates, size_t count, tree_id *out,
                      pa_error *err);

#endif
