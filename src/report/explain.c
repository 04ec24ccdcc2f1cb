/* explain.c - every number of an asset or a scene taken apart: formula, inputs, source in
 * the engine.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/explain.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/match.h"
#include "report/table.h"

enum { LABEL_COLUMNS = 16, INDENT_COLUMNS = 2 + LABEL_COLUMNS + 1 + 15 + 2 };

/* "  label           12,345  " with the digits in groups of three, then what follows. */
static void put_number(buf *out, const char *label, uint64_t value) {
    char digits[32];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, value);
    buf grouped = {0};
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0) {
            buf_add_byte(&grouped, ',');
        }
        buf_add_byte(&grouped, digits[i]);
    }
    buf_format(out, "  %-*s %15.*s  ", LABEL_COLUMNS, label, STR_ARGS(buf_str(&grouped)));
    buf_clear(&grouped);
}

static void put_source(buf *out, const char *source) {
    buf_format(out, "  %-*s %15s  source: %s\n", LABEL_COLUMNS, "", "", source);
}

static const char *const channel_names[] = {"", "gray", "gray + alpha", "RGB", "RGBA"};

static void explain_plain(const report_view *view, const picture *file,
                          const decode_cost *cost, buf *out) {
    const cost_model *model = &view->costs->model;
    unsigned channels = file->info.channels <= 4 ? file->info.channels : 4;
    put_number(out, "decoded D", cost->finished_bytes);
    buf_format(out, "= %u x %u x 4: every picture becomes RGBA8\n", file->info.width_px,
               file->info.height_px);
    put_source(out, model->target == TARGET_NATIVE
                        ? "native/cocos/bindings/manual/jsb_global.cpp, createImageInfo"
                        : "the browser or host decodes to RGBA8");
    put_number(out, "decode peak", cost->peak_bytes);
    if (model->target != TARGET_NATIVE) {
        buf_add_text(out, "= D, at least: the decoder is the browser's own\n");
        return;
    }
    if (cost->convert_bytes > 0) {
        buf_format(
            out,
            "= the larger of F + X + cP and (c + 4)P, with c = %u (%s), cP = %" PRIu64
            ", X = %" PRIu64 ", (c + 4)P = %" PRIu64 "\n",
            channels, channel_names[channels], cost->pixel_bytes, cost->scratch_bytes,
            cost->convert_bytes);
    } else {
        buf_format(out, "= F + X + 4P, with X = %" PRIu64 " of the decoder\n",
                   cost->scratch_bytes);
    }
    put_source(out, "native/cocos/platform/Image.cpp, jsb_global.cpp; X measured");
}

static void explain_compressed(const report_view *view, const picture *file,
                               const decode_cost *cost, buf *out) {
    bool is_native = view->costs->model.target == TARGET_NATIVE;
    put_number(out, "decoded D", cost->finished_bytes);
    buf_format(out, "= the payload of %u level%s, %s\n",
               file->info.level_count > 0 ? file->info.level_count : 1,
               file->info.level_count > 1 ? "s" : "", gpu_format_get(file->gpu)->name);
    put_number(out, "load peak", cost->peak_bytes);
    if (file->info.format == PICTURE_CMIP) {
        buf_add_text(out, is_native ? "= F + chunks K + 2 x payload + the last level\n"
                                    : "= F + 2 x payload\n");
    } else {
        buf_add_text(out, is_native ? "= F + payload\n" : "= F\n");
    }
    if (cost->leak_bytes > 0) {
        put_number(out, "leak", cost->leak_bytes);
        buf_add_text(out, "= chunks K: copied at every load and never freed\n");
        put_source(out, "native/cocos/base/Compressed.cpp, getChunk (3.7.0 to 3.8.5)");
    }
}

