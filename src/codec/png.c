/* png.c - PNG: header by an own walk over the chunks, pixels by libpng, a few rows at a
 * time.
 *
 * Promises: libpng's setjmp stays in this file; memory is a band of rows, but for
 * interlaced files, whose rows come in seven passes. Transformations are those of
 * initWithPngData in native/cocos/platform/Image.cpp (3.8.5), widened to RGBA8.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reader.h"
#include "codec/picture_codec.h"

static bool sniff(bytes file) {
    return picture_starts(file, "\x89PNG\r\n\x1a\n", 8);
}

static bool is_name(bytes name, const char *wanted) {
    return name.size == 4 && memcmp(name.at, wanted, 4) == 0;
}

/* PNG specification, table 11.1: depths each colour type may have, as a set of bits. */
static bool has_valid_depth(uint8_t colour_type, uint8_t bit_depth) {
    static const uint32_t depths_of[7] = {
        [PNG_COLOR_TYPE_GRAY] = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 | 1u << 16,
        [PNG_COLOR_TYPE_RGB] = 1u << 8 | 1u << 16,
        [PNG_COLOR_TYPE_PALETTE] = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8,
        [PNG_COLOR_TYPE_GRAY_ALPHA] = 1u << 8 | 1u << 16,
        [PNG_COLOR_TYPE_RGB_ALPHA] = 1u << 8 | 1u << 16,
    };
    return colour_type < 7 && bit_depth <= 16 &&
           (depths_of[colour_type] >> bit_depth & 1) != 0;
}

static pa_status read_ihdr(reader *in, picture_info *out, uint8_t *colour_type,
                           pa_error *err) {
    uint32_t size = reader_u32be(in);
    bytes name = reader_take(in, 4);
    if (!in->failed && (!is_name(name, "IHDR") || size != 13)) {
        /* Apple's own variant begins with CgBI; no engine reads it either. */
        char text[5] = "";
        for (size_t i = 0; i < 4; i++) {
            text[i] = name.at[i] > ' ' && name.at[i] < 127 ? (char)name.at[i] : '?';
        }
        return error_set(err, PA_FORMAT,
                         "png begins with a chunk '%s' of %" PRIu32
                         " bytes instead of 'IHDR' of 13",
                         text, size);
    }
    uint32_t width_px = reader_u32be(in);
    uint32_t height_px = reader_u32be(in);
    if (in->failed) {
        return PA_OK;
    }
    out->width_px = width_px;
    out->height_px = height_px;
    out->bit_depth = reader_u8(in);
    *colour_type = reader_u8(in);
    reader_take(in, 2);
    uint8_t interlace = reader_u8(in);
    reader_take(in, 4);
    if (!in->failed && !has_valid_depth(*colour_type, out->bit_depth)) {
        return error_set(err, PA_FORMAT,
                         "png states colour type %u with %u bits, no such form",
                         *colour_type, out->bit_depth);
    }
    if (!in->failed && interlace > 1) {
        return error_set(err, PA_FORMAT,
                         "png states interlace method %u, only 0 and 1 exist", interlace);
    }
    out->is_interlaced = interlace == 1;
    return PA_OK;
}

/* libpng ignores a tRNS chunk whose size does not fit, and so does the engine. */
static bool is_trns_valid(uint8_t colour_type, uint32_t size, uint32_t palette_count) {
    switch (colour_type) {
    case PNG_COLOR_TYPE_GRAY:
        return size == 2;
    case PNG_COLOR_TYPE_RGB:
        return size == 6;
    case PNG_COLOR_TYPE_PALETTE:
        return size > 0 && size <= palette_count;
    default:
        return false;
    }
}

/* Walks to the first IDAT, which PLTE and tRNS must precede. */
static bool find_trns(reader *in, uint8_t colour_type) {
    uint32_t palette_count = 0;
    bool has_trns = false;
    while (!in->failed) {
        uint32_t size = reader_u32be(in);
        bytes name = reader_take(in, 4);
        if (is_name(name, "IDAT")) {
            break;
        }
        if (is_name(name, "PLTE")) {
            palette_count = size / 3;
        } else if (is_name(name, "tRNS")) {
            has_trns = has_trns || is_trns_valid(colour_type, size, palette_count);
        }
        reader_take(in, size);
        reader_take(in, 4);
    }
    return has_trns;
}

static pa_status probe(bytes file, picture_info *out, pa_error *err) {
    reader in = reader_of(file);
    reader_take(&in, 8);
    uint8_t colour_type = 0;
    pa_status status = read_ihdr(&in, out, &colour_type, err);
    if (status != PA_OK) {
        return status;
    }
    bool has_trns = find_trns(&in, colour_type);
    if (in.failed) {
        return error_set(err, PA_FORMAT, "png of %zu bytes ends before its first row",
                         file.size);
    }
    bool is_colour = (colour_type & PNG_COLOR_MASK_COLOR) != 0;
    out->has_palette = colour_type == PNG_COLOR_TYPE_PALETTE;
    out->has_alpha = (colour_type & PNG_COLOR_MASK_ALPHA) != 0 || has_trns;
    out->has_trns = has_trns;
    out->channels = (uint8_t)((is_colour ? 3 : 1) + (out->has_alpha ? 1 : 0));
    out->gpu = GPU_RGBA8;
    return PA_OK;
}

/* One run of libpng. It is longjmp'ed over, so nothing that matters lives in locals. */
typedef struct png_run {
    const picture_job *job;
    png_structp png;
    png_infop info;
    reader in;
    uint32_t rows_done;
    bool is_out_of_memory;
    char message[128];
} png_run;

