/* test_decode_measured.c - the decode model against the heap: every kind of picture is
 * decoded with the native engine's sequence of library calls while all requests to the
 * heap are counted.
 *
 * The sequence: the file is read into a block of its size; the library's structures are
 * made, then the pixels; the file is freed; pixels of less than four bytes are converted
 * into a second block. Source: cocos-engine 3.8.5 native/cocos/platform/Image.cpp,
 * native/cocos/bindings/manual/jsb_global.cpp (createImageInfo).
 *
 * PACKAUDIT_TEST_VERBOSE=1 prints the table. SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "expect.h"
#include "make_picture.h"
#include "measure_heap.h"
#include "memory/decode_cost.h"

/* ---- the engine's sequence ------------------------------------------------------- */

/* What decoding gave, and what it held beyond what the engine would hold. */
typedef struct decoded {
    uint8_t *pixels;
    size_t channels;
    uint64_t foreign_bytes;
} decoded;

static void *must(void *block) {
    if (block == NULL) {
        abort();
    }
    return block;
}

/* Compilers know malloc and free, and take it for granted that they touch no variable
 * of the program and may be left out in pairs. Behind these pointers they do not. */
static void *(*volatile take)(size_t) = malloc;
static void (*volatile give)(void *) = free;

static void on_read(png_structp png, png_bytep out, size_t size) {
    bytes *left = png_get_io_ptr(png);
    if (size > left->size) {
        png_error(png, "end of file");
    }
    memcpy(out, left->at, size);
    left->at += size;
    left->size -= size;
}

/* The library warns that interlaced rows are asked for in the order of the engine. */
static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void ask_for_eight_bits(png_structp png, png_infop info) {
    png_byte depth = png_get_bit_depth(png, info);
    png_byte type = png_get_color_type(png, info);
    if (type == PNG_COLOR_TYPE_PALETTE) {
        png_set_palette_to_rgb(png);
    }
    if (type == PNG_COLOR_TYPE_GRAY && depth < 8) {
        png_set_expand_gray_1_2_4_to_8(png);
    }
    if (png_get_valid(png, info, PNG_INFO_tRNS)) {
        png_set_tRNS_to_alpha(png);
    }
    if (depth == 16) {
        png_set_strip_16(png);
    }
    if (depth < 8 && type != PNG_COLOR_TYPE_GRAY) {
        png_set_packing(png);
    }
    png_read_update_info(png, info);
}

static decoded decode_png(bytes file) {
    png_structp png =
        must(png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, on_warning));
    png_infop info = must(png_create_info_struct(png));
    png_set_read_fn(png, &file, on_read);
    png_read_info(png, info);
    ask_for_eight_bits(png, info);
    size_t height = png_get_image_height(png, info);
    size_t row_bytes = png_get_rowbytes(png, info);
    decoded out = {.channels = png_get_channels(png, info)};
    png_bytep *rows = must(take(height * sizeof *rows));
    out.pixels = must(take(height * row_bytes));
    for (size_t y = 0; y < height; y++) {
        rows[y] = out.pixels + y * row_bytes;
    }
    png_read_image(png, rows);
    png_read_end(png, NULL);
    give(rows);
    png_destroy_read_struct(&png, &info, NULL);
    return out;
}

/* TurboJPEG drives the same libjpeg as the engine does by hand. It adds a handle, the
 * first block it takes, and a pointer to each row; without them the peak is that of
 * libjpeg's own calls to the byte, for all samplings here, baseline and progressive. */
static decoded decode_jpeg(bytes file, const picture_info *info) {
    decoded out = {.channels = info->components == 1 ? 1 : 3};
    size_t first = heap.count;
    tjhandle handle = must(tjInitDecompress());
    out.foreign_bytes = info->height_px * sizeof(void *) +
                        (heap.count > first ? heap.blocks[first].size_bytes : 0);
    out.pixels = must(take(out.channels * info->width_px * info->height_px));
    int failed =
        tjDecompress2(handle, file.at, file.size, out.pixels, (int)info->width_px, 0,
                      (int)info->height_px, out.channels == 1 ? TJPF_GRAY : TJPF_RGB, 0);
    assert_int_equal(failed, 0);
    tjDestroy(handle);
    return out;
}

static decoded decode_webp(bytes file) {
    WebPDecoderConfig config;
    assert_true(WebPInitDecoderConfig(&config));
    assert_int_equal(WebPGetFeatures(file.at, file.size, &config.input), VP8_STATUS_OK);
    decoded out = {.channels = config.input.has_alpha ? 4 : 3};
    size_t row_bytes = out.channels * (size_t)config.input.width;
    size_t size_bytes = row_bytes * (size_t)config.input.height;
    out.pixels = must(take(size_bytes));
    config.output.colorspace = config.input.has_alpha ? MODE_rgbA : MODE_RGB;
    config.output.u.RGBA.rgba = out.pixels;
    config.output.u.RGBA.stride = (int)row_bytes;
    config.output.u.RGBA.size = size_bytes;
    config.output.is_external_memory = 1;
    assert_int_equal(WebPDecode(file.at, file.size, &config), VP8_STATUS_OK);
    return out;
}