static void explain_image(const report_view *view, uint32_t image_index, buf *out) {
    const picture *file = view_picture(view->audit, view->costs, image_index);
    const decode_cost *cost = &view->costs->decodes[image_index];
    if (file == NULL || !file->is_known) {
        buf_add_text(out,
                     "  its size is unknown: the file is absent or cannot be read\n");
        return;
    }
    put_number(out, "file F", file->file_bytes);
    text_add_name(out, tree_get(view->audit->g.files, file->file)->path);
    buf_add_byte(out, '\n');
    if (file->info.format >= PICTURE_PVR) {
        explain_compressed(view, file, cost, out);
    } else {
        explain_plain(view, file, cost, out);
    }
    put_number(out, "kept",
               image_kept_bytes(&file->info, file->file_bytes, &view->costs->model));
    buf_format(out, "while it lives, %s: clean-up is %s, as %s\n",
               view->costs->model.is_cleaning_images
                   ? "if it has a user besides its textures"
                   : "in every scene",
               view->costs->model.is_cleaning_images ? "on" : "off",
               view->costs->model.cleanup_reason);
    if (view->costs->model.target == TARGET_WEB ||
        view->costs->model.target == TARGET_WEBGL1) {
        buf_format(
            out, "  %-*s %15s  %s\n", LABEL_COLUMNS, "", "",
            view->costs->model.has_image_bitmap
                ? "an ImageBitmap holds the pixels (desktop builds up to 3.8.0)"
                : "the element holds the file; what the browser caches is its own");
    }
    put_source(out, "cocos/core/platform/macro.ts, cocos/asset/assets/simple-texture.ts");
}

static void explain_levels(const report_view *view, const texture_row *row, buf *out) {
    put_number(out, "levels", row->cost.levels);
    if (!row->shape.wants_mips) {
        buf_format(out, "the document asks for no mips; the files bring %u\n",
                   row->shape.supplied_levels);
    } else if (row->cost.levels > row->shape.supplied_levels) {
        buf_add_text(
            out,
            "the full chain, floor(log2(longer side)) + 1: mips are asked for and this "
            "target makes them\n");
    } else {
        buf_add_text(out,
                     "mips are asked for, but this target makes none of this size\n");
    }
    put_source(
        out,
        view->costs->model.target == TARGET_NATIVE
            ? "native/cocos/core/assets/SimpleTexture.cpp (3.6 on), simple-texture.ts"
            : "cocos/asset/assets/simple-texture.ts; 2.4 CCTexture2D.js");
}

static void explain_texture(const report_view *view, const texture_row *row, buf *out) {
    if (row->is_render) {
        put_number(out, "render texture", row->render_bytes);
        buf_add_text(out, "= width x height x 8, sides at most 2048; in no image sum\n");
        return;
    }
    if (!row->is_known) {
        buf_add_text(out, "  its size is unknown: its image is\n");
        return;
    }
    const gpu_format_row *format = gpu_format_get(row->shape.format);
    explain_levels(view, row, out);
    put_number(out, "GPU G", row->cost.gpu_bytes);
    buf_format(out,
               "= %u layer%s x sum over %u level%s of %u x %u in %s (%u bytes a %u x %u "
               "block)\n",
               row->shape.layers, plural(row->shape.layers), row->cost.levels,
               plural(row->cost.levels), row->shape.width_px, row->shape.height_px,
               format->name, format->block_bytes, format->block_width_px,
               format->block_height_px);
    put_number(out, "counter", row->cost.counter_bytes);
    buf_add_text(out, engine_is_2_4(view->costs->model.version)
                          ? "2.4 has no such counter\n"
                      : view->costs->model.target == TARGET_NATIVE
                          ? "level 0 of one layer: what the native counter adds\n"
                          : "all levels and layers by the engine's table\n");
    for (uint32_t i = 0; i < row->upload_count; i++) {
        const upload_cost *up = &row->uploads[i].cost;
        if (up->staging_bytes > 0) {
            put_number(out, "staging S", up->request_bytes);
            buf_add_text(
                out,
                view->costs->model.version >= ENGINE(3, 6, 0)
                    ? "= a16(56 x levels) + sum a16(level), until the device thread ran\n"
                    : "= 56 x levels + sum of levels, until the device thread ran\n");
            put_source(out, "native/cocos/renderer/gfx-agent/DeviceAgent.cpp");
        }
    }
}

