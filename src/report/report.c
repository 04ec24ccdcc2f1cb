/* report.c - choose the scenes, choose the writer, hand the text over.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "report/explain.h"
#include "sys/file.h"
#include "sys/staged.h"

static const struct {
    const char *name;
    void (*write)(const report_view *view, buf *out);
} formats[] = {
    [PA_FORMAT_TEXT] = {"text", report_text},
    [PA_FORMAT_JSON] = {"json", report_json},
    [PA_FORMAT_CSV] = {"csv", report_csv},
};
enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

enum { DEFAULT_WIDTH = 100, LEAST_WIDTH = 60, DEFAULT_TOP = 10 };

bool pa_format_of(const char *name, pa_format *out) {
    for (int i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(name, formats[i].name) == 0) {
            *out = (pa_format)i;
            return true;
        }
    }
    return false;
}

const char *report_class_name(const pa_audit *audit, const texture_row *row) {
    if (row->is_render) {
        return "cc.RenderTexture";
    }
    return audit->g.copies[row->copy].document.texture->layers > 1 ? "cc.TextureCube"
                                                                   : "cc.Texture2D";
}

str report_stage_id(const report_view *view, uint32_t index) {
    return view->audit->stages[index].id;
}

const transition *report_transition(const report_view *view, uint32_t from, uint32_t to) {
    return &view->costs->transitions[(size_t)from * view->audit->stage_count + to];
}

/* A scene, and what it is sorted by. */
typedef struct ranked {
    uint64_t resident_bytes;
    str url;
    uint32_t scene;
} ranked;

static int dearest_first(const void *a, const void *b) {
    const ranked *left = a;
    const ranked *right = b;
    if (left->resident_bytes != right->resident_bytes) {
        return left->resident_bytes > right->resident_bytes ? -1 : 1;
    }
    int order = str_order(left->url, right->url);
    return order != 0 ? order
                      : (left->scene > right->scene) - (left->scene < right->scene);
}

static pa_status choose_scenes(report_view *view, pa_error *err) {
    const pa_audit *audit = view->audit;
    ranked *rows = mem_alloc((size_t)audit->stage_count + 1, sizeof *rows);
    view->stages = mem_alloc((size_t)audit->stage_count + 1, sizeof *view->stages);
    if (rows == NULL || view->stages == NULL) {
        mem_free(rows);
        return error_nomem(err);
    }
    str glob = str_of(view->options->scene);
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        const stage *s = &audit->stages[i];
        if (glob.size == 0 || str_glob(glob, s->name) || str_glob(glob, s->url)) {
            rows[view->stage_count++] =
                (ranked){set_resident_bytes(&view->costs->stages[i]), s->url, i};
        }
    }
    if (view->stage_count > 1) {
        qsort(rows, view->stage_count, sizeof *rows, dearest_first);
    }
    for (uint32_t i = 0; i < view->stage_count; i++) {
        view->stages[i] = rows[i].scene;
    }
    mem_free(rows);
    return view->stage_count == 0 && glob.size > 0
               ? error_set(err, PA_USAGE,
                           "no scene is called '%s'; without --scene all are listed",
                           view->options->scene)
               : PA_OK;
}

/* The escape sequence of a mark of style, or NULL. */
static const char *style_of(char byte) {
    static const struct {
        const char *mark;
        const char *sequence;
    } styles[] = {{STYLE_BOLD, "\x1b[1m"},
                  {STYLE_DIM, "\x1b[2m"},
                  {STYLE_RED, "\x1b[31m"},
                  {STYLE_YELLOW, "\x1b[33m"},
                  {STYLE_END, "\x1b[0m"}};
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        if (byte == styles[i].mark[0]) {
            return styles[i].sequence;
        }
    }
    return NULL;
}

bool text_next(str *rest, str *character) {
    if (rest->size == 0) {
        return false;
    }
    bool is_line_end = rest->at[0] == '\n';
    size_t length = text_shown(*rest, 0, character);
    *character = is_line_end ? str_of("\n") : *character;
    *rest = str_part(*rest, length, rest->size);
    return true;
}

str text_front(str text, size_t most_bytes) {
    size_t end = text.size < most_bytes ? text.size : most_bytes;
    while (end > 0 && end < text.size && ((uint8_t)text.at[end] & 0xc0) == 0x80) {
        end--;
    }
    return str_part(text, 0, end);
}

