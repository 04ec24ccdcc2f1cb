/* content_spine.c - where the regions of a Spine skeleton lie in its texture.
 *
 * The text of an atlas has a block of lines for each page, a blank line between: the name
 * of its file, four lines about it ("size: 512,256" is the first), then for each region
 * its name and indented lines ("  rotate: true", "  xy: 2, 2", "  size: 10, 20"). Later
 * versions of Spine write "bounds:" instead, not indented: such a text has no regions
 * here. Source: cocos-engine 3.8.5 native/cocos/editor-support/spine/Atlas.cpp.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/document.h"

enum { PAGE_LINES = 4, MOST_PX = 1 << 20 };

/* "KEY: A, B". */
static void read_pair(str line, const char *key, double *first, double *second) {
    size_t colon = str_find(line, ':', 0);
    size_t comma = str_find(line, ',', colon);
    uint64_t a = 0;
    uint64_t b = 0;
    if (str_is(str_trim(str_part(line, 0, colon)), key) &&
        str_to_u64(str_trim(str_part(line, colon + 1, comma)), MOST_PX, &a) &&
        str_to_u64(str_trim(str_part(line, comma + 1, line.size)), MOST_PX, &b)) {
        *first = (double)a;
        *second = (double)b;
    }
}

/* "rotate: true" or its angle; those but a quarter turn are not known here. */
static void read_turn(str line, spine_data *out, frame_data *region) {
    size_t colon = str_find(line, ':', 0);
    str value = str_trim(str_part(line, colon + 1, line.size));
    if (!str_is(str_trim(str_part(line, 0, colon)), "rotate")) {
        return;
    }
    region->is_rotated = str_is(value, "true") || str_is(value, "90");
    out->is_odd |= !region->is_rotated && !str_is(value, "false") && !str_is(value, "0");
}

static void take_line(spine_data *out, str line, uint32_t *place) {
    bool is_indented = str_starts(line, " ") || str_starts(line, "\t");
    if (str_trim(line).size == 0) {
        *place = 0;
        return;
    }
    if (*place == 0) { /* the name of the page's file */
        out->page_count++;
    } else if (*place <= PAGE_LINES) {
        read_pair(line, "size", &out->width_px, &out->height_px);
    } else if (!is_indented) {
        out->is_odd |= str_starts(line, "bounds");
        out->regions[out->region_count++] = (frame_data){.content = JSON_NONE};
    } else if (out->region_count > 0) {
        frame_data *region = &out->regions[out->region_count - 1];
        read_turn(line, out, region);
        read_pair(line, "xy", &region->left_px, &region->top_px);
        read_pair(line, "size", &region->width_px, &region->height_px);
    }
    *place += *place <= PAGE_LINES;
}

/* What memory is refused for is missing, and the arena remembers it. */
void content_take_spine(document_reader *in, json_ref value) {
    str text = json_string(&in->doc, value, &in->scratch);
    size_t lines = 1;
    for (size_t i = 0; i < text.size; i++) {
        lines += text.at[i] == '\n';
    }
    spine_data *spine = text.size == 0 ? NULL : arena_alloc(in->mem, 1, sizeof *spine);
    frame_data *regions =
        spine == NULL ? NULL : arena_alloc(in->mem, lines, sizeof *regions);
    if (regions == NULL) {
        return;
    }
    *spine = (spine_data){.regions = regions};
    str line = {0};
    uint32_t place = 0;
    while (str_split(&text, '\n', &line)) {
        take_line(spine, line, &place);
    }
    in->out->spine = spine;
}