static void explain_bounds(const report_view *view, const set_cost *cost, buf *out) {
    const load_peak *load = &cost->load;
    const cost_model *model = &view->costs->model;
    bool is_native = model->target == TARGET_NATIVE;
    put_number(out, "loading, least", load->lower_bytes);
    buf_format(out,
               is_native ? "= the larger of resident and the largest decode, %" PRIu64
                           "\n"
                         : "= resident\n",
               load->worker_bytes);
    put_number(out, "loading, typical", load->typical_bytes);
    buf_format(out,
               "= resident + D + S of the eight largest images, %" PRIu64
               ", kept between least and most (inferred)\n",
               load->burst_bytes);
    put_number(out, "loading, most", load->upper_bytes);
    if (!is_native) {
        buf_add_text(out, "= GPU + sum D\n");
    } else if (engine_is_2_4(model->version)) {
        buf_format(
            out, "= GPU + waiting %" PRIu64 " + the largest callback copy %" PRIu64 "\n",
            load->pending_bytes, load->callback_bytes);
    } else {
        buf_format(
            out,
            "= sum D %" PRIu64 " + sum max(G, S) %" PRIu64 " + max min(G, S) %" PRIu64
            " + the %u largest decodes beyond that %" PRIu64 " + pool %" PRIu64
            " + leak %" PRIu64 "\n",
            load->decoded_bytes, load->traded_bytes, load->last_bytes,
            model->decode_threads, load->extra_bytes, load->pool_bytes, load->leak_bytes);
    }
    put_source(out,
               "cocos/asset/asset-manager/load.ts, jsb_global.cpp, gfx-agent (3.8.5)");
    put_number(out, "driver", load->driver_bytes);
    buf_add_text(out, "0 to this on top: copies that the driver has not consumed\n");
    put_number(out, "largest request", load->largest_bytes);
    buf_format(out, "%s\n", load->largest_site);
}

static void explain_scene(const report_view *view, uint32_t index, buf *out) {
    const set_cost *cost = &view->costs->stages[index];
    put_number(out, "decoded", cost->decoded_bytes);
    buf_format(out, "= sum D of %u images\n", cost->image_count);
    put_number(out, "GPU", cost->gpu_bytes);
    buf_format(out, "= sum G of %u textures\n", cost->texture_count);
    put_number(out, "kept", cost->kept_bytes);
    buf_format(out, "CPU copies that stay: clean-up is %s, as %s\n",
               view->costs->model.is_cleaning_images ? "on" : "off",
               view->costs->model.cleanup_reason);
    put_number(out, "resident", set_resident_bytes(cost));
    buf_add_text(out, "= GPU + kept\n");
    put_number(out, "counter", cost->counter_bytes);
    buf_add_text(out, engine_is_2_4(view->costs->model.version)
                          ? "2.4 has no such counter\n"
                          : "what the engine's profiler shows for these textures\n");
    explain_bounds(view, cost, out);
    uint32_t from = view_worst_predecessor(view->audit, view->costs, index);
    if (from != NO_INDEX) {
        put_number(out, "changing, least",
                   report_transition(view, from, index)->lower_bytes);
        buf_format(out,
                   "after %.*s: its resident + loading what it does not share, least\n",
                   STR_ARGS(view->audit->stages[from].name));
        put_number(out, "changing, most",
                   report_transition(view, from, index)->upper_bytes);
        buf_add_text(
            out, "the same, most, with every scene alive that never frees its assets\n");
        put_source(out, "cocos/game/director.ts runSceneImmediate, release-manager.ts");
    }
}