/* True for what a runner of GitHub Actions or Azure takes for a command when it reads a
 * log: "::error::" after blanks at the begin of a line, "##[error]" anywhere. */
static bool is_command(str rest, bool is_line_start) {
    return (is_line_start && str_starts(rest, "::")) || str_starts(rest, "##[");
}

static void clean_text(str text, bool has_color, buf *out) {
    str character = {0};
    bool is_line_start = true;
    while (text.size > 0) {
        const char *sequence = style_of(text.at[0]);
        if (sequence != NULL) {
            buf_add_text(out, has_color ? sequence : "");
            text = str_part(text, 1, text.size);
            continue;
        }
        bool is_broken = is_command(text, is_line_start);
        if (text_next(&text, &character)) {
            is_line_start =
                str_is(character, "\n") || (is_line_start && str_is(character, " "));
            buf_add(out, character);
            buf_add_text(out, is_broken ? " " : "");
        }
    }
}

pa_status report_deliver(const buf *text, pa_sink sink, void *ctx, pa_error *err) {
    if (text->failed) {
        return error_nomem(err);
    }
    return sink(ctx, text->at == NULL ? "" : text->at, text->size) == 0
               ? PA_OK
               : error_set(err, PA_OUTPUT, "the report could not be written");
}

pa_status report_deliver_text(const buf *text, bool has_color, pa_sink sink, void *ctx,
                              pa_error *err) {
    buf clean = {.failed = text->failed};
    clean_text(buf_str(text), has_color, &clean);
    pa_status status = report_deliver(&clean, sink, ctx, err);
    buf_clear(&clean);
    return status;
}

pa_status pa_report_write(const pa_audit *audit, const pa_report_options *options,
                          pa_sink sink, void *ctx, pa_error *err) {
    *err = (pa_error){0};
    report_view view = {
        .audit = audit,
        .costs = audit->depth == PA_DEPTH_GRAPH ? NULL : &audit->views[0],
        .options = options,
        .width = options->width == 0 ? DEFAULT_WIDTH : options->width,
        .top = options->top == 0 ? DEFAULT_TOP : options->top,
    };
    if (view.width < LEAST_WIDTH) {
        view.width = LEAST_WIDTH;
    }
    if (audit->depth == PA_DEPTH_GRAPH) {
        return error_set(err, PA_USAGE, "an audit without images has no costs to report");
    }
    buf text = {0};
    pa_status status = choose_scenes(&view, err);
    if (status == PA_OK) {
        if (options->explain != NULL) {
            status = report_explain(&view, options->explain, &text, err);
        } else {
            formats[options->format].write(&view, &text);
        }
    }
    bool is_text = options->explain != NULL || options->format == PA_FORMAT_TEXT;
    if (status == PA_OK && is_text) {
        status = report_deliver_text(&text, options->has_color, sink, ctx, err);
    } else if (status == PA_OK) {
        status = report_deliver(&text, sink, ctx, err);
    }
    buf_clear(&text);
    mem_free(view.stages);
    return status;
}

bool pa_file_exists(const char *path) {
    return file_kind_of(path) != FILE_ABSENT;
}

/* Where a file lies or would lie; the path itself when even its folder is absent. */
static str place_of_file(const char *path, arena *mem) {
    str real = file_real_path(path, mem);
    if (real.size > 0) {
        return real;
    }
    str name = str_file_name(str_of(path));
    str folder = str_part(str_of(path), 0, strlen(path) - name.size);
    str inner = arena_join(mem, (str[]){folder, str_of(".")}, 2);
    str above = inner.at == NULL ? (str){0} : file_real_path(inner.at, mem);
    str whole = arena_join(mem, (str[]){above, str_of("/"), name}, 3);
    return above.size > 0 && whole.at != NULL ? whole : str_of(path);
}

bool pa_file_is_same(const char *path, const char *other) {
    arena mem = {0};
    bool is_same = str_equal(place_of_file(path, &mem), place_of_file(other, &mem));
    arena_clear(&mem);
    return is_same;
}

pa_status pa_file_write(const char *path, const char *content, size_t size,
                        pa_error *err) {
    *err = (pa_error){0};
    staged_sweep(path, NULL);
    return file_write_whole(path, (str){content, size}, err) == PA_OK
               ? PA_OK
               : error_in(err, "%s", path);
}