typedef struct measured {
    uint64_t scratch_bytes;
    uint64_t decode_bytes; /**< while the file was there */
    uint64_t peak_bytes;
} measured;

static measured measure(bytes file, const picture_info *info) {
    size_t pixels = (size_t)info->width_px * info->height_px;
    heap_begin();
    bytes read = {memcpy(must(take(file.size)), file.at, file.size), file.size};
    decoded out = info->format == PICTURE_PNG    ? decode_png(read)
                  : info->format == PICTURE_JPEG ? decode_jpeg(read, info)
                                                 : decode_webp(read);
    measured seen = {.decode_bytes = heap.peak_bytes - out.foreign_bytes};
    heap.peak_bytes = seen.decode_bytes;
    give((void *)(uintptr_t)read.at);
    if (out.channels < 4) {
        uint8_t *converted = must(take(pixels * 4));
        give(out.pixels);
        out.pixels = converted;
    }
    give(out.pixels);
    heap_end();
    seen.peak_bytes = heap.peak_bytes;
    seen.scratch_bytes = seen.decode_bytes - file.size - out.channels * pixels;
    assert_int_equal(out.channels, info->channels);
    assert_false(heap.is_full);
    assert_int_equal(heap.count, 0); /* the engine's sequence leaves nothing */
    return seen;
}

/* ---- files ----------------------------------------------------------------------- */

typedef enum look { LOOK_PATTERN, LOOK_FLAT, LOOK_SMOOTH } look;

static uint8_t *paint(look kind, uint32_t width_px, uint32_t height_px, bool is_opaque) {
    uint8_t *pixels = make_pixels(width_px, height_px, is_opaque);
    for (size_t i = 0; kind != LOOK_PATTERN && i < (size_t)width_px * height_px; i++) {
        size_t x = i % width_px * 255 / width_px;
        size_t y = i / width_px * 255 / height_px;
        for (size_t c = 0; c < (is_opaque ? 3 : 4); c++) {
            pixels[i * 4 + c] =
                kind == LOOK_FLAT ? 200 : (uint8_t)(x + c * y / 3 + x * y % 3);
        }
    }
    return pixels;
}

static made_file make_jpeg_of(int sampling, int flags, uint32_t width_px,
                              uint32_t height_px) {
    uint8_t *pixels = make_pixels(width_px, height_px, true);
    tjhandle handle = must(tjInitCompress());
    uint8_t *out = NULL;
    unsigned long out_bytes = 0;
    assert_int_equal(tjCompress2(handle, pixels, (int)width_px, 0, (int)height_px,
                                 TJPF_RGBA, &out, &out_bytes, sampling, 80, flags),
                     0);
    made_file file = {0};
    made_add(&file, out, out_bytes);
    tjFree(out);
    tjDestroy(handle);
    free(pixels);
    return file;
}

static made_file make_webp_like(look kind, bool is_lossless, bool is_opaque,
                                uint32_t width_px, uint32_t height_px) {
    uint8_t *pixels = paint(kind, width_px, height_px, is_opaque);
    made_file file = {0};
    if (is_lossless) {
        file = make_webp_of(pixels, width_px, height_px);
    } else {
        uint8_t *out = NULL;
        size_t out_bytes = WebPEncodeRGBA(pixels, (int)width_px, (int)height_px,
                                          (int)width_px * 4, 75, &out);
        made_add(&file, must(out), out_bytes);
        WebPFree(out);
    }
    free(pixels);
    return file;
}

/* ---- predicted against measured -------------------------------------------------- */

typedef struct outcome {
    picture_info info;
    uint64_t file_bytes;
    uint64_t predicted_decode_bytes;
    decode_cost predicted;
    measured seen;
} outcome;

