/* options.c - parse arguments by the table of options.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/options_plan.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

typedef struct option_row {
    char letter; /* identifies the row; the short form when `has_short` */
    bool has_short;
    const char *name;
    const char *value_name; /* NULL: a switch */
    const char *help;
    bool (*set)(request *out, const char *value);
    const char *expected; /* what a wrong value is told; NULL: value_name says it */
} option_row;

static bool set_target(request *out, const char *value) {
    out->audit.target = value;
    static const char *const names[] = {"native", "web", "webgl1", "minigame"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(value, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool set_engine(request *out, const char *value) {
    out->audit.engine = value;
    return (value[0] == '2' || value[0] == '3') && value[1] == '.';
}

static bool set_format(request *out, const char *value) {
    return pa_format_of(value, &out->report.format);
}

static bool set_output(request *out, const char *value) {
    out->output = value;
    return value[0] != '\0';
}

static bool set_scene(request *out, const char *value) {
    out->report.scene = value;
    return value[0] != '\0';
}

static bool read_number(const char *value, uint64_t least, uint64_t most, uint64_t *out) {
    return str_to_u64(str_of(value), most, out) && *out >= least;
}

static bool set_top(request *out, const char *value) {
    uint64_t number = 0;
    bool is_good = read_number(value, 1, 1000000, &number);
    out->report.top = (unsigned)number;
    return is_good;
}

static bool set_width(request *out, const char *value) {
    uint64_t number = 0;
    bool is_good = read_number(value, 60, 10000, &number);
    out->report.width = (unsigned)number;
    return is_good;
}

static bool set_jobs(request *out, const char *value) {
    uint64_t number = 0;
    bool is_good = read_number(value, 1, 256, &number);
    out->audit.thread_count = (unsigned)number;
    return is_good;
}

static bool set_memory(request *out, const char *value) {
    return option_read_size(value, &out->audit.memory_bytes);
}

static bool set_color(request *out, const char *value) {
    out->color = value;
    return strcmp(value, "auto") == 0 || strcmp(value, "always") == 0 ||
           strcmp(value, "never") == 0;
}

static bool set_no_decode(request *out, const char *value) {
    (void)value;
    out->audit.depth = PA_DEPTH_HEADERS;
    return true;
}

static bool set_device(request *out, const char *value) {
    if (out->audit.device_count == MAX_DEVICES) {
        return false;
    }
    out->devices[out->audit.device_count++] = value;
    return value[0] != '\0';
}

static bool set_backend(request *out, const char *value) {
    out->audit.backend = value;
    return strcmp(value, "gles") == 0 || strcmp(value, "vulkan") == 0 ||
           strcmp(value, "metal") == 0;
}

static bool set_rules(request *out, const char *value) {
    out->audit.rules = value;
    return value[0] != '\0';
}

static bool set_explain(request *out, const char *value) {
    out->report.explain = value;
    return value[0] != '\0';
}

static bool set_loadables(request *out, const char *value) {
    (void)value;
    out->report.is_listing_loadables = true;
    return true;
}

static bool set_quiet(request *out, const char *value) {
    (void)value;
    out->is_quiet = true;
    return true;
}

static bool set_verbose(request *out, const char *value) {
    (void)value;
    out->report.is_verbose = true;
    return true;
}

static bool set_help(request *out, const char *value) {
    (void)value;
    out->wants_help = true;
    return true;
}

static bool set_check_format(request *out, const char *value) {
    return pa_check_format_of(value, &out->check_format);
}

static bool set_diff_format(request *out, const char *value) {
    return pa_format_of(value, &out->report.format) &&
           out->report.format != PA_FORMAT_CSV;
}

/* "sarif=packaudit.sarif" */
static bool set_also(request *out, const char *value) {
    char name[32] = "";
    size_t size = strcspn(value, "=");
    if (out->also_count == MAX_EXTRA_OUTPUTS || size >= sizeof name ||
        value[size] == '\0' || value[size + 1] == '\0') {
        return false;
    }
    memcpy(name, value, size);
    extra_output *one = &out->also[out->also_count++];
    one->path = value + size + 1;
    return pa_check_format_of(name, &one->format);
}

static bool set_baseline(request *out, const char *value) {
    out->check.baseline = value;
    return value[0] != '\0';
}

static bool set_today(request *out, const char *value) {
    out->check.today = value;
    return value[0] != '\0';
}

static bool set_fail_on(request *out, const char *value) {
    static const char *const names[] = {[PA_FAIL_ON_ERROR] = "error",
                                        [PA_FAIL_ON_WARNING] = "warning",
                                        [PA_FAIL_ON_NEVER] = "never"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(value, names[i]) == 0) {
            out->fail_on = (pa_fail_on)i;
            return true;
        }
    }
    return false;
}

static bool set_init(request *out, const char *value) {
    (void)value;
    out->is_init = true;
    return true;
}

static bool set_ratchet(request *out, const char *value) {
    (void)value;
    out->is_ratchet = true;
    return true;
}

static const option_row rows[] = {
    {'t', false, "target", "native|web|webgl1|minigame",
     "where the game runs (default: as the build says)", set_target, NULL},
    {'e', false, "engine", "VERSION",
     "engine version, 3.8.5 say (default: as the build says)", set_engine,
     "a version like 2.4.8 or 3.8.5"},
    {'D', false, "device", "NAME|FILE", "judge as this device takes it; may be repeated",
     set_device, "a name that is not empty, 64 times at most"},
    {'b', false, "backend", "gles|vulkan|metal",
     "what lies below a native engine (default: gles)", set_backend, NULL},
    {'r', false, "rules", "FILE|none",
     "rules (default: packaudit.yaml beside or above BUILD)", set_rules, NULL},
    {'s', false, "scene", "GLOB", "only scenes whose name or url matches", set_scene,
     NULL},
    {'f', false, "format", "text|json|csv", "form of the report (default: text)",
     set_format, NULL},
    {'F', false, "format", "FORMAT",
     "text, json, sarif, junit, github, gitlab or markdown", set_check_format,
     "text, json, sarif, junit, github, gitlab or markdown"},
    {'G', false, "format", "text|json", "form of the comparison (default: text)",
     set_diff_format, NULL},
    {'a', false, "also", "FORMAT=FILE", "write this format there, too; may be repeated",
     set_also, "FORMAT=FILE with a format of --format, 8 times at most"},
    {'B', false, "baseline", "REPORT|BUILD",
     "measure growth from this report in JSON, or this build", set_baseline, NULL},
    {'T', false, "today", "DATE", "the day that waivers are judged on (default: today)",
     set_today, NULL},
    {'L', false, "fail-on", "error|warning|never",
     "what makes the exit status 1 (default: error)", set_fail_on, NULL},
    {'i', false, "init", NULL, "write a first packaudit.yaml by which this build passes",
     set_init, NULL},
    {'R', false, "ratchet", NULL,
     "lower the budgets of the rules file to what is reached", set_ratchet, NULL},
    {'o', true, "output", "FILE", "where the result goes, instead of to standard output",
     set_output, NULL},
    {'n', false, "top", "N", "rows of a list in text (default: 10; scenes: 20)", set_top,
     "a number from 1 to 1000000"},
    {'w', false, "width", "COLUMNS",
     "columns of text (default: the terminal's, else 100)", set_width,
     "a number from 60 to 10000"},
    {'d', false, "no-decode", NULL,
     "read only the headers of images: fast, proves nothing", set_no_decode, NULL},
    {'l', false, "loadables", NULL, "list every name and folder that code can load",
     set_loadables, NULL},
    {'x', false, "explain", "ASSET|SCENE",
     "take its numbers apart: formula, inputs, source", set_explain, NULL},
    {'I', false, "fit", "DEVICE", "the cheapest edits by which this device is enough",
     option_set_fit, NULL},
    {'Z', false, "compress", "FORMAT",
     "astc-WxH, etc2, etc1, webp, png or jpg; may be repeated", option_set_compress,
     "a format, 8 times at most"},
    {'p', false, "preset", "fastest|fast|medium|thorough",
     "how hard encoders search (default: medium)", option_set_preset, NULL},
    {'Q', false, "quality", "N", "of WebP and JPEG, 1 to 100; WebP 100 is lossless",
     option_set_quality, "a number from 1 to 100"},
    {'S', false, "max-side", "PX", "halve larger images until they fit in it",
     option_set_max_side, "a number from 1 to 65535"},
    {'U', false, "drop-unused", NULL, "files of bundles that nothing asks for go",
     option_set_drop_unused, NULL},
    {'H', false, "linear-light", NULL, "smaller sides average light, not stored values",
     option_set_linear, NULL},
    {'W', false, "frames-of-code", NULL,
     "halve them too where code may give their sprite frames to Sprites",
     option_set_frames_of_code, NULL},
    {'M', false, "match", "GLOB", "only images whose path, uuid or file matches",
     option_set_match, NULL},
    {'N', false, "bundle", "NAME", "only images that this bundle stores",
     option_set_bundle, NULL},
    {'P', false, "plan", "FILE", "the plan that is carried out", option_set_plan, NULL},
    {'O', false, "order", "FILE",
     "a load order of BUILD in JSON: packs follow its scenes and stages",
     option_set_order, NULL},
    {'U', false, "new-order", "FILE",
     "where the order of the new build goes (default: OUT.load-order.json)",
     option_set_new_order, NULL},
    {'E', false, "receipt", "FILE", "where the receipt goes (default: OUT.receipt.json)",
     option_set_receipt, NULL},
    {'C', false, "cache", "DIR", "keep what is encoded there, for the next time",
     option_set_cache, NULL},
    {'K', false, "cache-size", "SIZE", "what the cache may hold, 512M say (default: 2G)",
     option_set_cache_size, "a size of 1M or more, like 512M or 2G"},
    {'y', false, "dry-run", NULL, "write nothing: tell what would be done",
     option_set_dry_run, NULL},
    {'j', true, "jobs", "N", "threads (default: one for each processor)", set_jobs,
     "a number from 1 to 256"},
    {'m', false, "max-memory", "SIZE", "what decoding may hold, 512M say (default: 1G)",
     set_memory, "a size of 1M or more, like 512M or 2G"},
    {'c', false, "color", "auto|always|never", "colours (default: auto)", set_color,
     NULL},
    {'q', true, "quiet", NULL, "no progress", set_quiet, NULL},
    {'v', true, "verbose", NULL, "all rows and all findings", set_verbose, NULL},
    {'h', true, "help", NULL, "this text", set_help, NULL},
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static bool takes(const command *cmd, const option_row *row) {
    return strchr(cmd->options, row->letter) != NULL;
}

const char *did_you_mean(const char *word,
                         const char *(*next)(unsigned i, const void *ctx),
                         const void *ctx) {
    const char *best = NULL;
    unsigned best_distance = 3; /* more edits than that are another word */
    const char *name = NULL;
    for (unsigned i = 0; (name = next(i, ctx)) != NULL; i++) {
        unsigned distance = str_distance(str_of(word), str_of(name), best_distance);
        if (distance < best_distance) {
            best_distance = distance;
            best = name;
        }
    }
    return best;
}

static const char *next_option(unsigned i, const void *ctx) {
    const command *cmd = ctx;
    for (unsigned row = 0; row < ROW_COUNT; row++) {
        if (takes(cmd, &rows[row]) && i-- == 0) {
            return rows[row].name;
        }
    }
    return NULL;
}

static int complain_unknown(const command *cmd, const char *argument) {
    const char *bare = argument + strspn(argument, "-");
    const char *near_one = did_you_mean(bare, next_option, cmd);
    if (near_one != NULL) {
        terminal_say("packaudit %s: no option '%s'; did you mean '--%s'?", cmd->name,
                     argument, near_one);
    } else {
        terminal_say("packaudit %s: no option '%s'; 'packaudit %s --help' lists them",
                     cmd->name, argument, cmd->name);
    }
    return 2;
}

/* Where the arguments are, and which one is next. */
typedef struct cursor {
    int count;
    char **arguments;
    int at;
} cursor;

static int take_option(const command *cmd, const option_row *row, const char *attached,
                       cursor *in, request *out) {
    const char *value = attached;
    if (row->value_name == NULL && attached != NULL) {
        terminal_say("packaudit %s: '--%s' takes no value", cmd->name, row->name);
        return 2;
    }
    if (row->value_name != NULL && value == NULL) {
        if (in->at >= in->count) {
            terminal_say("packaudit %s: '--%s' needs a value: %s", cmd->name, row->name,
                         row->value_name);
            return 2;
        }
        value = in->arguments[in->at++];
    }
    if (!row->set(out, value)) {
        terminal_say("packaudit %s: '--%s' cannot be '%s', expected %s", cmd->name,
                     row->name, value,
                     row->expected == NULL ? row->value_name : row->expected);
        return 2;
    }
    return 0;
}

static int take_long(const command *cmd, const char *argument, cursor *in, request *out) {
    const char *name = argument + 2;
    size_t size = strcspn(name, "=");
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (takes(cmd, &rows[i]) && strlen(rows[i].name) == size &&
            strncmp(rows[i].name, name, size) == 0) {
            return take_option(cmd, &rows[i], name[size] == '=' ? name + size + 1 : NULL,
                               in, out);
        }
    }
    return complain_unknown(cmd, argument);
}

static int take_short(const command *cmd, const char *argument, cursor *in,
                      request *out) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (takes(cmd, &rows[i]) && rows[i].has_short && rows[i].letter == argument[1]) {
            bool has_value = rows[i].value_name != NULL;
            if (!has_value && argument[2] != '\0') {
                break;
            }
            return take_option(cmd, &rows[i], argument[2] != '\0' ? argument + 2 : NULL,
                               in, out);
        }
    }
    return complain_unknown(cmd, argument);
}

