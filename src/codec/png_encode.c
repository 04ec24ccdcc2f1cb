/* png_encode.c - PNG files by libpng: the smallest colour type that holds the pixels, the
 * filter that compresses best.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/image_encode.h"
#include "codec/picture_codec.h"

enum { MAX_COLORS = 256, TABLE_SIZE = 1024, MAX_FORMS = 3, IDAT_BYTES = 1 << 18 };

/* zlib.h, which png.h does not bring. */
enum { STRATEGY_DEFAULT = 0, STRATEGY_FILTERED = 1 };

/** A way to store samples. */
typedef struct form {
    int color_type;
    unsigned depth;
} form;

/** A way to compress them. */
typedef struct attempt {
    int level;
    int filters;
    int strategy;
} attempt;

static const attempt fast_plain = {6, PNG_FILTER_NONE, STRATEGY_DEFAULT};
static const attempt fast_filtered = {6, PNG_ALL_FILTERS, STRATEGY_FILTERED};
static const attempt small[] = {
    {9, PNG_FILTER_NONE, STRATEGY_DEFAULT},
    {9, PNG_ALL_FILTERS, STRATEGY_FILTERED},
    {9, PNG_ALL_FILTERS, STRATEGY_DEFAULT},
    {9, PNG_FILTER_PAETH, STRATEGY_DEFAULT},
};
enum { SMALL_COUNT = sizeof small / sizeof small[0] };

/** The colours of a picture, while there are not too many. */
typedef struct colors {
    size_t count; /**< MAX_COLORS + 1: too many */
    uint32_t at[MAX_COLORS];
    uint16_t table[TABLE_SIZE]; /**< by hash: number of the colour + 1, 0 for none */
} colors;

/** What is known of the pixels, and memory for one row. */
typedef struct work {
    image_view image;
    bool is_opaque;
    bool is_gray;
    unsigned gray_depth; /**< 1, 2, 4 or 8 bits hold every gray */
    colors *colors;
    uint8_t *row;
    char message[200]; /**< of the library */
} work;

/* --- looking --- */

