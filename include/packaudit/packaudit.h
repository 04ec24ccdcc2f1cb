/** packaudit.h - everything: what a built Cocos Creator game costs in memory, scene by
 * scene.
 *
 *  SPDX-License-Identifier: Apache-2.0 */
#ifndef PACKAUDIT_PACKAUDIT_H
#define PACKAUDIT_PACKAUDIT_H

#include "packaudit/audit.h"
#include "packaudit/check.h"
#include "packaudit/error.h"
#include "packaudit/order.h"
#include "packaudit/report.h"
#include "packaudit/rewrite.h"

#define PACKAUDIT_VERSION "0.1.0"

/** Where people read about the program, "https://…"; as long as it is empty, formats that
 * would name it leave it out. */
#ifndef PACKAUDIT_URL
#define PACKAUDIT_URL ""
#endif

#endif
