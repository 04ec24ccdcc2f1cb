/* sarif.c - the findings by SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), as much
 * as GitHub's code scanning shows.
 *
 * Its limits, from docs.github.com, "SARIF results exceed limit": of 25,000 results 5,000
 * are kept, 10 MB compressed. What is left out is told in a notification.
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/json_write.h"
#include "packaudit/packaudit.h"
#include "report/fingerprint.h"
#include "report/report.h"
#include "report/verdict.h"

enum {
    MAX_RESULTS = 5000,
    MAX_BYTES = 9000000, /* of all results; less when compressed */
    MAX_TEXT = 4000,     /* bytes of one text of a result */
    MAX_LISTED = 10      /* members of a finding that its message lists */
};

/* A text that is no link and no placeholder (3.11.5, 3.11.6 of the standard). */
static void add_plain(buf *out, str text) {
    str front = text_front(text, MAX_TEXT);
    for (size_t i = 0; i < front.size; i++) {
        char byte = front.at[i];
        if (byte == '[' || byte == ']') {
            buf_add_byte(out, '\\');
        } else if (byte == '{' || byte == '}') {
            buf_add_byte(out, byte);
        }
        buf_add_byte(out, byte);
    }
    buf_add_text(out, front.size < text.size ? "…" : "");
}

static void put_buf(json_writer *w, const char *key, buf *text) {
    json_put_text(w, key, buf_str(text));
    w->out->failed |= text->failed;
    buf_clear(text);
}

static void put_plain(json_writer *w, const char *key, str text) {
    buf plain = {0};
    add_plain(&plain, text);
    put_buf(w, key, &plain);
}

static void put_message(json_writer *w, const char *key, str text) {
    json_open_object(w, key);
    put_plain(w, "text", text);
    json_close_object(w);
}

/* ---- rules ------------------------------------------------------------------------ */

/* The address that a source begins with, or the empty text. */
static str address_of(str source) {
    size_t end = 0;
    while (end < source.size && source.at[end] != ' ' && source.at[end] != ';' &&
           source.at[end] != ',') {
        end++;
    }
    return str_starts(source, "https://") ? str_part(source, 0, end) : (str){0};
}

static void put_help(json_writer *w, const rule_row *rule) {
    buf text = {0};
    json_open_object(w, "help");
    str source = str_of(rule->source);
    const char *label = source.size > 0 ? ". Source: " : "";
    buf_format(&text, "%s%s%.*s", rule->mend, label, STR_ARGS(source));
    put_buf(w, "text", &text);
    str address = address_of(source);
    buf_format(&text, "**Mend:** %s%s", rule->mend,
               source.size > 0 ? "\n\n**Source:** " : "");
    if (address.size > 0) {
        buf_format(&text, "<%.*s>", STR_ARGS(address));
    }
    buf_add(&text, str_part(source, address.size, source.size));
    put_buf(w, "markdown", &text);
    json_close_object(w);
}

static void put_rule(json_writer *w, const rule_row *rule) {
    static const char *const levels[] = {[LEVEL_OFF] = "none",
                                         [LEVEL_NOTE] = "note",
                                         [LEVEL_WARNING] = "warning",
                                         [LEVEL_ERROR] = "error"};
    static const char *const tags[] = {[UNIT_NONE] = "content",
                                       [UNIT_PEAK] = "memory",
                                       [UNIT_MEMORY] = "memory",
                                       [UNIT_PACKAGE] = "package"};
    json_open_object(w, NULL);
    json_put_text(w, "id", str_of(rule->name));
    put_message(w, "shortDescription", str_of(rule->title));
    put_message(w, "fullDescription", str_of(rule->why));
    put_help(w, rule);
    str address = address_of(str_of(rule->source));
    if (address.size > 0) {
        json_put_text(w, "helpUri", address);
    }
    json_open_object(w, "defaultConfiguration");
    json_put_text(w, "level", str_of(levels[rule->level]));
    json_close_object(w);
    json_open_object(w, "properties");
    json_open_array(w, "tags");
    json_put_text(w, NULL, str_of(tags[rule->unit]));
    json_close_array(w);
    json_close_object(w);
    json_close_object(w);
}

