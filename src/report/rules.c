/* rules.c - the table of rules for people.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/rule.h"
#include "codec/yaml.h"
#include "packaudit/check.h"
#include "report/report.h"
#include "report/table.h"

static void write_list(unsigned width, buf *out) {
    table t = {0};
    table_fixed_column(&t, "rule");
    table_column(&t, "level", false);
    table_column(&t, "what is wrong", false);
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const rule_row *rule = rule_get((rule_id)i);
        table_text(&t, str_of(rule->name));
        table_text(&t, str_of(level_name(rule->level)));
        table_text(&t, str_of(rule->title));
    }
    table_write(&t, width, out);
    buf_add_text(out, "\n'packaudit rules NAME' explains one; 'rules' in packaudit.yaml "
                      "changes a level\n");
}

static void write_one(const rule_row *rule, unsigned width, buf *out) {
    static const char *const unit_words[] = {
        [UNIT_NONE] = "",
        [UNIT_PEAK] = "above the limit",
        [UNIT_MEMORY] = "of memory at stake",
        [UNIT_PACKAGE] = "of files at stake",
    };
    const struct {
        const char *label;
        const char *text;
    } fields[] = {{"level", level_name(rule->level)},
                  {"bytes", unit_words[rule->unit]},
                  {"why", rule->why},
                  {"mend", rule->mend},
                  {"source", rule->source}};
    enum { LABEL_COLUMNS = 8 };
    text_format_line(out, STYLE_BOLD "%s" STYLE_END "  %s", rule->name, rule->title);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (fields[i].text[0] != '\0') {
            buf_format(out, "  %-*s", LABEL_COLUMNS, fields[i].label);
            text_add_wrapped(out, str_of(fields[i].text), 2 + LABEL_COLUMNS, width);
        }
    }
}

static pa_status refuse(const char *name, pa_error *err) {
    yaml_guess guess = {.word = str_of(name)};
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        yaml_guess_try(&guess, str_of(rule_get((rule_id)i)->name));
    }
    char likely[96];
    return error_set(err, PA_USAGE,
                     "there is no rule '%s'%s; 'packaudit rules' lists them", name,
                     yaml_guess_text(&guess, likely, sizeof likely));
}

pa_status pa_rules_write(const char *name, const pa_report_options *options, pa_sink sink,
                         void *ctx, pa_error *err) {
    *err = (pa_error){0};
    unsigned width = options->width == 0 ? 100 : options->width;
    buf out = {0};
    if (name == NULL) {
        write_list(width, &out);
    } else {
        rule_id rule = rule_of_name(str_of(name));
        if (rule == RULE_COUNT) {
            return refuse(name, err);
        }
        write_one(rule_get(rule), width, &out);
    }
    pa_status status = report_deliver_text(&out, options->has_color, sink, ctx, err);
    buf_clear(&out);
    return status;
}