/* What the letters stand for. */
static const char legend[] = "F file, P pixels, c bytes a pixel the decoder makes, X its "
                             "scratch, D finished CPU copy, G bytes on "
                             "the GPU, S staging copy of an upload; 'unchecked' marks a "
                             "request whose failure crashes the game";

static uint32_t scene_of(const pa_audit *audit, str uuid) {
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        if (!audit->stages[i].is_state && str_equal(audit->stages[i].uuid, uuid)) {
            return i;
        }
    }
    return NO_INDEX;
}

static void explain_asset(const report_view *view, uint32_t asset_index, buf *out) {
    const game *g = &view->audit->g;
    const asset *a = &g->assets[asset_index];
    str path = game_asset_path(g, asset_index);
    text_format_line(out, "%.*s  (%.*s)", STR_ARGS(path.size > 0 ? path : a->uuid),
                     STR_ARGS(g->copies[a->first_copy].document.class_name));
    uint32_t scene_index = scene_of(view->audit, a->uuid);
    uint32_t texture_index = view->costs->texture_of_asset[asset_index];
    uint32_t image_index = view->audit->images.of_asset[asset_index];
    if (scene_index != NO_INDEX) {
        explain_scene(view, scene_index, out);
    }
    if (image_index != NO_INDEX) {
        explain_image(view, image_index, out);
    }
    if (texture_index != NO_INDEX) {
        const texture_row *row = &view->costs->textures[texture_index];
        for (uint32_t i = 0; i < row->image_count && row->images[i] != image_index; i++) {
            explain_image(view, row->images[i], out);
        }
        explain_texture(view, row, out);
    }
    if (scene_index == NO_INDEX && image_index == NO_INDEX && texture_index == NO_INDEX) {
        buf_add_text(
            out, "  holds no image and no texture of its own; 'packaudit why' tells who "
                 "needs it\n");
    }
}

/* A line whose words behind the number are wrapped below themselves. */
static void put_line(const report_view *view, str line, buf *out) {
    size_t front = line.size > INDENT_COLUMNS && line.at[0] == ' ' ? INDENT_COLUMNS : 0;
    buf_add(out, str_part(line, 0, front));
    text_add_wrapped(out, str_part(line, front, line.size), front, view->width);
}

static bool explain_states(const report_view *view, const char *wanted, buf *out) {
    bool is_any = false;
    for (uint32_t i = 0; i < view->audit->stage_count; i++) {
        const stage *s = &view->audit->stages[i];
        if (s->is_state && str_glob(str_of(wanted), s->name)) {
            text_format_line(out, "%.*s  (state)", STR_ARGS(s->name));
            explain_scene(view, i, out);
            is_any = true;
        }
    }
    return is_any;
}

pa_status report_explain(const report_view *view, const char *wanted, buf *out,
                         pa_error *err) {
    arena mem = {0};
    buf text = {0};
    uint32_t *matches = NULL;
    uint32_t count = 0;
    bool is_state = explain_states(view, wanted, &text);
    pa_status status =
        is_state ? PA_OK
                 : match_assets(&view->audit->g, wanted, &mem, &matches, &count, err);
    for (uint32_t i = 0; status == PA_OK && i < count; i++) {
        if (i == view->top && !view->options->is_verbose) {
            buf_format(&text, "… and %u more; --top N or -v shows them\n", count - i);
            break;
        }
        explain_asset(view, matches[i], &text);
    }
    str rest = buf_str(&text);
    str line = {0};
    while (str_split(&rest, '\n', &line) && (line.size > 0 || rest.size > 0)) {
        put_line(view, line, out);
    }
    if (status == PA_OK) {
        text_add_wrapped(out, str_of(legend), 0, view->width);
    }
    out->failed |= text.failed;
    buf_clear(&text);
    arena_clear(&mem);
    return status;
}