/* A colour as a number: alpha uppermost, so that transparent ones come first. */
static uint32_t color_of(const uint8_t *p) {
    return (uint32_t)p[3] << 24 | (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/* Where a colour is in the table, or belongs. */
static size_t slot_of(const colors *c, uint32_t color) {
    size_t slot = (color * 2654435761U) >> 22;
    while (c->table[slot] != 0 && c->at[c->table[slot] - 1] != color) {
        slot = (slot + 1) % TABLE_SIZE;
    }
    return slot;
}

static void add_color(colors *c, uint32_t color) {
    size_t slot = slot_of(c, color);
    if (c->table[slot] == 0) {
        if (c->count < MAX_COLORS) {
            c->at[c->count] = color;
            c->table[slot] = (uint16_t)(c->count + 1);
        }
        c->count++;
    }
}

static int order_colors(const void *a, const void *b) {
    uint32_t one = *(const uint32_t *)a;
    uint32_t two = *(const uint32_t *)b;
    return (one > two) - (one < two);
}

/* In an order that does not depend on where they occur: neighbours in value stand beside
 * each other, and those with alpha first, as tRNS wants them. */
static void sort_colors(colors *c) {
    qsort(c->at, c->count, sizeof c->at[0], order_colors);
    memset(c->table, 0, sizeof c->table);
    for (size_t i = 0; i < c->count; i++) {
        c->table[slot_of(c, c->at[i])] = (uint16_t)(i + 1);
    }
}

static unsigned depth_of_gray(uint8_t gray) {
    return gray % 255 == 0 ? 1 : gray % 85 == 0 ? 2 : gray % 17 == 0 ? 4 : 8;
}

static void look(work *w) {
    size_t count = image_view_bytes(w->image) / 4;
    uint32_t before = 0;
    w->is_opaque = true;
    w->is_gray = true;
    w->gray_depth = 1;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = w->image.pixels + 4 * i;
        uint32_t color = color_of(p);
        if (i > 0 && color == before) {
            continue;
        }
        before = color;
        w->is_opaque = w->is_opaque && p[3] == 255;
        w->is_gray = w->is_gray && p[0] == p[1] && p[1] == p[2];
        unsigned depth = depth_of_gray(p[0]);
        w->gray_depth = depth > w->gray_depth ? depth : w->gray_depth;
        if (w->colors->count <= MAX_COLORS) {
            add_color(w->colors, color);
        }
    }
    if (w->colors->count <= MAX_COLORS) {
        sort_colors(w->colors);
    }
}

static size_t list_forms(const work *w, const png_settings *how, form forms[MAX_FORMS]) {
    size_t count = 0;
    if (how->allows_palette && w->colors->count <= MAX_COLORS) {
        size_t n = w->colors->count;
        forms[count++] = (form){PNG_COLOR_TYPE_PALETTE, n <= 2    ? 1
                                                        : n <= 4  ? 2
                                                        : n <= 16 ? 4
                                                                  : 8};
    }
    if (how->allows_gray && w->is_gray) {
        forms[count++] = w->is_opaque ? (form){PNG_COLOR_TYPE_GRAY, w->gray_depth}
                                      : (form){PNG_COLOR_TYPE_GRAY_ALPHA, 8};
    }
    if (count == 0 || how->effort == PNG_SMALL) {
        forms[count++] =
            (form){w->is_opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA, 8};
    }
    return count;
}

static unsigned bits_of(form f) {
    static const uint8_t channels[] = {
        [PNG_COLOR_TYPE_GRAY] = 1,      [PNG_COLOR_TYPE_RGB] = 3,
        [PNG_COLOR_TYPE_PALETTE] = 1,   [PNG_COLOR_TYPE_GRAY_ALPHA] = 2,
        [PNG_COLOR_TYPE_RGB_ALPHA] = 4,
    };
    return channels[f.color_type] * f.depth;
}

/* --- writing --- */

static void on_error(png_structp png, png_const_charp message) {
    work *w = png_get_error_ptr(png);
    picture_message(w->message, sizeof w->message, message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static png_voidp take_memory(png_structp png, png_alloc_size_t size) {
    (void)png;
    return mem_alloc(size, 1);
}

static void give_memory(png_structp png, png_voidp block) {
    (void)png;
    mem_free(block);
}

static void on_write(png_structp png, png_bytep data, size_t size) {
    buf *out = png_get_io_ptr(png);
    buf_add(out, str_of_bytes(bytes_of(data, size)));
    if (out->failed) {
        png_error(png, "out of memory");
    }
}

static void on_flush(png_structp png) {
    (void)png;
}

/* One row in the samples of a form, a byte each. */
static void fill_row(const work *w, form f, const uint8_t *from, uint8_t *to) {
    for (uint32_t x = 0; x < w->image.width_px; x++, from += 4) {
        switch (f.color_type) {
        case PNG_COLOR_TYPE_PALETTE:
            *to++ = (uint8_t)(w->colors->table[slot_of(w->colors, color_of(from))] - 1);
            break;
        case PNG_COLOR_TYPE_GRAY:
            *to++ = (uint8_t)(from[0] >> (8 - f.depth));
            break;
        case PNG_COLOR_TYPE_GRAY_ALPHA:
            *to++ = from[0];
            *to++ = from[3];
            break;
        default:
            memcpy(to, from, f.color_type == PNG_COLOR_TYPE_RGB ? 3 : 4);
            to += f.color_type == PNG_COLOR_TYPE_RGB ? 3 : 4;
        }
    }
}

static void set_palette(png_structp png, png_infop info, const colors *c) {
    png_color palette[MAX_COLORS] = {{0, 0, 0}};
    uint8_t alpha[MAX_COLORS] = {0};
    int transparent = 0;
    for (size_t i = 0; i < c->count; i++) {
        uint32_t color = c->at[i];
        palette[i] =
            (png_color){(uint8_t)(color >> 16), (uint8_t)(color >> 8), (uint8_t)color};
        alpha[i] = (uint8_t)(color >> 24);
        transparent += alpha[i] < 255;
    }
    png_set_PLTE(png, info, palette, (int)c->count);
    if (transparent > 0) {
        png_set_tRNS(png, info, alpha, transparent, NULL);
    }
}

static void write_file(png_structp png, png_infop info, const work *w, form f,
                       const attempt *how) {
    png_set_IHDR(png, info, w->image.width_px, w->image.height_px, (int)f.depth,
                 f.color_type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (f.color_type == PNG_COLOR_TYPE_PALETTE) {
        set_palette(png, info, w->colors);
    }
    png_set_compression_level(png, how->level);
    png_set_compression_mem_level(png, 9);
    png_set_compression_buffer_size(png, IDAT_BYTES);
    png_set_compression_strategy(png, how->strategy);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, how->filters);
    png_write_info(png, info);
    png_set_packing(png);
    for (size_t y = 0; y < w->image.height_px; y++) {
        fill_row(w, f, w->image.pixels + y * w->image.width_px * 4, w->row);
        png_write_row(png, w->row);
    }
    png_write_end(png, info);
}

/* Apart, so that no variable lives across setjmp. */
static bool write_guarded(png_structp png, png_infop info, const work *w, form f,
                          const attempt *how) {
    if (setjmp(png_jmpbuf(png)) != 0) {
        return false;
    }
    write_file(png, info, w, f, how);
    return true;
}

static pa_status write_once(work *w, form f, const attempt *how, buf *out,
                            pa_error *err) {
    png_structp png = png_create_write_struct_2(
        PNG_LIBPNG_VER_STRING, w, on_error, on_warning, NULL, take_memory, give_memory);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    pa_status status = PA_OK;
    w->message[0] = '\0';
    if (info == NULL) {
        status = error_nomem(err);
    } else {
        png_set_write_fn(png, out, on_write, on_flush);
        if (!write_guarded(png, info, w, f, how)) {
            status = out->failed || strstr(w->message, "memory") != NULL
                         ? error_nomem(err)
                         : error_set(err, PA_INTERNAL, "png: %s", w->message);
        }
    }
    png_destroy_write_struct(&png, &info);
    return status;
}

static pa_status write_fast(work *w, const form *forms, size_t count, buf *out,
                            pa_error *err) {
    form least = forms[0];
    for (size_t i = 1; i < count; i++) {
        least = bits_of(forms[i]) < bits_of(least) ? forms[i] : least;
    }
    bool is_plain = least.color_type == PNG_COLOR_TYPE_PALETTE || least.depth < 8;
    return write_once(w, least, is_plain ? &fast_plain : &fast_filtered, out, err);
}

static pa_status write_smallest(work *w, const form *forms, size_t count, buf *out,
                                pa_error *err) {
    buf best = {0};
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < count * SMALL_COUNT; i++) {
        buf tried = {0};
        status =
            write_once(w, forms[i / SMALL_COUNT], &small[i % SMALL_COUNT], &tried, err);
        if (status == PA_OK && (i == 0 || tried.size < best.size)) {
            buf worse = best;
            best = tried;
            tried = worse;
        }
        buf_clear(&tried);
    }
    if (status == PA_OK) {
        buf_add(out, buf_str(&best));
        status = out->failed ? error_nomem(err) : PA_OK;
    }
    buf_clear(&best);
    return status;
}

pa_status png_encode(image_view image, const png_settings *how, buf *out, pa_error *err) {
    pa_status status = image_view_check(image, PA_MAX_IMAGE_SIDE_PX, "png", err);
    if (status != PA_OK) {
        return status;
    }
    work w = {.image = image};
    size_t before = out->size;
    w.colors = mem_zero(1, sizeof *w.colors);
    w.row = mem_alloc(image.width_px, 4);
    if (w.colors == NULL || w.row == NULL) {
        status = error_nomem(err);
    } else {
        form forms[MAX_FORMS];
        look(&w);
        size_t count = list_forms(&w, how, forms);
        status = how->effort == PNG_FAST ? write_fast(&w, forms, count, out, err)
                                         : write_smallest(&w, forms, count, out, err);
    }
    if (status != PA_OK) {
        out->size = before;
    }
    mem_free(w.colors);
    mem_free(w.row);
    return status;
}

/* Files, each no larger than the pixels and a little, that grow by half: one, or the best
 * and the next. The compressor and its buffer come on top. */
uint64_t png_encode_bytes(image_view image, const png_settings *how) {
    uint64_t row_bytes = 4 * (uint64_t)image.width_px + 1;
    uint64_t file_bytes = row_bytes * image.height_px * 3 / 2;
    return file_bytes * (how->effort == PNG_FAST ? 2 : 3) + 10 * row_bytes +
           ((uint64_t)2 << 20);
}