/* Writes the rules that occur, and numbers them. */
static void put_rules(json_writer *w, const verdict_view *view, uint32_t *numbers) {
    const finding_list *list = &view->verdict->findings;
    bool occurs[RULE_COUNT] = {0};
    uint32_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        occurs[list->rows[i].rule] = true;
    }
    json_open_array(w, "rules");
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        if (occurs[i]) {
            numbers[i] = count++;
            put_rule(w, rule_get((rule_id)i));
        }
    }
    json_close_array(w);
}

static void put_tool(json_writer *w, const verdict_view *view, uint32_t *numbers) {
    json_open_object(w, "tool");
    json_open_object(w, "driver");
    json_put_text(w, "name", str_of("packaudit"));
    json_put_text(w, "version", str_of(PACKAUDIT_VERSION));
    json_put_text(w, "semanticVersion", str_of(PACKAUDIT_VERSION));
    if (PACKAUDIT_URL[0] != '\0') {
        json_put_text(w, "informationUri", str_of(PACKAUDIT_URL));
    }
    put_rules(w, view, numbers);
    json_close_object(w);
    json_close_object(w);
}

/* ---- results ---------------------------------------------------------------------- */

/* A path as a relative reference of RFC 3986: a ':' in its first part would be a scheme.
 */
static void add_uri(buf *out, str path) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-._~/";
    for (size_t i = 0; i < path.size; i++) {
        if (path.at[i] != '\0' && strchr(plain, path.at[i]) != NULL) {
            buf_add_byte(out, path.at[i]);
        } else {
            buf_format(out, "%%%02X", (unsigned)(uint8_t)path.at[i]);
        }
    }
}

static void put_locations(json_writer *w, const verdict_view *view, const finding *row) {
    buf path = {0};
    buf uri = {0};
    place_add(&view->places, row, &path);
    add_uri(&uri, buf_str(&path));
    uri.failed |= path.failed;
    buf_clear(&path);
    const char *base = place_base(&view->places, row);
    json_open_array(w, "locations");
    json_open_object(w, NULL);
    json_open_object(w, "physicalLocation");
    json_open_object(w, "artifactLocation");
    put_buf(w, "uri", &uri);
    if (base != NULL) {
        json_put_text(w, "uriBaseId", str_of(base));
    }
    json_close_object(w);
    json_open_object(w, "region");
    json_put_u64(w, "startLine", place_line(row));
    json_close_object(w);
    json_close_object(w);
    json_close_object(w);
    json_close_array(w);
}

static void put_words(json_writer *w, const finding *row) {
    buf text = {0};
    add_plain(&text, row->message);
    uint32_t shown = row->member_count <= MAX_LISTED ? row->member_count : MAX_LISTED;
    for (uint32_t i = 0; i < shown; i++) {
        buf_add_text(&text, "\n- ");
        add_plain(&text, text_front(row->members[i], MAX_TEXT / MAX_LISTED));
    }
    if (shown < row->member_count) {
        buf_format(&text, "\n- … and %u more", row->member_count - shown);
    }
    if (row->mend.size > 0) {
        buf_add_text(&text, "\nMend: ");
        add_plain(&text, row->mend);
    }
    json_open_object(w, "message");
    put_buf(w, "text", &text);
    json_close_object(w);
}

static void put_properties(json_writer *w, const finding *row) {
    const struct {
        const char *key;
        str text;
    } texts[] = {{"device", row->device}, {"scene", row->scene}, {"bundle", row->bundle},
                 {"asset", row->asset},   {"path", row->path},   {"chain", row->chain},
                 {"owner", row->owner}};
    json_open_object(w, "properties");
    json_put_u64(w, "bytes", row->bytes);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].text.size > 0) {
            json_put_text(w, texts[i].key, text_front(texts[i].text, MAX_TEXT));
        }
    }
    json_close_object(w);
}