static png_voidp heap_alloc(png_structp png, png_alloc_size_t size) {
    void *block = mem_alloc(size, 1);
    if (block == NULL) {
        png_run *run = png_get_mem_ptr(png);
        run->is_out_of_memory = true;
    }
    return block;
}

static void heap_free(png_structp png, png_voidp block) {
    (void)png;
    mem_free(block);
}

static void on_error(png_structp png, png_const_charp message) {
    png_run *run = png_get_error_ptr(png);
    picture_message(run->message, sizeof run->message, message);
    png_longjmp(png, 1);
}

/* Warnings are about chunks that change no pixel. */
static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void on_read(png_structp png, png_bytep out, size_t size) {
    png_run *run = png_get_io_ptr(png);
    bytes part = reader_take(&run->in, size);
    if (part.size != size) {
        png_error(png, "end of file");
    }
    memcpy(out, part.at, size);
}

static void read_header(png_run *run) {
    png_structp png = run->png;
    /* All chunks but PLTE, tRNS and IDAT are stepped over: nothing is allocated for text
     * or profiles, so the size of a chunk needs no limit other than the file's. */
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(png, (png_alloc_size_t)PA_MAX_NATIVE_BYTES);
    png_set_user_limits(png, PA_MAX_IMAGE_SIDE_PX, PA_MAX_IMAGE_SIDE_PX);
    png_set_read_fn(png, run, on_read);
    png_read_info(png, run->info);
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
    png_set_interlace_handling(png);
    png_read_update_info(png, run->info);
    const picture_info *info = run->job->info;
    if (png_get_image_width(png, run->info) != info->width_px ||
        png_get_image_height(png, run->info) != info->height_px ||
        png_get_rowbytes(png, run->info) != picture_row_bytes(info) ||
        (png_get_interlace_type(png, run->info) != PNG_INTERLACE_NONE) !=
            info->is_interlaced) {
        png_error(png, "header is not the one that was probed");
    }
}

static void read_bands(png_run *run) {
    const picture_job *job = run->job;
    const size_t row_bytes = picture_row_bytes(job->info);
    const uint32_t band_rows = picture_band_rows(job->info);
    while (run->rows_done < job->info->height_px) {
        uint32_t left = job->info->height_px - run->rows_done;
        uint32_t rows = left < band_rows ? left : band_rows;
        size_t start = job->keep_pixels ? row_bytes * run->rows_done : 0;
        uint8_t *band = job->scratch->pixels + start;
        for (uint32_t i = 0; i < rows; i++) {
            png_read_row(run->png, band + row_bytes * i, NULL);
            run->rows_done++;
        }
        picture_sink_take(job->sink, band, row_bytes * rows);
    }
}

static void read_passes(png_run *run) {
    const picture_job *job = run->job;
    const size_t row_bytes = picture_row_bytes(job->info);
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        for (uint32_t y = 0; y < job->info->height_px; y++) {
            png_read_row(run->png, job->scratch->pixels + row_bytes * y, NULL);
        }
    }
    picture_sink_take(job->sink, job->scratch->pixels, picture_pixel_bytes(job->info));
}

/* png_read_end is not called: a file whose rows are all there is shown, with or without
 * IEND. */
static bool run_libpng(png_run *run) {
    if (setjmp(png_jmpbuf(run->png)) != 0) {
        return false;
    }
    read_header(run);
    if (run->job->info->is_interlaced) {
        read_passes(run);
    } else {
        read_bands(run);
    }
    return true;
}

static pa_status explain(const png_run *run, pa_error *err) {
    const picture_info *info = run->job->info;
    if (run->is_out_of_memory) {
        return error_nomem(err);
    }
    if (!run->in.failed) {
        return error_set(err, PA_FORMAT,
                         "png is damaged after %" PRIu32 " of %" PRIu32 " rows: %s",
                         run->rows_done, info->height_px, run->message);
    }
    if (info->is_interlaced) {
        return error_set(err, PA_FORMAT,
                         "png ends before its interlaced rows are complete");
    }
    return error_set(err, PA_FORMAT, "png ends after %" PRIu32 " of %" PRIu32 " rows",
                     run->rows_done, info->height_px);
}

static bool needs_all_rows(const picture_job *job) {
    return job->keep_pixels || job->info->is_interlaced;
}

static pa_status decode(const picture_job *job, pa_error *err) {
    size_t rows =
        needs_all_rows(job) ? job->info->height_px : picture_band_rows(job->info);
    pa_status status =
        picture_scratch_reserve(job->scratch, picture_row_bytes(job->info) * rows, err);
    if (status != PA_OK) {
        return status;
    }
    png_run run = {.job = job, .in = reader_of(job->file)};
    run.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &run, on_error, on_warning,
                                       &run, heap_alloc, heap_free);
    if (run.png == NULL) {
        return error_nomem(err);
    }
    run.info = png_create_info_struct(run.png);
    if (run.info == NULL) {
        png_destroy_read_struct(&run.png, NULL, NULL);
        return error_nomem(err);
    }
    status = run_libpng(&run) ? PA_OK : explain(&run, err);
    png_destroy_read_struct(&run.png, &run.info, NULL);
    return status;
}

/* Window, tables and two rows of libpng 1.6, as measured. */
static uint64_t decode_bytes(const picture_info *info) {
    uint64_t row_bytes = picture_row_bytes(info);
    uint64_t rows = info->is_interlaced ? info->height_px : picture_band_rows(info);
    return row_bytes * rows + 2 * row_bytes + 50000;
}

const picture_codec picture_png = {"png", sniff, probe, decode, decode_bytes};
