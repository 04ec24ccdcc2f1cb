/** report.h - write what an audit found.
 *
 *  SPDX-License-Identifier: Apache-2.0 */
#ifndef PACKAUDIT_REPORT_H
#define PACKAUDIT_REPORT_H

#include "packaudit/audit.h"

typedef enum pa_format {
    PA_FORMAT_TEXT, /**< for people: aligned tables, sizes in MiB */
    PA_FORMAT_JSON, /**< schema packaudit.report/1, exact bytes */
    PA_FORMAT_CSV   /**< a row a scene, exact bytes */
} pa_format;

/** The format of a name ("text", "json", "csv"); false leaves `*out` alone. */
bool pa_format_of(const char *name, pa_format *out);

typedef struct pa_report_options {
    pa_format format;
    const char *scene;   /**< glob: only scenes whose name or url matches; NULL: all */
    const char *explain; /**< text: instead of the report, the numbers of this asset or
                            scene taken apart; NULL: the report */
    unsigned top;        /**< rows of the lists in text; 0: 10 */
    unsigned width;      /**< columns of text; 0: 100 */
    bool is_verbose;     /**< text: all rows, all findings */
    bool is_listing_loadables; /**< text: every name and folder that code can load */
    bool has_color;            /**< text: bold and colours */
} pa_report_options;

/** Takes the text; `*size` bytes. Returns 0, or anything else to stop with PA_OUTPUT. */
typedef int (*pa_sink)(void *ctx, const char *text, size_t size);

/** Writes the report. PA_USAGE when `scene` matches none. */
pa_status pa_report_write(const pa_audit *audit, const pa_report_options *options,
                          pa_sink sink, void *ctx, pa_error *err);

/** Writes why an asset is in the build: the shortest chain of references from each scene
 * that brings it in. `asset` is a uuid in either form, a path, or a file's name. PA_USAGE
 * when nothing is called so. */
pa_status pa_why_write(const pa_audit *audit, const char *asset,
                       const pa_report_options *options, pa_sink sink, void *ctx,
                       pa_error *err);

/** Writes a table of the device profiles that are known, or, with `name`, everything
 * about one: each figure with its source. `files` are YAML files that add or change
 * profiles. */
pa_status pa_devices_write(const char *name, const char *const *files, size_t file_count,
                           const pa_report_options *options, pa_sink sink, void *ctx,
                           pa_error *err);

/** True when something lies at `path`. */
bool pa_file_exists(const char *path);

/** True when two paths, of files that may not be there yet, lead to one place. */
bool pa_file_is_same(const char *path, const char *other);

/** Writes `content` to `path` whole or not at all (PA_OUTPUT). */
pa_status pa_file_write(const char *path, const char *content, size_t size,
                        pa_error *err);

#endif