/* Measures a file, which is freed, and prints a row of the table when asked to. */
static outcome compare(const char *name, made_file file) {
    static const settings none;
    cost_model model = cost_model_of(ENGINE(3, 8, 5), TARGET_NATIVE, &none);
    outcome out = {.file_bytes = file.size};
    pa_error err = {0};
    assert_int_equal(picture_probe(made_bytes(&file), &out.info, &err), PA_OK);
    out.predicted = decode_cost_of(&out.info, file.size, &model);
    out.predicted_decode_bytes =
        file.size + out.predicted.scratch_bytes + out.predicted.pixel_bytes;
    out.seen = measure(made_bytes(&file), &out.info);
    made_free(&file);
    if (getenv("PACKAUDIT_TEST_VERBOSE") != NULL) {
        printf("%-20s %5u x %-5u F %8" PRIu64 "  X %8" PRIu64 " of %8" PRIu64
               "  decode %.4f  peak %.4f\n",
               name, out.info.width_px, out.info.height_px, out.file_bytes,
               out.predicted.scratch_bytes, out.seen.scratch_bytes,
               (double)out.predicted_decode_bytes / (double)out.seen.decode_bytes,
               (double)out.predicted.peak_bytes / (double)out.seen.peak_bytes);
    }
    return out;
}

/* The prediction is between two percentages of what was measured, `slack_bytes` more
 * above; for the phase of decoding alone too, which converting hides in most pictures. */
static void expect_within(const char *name, const outcome *out, uint64_t least_percent,
                          uint64_t most_percent, uint64_t slack_bytes) {
    const uint64_t pairs[][2] = {
        {out->predicted_decode_bytes, out->seen.decode_bytes},
        {out->predicted.peak_bytes, out->seen.peak_bytes},
    };
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        uint64_t least = pairs[i][1] * least_percent / 100;
        uint64_t most = pairs[i][1] * most_percent / 100 + slack_bytes;
        if (pairs[i][0] < least || pairs[i][0] > most) {
            print_error("%s %u x %u: predicted %s of %" PRIu64 ", measured %" PRIu64
                        ", so expected %" PRIu64 " to %" PRIu64 "\n",
                        name, out->info.width_px, out->info.height_px,
                        i == 0 ? "decoding" : "peak", pairs[i][0], pairs[i][1], least,
                        most);
            fail();
        }
    }
}

static void skip_unless_counting(void) {
    if (!CAN_COUNT) {
        print_message("skipped: the heap cannot be counted here\n");
        skip();
    }
}

static const uint32_t sizes[][2] = {{1, 1},     {64, 64},    {100, 37},
                                    {512, 512}, {1024, 512}, {2048, 60}};

/* libpng's buffer for the file is no larger than the file's data, and writers state a
 * smaller window for zlib when all rows fit into it: the header that the model reads
 * tells neither. */
static uint64_t png_slack_bytes(const outcome *out) {
    uint64_t row_bytes = (uint64_t)out->info.width_px * out->info.bit_depth / 8 *
                         (out->info.has_palette ? 1 : out->info.channels);
    bool is_small = row_bytes * out->info.height_px < 32768;
    return (is_small ? 32768u : 0) + (out->file_bytes < 9500 ? 8192u : 0);
}

static void png_is_predicted_within_2_percent(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint8_t bit_depth;
        uint8_t colour_type;
        bool has_trns;
        bool is_interlaced;
    } rows[] = {
        {"png gray 1", 1, 0, false, false},
        {"png gray 8", 8, 0, false, false},
        {"png gray 16", 16, 0, false, false},
        {"png gray tRNS", 8, 0, true, false},
        {"png gray 16 tRNS", 16, 0, true, false},
        {"png gray alpha", 8, 4, false, false},
        {"png gray alpha 16", 16, 4, false, false},
        {"png palette 1", 1, 3, false, false},
        {"png palette", 8, 3, false, false},
        {"png palette tRNS", 8, 3, true, false},
        {"png rgb", 8, 2, false, false},
        {"png rgb tRNS", 8, 2, true, false},
        {"png rgb 16", 16, 2, false, false},
        {"png rgba", 8, 6, false, false},
        {"png rgba 16", 16, 6, false, false},
        {"png gray adam7", 8, 0, false, true},
        {"png palette adam7", 8, 3, false, true},
        {"png rgb adam7", 8, 2, false, true},
        {"png rgba adam7", 8, 6, false, true},
        {"png rgba 16 adam7", 16, 6, false, true},
    };
    skip_unless_counting();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            png_form form = {.width_px = sizes[j][0],
                             .height_px = sizes[j][1],
                             .bit_depth = rows[i].bit_depth,
                             .colour_type = rows[i].colour_type,
                             .has_trns = rows[i].has_trns,
                             .is_interlaced = rows[i].is_interlaced};
            outcome out = compare(rows[i].name, make_png(form));
            expect_within(rows[i].name, &out, 100, 102, png_slack_bytes(&out));
        }
    }
    outcome out =
        compare("png rgba", make_png((png_form){1024, 1024, 8, 6, false, false}));
    expect_within("png rgba", &out, 100, 102, 0);
}