static void put_result(json_writer *w, const verdict_view *view, size_t index,
                       uint32_t rule_number) {
    const finding *row = &view->verdict->findings.rows[index];
    digits_text fingerprint = fingerprint_text(view->fingerprints[index]);
    json_open_object(w, NULL);
    w->is_flat = true;
    json_put_text(w, "ruleId", str_of(rule_get(row->rule)->name));
    json_put_u64(w, "ruleIndex", rule_number);
    json_put_text(w, "level", str_of(level_name(row->level)));
    put_words(w, row);
    put_locations(w, view, row);
    json_open_object(w, "partialFingerprints");
    json_put_text(w, "packaudit/v1", str_of(fingerprint.at));
    /* what GitHub tells alerts apart by; else it would hash the line of the file */
    json_put_text(w, "primaryLocationLineHash", str_of(fingerprint.at));
    json_close_object(w);
    if (row->waiver.size > 0) {
        json_open_array(w, "suppressions");
        json_open_object(w, NULL);
        json_put_text(w, "kind", str_of("external"));
        json_put_text(w, "justification", text_front(row->waiver, MAX_TEXT));
        json_close_object(w);
        json_close_array(w);
    }
    put_properties(w, row);
    json_close_object(w);
    w->is_flat = false;
}

/* Returns how many were written. */
static size_t put_results(json_writer *w, const verdict_view *view,
                          const uint32_t *numbers) {
    const finding_list *list = &view->verdict->findings;
    size_t written = 0;
    json_open_array(w, "results");
    while (written < list->count && written < MAX_RESULTS && w->out->size < MAX_BYTES &&
           !w->out->failed) {
        put_result(w, view, written, numbers[list->rows[written].rule]);
        written++;
    }
    json_close_array(w);
    return written;
}

/* ---- the run ---------------------------------------------------------------------- */

static void put_invocation(json_writer *w, const verdict_view *view, size_t written) {
    size_t left_out = view->verdict->findings.count - written;
    json_open_array(w, "invocations");
    json_open_object(w, NULL);
    json_put_bool(w, "executionSuccessful", true);
    json_put_u64(w, "exitCode", pa_verdict_passes(view->verdict, view->fail_on) ? 0 : 1);
    if (left_out > 0) {
        buf text = {0};
        json_open_array(w, "toolExecutionNotifications");
        json_open_object(w, NULL);
        json_put_text(w, "level", str_of("warning"));
        json_open_object(w, "message");
        buf_format(&text,
                   "%zu more finding%s, less severe or lighter than all here or waived, "
                   "left out: ",
                   left_out, left_out == 1 ? " is" : "s are");
        if (written == MAX_RESULTS) {
            buf_format(&text, "code scanning shows %d.", MAX_RESULTS);
        } else {
            buf_format(&text,
                       "this file ends at %d bytes, for code scanning takes 10 MB, "
                       "compressed.",
                       MAX_BYTES);
        }
        buf_add_text(&text, " --format json has all.");
        put_buf(w, "text", &text);
        json_close_object(w);
        json_close_object(w);
        json_close_array(w);
    }
    json_close_object(w);
    json_close_array(w);
}

static void put_base(json_writer *w, const char *name, const char *words) {
    if (name != NULL) {
        json_open_object(w, name);
        json_open_object(w, "description");
        json_put_text(w, "text", str_of(words));
        json_close_object(w);
        json_close_object(w);
    }
}

static void put_bases(json_writer *w, const places *in) {
    if (in->build_base != NULL || in->rules_base != NULL) {
        json_open_object(w, "originalUriBaseIds");
        put_base(w, in->build_base, "The build, or the archive that holds it.");
        put_base(w, in->rules_base, "The folder of the rules file.");
        json_close_object(w);
    }
}

void verdict_sarif(const verdict_view *view, buf *out) {
    uint32_t numbers[RULE_COUNT] = {0};
    json_writer w = {.out = out};
    json_open_object(&w, NULL);
    json_put_text(&w, "$schema",
                  str_of("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
                         "schemas/sarif-schema-2.1.0.json"));
    json_put_text(&w, "version", str_of("2.1.0"));
    json_open_array(&w, "runs");
    json_open_object(&w, NULL);
    put_tool(&w, view, numbers);
    put_bases(&w, &view->places);
    size_t written = put_results(&w, view, numbers);
    put_invocation(&w, view, written);
    json_close_object(&w);
    json_close_array(&w);
    json_close_object(&w);
}
