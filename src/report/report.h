/* report.h - one writer a format over the same audit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_REPORT_H
#define PA_REPORT_REPORT_H

#include "audit/audit.h"
#include "base/buf.h"
#include "packaudit/report.h"

/** What is to be written: the scenes and states that were asked for, dearest first, and
 * how. */
typedef struct report_view {
    const pa_audit *audit;
    const audit_view *costs; /**< the first view: what the tables show */
    const pa_report_options *options;
    uint32_t *stages; /**< indices into audit->stages */
    uint32_t stage_count;
    uint32_t width;
    uint32_t top;
} report_view;

void report_text(const report_view *view, buf *out);
/** Parts of the text: the changes of scene (text_changes.c). */
void report_text_changes(const report_view *view, buf *out);

/** The devices asked for (text_devices.c). */
void report_text_devices(const report_view *view, buf *out);

/** What code can load by name (text_names.c). */
void report_text_names(const report_view *view, buf *out);

/** How many of `count` rows a list shows: --top of them, or all with -v. */
uint32_t report_shown_rows(const report_view *view, size_t count);

/** Marks of style in text on its way out: bytes that no UTF-8 has, so that no name can be
 * one. They become escape sequences where colours are wanted, and nothing elsewhere. */
#define STYLE_BOLD "\xff"
#define STYLE_DIM "\xfe"
#define STYLE_RED "\xfd"
#define STYLE_YELLOW "\xfc"
#define STYLE_END "\xfb"

/** "s" behind a number that is not one. */
static inline const char *plural(uint64_t count) {
    return count == 1 ? "" : "s";
}

/** A line of text that stands out, a blank one before it. */
void report_heading(buf *out, const char *format, ...) PA_PRINTF(2, 3);

/** Takes the next character off the front of `*rest`, fit to be shown: '?' for a control
 * character other than a line's end, U+FFFD for a byte that is no UTF-8. False at the
 * end. */
bool text_next(str *rest, str *character);

/** The front of a text, `most_bytes` at most, not cut inside a character. */
str text_front(str text, size_t most_bytes);

/** Hands a text to a sink; PA_NOMEM when it could not be made. */
pa_status report_deliver(const buf *text, pa_sink sink, void *ctx, pa_error *err);

/** Hands text for people to a sink: control characters become '?', bytes that are no
 * UTF-8 U+FFFD, marks of style what they stand for. */
pa_status report_deliver_text(const buf *text, bool has_color, pa_sink sink, void *ctx,
                              pa_error *err);

/** What names a stage in machine formats: the url of a scene, "state:NAME" for a state.
 */
str report_stage_id(const report_view *view, uint32_t index);

/** The cost of going from one scene to another. */
const transition *report_transition(const report_view *view, uint32_t from, uint32_t to);

void report_json(const report_view *view, buf *out);
void report_csv(const report_view *view, buf *out);

/** The class name of a texture: "cc.Texture2D". */
const char *report_class_name(const pa_audit *audit, const texture_row *row);

#endif