static const struct {
    const char *name;
    int sampling;
} samplings[] = {{"jpeg gray", TJSAMP_GRAY}, {"jpeg 4:4:4", TJSAMP_444},
                 {"jpeg 4:2:2", TJSAMP_422}, {"jpeg 4:2:0", TJSAMP_420},
                 {"jpeg 4:4:0", TJSAMP_440}, {"jpeg 4:1:1", TJSAMP_411}};

/* 1 KiB of slack: pictures of a few pixels have no wide rows of chroma. */
static void baseline_jpeg_is_predicted_within_2_percent(void **state) {
    (void)state;
    skip_unless_counting();
    for (size_t i = 0; i < COUNT_OF(samplings); i++) {
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            outcome out =
                compare(samplings[i].name,
                        make_jpeg_of(samplings[i].sampling, 0, sizes[j][0], sizes[j][1]));
            expect_within(samplings[i].name, &out, 100, 102, 1024);
        }
        outcome out = compare(samplings[i].name,
                              make_jpeg_of(samplings[i].sampling, 0, 1024, 1024));
        expect_within(samplings[i].name, &out, 100, 102, 0);
    }
}

/* Coefficients are exact. Slack: pointers to rows of blocks come in chunks of the
 * library's pools, of which a small picture needs no more than the first. */
static void progressive_jpeg_is_predicted_within_2_percent(void **state) {
    (void)state;
    static const uint32_t tall[2] = {64, 16384};
    skip_unless_counting();
    for (size_t i = 0; i < COUNT_OF(samplings); i++) {
        for (size_t j = 0; j <= COUNT_OF(sizes); j++) {
            const uint32_t *size = j < COUNT_OF(sizes) ? sizes[j] : tall;
            outcome out = compare("jpeg progressive",
                                  make_jpeg_of(samplings[i].sampling, TJFLAG_PROGRESSIVE,
                                               size[0], size[1]));
            expect_within(samplings[i].name, &out, 100, 102, 8192);
        }
    }
}

/* A lossy picture without alpha takes rows of macroblocks, whatever it shows. */
static void lossy_webp_is_predicted_within_2_percent(void **state) {
    (void)state;
    skip_unless_counting();
    for (size_t j = 0; j < COUNT_OF(sizes); j++) {
        outcome out = compare("webp lossy", make_webp_like(LOOK_PATTERN, false, true,
                                                           sizes[j][0], sizes[j][1]));
        expect_within("webp lossy", &out, 100, 102, 0);
    }
}

/* Whatever is lossless in a WebP depends on its content. Predicted / measured of
 * decoding, in pictures of 64 x 64 and more:
 *
 *                  smooth, photo-like   noise            flat, few colours or alphas
 *   lossless       0.95 ... 1.03        1.00 ... 1.03    1.4 ... 2.0
 *   lossy + alpha  0.90 ... 1.03        1.3 ... 1.4      1.4 ... 1.8
 *
 * In smaller ones a table of Huffman codes, 11 KiB and more, outweighs the pixels. */
static void lossless_webp_is_predicted_within_bounds(void **state) {
    (void)state;
    static const struct {
        const char *name;
        look kind;
        bool is_lossless;
        bool is_opaque;
        unsigned least_percent;
        unsigned most_percent;
    } rows[] = {
        {"webp lossless rgb", LOOK_SMOOTH, true, true, 90, 106},
        {"webp lossless rgba", LOOK_SMOOTH, true, false, 90, 106},
        {"webp pattern rgb", LOOK_PATTERN, true, true, 90, 106},
        {"webp pattern rgba", LOOK_PATTERN, true, false, 90, 106},
        {"webp flat rgb", LOOK_FLAT, true, true, 90, 215},
        {"webp flat rgba", LOOK_FLAT, true, false, 90, 215},
        {"webp lossy + alpha", LOOK_SMOOTH, false, false, 90, 180},
        {"webp pattern + alpha", LOOK_PATTERN, false, false, 90, 180},
        {"webp flat + alpha", LOOK_FLAT, false, false, 90, 180},
    };
    skip_unless_counting();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            outcome out =
                compare(rows[i].name,
                        make_webp_like(rows[i].kind, rows[i].is_lossless,
                                       rows[i].is_opaque, sizes[j][0], sizes[j][1]));
            bool is_small = sizes[j][0] * sizes[j][1] < 4096;
            expect_within(rows[i].name, &out, is_small ? 50 : rows[i].least_percent,
                          rows[i].most_percent, is_small ? 20000 : 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_is_predicted_within_2_percent),
        cmocka_unit_test(baseline_jpeg_is_predicted_within_2_percent),
        cmocka_unit_test(progressive_jpeg_is_predicted_within_2_percent),
        cmocka_unit_test(lossy_webp_is_predicted_within_2_percent),
        cmocka_unit_test(lossless_webp_is_predicted_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
