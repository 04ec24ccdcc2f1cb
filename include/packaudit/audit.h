/** audit.h - open a built game and work out what it costs.
 *
 *      pa_options options = pa_options_default();
 *      pa_error err = {0};
 *      pa_audit *audit = pa_audit_open("build/web-mobile", &options, &err);
 *      if (audit == NULL) { … err.text … }
 *      pa_audit_free(audit);
 *
 *  SPDX-License-Identifier: Apache-2.0 */
#ifndef PACKAUDIT_AUDIT_H
#define PACKAUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packaudit/error.h"

/** An opened and audited build. It never changes once made, so threads may share it. */
typedef struct pa_audit pa_audit;

/** How far to look. */
typedef enum pa_depth {
    PA_DEPTH_PIXELS,  /**< decode every image to its last row */
    PA_DEPTH_HEADERS, /**< read the headers of images only */
    PA_DEPTH_GRAPH    /**< look at no image: who refers to whom */
} pa_depth;

/** How far a step of the work is. */
typedef struct pa_progress {
    const char *step; /**< "decoding images", …: constant text */
    uint32_t done;    /**< images */
    uint32_t total;
    uint64_t done_px; /**< of the work that these are; 0 of 0 when that is not known */
    uint64_t total_px;
} pa_progress;

/** Take the defaults and change what differs; later versions may add fields. */
typedef struct pa_options {
    const char *engine; /**< "3.8.5", or NULL: as the build says */
    const char
        *target; /**< "native", "web", "webgl1", "minigame", or NULL: as the build says */
    const char *const
        *devices; /**< names of profiles, or YAML files with some; NULL: none */
    size_t
        device_count; /**< 0: images count as the alternative that every device reads */
    const char *
        backend; /**< "gles", "vulkan", "metal", or NULL: as the device says, else gles */
    const char *rules;     /**< a packaudit.yaml with states and devices, or NULL */
    bool allows_unmatched; /**< states and patterns of the rules file that match nothing
                              are left out, as an older build needs it */
    pa_depth depth;
    bool reads_every_alternative; /**< of an image, not only those that a device takes */
    unsigned thread_count;        /**< 0: one for each processor; at most 256 */
    uint64_t memory_bytes; /**< what images being decoded may hold together, beside a file
                              a thread that waits to be decoded; 0: 1 GiB */
    /** Told about each image done, from any thread, and before the first where the time
     * that is left can be told; may be NULL. */
    void (*progress)(void *ctx, const pa_progress *at);
    /** Asked often, from any thread; true stops the work with PA_CANCELLED. May be NULL.
     */
    bool (*should_stop)(void *ctx);
    void *ctx; /**< for both */
} pa_options;

pa_options pa_options_default(void);

/** The rules file for a build: packaudit.yaml beside it, or in the nearest folder above,
 * up to one that holds .git.
 * Writes its path, as relative as `build` is, and returns true; false when there is none,
 * or `size` bytes do not hold it. */
bool pa_rules_find(const char *build, char *path, size_t size);

/** Opens `path`: a build's folder at any level, an archive of one, or "-" for an archive
 * on standard input. NULL on failure: PA_IO, PA_FORMAT (no readable build), PA_USAGE (an
 * engine or target that is none), PA_LIMIT, PA_NOMEM, PA_CANCELLED. Defects that can be
 * lived with become findings. */
pa_audit *pa_audit_open(const char *path, const pa_options *options, pa_error *err);

/** Accepts NULL. */
void pa_audit_free(pa_audit *audit);

/** Findings by level. */
typedef struct pa_finding_counts {
    size_t errors;
    size_t warnings;
    size_t notes;
} pa_finding_counts;

pa_finding_counts pa_audit_findings(const pa_audit *audit);

#endif
