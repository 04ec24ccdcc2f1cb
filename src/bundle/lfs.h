/* lfs.h - tell a Git LFS pointer, which a checkout without LFS leaves in place of a file.
 *
 * Source: git-lfs docs/spec.md. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_LFS_H
#define PA_BUNDLE_LFS_H

#include "base/text.h"

#define LFS_HINT "is a Git LFS pointer, not the file itself; run 'git lfs pull'"

static inline bool lfs_is_pointer(bytes content) {
    return content.size < 1024 &&
           str_starts(str_of_bytes(content), "version https://git-lfs.github.com/spec/");
}

#endif
