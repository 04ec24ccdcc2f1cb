/* test_decode_measured.c - the decode model against the heap: every kind of picture is
 * decoded with the native engine's sequence of library calls while all requests to the
 * heap are counted.
 *
 * The sequence: the file is read into a block of its size; the library's structures are
 * made, then the pixels; the file is freed; pixels of less than four bytes are converted
 * into a second block. Source: cocos-engine 3.8.5 native/cocos/platform/Image.cpp,
 * native/cocos/bindings/manual/jsb_global.cpp (createImageInfo).
 *
 * Counting replaces malloc and its like for the whole program, which only glibc allows
 * this simply; elsewhere, and under a sanitizer that does the same, it is skipped.
 * PACKAUDIT_TEST_VERBOSE=1 prints the table. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "expect.h"
#include "make_picture.h"
#include "memory/decode_cost.h"

#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) &&                              \
    !defined(__SANITIZE_THREAD__) && !HAS_FEATURE(address_sanitizer) &&                  \
    !HAS_FEATURE(thread_sanitizer) && !HAS_FEATURE(memory_sanitizer)
#define CAN_COUNT 1
#else
#define CAN_COUNT 0
#endif

/* ---- the heap ------------------------------------------------------------------- */

/* Blocks requested while counting: a decode has some hundred at once at most. */
enum { MAX_BLOCKS = 8192 };

static struct {
    bool is_on;
    bool is_full;
    size_t count;
    uint64_t live_bytes;
    uint64_t peak_bytes;
    struct {
        void *at;
        size_t size_bytes;
    } blocks[MAX_BLOCKS];
} heap;

static void heap_begin(void) {
    heap.count = 0;
    heap.live_bytes = 0;
    heap.peak_bytes = 0;
    heap.is_full = false;
    heap.is_on = true;
}

static void heap_end(void) {
    heap.is_on = false;
}

#if CAN_COUNT
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static void *heap_took(void *block, size_t size_bytes) {
    if (!heap.is_on || block == NULL) {
        return block;
    }
    if (heap.count == MAX_BLOCKS) {
        heap.is_full = true;
        return block;
    }
    heap.blocks[heap.count].at = block;
    heap.blocks[heap.count++].size_bytes = size_bytes;
    heap.live_bytes += size_bytes;
    if (heap.live_bytes > heap.peak_bytes) {
        heap.peak_bytes = heap.live_bytes;
    }
    return block;
}

static void heap_gave(const void *block) {
    for (size_t i = heap.is_on ? heap.count : 0; i > 0; i--) {
        if (heap.blocks[i - 1].at == block) {
            heap.live_bytes -= heap.blocks[i - 1].size_bytes;
            heap.blocks[i - 1] = heap.blocks[--heap.count];
            return;
        }
    }
}

void *malloc(size_t size) {
    return heap_took(__libc_malloc(size), size);
}

void *calloc(size_t count, size_t size) {
    return heap_took(__libc_calloc(count, size), count * size);
}

void *realloc(void *block, size_t size) {
    void *moved = __libc_realloc(block, size);
    if (moved != NULL || size == 0) {
        heap_gave(block);
    }
    return heap_took(moved, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return heap_took(__libc_memalign(alignment, size), size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    void *made = __libc_memalign(alignment, size);
    if (made == NULL) {
        return ENOMEM;
    }
    *block = heap_took(made, size);
    return 0;
}

void free(void *block) {
    heap_gave(block);
    __libc_free(block);
}
#endif

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

static void on_read(png_structp png, png_bytep out, size_t size) {
    bytes *left = png_get_io_ptr(png);
    if (size > left->size) {
        png_error(png, "end of file");
    }
    memcpy(out, left->at, size);
    left->at += size;
    left->size -= size;
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
        must(png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL));
    png_infop info = must(png_create_info_struct(png));
    png_set_read_fn(png, &file, on_read);
    png_read_info(png, info);
    ask_for_eight_bits(png, info);
    size_t height = png_get_image_height(png, info);
    size_t row_bytes = png_get_rowbytes(png, info);
    decoded out = {.channels = png_get_channels(png, info)};
    png_bytep *rows = must(malloc(height * sizeof *rows));
    out.pixels = must(malloc(height * row_bytes));
    for (size_t y = 0; y < height; y++) {
        rows[y] = out.pixels + y * row_bytes;
    }
    png_read_image(png, rows);
    png_read_end(png, NULL);
    free(rows);
    png_destroy_read_struct(&png, &info, NULL);
    return out;
}

/* TurboJPEG drives the same libjpeg as the engine does by hand. It adds a handle, the
 * first block it takes, and a pointer to each row. */
static decoded decode_jpeg(bytes file, const picture_info *info) {
    decoded out = {.channels = info->components == 1 ? 1 : 3};
    size_t first = heap.count;
    tjhandle handle = must(tjInitDecompress());
    out.foreign_bytes = info->height_px * sizeof(void *) +
                        (heap.count > first ? heap.blocks[first].size_bytes : 0);
    out.pixels = must(malloc(out.channels * info->width_px * info->height_px));
    int failed = tjDecompress2(handle, file.at, file.size, out.pixels,
                               (int)info->width_px, 0, (int)info->height_px,
                               out.channels == 1 ? TJPF_GRAY : TJPF_RGB, 0);
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
    out.pixels = must(malloc(size_bytes));
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
    bytes read = {memcpy(must(malloc(file.size)), file.at, file.size), file.size};
    decoded out = info->format == PICTURE_PNG    ? decode_png(read)
                  : info->format == PICTURE_JPEG ? decode_jpeg(read, info)
                                                 : decode_webp(read);
    measured seen = {.decode_bytes = heap.peak_bytes - out.foreign_bytes};
    heap.peak_bytes = seen.decode_bytes;
    free((void *)(uintptr_t)read.at);
    if (out.channels < 4) {
        uint8_t *converted = must(malloc(pixels * 4));
        free(out.pixels);
        out.pixels = converted;
    }
    free(out.pixels);
    heap_end();
    seen.peak_bytes = heap.peak_bytes;
    seen.scratch_bytes = seen.decode_bytes - file.size - out.channels * pixels;
    assert_int_equal(out.channels, info->channels);
    assert_false(heap.is_full);
    assert_int_equal(heap.count, 0); /* the engine's sequence leaves nothing */
    return seen;
}