static int take_word(const command *cmd, const char *argument, request *out) {
    if (argument[0] == '\0') {
        terminal_say("packaudit %s: a word is empty, of a variable that is not set "
                     "perhaps; usage: packaudit %s [OPTIONS] %s",
                     cmd->name, cmd->name, cmd->words);
        return 2;
    }
    if (out->word_count >= cmd->word_count) {
        fprintf(
            stderr,
            "packaudit %s: '%s' is one word too many; usage: packaudit %s [OPTIONS] %s\n",
            cmd->name, argument, cmd->name, cmd->words);
        return 2;
    }
    out->words[out->word_count++] = argument;
    return 0;
}

int options_parse(const command *cmd, int count, char **arguments, request *out) {
    *out = (request){.audit = pa_options_default(), .color = "auto"};
    cursor in = {count, arguments, 0};
    bool is_only_words = false;
    while (in.at < count) {
        const char *argument = arguments[in.at++];
        int failed = 0;
        if (is_only_words || argument[0] != '-' || strcmp(argument, "-") == 0) {
            failed = take_word(cmd, argument, out);
        } else if (strcmp(argument, "--") == 0) {
            is_only_words = true;
        } else {
            failed = argument[1] == '-' ? take_long(cmd, argument, &in, out)
                                        : take_short(cmd, argument, &in, out);
        }
        if (failed != 0 || out->wants_help) {
            return failed;
        }
    }
    if (out->report.explain != NULL && out->report.format != PA_FORMAT_TEXT) {
        terminal_say("packaudit %s: '--explain' is text; leave out '--format'",
                     cmd->name);
        return 2;
    }
    if (out->word_count < cmd->least_words) {
        fprintf(stderr,
                "usage: packaudit %s [OPTIONS] %s\n'packaudit %s --help' tells more\n",
                cmd->name, cmd->words, cmd->name);
        return 2;
    }
    return 0;
}

void options_help(const command *cmd) {
    printf("packaudit %s [OPTIONS] %s\n\n%s\n\nOptions\n", cmd->name, cmd->words,
           cmd->text);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const option_row *row = &rows[i];
        if (!takes(cmd, row)) {
            continue;
        }
        char left[64];
        char short_form[] = {'-', row->letter, ',', ' ', '\0'};
        snprintf(left, sizeof left, "%s--%s%s%s", row->has_short ? short_form : "    ",
                 row->name, row->value_name == NULL ? "" : " ",
                 row->value_name == NULL ? "" : row->value_name);
        printf("  %-40s %s\n", left, row->help);
    }
    printf("\nExamples\n");
    for (size_t i = 0; i < 2; i++) {
        printf("  %s\n      %s\n", cmd->examples[i][0], cmd->examples[i][1]);
    }
}
