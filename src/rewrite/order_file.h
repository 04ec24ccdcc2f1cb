/* order_file.h - a load order as it was written: packaudit.order/1.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_ORDER_FILE_H
#define PA_REWRITE_ORDER_FILE_H

#include "audit/audit.h"
#include "base/buf.h"

typedef struct order_file {
    buf text;
    json doc;
    arena mem;
    const char *device; /**< its name */
} order_file;

/** Reads a file; PA_FORMAT when it is no load order. Clear it also on failure. */
pa_status order_file_read(const char *path, order_file *out, pa_error *err);

/** PA_USAGE unless it was made for this build: the audit has the device of the order as
 * its only one. */
pa_status order_file_check(const order_file *in, const pa_audit *audit, pa_error *err);

/** The stages of loading a scene or state of this id: an array of {"assets"}; those of
 * the scene alone, or, where that fits at once, of the change to it with the most stages.
 * JSON_NONE when it is loaded at once. */
json_ref order_file_stages(const order_file *in, str id);

/** The same order for the build that was written: its path, its hash, and what a running
 * game compares. Stages and their figures stay. */
pa_status order_file_renew(const order_file *in, const pa_audit *after, str path,
                           buf *out, pa_error *err);

void order_file_clear(order_file *in);

#endif
