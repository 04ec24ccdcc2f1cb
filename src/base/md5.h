/* md5.h - the hash that hot-update manifests tell of files. For nothing that is to be
 * safe.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_MD5_H
#define PA_BASE_MD5_H

#include "base/text.h"

enum { MD5_DIGITS = 32 };

/** The 32 digits of the hash, with a NUL behind them. */
void md5_digits(str content, char out[MD5_DIGITS + 1]);

#endif
